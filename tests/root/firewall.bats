#!/usr/bin/env bats
# The firewall of container networks, between network namespaces: firewall.c does what a container's start does, and
# netcat finds out who reaches whom. A host is a namespace with one device; this world is the machine between them:
#
#	web, other	in the network taru0	10.88.0.2, .3	fd00:88::2, ::3
#	peer		in the network taru1	10.89.0.2	fd00:89::2
#	far		outside			192.0.2.9	2001:db8::9
#
# Nobody but this world has their addresses.
load lib

setup_file()
{
	local src=$BATS_TEST_DIRNAME/../../src
	${CC:-cc} -std=gnu17 -D_GNU_SOURCE -O1 -Wall -fno-strict-aliasing -I "$src" -o "$WORLD_FILE/firewall" \
		"$BATS_TEST_DIRNAME/firewall.c" "$src"/net/{firewall,firewall_kernel,firewall_others,address}.c \
		"$src"/exec/{do_firewall,elements,netlink,put,tool}.c "$src"/base/{arena,problem,text,file,translate,translate_format}.c
}

prepare()
{
	needs nft socat
	FIREWALL=$WORLD_FILE/firewall
	BRIDGES=() HOSTS=()
	make_bridge taru0 88
	make_bridge taru1 89
	make_host web taru0 10.88.0.2/24 fd00:88::2/64 10.88.0.1 fd00:88::1
	make_host other taru0 10.88.0.3/24 fd00:88::3/64 10.88.0.1 fd00:88::1
	make_host peer taru1 10.89.0.2/24 fd00:89::2/64 10.89.0.1 fd00:89::1
	make_host far '' 192.0.2.9/24 2001:db8::9/64 192.0.2.1 2001:db8::1
	ip address add 192.0.2.1/24 dev far
	ip address add 2001:db8::1/64 dev far nodad
	sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

cleanup()
{
	local name
	nft delete table inet taru 2>/dev/null || true
	nft delete table ip filter 2>/dev/null || true
	for name in "${BRIDGES[@]}" "${HOSTS[@]}"; do
		ip link delete "$name" 2>/dev/null || true
	done
	sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0
}

make_bridge()
{
	ip link add "$1" type bridge
	BRIDGES+=("$1")
	ip address add "10.$2.0.1/24" dev "$1"
	ip address add "fd00:$2::1/64" dev "$1" nodad
	ip link set "$1" up
	sysctl -qw "net.ipv4.conf.$1.route_localnet=1"
}

# make_host NAME BRIDGE ADDRESS ADDRESS6 GATEWAY GATEWAY6: $pid_NAME is a process in it.
make_host()
{
	local pid
	unshare --net sleep 300 3>&- 4>&- &
	pid=$!
	PIDS+=("$pid")
	HOSTS+=("$1")
	declare -g "pid_$1=$pid"
	until_true grep -q sleep "/proc/$pid/comm"
	ip link add "$1" type veth peer name eth0 netns "$pid"
	# A packet goes back to where it came from: the container itself, where br_netfilter is on.
	[ -z "$2" ] || { ip link set "$1" master "$2" && bridge link set dev "$1" hairpin on; }
	ip link set "$1" up
	at "$1" sh -ec 'ip link set lo up; ip link set eth0 up
		ip address add "$1" dev eth0; ip address add "$2" dev eth0 nodad
		ip route add default via "$3"; ip -6 route add default via "$4"' sh "$3" "$4" "$5" "$6"
}

# at NAME COMMAND...: in that host; `here` is this world.
enter()
{
	local pid=pid_$1
	ENTER=()
	[ "$1" = here ] || ENTER=(nsenter --net --target "${!pid}")
}

at()
{
	enter "$1"
	shift
	"${ENTER[@]}" "$@"
}

# serve NAME: port 80 of TCP and port 53 of UDP say who has asked.
serve()
{
	local kind
	enter "$1"
	for kind in TCP6-LISTEN:80 UDP6-RECVFROM:53; do
		"${ENTER[@]}" socat "$kind,fork,reuseaddr,ipv6-v6only=0" SYSTEM:'read x; echo $SOCAT_PEERADDR' 3>&- 4>&- &
		PIDS+=("$!")
	done
	until_true at "$1" sh -c 'grep -q :0050 /proc/net/tcp6 && grep -q :0035 /proc/net/udp6'
}

# sees WHO ADDRESS: that connection is answered, and seen to come from the address.
ask()
{
	# What waits for no answer is done after a second.
	answer=$(at "$1" timeout 4 sh -c 'echo | socat -T 1 -t 1 - "$1,connect-timeout=1"' sh "$2" 2>/dev/null) || true
	answer=${answer//[\[\]]/}
}

reaches()
{
	ask "$1" "$2"
	is "$answer" "$3" "$1 -> $2"
}

misses()
{
	ask "$1" "$2"
	is "$answer" "" "$1 -> $2"
}

MAPPED=0000:0000:0000:0000:0000:ffff
v4()
{
	# As socat writes an IPv4 address of an IPv6 socket.
	local a b c d
	IFS=. read -r a b c d <<<"$1"
	printf '%s:%02x%02x:%02x%02x\n' "$MAPPED" "$a" "$b" "$c" "$d"
}

v6()
{
	python3 -c 'import ipaddress, sys; print(ipaddress.ip_address(sys.argv[1]).exploded)' "$1"
}

DEFAULT='net/taru0/isolated/masquerade net/taru1/isolated/masquerade'

start_with()
{
	# shellcheck disable=SC2086
	"$FIREWALL" start $DEFAULT "$@"
}

@test "a published port is reached from outside with the source kept, from the machine, and from containers" {
	serve web
	start_with port/tcp/any/8080/10.88.0.2/80 port/udp/any/5353/10.88.0.2/53
	reaches far TCP:192.0.2.1:8080 "$(v4 192.0.2.9)"
	reaches far UDP:192.0.2.1:5353 "$(v4 192.0.2.9)"
	reaches here TCP:192.0.2.1:8080 "$(v4 192.0.2.1)"
	reaches here TCP:127.0.0.1:8080 "$(v4 10.88.0.1)"
	# Hairpin: a neighbour and the container itself, by the machine's address.
	reaches other TCP:192.0.2.1:8080 "$(v4 10.88.0.1)"
	reaches web TCP:192.0.2.1:8080 "$(v4 10.88.0.1)"
	# Another network gets there by the published port alone.
	reaches peer TCP:192.0.2.1:8080 "$(v4 10.89.0.2)"
	misses peer TCP:10.88.0.2:80
}

@test "the same for IPv6" {
	serve web
	start_with port/tcp/any/8080/fd00:88::2/80
	# Neighbours have to be found first, which may take longer than a connection waits.
	until_true ping -6 -c 1 -W 1 2001:db8::9
	until_true ping -6 -c 1 -W 1 fd00:88::2
	until_true ping -6 -c 1 -W 1 fd00:88::3
	reaches far TCP6:[2001:db8::1]:8080 "$(v6 2001:db8::9)"
	reaches here TCP6:[2001:db8::1]:8080 "$(v6 2001:db8::1)"
	reaches other TCP6:[2001:db8::1]:8080 "$(v6 fd00:88::1)"
	# ::1 is refused at once: a client of «localhost» goes on to 127.0.0.1.
	run timeout 1 socat -u TCP6:[::1]:8080 -
	has "$output" refused
}

@test "a port of one address is not one of another" {
	serve web
	start_with port/tcp/192.0.2.1/8080/10.88.0.2/80 port/tcp/127.0.0.1/8081/10.88.0.2/80
	reaches far TCP:192.0.2.1:8080 "$(v4 192.0.2.9)"
	misses here TCP:127.0.0.1:8080
	reaches here TCP:127.0.0.1:8081 "$(v4 10.88.0.1)"
	misses far TCP:192.0.2.1:8081
}

@test "containers reach each other in their network, and the outside behind the machine's address" {
	serve web
	serve far
	start_with
	reaches other TCP:10.88.0.2:80 "$(v4 10.88.0.3)"
	reaches web TCP:192.0.2.9:80 "$(v4 192.0.2.1)"
	reaches web TCP6:[2001:db8::9]:80 "$(v6 2001:db8::1)"
}

@test "nobody outside of the machine reaches a container's own address" {
	serve web
	start_with port/tcp/any/8080/10.88.0.2/80
	misses far TCP:10.88.0.2:80
	misses far TCP6:[fd00:88::2]:80
	reaches here TCP:10.88.0.2:80 "$(v4 10.88.0.1)"
}

@test "networks are isolated as they are asked to be" {
	serve web
	"$FIREWALL" start net/taru0/isolated net/taru1/isolated
	misses peer TCP:10.88.0.2:80
	"$FIREWALL" reload net/taru0/isolated net/taru1
	reaches peer TCP:10.88.0.2:80 "$(v4 10.89.0.2)"
	"$FIREWALL" reload net/taru0/strict net/taru1
	misses peer TCP:10.88.0.2:80
}

@test "nothing gets out of an internal network or into it, but to its neighbours and the machine" {
	serve web
	serve far
	"$FIREWALL" start net/taru0/internal net/taru1/masquerade port/tcp/any/8080/10.88.0.2/80
	misses web TCP:192.0.2.9:80
	misses far TCP:192.0.2.1:8080
	misses peer TCP:10.88.0.2:80
	reaches other TCP:10.88.0.2:80 "$(v4 10.88.0.3)"
	reaches here TCP:10.88.0.2:80 "$(v4 10.88.0.1)"
}

@test "a network without masquerading keeps the addresses of its containers" {
	serve far
	"$FIREWALL" start net/taru0/isolated
	at far ip route add 10.88.0.0/24 via 192.0.2.1
	reaches web TCP:192.0.2.9:80 "$(v4 10.88.0.2)"
}

@test "a container does not reach what listens on the machine's 127.0.0.1 (CVE-2020-8558)" {
	serve here
	start_with
	at web ip route add 127.0.0.2/32 via 10.88.0.1 table 99
	at web ip rule add to 127.0.0.2 table 99 priority 0
	at web sysctl -qw net.ipv4.conf.all.route_localnet=1
	at web ip rule del table local
	at web ip rule add table local priority 100
	misses web TCP:127.0.0.2:80
	reaches here TCP:127.0.0.2:80 "$(v4 127.0.0.1)"
}

@test "what nft lists is what was added, byte by byte, and nothing is left when it is removed" {
	local all=(net/taru0/strict/masquerade net/br-0123456789ab/internal port/tcp/any/8080/10.88.0.2/80
		port/udp/192.0.2.1/53/10.88.0.2/5353 port/sctp/any/36412/10.88.0.2/36412
		port/tcp/2001:db8::1/443/fd00:88::2/8443 port/sctp/any/1/fd00:88::2/65535)
	"$FIREWALL" start "${all[@]}"
	# Equal ones are no failure: a container may start again.
	"$FIREWALL" start "${all[@]}"
	output=$(nft list table inet taru)
	has "$output" 'comment "taru 1"'
	has "$output" '"taru0" . "taru0"'
	has "$output" '"br-0123456789ab" . "br-0123456789ab"'
	has "$output" 'tcp . 8080 : 10.88.0.2 . 80'
	has "$output" 'sctp . 36412 : 10.88.0.2 . 36412'
	has "$output" 'udp . 192.0.2.1 . 53 : 10.88.0.2 . 5353'
	has "$output" 'tcp . 2001:db8::1 . 443 : fd00:88::2 . 8443'
	has "$output" 'sctp . 1 : fd00:88::2 . 65535'
	# The same elements from nft itself are the same to the kernel.
	"$FIREWALL" rules "${all[@]}" | sed -n '/^add element/p' >"$T/elements"
	nft -f "$T/elements"
	is "$(nft list table inet taru)" "$output" "after nft has added the same"
	"$FIREWALL" remove "${all[@]}"
	"$FIREWALL" remove "${all[@]}"
	lacks "$(nft list table inet taru)" elements
}

@test "a port that another container has is told, and stays that one's" {
	start_with port/tcp/any/8080/10.88.0.2/80
	run "$FIREWALL" start port/tcp/any/8081/10.88.0.3/80 port/tcp/any/8080/10.88.0.3/80
	is "$status" 1
	is "$output" "taken: tcp . 8080 : 10.88.0.3 . 80"
	# All or none.
	lacks "$(nft list map inet taru publish_any4)" 8081
	"$FIREWALL" remove port/tcp/any/8081/10.88.0.3/80 port/tcp/any/8080/10.88.0.3/80
	has "$(nft list map inet taru publish_any4)" 'tcp . 8080 : 10.88.0.2 . 80'
}

@test "several that make the table at once lose nothing of each other's" {
	local i jobs=()
	for i in {1..8}; do
		"$FIREWALL" start "port/tcp/any/$((8000 + i))/10.88.0.2/80" 3>&- 4>&- &
		jobs+=("$!")
	done
	for i in "${jobs[@]}"; do
		wait "$i"
	done
	is "$(nft list map inet taru publish_any4 | grep -o 'tcp \. 80' | wc -l)" 8
	is "$(nft list chain inet taru forward | grep -c internal)" 2
}

@test "a table of another version is known, and made anew in one go" {
	is "$("$FIREWALL" state)" 0
	nft add table inet taru '{ comment "taru 0"; }'
	is "$("$FIREWALL" state)" 1
	"$FIREWALL" reload net/taru0 port/tcp/any/8080/10.88.0.2/80
	is "$("$FIREWALL" state)" 2
	has "$(nft list map inet taru publish_any4)" 'tcp . 8080 : 10.88.0.2 . 80'
}

@test "200 published ports: the last is added like the first, and all by one container too" {
	local i many=()
	start_with
	"$FIREWALL" measure 200 >"$T/times"
	awk '/^add/ { time[n++] = $3 } !/^add/ { print "# " $0 }
		END { printf "# first 20: %d ns each, last 20: %d ns each\n", sum(0), sum(n - 20) }
		function sum(from, i, total) { for (i = from; i < from + 20; i++) total += time[i]; return total / 20 }' \
		"$T/times" >&3
	lacks "$(nft list map inet taru publish_any4)" elements
	# More than one batch.
	for ((i = 0; i < 3000; i++)); do
		many+=("port/tcp/any/$((20000 + i))/10.88.0.2/$((20000 + i))")
	done
	"$FIREWALL" start "${many[@]}"
	is "$(nft list map inet taru publish_any4 | grep -o 'tcp \.' | wc -l)" 3000
	"$FIREWALL" remove "${many[@]}"
	lacks "$(nft list map inet taru publish_any4)" elements
}

@test "rules of others that drop what networks forward are told, and left alone" {
	nft -f - <<-'END'
		table ip filter {
			chain DOCKER-USER { }
			chain FORWARD {
				type filter hook forward priority filter; policy drop;
				jump DOCKER-USER
			}
		}
	END
	run "$FIREWALL" others taru0
	has "$output" "iptables -I DOCKER-USER -i taru0 -j ACCEPT; iptables -I DOCKER-USER -o taru0 -j ACCEPT"
	nft add rule ip filter DOCKER-USER iifname taru0 accept
	run "$FIREWALL" others taru0
	is "$output" ""
}

@test "iptables of the old kind that drops what networks forward is told" {
	needs iptables-legacy
	iptables-legacy -P FORWARD DROP 2>/dev/null || skip "this kernel has no iptables of the old kind"
	run "$FIREWALL" others taru0
	has "$output" "iptables-legacy -I FORWARD -i taru0 -j ACCEPT"
	iptables-legacy -I FORWARD -i taru+ -j ACCEPT
	run "$FIREWALL" others taru0
	iptables-legacy -F FORWARD
	iptables-legacy -P FORWARD ACCEPT
	rm -f /run/xtables.lock
	is "$output" ""
}
