#!/usr/bin/env bats
# network.bats - containers in networks: addresses, names, published ports, several networks, and that nothing of it is
# left. The file is in a network namespace of its own; other machines are namespaces that a test makes.
# shellcheck disable=SC2154,SC2016
load network

teardown()
{
	no_machine
	network_teardown
}

@test "the default network: an address, a route by the bridge, and the bridge goes with the last one" {
	works run --rm --network bridge box sh -c 'ip -o -4 address show eth0; ip route; cat /sys/class/net/eth0/operstate'
	[[ "${lines[0]}" == *" 10.87."*"/16 "* ]]
	[[ "$output" == *"default via 10.87.0.1 dev eth0"* ]]
	[ "${lines[-1]}" = up ]
	no_device_is_left
}

@test "containers of one network reach each other, and the machine reaches them" {
	serve one 80 --network bridge
	works run --rm --network bridge box wget -qO- "http://$(address one)/"
	[ "$output" = "from one" ]
	[ "$(curl -s "http://$(address one)/")" = "from one" ]
	works run --rm --network bridge box ping -c1 -W2 10.87.0.1
}

@test "a published port: at this machine's addresses, from another machine with its address kept" {
	machine
	serve web 80 --network bridge -p 8080:80
	[ "$(curl -s http://127.0.0.1:8080/)" = "from web" ]
	[ "$(curl -s http://10.9.0.1:8080/)" = "from web" ]
	[ "$(there curl -s --max-time 5 http://10.9.0.1:8080/)" = "from web" ]
	works ps --format '{{.Ports}}'
	[ "$output" = "0.0.0.0:8080->80/tcp" ]
	works port web
	[ "$output" = "80/tcp -> 0.0.0.0:8080" ]
	works run -d --name who --network bridge -p 8081:81 box nc -l -p 81 -e sh -c 'netstat -tn | grep :81'
	[[ "$(there busybox nc -w5 10.9.0.1 8081 </dev/null)" == *10.9.0.2:* ]]
}

@test "what is not published is not reached from another machine" {
	machine
	serve web 80 --network bridge -p 8080:80
	! there curl -s --max-time 2 "http://$(address web)/"
}

@test "a container reaches itself and its neighbours by the machine's port" {
	serve web 80 --network bridge -p 8080:80
	works exec web timeout 5 wget -qO- http://10.87.0.1:8080/
	[ "$output" = "from web" ]
	works run --rm --init --network bridge box timeout 5 wget -qO- http://10.87.0.1:8080/
	[ "$output" = "from web" ]
}

@test "what leaves the machine has its address" {
	machine
	there ip route delete default
	works run --rm --network bridge box ping -c1 -W2 10.9.0.2
}

@test "-p: ranges, protocols, an address, one that is free; what makes no sense is told" {
	works run -d --name one --network bridge -p 9000-9002:90-92 -p 127.0.0.1:5353:53/udp -p 99 box sleep 100
	works port one
	[[ "$output" == *"90/tcp -> 0.0.0.0:9000"* ]]
	[[ "$output" == *"92/tcp -> 0.0.0.0:9002"* ]]
	[[ "$output" == *"53/udp -> 127.0.0.1:5353"* ]]
	[[ "$output" =~ 99/tcp\ -\>\ 0.0.0.0:[0-9]+ ]]
	works ps --format '{{.Ports}}'
	[[ "$output" == *"0.0.0.0:9000-9002->90-92/tcp"* ]]
	for bad in 0:80 80:99999 abc 1-3:1-2 80/icmp 1.2.3:80:80 '[::1:80:80'; do
		fails 125 "'--publish'" -- run --network bridge -p "$bad" box true
	done
	fails 125 "asked for twice" -- run --network bridge -p 80:80 -p 80:81 box true
	fails 125 "no address 10.1.2.3" -- run --rm --network bridge -p 10.1.2.3:80:80 box true
}

@test "-P publishes what the image exposes" {
	works run -d --name one --network bridge -P --expose 80 --expose 53/udp box sleep 100
	works port one
	[[ "$output" =~ 80/tcp\ -\>\ 0.0.0.0:[0-9]+ ]]
	[[ "$output" =~ 53/udp\ -\>\ 0.0.0.0:[0-9]+ ]]
}

@test "a port that is taken: by a container, by a process; nothing is left of the one that could not start" {
	works run -d --name one --network bridge -p 8080:80 box sleep 100
	fails 125 "port 8080/tcp of this machine is taken, by container one" -- run --rm --network bridge -p 8080:80 box true
	# Also where the kernel has no SCTP, and so nothing that could hold the port.
	works run -d --name sctp -p 9000:900/sctp box sleep 100
	fails 125 "port 9000/sctp of this machine is taken, by container sctp" -- run --rm -p 9000:900/sctp box true
	works rm -f sctp
	busybox nc -l -p 8090 </dev/null >/dev/null 3>&- 4>&- &
	PIDS+=("$!")
	until_true sh -c 'busybox netstat -ltn | grep -q :8090'
	fails 125 "taken, by process" -- run --rm --network bridge -p 8090:80 box true
	kill "${PIDS[-1]}"
	works ps -aq
	[ "${#lines[@]}" = 1 ]
	works rm -f one
	works run --rm --network bridge -p 8080:80 box true
}

@test "a port is held while its container runs: no other program gets it" {
	works run -d --name one --network bridge -p 8080:80 box sleep 100
	not timeout 5 busybox nc -l -p 8080 </dev/null
	works restart -t 0 one
	works stop -t 0 one
	timeout 1 busybox nc -l -p 8080 </dev/null || [ $? = 124 ]
}

# leave_connection PORT: one of the port that is over and on its way out still (TIME_WAIT, at the side of who ended it).
leave_connection()
{
	busybox nc -l -p "$1" -e true </dev/null >/dev/null 2>&1 3>&- 4>&- &
	PIDS+=("$!")
	until_true sh -c "busybox netstat -ltn | grep -q :$1"
	busybox nc 127.0.0.1 "$1" </dev/null >/dev/null
	wait "$!"
	busybox netstat -tn | grep "127.0.0.1:$1 .*TIME_WAIT"
}

@test "a connection of who had the port before does not take it; a program that listens does" {
	leave_connection 8080
	works run -d --name one --network bridge -p 8080:80 box sleep 100
	fails 125 "port 8080/tcp of this machine is taken, by container one" -- run --rm --network bridge -p 8080:80 box true
	not timeout 5 busybox nc -l -p 8080 </dev/null
	works rm -f one
	leave_connection 8081
	busybox nc -l -p 8081 </dev/null >/dev/null 3>&- 4>&- &
	PIDS+=("$!")
	until_true sh -c 'busybox netstat -ltn | grep -q :8081'
	fails 125 "taken, by process" -- run --rm --network bridge -p 127.0.0.1:8081:80 box true
	kill "${PIDS[-1]}"
}

@test "more ports than a process usually has descriptors; the container has the usual limit" {
	local limit
	ulimit -Sn 256
	limit=$(ulimit -Sn):$(ulimit -Hn)
	works create --name one --network bridge -p 20000-21499:20000-21499 box sh -c 'echo $(ulimit -Sn):$(ulimit -Hn); sleep 100'
	works start one
	until_true eval '[ "$("$TARU" logs one)" = "$limit" ]'
	not timeout 5 busybox nc -l -p 21499 </dev/null
	works exec one sh -c 'echo $(ulimit -Sn)'
	works rm -f one
	timeout 1 busybox nc -l -p 21499 </dev/null || [ $? = 124 ]
}

@test "IPv6: a default route that a router has advertised is kept when this machine begins to forward" {
	ip link add ra0 type bridge
	ip link add own0 type bridge
	ip link set ra0 up
	ip link set own0 up
	echo 0 >/proc/sys/net/ipv6/conf/own0/accept_ra
	echo 0 >/proc/sys/net/ipv6/conf/all/forwarding
	ip -6 route add default via fe80::1 dev ra0 proto ra
	ip -6 route add default via fe80::1 dev own0 proto ra metric 2000
	works network create --ipv6 --subnet fd00:123::/64 wine
	works run --rm --explain sh --network wine box true
	[[ "$output" == *accept_ra*conf/all/forwarding* ]]
	[ "$(cat /proc/sys/net/ipv6/conf/ra0/accept_ra)" = 1 ]
	works run --rm --network wine box true
	[ "$(cat /proc/sys/net/ipv6/conf/all/forwarding)" = 1 ]
	[ "$(cat /proc/sys/net/ipv6/conf/ra0/accept_ra)" = 2 ]
	# somebody else reads there what routers say
	[ "$(cat /proc/sys/net/ipv6/conf/own0/accept_ra)" = 0 ]
	ip link delete ra0
	ip link delete own0
}

@test "a network of one's own: subnet, names, aliases; what comes and goes is seen at once" {
	works network create --subnet 10.123.0.0/24 wine
	serve red 80 --network wine --network-alias rouge
	works run --rm --network wine box sh -c 'wget -qO- http://red/; wget -qO- http://rouge/; cat /etc/resolv.conf'
	[ "${lines[0]}" = "from red" ]
	[ "${lines[1]}" = "from red" ]
	[[ "$output" == *"nameserver 10.123.0.1"* ]]
	works run -d --name white --network wine box sleep 100
	works exec red ping -c1 -W2 white
	works rm -f white
	taru exec red ping -c1 -W2 white
	[ "$status" != 0 ]
}

@test "--hosts-file: what /etc/hosts is made from" {
	printf '10.9.8.7 wine # red\n10.9.8.6 localhost.other' >"$T/hosts"
	works run --rm --network bridge --hostname tun --hosts-file "$T/hosts" --add-host wine:1.2.3.4 box cat /etc/hosts
	[ "$(head -5 <<<"$output")" = "$(printf '%s\n' $'1.2.3.4\twine' '10.9.8.7 wine # red' '10.9.8.6 localhost.other' \
		$'127.0.0.1\tlocalhost' $'::1\tlocalhost ip6-localhost ip6-loopback')" ]
	[[ "${lines[*]}" == *10.87.*$'\ttun'* ]]
	# Where it says what localhost is, that stands.
	printf '127.0.0.1 wine localhost\n' >"$T/hosts"
	works run --rm --network none --hosts-file "$T/hosts" --hostname tun box cat /etc/hosts
	[ "$output" = "$(printf '%s\n' '127.0.0.1 wine localhost' $'127.0.1.1\ttun')" ]
	# It is read when the container is made: later starts have the same.
	works create --name one --network bridge --hosts-file "$T/hosts" box sh -c 'head -1 /etc/hosts'
	rm "$T/hosts"
	works start -a one
	[ "$output" = '127.0.0.1 wine localhost' ]
	works start -a one
	[ "$output" = '127.0.0.1 wine localhost' ]
	mkdir -p "$T/image"
	cp -a "$WORLD/box/." "$T/image"
	echo '10.1.1.1 of-image' >"$T/image/etc/hosts"
	tar -C "$T/image" -c . | "$TARU" import - named >/dev/null
	works run --rm --network none --hosts-file image named head -1 /etc/hosts
	[ "$output" = '10.1.1.1 of-image' ]
	works run --rm --network none --hosts-file image box head -1 /etc/hosts
	[ "$output" = $'127.0.0.1\tlocalhost' ]
	works run --rm --network host --hosts-file none box head -1 /etc/hosts
	[ "$output" = $'127.0.0.1\tlocalhost' ]
	"$TARU" rmi named >/dev/null
	fails 125 "option '--hosts-file': 'hosts' is none of image, none, and an absolute path" -- \
		run --rm --hosts-file hosts box true
	fails 125 "option '--hosts-file': cannot read '/no/such': it does not exist" -- \
		run --rm --hosts-file /no/such box true
	fails 125 "options '--hosts-file' and '--no-hosts': one of them only" -- \
		run --rm --hosts-file none --no-hosts box true
}

@test "/etc/hosts: its own name by its address, --add-host, the machine; --no-hosts" {
	works run --rm --network bridge --hostname tun --add-host a:1.2.3.4 --add-host m:host-gateway box cat /etc/hosts
	[[ "$output" =~ 10\.87\.[0-9.]+$'\t'tun ]]
	[[ "$output" == *$'1.2.3.4\ta'* ]]
	[[ "$output" == *$'10.87.0.1\tm'* ]]
	[[ "$output" == *$'10.87.0.1\thost.docker.internal'* ]]
	works run --rm --network bridge --no-hosts box sh -c 'test -e /etc/hosts || echo none'
	[ "$output" = none ]
}

@test "an address that is asked for: given, refused where it is another's or no part of the network" {
	works run -d --name one --network bridge --ip 10.87.7.7 --mac-address 02:00:00:00:00:07 box sleep 100
	[ "$(address one)" = 10.87.7.7 ]
	works exec one cat /sys/class/net/eth0/address
	[ "$output" = 02:00:00:00:00:07 ]
	fails 125 "10.87.7.7" -- run --rm --network bridge --ip 10.87.7.7 box true
	fails 125 "10.99.0.1" -- run --rm --network bridge --ip 10.99.0.1 box true
	fails 125 "'--ip'" -- run --rm --network bridge --ip 300.1.1.1 box true
	fails 125 "'--ip'" -- run --rm --network none --ip 10.87.0.9 box true
	works restart -t 0 one
	[ "$(address one)" = 10.87.7.7 ]
}

@test "two networks at once; of two names one device each" {
	works network create --subnet 10.123.0.0/24 wine
	works run --rm --network bridge --network wine:ip=10.123.0.9,interface-name=cellar box sh -c 'ip -o -4 address; ip route'
	[[ "$output" == *"eth0"*"10.87."* ]]
	[[ "$output" == *"cellar"*"10.123.0.9/24"* ]]
	[ "$(grep -c ^default <<<"$output")" = 1 ]
}

@test "networks are apart from each other; an internal one has no way out" {
	works network create one
	works network create --internal two
	serve web 80 --network one
	# --init: timeout itself would be the first process, whose signals from within go nowhere.
	taru run --rm --init --network bridge box timeout 5 wget -qO- "http://$(address web one)/"
	[ "$status" = 143 ]
	works run --rm --network two box ip route
	[[ "$output" != *default* ]]
	fails 125 "'--publish'" -- run --rm --network two -p 8080:80 box true
}

@test "IPv6: an address, a route, names, a published port" {
	works network create --ipv6 --subnet fd12:3456::/64 --subnet 10.123.0.0/24 wine
	serve web 80 --network wine -p 8080:80
	works exec web ip -o -6 address show eth0 scope global
	[[ "$output" == *fd12:3456::* ]]
	[[ "$output" != *tentative* ]]
	works exec web ip -6 route
	[[ "$output" == *"default via fd12:3456::1"* ]]
	works run --rm --network wine box ping6 -c1 -W2 web
	works port web
	[[ "$output" == *"[::]:8080"* ]]
	works run -d --name two --network wine -p '[0:0::0]:8082:80' box sleep 100
	works port two
	[ "$output" = "80/tcp -> [::]:8082" ]
}

@test "inspect shows where a container is, and the network who is in it" {
	works run -d --name one --network bridge -p 8080:80 box sleep 100
	works inspect --format '{{.NetworkSettings.IPAddress}} {{.NetworkSettings.Gateway}} {{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}} {{.HostConfig.NetworkMode}}' one
	[ "$output" = "$(address one) 10.87.0.1 8080 bridge" ]
	works network inspect bridge
	[[ "$output" == *"$(address one)"* ]]
	fails 1 "active endpoints" -- network rm bridge || true
}

@test "addresses are not given out twice, also when many start at once; each gets its own back" {
	local i pids=() seen
	for i in {1..16}; do
		"$TARU" run -d --name "n$i" --network bridge box sleep 100 </dev/null >/dev/null 3>&- 4>&- &
		pids+=("$!")
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	seen=$(for i in {1..16}; do address "n$i"; done | sort -u | grep -c .)
	[ "$seen" = 16 ]
	# Those that start and end at once do not take the bridge from each other.
	for i in {1..8}; do
		works run --rm --network bridge box ping -c1 -W2 "$(address n1)"
	done
}

@test "kill -9 of the caller or the monitor: the next command puts things right" {
	works run -d --name one --network bridge -p 8080:80 box sleep 100
	pkill -KILL -f "^taru-monitor .*--root $TARU_ROOT "
	works exec one true
	works stop -t 0 one
	[ -z "$(leases)" ]
	"$TARU" run --name two --network bridge -p 8080:80 box sleep 100 </dev/null >/dev/null 2>&1 3>&- 4>&- &
	until_true is_running two
	kill -KILL $!
	wait $! || true
	works rm -f two
	[ -z "$(leases)$(elements)" ]
}

@test "a start that fails leaves nothing of the network" {
	fails 127 "" -- run --rm --network bridge -p 8080:80 box /no/such/program
	[ -z "$(leases)$(elements)" ]
	no_device_is_left
}

@test "explain shows the network's steps and takes nothing" {
	works run --explain sh --network bridge -p 8080:80 box true
	[[ "$output" == *"ip link add"*"type bridge"* ]]
	[[ "$output" == *"type veth"* ]]
	[[ "$output" == *"nft add element inet taru"* ]]
	[ -z "$(leases)$(elements)" ]
}

@test "what is no network is told, with nothing made" {
	fails 125 "no such network: nowhere" -- run --rm --network nowhere box true
	fails 125 "cannot be together" -- run --rm --network host --network bridge box true
	fails 125 "named twice" -- run --rm --network bridge --network bridge box true
	fails 125 "is none of name, alias" -- run --rm --network bridge:colour=red box true
	works ps -aq
	[ -z "$output" ]
}

@test "a network that binds its ports to one address: they are reached there alone" {
	machine
	works network create -o com.docker.network.bridge.host_binding_ipv4=127.0.0.1 wine
	serve web 80 --network wine -p 8080:80
	works port web
	[ "$output" = "80/tcp -> 127.0.0.1:8080" ]
	[ "$(curl -s http://127.0.0.1:8080/)" = "from web" ]
	! there curl -s --max-time 2 http://10.9.0.1:8080/
}

@test "--opt vlan: the script shows it; a kernel that has no such bridge says so, and nothing is left" {
	works network create --subnet 10.201.0.0/24 -o vlan=50 wine
	works run --rm --explain sh --network wine box true
	[[ $output == *"type bridge vlan_filtering 1 vlan_default_pvid 50"* ]]
	# CONFIG_BRIDGE_VLAN_FILTERING. What is sent is looked at where there is one: network_kernel.bats.
	if ip link add probe type bridge vlan_filtering 1 2>/dev/null; then
		ip link delete probe
		works run --rm --network wine box true
	else
		fails 125 "this kernel makes no bridge that is in a VLAN" -- run --rm --network wine box true
	fi
	[ -z "$(leases)" ]
}

@test "names are known whatever the caller's umask is; the network may have name servers of its own" {
	works network create --dns 127.0.0.9 wine
	(umask 077; works run -d --name one --network wine box sleep 100)
	works run -d --name two --network wine box sleep 100
	(umask 077; works rm -f two)
	works exec one ping -c1 -W2 one
	[ "$(cat "$TARU_ROOT/networks/wine/names/resolv.conf")" = "nameserver 127.0.0.9" ]
	[[ "$(tr '\0' ' ' <"/proc/$(pgrep -x taru-names)/cmdline")" == *"--servers $TARU_ROOT/networks/wine/names/resolv.conf"* ]]
}

@test "another store's network of the same name takes nothing away: not its bridge, not its rules" {
	local other=$T/store
	TARU_ROOT=$other "$TARU" network create --interface-name br-test wine
	works network create --interface-name br-test wine
	serve web 80 --network wine -p 8080:80
	TARU_ROOT=$other TARU_RUN_ROOT=$T/run "$TARU" run --rm --explain sh --network wine host true >/dev/null
	[ "$(curl -s http://127.0.0.1:8080/)" = "from web" ]
	[[ "$(elements)" == *br-test* ]]
}

@test "kill -9 while a container gets in: no address, name or resolver stays when it is removed" {
	works network create wine
	for i in {1..12}; do
		"$TARU" create --name one --network wine box sleep 100 >/dev/null
		"$TARU" start -a one </dev/null >/dev/null 2>&1 3>&- 4>&- &
		sleep "0.00$((i % 10))$((i * 7 % 10))"
		kill -KILL $! 2>/dev/null || true
		wait $! || true
		works rm -f one
		[ -z "$(leases)" ]
		until_true no_resolver_is_left
		until_true no_device_is_left
		[ ! -e "$TARU_ROOT/networks/wine/names/hosts" ]
	done
}

@test "after the machine went down: what was in networks is told and put away, or starts again as if nothing had been" {
	works network create --subnet 10.123.0.0/24 wine
	works run -d --name one --network wine -p 8080:80 box sleep 100
	works run -d --name two --network wine box sleep 100
	# As the end of the machine: no process, no device, no rule, and /run is empty.
	pkill -KILL -f "^taru-monitor .*--root $TARU_ROOT "
	kill -KILL "$("$TARU" inspect --format '{{.State.Pid}}' one)" "$("$TARU" inspect --format '{{.State.Pid}}' two)"
	pkill -KILL -f "^taru-monitor .*--root $TARU_ROOT " || true
	rm -rf "${TARU_RUN_ROOT:?}"/*
	pkill -KILL -x taru-names
	nft delete table inet taru
	ip link delete "$(devices | grep ^br-)"
	find /sys/fs/cgroup -depth -name 'taru-[0-9a-f]*' -type d -exec rmdir {} + 2>/dev/null || true
	fails 1 "" -- system check
	[[ "$output" == *"container one: has ended and is in its networks still"* ]]
	works start one
	works exec one ping -c1 -W2 10.123.0.1
	works system check --repair
	[[ "$output" == *"container two"*mended* ]]
	works exec one ping -c1 -W2 one
	[ "$(leases | wc -l)" = 1 ]
	works rm -f one two
}

@test "without --network a container is in the default one" {
	works run --rm box ip -o -4 address show eth0
	[[ "$output" == *" 10.87."*"/16 "* ]]
	works create --name one box true
	works inspect --format '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}' one
	[ "$output" = bridge ]
	works run --rm -p 8080:80 box true
}

has_no_device()
{
	! ip link show dev "$1" >/dev/null 2>&1
}

device_index()
{
	ip -json link show dev "$1" | jq '.[0].ifindex'
}

@test "the bridge stays for some seconds when the last one has ended, and no process after it" {
	local index
	export TARU_LINGER=20
	works run --rm box true
	index=$(device_index taru0)
	works run --rm box true
	[ "$(device_index taru0)" = "$index" ]
	works system check
	kill_who_waits
	export TARU_LINGER=1
	works run --rm box true
	until_true has_no_device taru0
	until_true eval '[ -z "$(elements)" ]'
	until_true eval '! pgrep -f "network cleanup" >/dev/null'
	# Who is in it keeps it.
	works run --rm box true
	works run -d --name one box sleep 100
	until_true eval '! pgrep -f "network cleanup" >/dev/null'
	not has_no_device taru0
	works rm -f one
	fails 1 "'--after' takes 0 to" -- network cleanup --after -1 bridge
	works network cleanup bridge
	has_no_device taru0
}

@test "in a service, whose manager kills what it leaves behind, the bridge goes with the last one at once" {
	unset TARU_LINGER
	# One of the test before may wait still.
	until_true eval '! pkill -KILL -f "network cleanup"'
	INVOCATION_ID=0123456789abcdef works run --rm box true
	not pgrep -f "network cleanup"
	until_true has_no_device taru0
}

@test "a bridge that nobody waits for any more: told and removed by system check; network rm does not wait" {
	export TARU_LINGER=100
	works network create --interface-name wine0 wine
	works run --rm --network wine box true
	kill_who_waits
	# Until the kernel is done with its device, the last one is in it.
	until_true eval '! "$TARU" system check >"$T/told" 2>&1'
	[[ "$(<"$T/told")" == *"network wine: nobody is in it"* ]]
	works system check --repair
	has_no_device wine0
	works run --rm --network wine box true
	works network rm wine
	has_no_device wine0
	until_true eval '! pgrep -f "run --rm" >/dev/null'
	pkill -KILL -f "network cleanup" || true
}
