#!/usr/bin/env bats
# rootless_networks.bats - networks of an ordinary user: by pasta and slirp4netns. What reaches a container comes from
# this machine's own addresses; the way out leads nowhere.
# shellcheck disable=SC2154,SC2016,SC2030,SC2031
load engine
load ordinary

setup()
{
	engine_setup
	command -v pasta >/dev/null || skip "this test needs pasta (package passt)"
	way_out
	import_box
}

teardown()
{
	ordinary_teardown
}

# server NAME [OPTION…]: a container that answers "wine" at its port 80 and "beer" at 81, and logs who has asked.
server()
{
	local name=$1
	shift
	as_user ranges run -d --name "$name" --network pasta "$@" box sh -c '
		mkdir /80 /81; echo wine >/80/index.html; echo beer >/81/index.html
		httpd -f -vv -p "[::]:80" -h /80 & httpd -f -p "[::]:81" -h /81 & wait'
	[ "$status" = 0 ]
}

# Whether a datagram to port 5353 of the machine comes to the container "web".
sends()
{
	echo wine >/dev/udp/127.0.0.1/5353
	as_user ranges exec web grep -q wine /tmp/got
	[ "$status" = 0 ]
}

@test "pasta: the addresses of the machine, its resolvers, and a name for the host" {
	as_user ranges run --rm --network pasta --hostname cellar box sh -c 'ip addr show dev eth0; ip route; cat /etc/resolv.conf /etc/hosts'
	[ "$status" = 0 ]
	[[ "$output" == *"inet 192.0.2.2/24"* ]]
	[[ "$output" == *"inet6 2001:db8::2/64"* ]]
	[[ "$output" == *"default via 192.0.2.1 dev eth0"* ]]
	[[ "$output" == *"nameserver "* ]]
	[[ "$output" == *$'127.0.1.1\tcellar'* ]]
}

@test "pasta: one who has no subordinate ids, and a container whose root is not the user, have it, too" {
	as_user run --rm --network pasta box ip addr show dev eth0
	[[ "$output" == *"inet 192.0.2.2/24"* ]]
	as_user ranges run --rm --userns keep-id --network pasta box sh -c 'id -u; ip addr show dev eth0; cat /etc/hosts'
	[ "$status" = 0 ]
	[[ "$output" == "$ORDINARY"$'\n'*"inet 192.0.2.2/24"*127.0.1.1* ]]
	# Those in which the user has no number: pasta is not the user there, either.
	for ids in nomap auto auto:size=1000; do
		as_user ranges run --rm --userns "$ids" --network pasta box sh -c 'id -u; ip addr show dev eth0'
		[ "$status" = 0 ]
		[[ "$output" == 0$'\n'*"inet 192.0.2.2/24"* ]]
	done
}

@test "container:NAME: namespaces of another container of the user's, by one that has the same ids" {
	local mode first namespaces='cd /proc/self/ns; for one in net ipc uts; do readlink $one; done'
	as_user ranges run -d --name web --network pasta box sh -c 'mkdir /www; echo wine >/www/index.html; exec httpd -f -p 80 -h /www'
	as_user ranges run -d --name own --userns keep-id --network none box sleep 1000
	as_user ranges run -d --name few --userns nomap --network none box sleep 1000
	as_user ranges exec web sh -c "$namespaces"
	[ "$status" = 0 ]
	first=$output
	as_user ranges run --rm --network container:web box timeout 5 wget -q -O - http://127.0.0.1/
	[ "$output" = wine ]
	as_user ranges run --rm --network container:web --ipc container:web --uts container:web box sh -c "$namespaces"
	[ "$output" = "$first" ]
	as_user ranges run --rm --network none --pid container:web box ps
	[[ "$output" == *"1 root"*"httpd -f"*ps ]]
	as_user ranges run --rm --network container:own --userns keep-id box id -u
	[ "$output" = "$ORDINARY" ]

	# It comes back there, with the files of the image's users, and volumes, and goes as others do.
	as_user ranges run -d --name side --network container:web -v cellar:/data box sleep 1000
	as_user ranges exec -u alice side sh -c 'touch /tmp/file; stat -c %U /tmp/file; readlink /proc/self/ns/net'
	[ "$output" = $'alice\n'"${first%%$'\n'*}" ]
	as_user ranges restart -t 0 web side
	as_user ranges exec side timeout 5 wget -q -O - http://127.0.0.1/
	[ "$output" = wine ]
	as_user ranges rm -f side
	as_user ranges volume rm cellar
	[ "$status" = 0 ]

	# Who says nothing of ids has those of the other one, and who says it the same.
	for mode in "" "--userns container:own"; do
		# An option and its word, or nothing.
		# shellcheck disable=SC2086
		as_user ranges run --rm --network container:own $mode box sh -c 'id -u; stat -c %u /bin/sh; tr -s " " </proc/self/uid_map'
		[ "$output" = $'0\n0\n 0 500000 12345\n 12345 12345 1\n 12346 512345 53191' ]
	done
	as_user ranges run --rm --network container:own --userns keep-id:uid=5,gid=5 box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"has other ids; give both the same, by '--userns container:"* ]]
	as_user ranges run --rm --network container:own --pid container:web box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"option '--pid': container "*" has other ids"* ]]
	as_user ranges run -d --name same --network none box sleep 1000
	as_user ranges run --rm --network container:web --pid container:same box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"': the namespace belongs to other ids"* ]]
	as_user ranges run --rm --network container:few --userns nomap box true
	[[ "$stderr" == *"'--network'"*"has not the user's own id"* ]]
	for mode in pasta bridge; do
		as_user ranges run --rm --network "$mode" --pid container:web box true
		[ "$status" = 125 ]
		[[ "$stderr" == *"'--pid'"*"'--network none'"* ]]
	done
}

@test "ports: of all addresses, of IPv6, of one address alone, a range, one that is free, and what the image exposes" {
	local chosen
	server web -p 8080:80 -p 127.0.0.1:8081-8082:80-81 -p '[::1]:8090:81' -p 127.0.0.1::80 --expose 81 -P
	until_true says wine 127.0.0.1:8080
	says wine 192.0.2.2:8080
	says wine '[::1]:8080'
	says wine 127.0.0.1:8081
	says beer 127.0.0.1:8082
	not says wine 192.0.2.2:8081
	says beer '[::1]:8090'
	not says beer 127.0.0.1:8090
	as_user ranges port web
	[[ "$output" == *"80/tcp -> 0.0.0.0:8080"* ]]
	[[ "$output" == *"81/tcp -> [::1]:8090"* ]]
	chosen=$(sed -n 's/^80.tcp -> \(127.0.0.1:[0-9]*\)$/\1/p' <<<"$output" | grep -v ':808')
	says wine "$chosen"
	as_user ranges ps --format '{{.Ports}}'
	[[ "$output" == *"0.0.0.0:8080->80/tcp"* ]]
}

@test "a published port keeps the address of who asks, of IPv4 and of IPv6" {
	add_outside
	server web -p 8080:80
	until_true says wine 127.0.0.1:8080
	outside timeout 5 busybox wget -q -O /dev/null http://192.0.2.2:8080/
	until_true outside timeout 2 busybox wget -q -O /dev/null 'http://[2001:db8::2]:8080/'
	as_user ranges logs web
	[[ "$output$stderr" == *"192.0.2.7"*"2001:db8::7"* ]]
}

@test "UDP" {
	as_user ranges run -d --name web --network pasta -p 127.0.0.1:5353:53/udp host socat -u UDP-RECV:53 OPEN:/tmp/got,creat
	[ "$status" = 0 ]
	until_true sends
}

@test "a port that is taken is told before anything is made, and by whom; a low one with the sysctl" {
	server web -p 127.0.0.1:8080:80
	as_user ranges run --rm --network pasta -p 127.0.0.1:8080:80 box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"port 8080/tcp of this machine is taken, by container web"* ]]
	as_user ranges run --rm --network pasta -p 127.0.0.1:79:80 box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"net.ipv4.ip_unprivileged_port_start"* ]]
	as_user ranges run --rm --network pasta -p 9999:80/sctp box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"not sctp"* ]]
}

@test "nothing of the machine's loopback is reached, but with an option of pasta's" {
	mkdir "$T/machine"
	echo secret >"$T/machine/index.html"
	busybox httpd -f -p 127.0.0.1:7777 -h "$T/machine" 3>&- 4>&- &
	PIDS+=($!)
	until_true says secret 127.0.0.1:7777
	as_user ranges run --rm --network pasta box sh -c 'for at in 127.0.0.1 192.0.2.1; do timeout 2 wget -q -O - http://$at:7777/; done'
	[ "$output" = "" ]
	as_user ranges run --rm --init --network pasta:-T,7777 box timeout 5 wget -q -O - http://127.0.0.1:7777/
	[ "$output" = secret ]
}

@test "it ends with the container, also where the container, its monitor or taru itself was killed" {
	local pid
	server web -p 8080:80
	[ -n "$(serving)" ]
	as_user ranges inspect --format '{{.State.Pid}}' web
	pid=$output
	pkill -KILL -f '^taru-monitor '
	until_true says wine 127.0.0.1:8080
	kill -KILL "$pid"
	until_true nothing_serves
	as_user ranges ps -a --format '{{.Names}} {{.State}}'
	[ "$output" = "web exited" ]
	as_user ranges start web
	[ "$status" = 0 ]
	until_true says wine 127.0.0.1:8080
	as_user ranges restart -t 0 web
	[ "$status" = 0 ]
	until_true says wine 127.0.0.1:8080
	as_user ranges rm -f web
	nothing_serves
	as_user ranges system check
	[ "$status" = 0 ]
}

@test "taru in the foreground is killed: nothing is left" {
	as_user ranges run --name web --network pasta box sleep 1000 &
	PIDS+=($!)
	until_true pgrep taru-outward
	until_true pgrep -f '^sleep 1000'
	pkill -KILL -f 'run --name web'
	pkill -KILL -f '^sleep 1000'
	until_true nothing_serves
}

@test "its own watcher is killed: the network ends, the container goes on, and can be removed" {
	server web -p 8080:80
	pkill -KILL taru-outward
	until_true nothing_serves
	as_user ranges exec web true
	[ "$status" = 0 ]
	as_user ranges rm -f web
	[ "$status" = 0 ]
}

@test "a start that fails leaves nothing" {
	as_user ranges run --rm --network pasta -p 8080:80 box /nothing
	[ "$status" = 127 ]
	until_true nothing_serves
	no_way_out
	as_user ranges run --rm --network pasta box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"taru-outward"*"did not start (it says: "* ]]
}

@test "slirp4netns: addresses of its own, and its resolver where the machine's is of no use" {
	command -v slirp4netns >/dev/null || skip "this test needs slirp4netns"
	as_user ranges run --rm --network slirp4netns:mtu=1500,enable_ipv6=false --hostname cellar box sh -c 'ip addr show dev tap0; cat /etc/hosts'
	[ "$status" = 0 ]
	[[ "$output" == *"mtu 1500"*"inet 10.0.2.100/24"* ]]
	[[ "$output" == *$'10.0.2.100\tcellar'* ]]
	until_true nothing_serves
	works run --rm --network slirp4netns box ip addr show dev tap0
	[[ "$output" == *"inet 10.0.2.100/24"* ]]
}

# slirp_server NAME OPTIONS [OPTION…]: as server(), by slirp4netns with these options of its own.
slirp_server()
{
	local name=$1 options=$2
	shift 2
	command -v slirp4netns >/dev/null || skip "this test needs slirp4netns"
	as_user ranges run -d --name "$name" --network "slirp4netns:$options" "$@" box sh -c '
		mkdir /80 /81; echo wine >/80/index.html; echo beer >/81/index.html
		httpd -f -p 80 -h /80 & httpd -f -p 81 -h /81 & wait'
	[ "$status" = 0 ]
}

@test "slirp4netns: ports of all addresses, of one alone, a range, and one that is free; its socket goes with the container" {
	local chosen socket
	slirp_server web port_handler=slirp4netns -p 8080:80 -p 127.0.0.1:8081-8082:80-81 -p 127.0.0.1::80
	until_true says wine 127.0.0.1:8080
	says wine 192.0.2.2:8080
	until_true says beer 127.0.0.1:8082
	says wine 127.0.0.1:8081
	not says wine 192.0.2.2:8081
	as_user ranges port web
	[[ "$output" == *"80/tcp -> 0.0.0.0:8080"* ]]
	chosen=$(sed -n 's/^80.tcp -> \(127.0.0.1:[0-9]*\)$/\1/p' <<<"$output" | grep -v ':808')
	says wine "$chosen"
	socket=$(find "$T" -name outward.api -type s)
	[[ "$socket" == *"/containers/"*"/outward.api" ]]
	as_user ranges restart -t 0 web
	[ "$status" = 0 ]
	until_true says wine 127.0.0.1:8080
	as_user ranges stop -t 0 web
	[ ! -e "$socket" ]
	nothing_serves
	as_user ranges system check
	[ "$status" = 0 ]
}

@test "slirp4netns: a published port keeps the address of who asks; who asks from the loopback is the gateway" {
	command -v slirp4netns >/dev/null || skip "this test needs slirp4netns"
	add_outside
	as_user ranges run -d --name web --network slirp4netns -p 8080:80 box sh -c 'mkdir /80; echo wine >/80/index.html; exec httpd -f -vv -p 80 -h /80'
	[ "$status" = 0 ]
	until_true says wine 127.0.0.1:8080
	outside timeout 5 busybox wget -q -O /dev/null http://192.0.2.2:8080/
	as_user ranges logs web
	[[ "$output$stderr" == *"10.0.2.2"*"192.0.2.7"* ]]
}

@test "slirp4netns: UDP, and options of podman's: another network, a handler of ports, an address to go out by" {
	command -v slirp4netns >/dev/null || skip "this test needs slirp4netns"
	as_user ranges run -d --name web --network slirp4netns:port_handler=slirp4netns,cidr=10.77.0.0/24,outbound_addr=192.0.2.2,mtu=1400 \
		-p 127.0.0.1:5353:53/udp host socat -u UDP-RECV:53 OPEN:/tmp/got,creat
	[ "$status" = 0 ]
	until_true sends
	as_user ranges exec web cat /etc/hosts /proc/net/route
	# The gateway 10.77.0.2, as the kernel writes it.
	[[ "$output" == *"10.77.0.100"*"02004D0A"* ]]
	pgrep -af slirp4netns | grep -q -- '--outbound-addr=192.0.2.2'
}

@test "slirp4netns: the machine's loopback is reached where it is asked for alone" {
	command -v slirp4netns >/dev/null || skip "this test needs slirp4netns"
	mkdir "$T/machine"
	echo secret >"$T/machine/index.html"
	busybox httpd -f -p 127.0.0.1:7777 -h "$T/machine" 3>&- 4>&- &
	PIDS+=($!)
	until_true says secret 127.0.0.1:7777
	as_user ranges run --rm --network slirp4netns box timeout 2 wget -q -O - http://10.0.2.2:7777/
	[ "$output" = "" ]
	as_user ranges run --rm --network slirp4netns:allow_host_loopback=true box timeout 5 wget -q -O - http://10.0.2.2:7777/
	[ "$output" = secret ]
}

# listens PORT: somebody does, at 127.0.0.1.
listens()
{
	(: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

@test "slirp4netns: a port that is taken is told with who has it, a container or a process; what it has not is told" {
	slirp_server web port_handler=slirp4netns -p 127.0.0.1:8080:80
	as_user ranges run --rm --network slirp4netns -p 8080:80 box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"port 8080/tcp of this machine is taken, by container web"* ]]
	busybox httpd -f -p 127.0.0.1:7777 -h "$T" 3>&- 4>&- &
	PIDS+=($!)
	until_true listens 7777
	fails 125 "port 7777/tcp of this machine is taken, by process " -- run --rm --network slirp4netns -p 7777:80 box true
	as_user ranges run --rm --network slirp4netns -p '[::1]:9999:80' box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"'::1' is of IPv6"* ]]
	as_user ranges run --rm --network slirp4netns -p 9999:80/sctp box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"not sctp"* ]]
}

# publishes TOOL PORT: taru-outward for a process that has a network namespace, with one port of the tool's.
publishes()
{
	local tool=$1 port=$2
	shift 2
	run timeout 60 "$OUTWARD" --process "$SLEEPER" --lock "$T/lock" --signals-ready --api api --publish "$port" -- "$tool" "$@"
}

@test "slirp4netns: a port that another takes in the last moment, or a tool that does not answer: there is no network" {
	command -v slirp4netns >/dev/null || skip "this test needs slirp4netns"
	OUTWARD=$(dirname "$TARU")/libexec/taru/taru-outward
	[ -x "$OUTWARD" ]
	unshare -n sleep 1000 3>&- 4>&- &
	SLEEPER=$!
	PIDS+=($SLEEPER)
	until_true grep -q '^sleep' "/proc/$SLEEPER/comm"
	busybox httpd -f -p 127.0.0.1:7777 -h "$T" 3>&- 4>&- &
	PIDS+=($!)
	until_true listens 7777
	publishes "$(command -v slirp4netns)" tcp:127.0.0.1:7777:10.0.2.100:80 --configure --api-socket=api --ready-fd=3 '{}' tap0
	[ "$status" = 1 ]
	[[ "$output" == *"cannot publish 'tcp:127.0.0.1:7777:10.0.2.100:80': the tool refuses"* ]]
	nothing_serves
	printf '#!/bin/sh\necho >&3\nsleep 1000\n' >"$T/silent"
	chmod +x "$T/silent"
	publishes "$T/silent" tcp:127.0.0.1:7778:10.0.2.100:80
	[ "$status" = 1 ]
	[[ "$output" == *"the tool does not answer at its API socket"* ]]
	nothing_serves
	publishes "$T/silent" 'tcp:127.0.0.1","x":1:10.0.2.100:80'
	[ "$status" = 1 ]
	[[ "$output" == *"it is PROTOCOL:ADDRESS:PORT:ADDRESS:PORT"* ]]
}

@test "--explain shows the command line of pasta, and inspect what there is of the network" {
	as_user ranges run --explain=sh --rm --network pasta:--mtu,1400 -p 8080:80 -p 8000-8001:90-91/udp box true
	[ "$status" = 0 ]
	[[ "$output" == *'taru-outward --process "$child" --lock '*' -- /usr/bin/pasta --config-net --quiet -I eth0 -t 8080:80 -u 8000-8001:90-91 -T none -U none --no-map-gw --mtu 1400 --netns '* ]]
	nothing_serves
	server web -p 8080:80
	as_user ranges inspect --format '{{.HostConfig.NetworkMode}} {{range $name, $at := .NetworkSettings.Networks}}{{$name}} {{$at.InterfaceName}}{{end}}' web
	[ "$output" = "pasta pasta eth0" ]
}

@test "pasta: inspect has the name of its device, however that is asked for" {
	local words
	for words in -I,wan0 -Iwan0 --ns-ifname,wan0 --ns-ifname=wan0; do
		as_user ranges run -d --name web --network "pasta:$words" box sleep 100
		[ "$status" = 0 ]
		as_user ranges exec web ip addr show dev wan0
		[[ "$output" == *192.0.2.2* ]]
		as_user ranges inspect --format '{{.NetworkSettings.Networks.pasta.InterfaceName}}' web
		[ "$output" = wan0 ]
		as_user ranges rm -f web
	done
}

@test "what makes no sense is told" {
	refused()
	{
		local words=$1
		shift
		as_user ranges run --rm "$@" box true
		[ "$status" = 125 ]
		[[ "$stderr" == *"$words"* ]]
	}
	refused "cannot be together with other networks" --network pasta --network slirp4netns
	refused "--ip" --network pasta --ip 10.0.0.2
	refused "--network-alias" --network pasta --network-alias web
	refused "pasta's --netns is not for containers" --network pasta:--netns,/proc/1/ns/net
	refused "pasta's --netns is not for containers" --network pasta:--netns=/proc/1/ns/net
	refused "an option of pasta is missing" --network pasta:
	refused "slirp4netns takes mtu=BYTES (68 to 65521), not 'mtu=9'" --network slirp4netns:mtu=9
	refused "slirp4netns takes cidr=NETWORK/PREFIX" --network slirp4netns:cidr=10.0.0.7/24
	refused "slirp4netns takes cidr=NETWORK/PREFIX" --network slirp4netns:cidr=10.0.0.0/26
	refused "slirp4netns takes cidr=NETWORK/PREFIX" --network slirp4netns:cidr=10.0.0.0
	refused "slirp4netns takes port_handler=slirp4netns, not 'port_handler=rootlesskit'" --network slirp4netns:port_handler=rootlesskit
	refused "slirp4netns takes outbound_addr=ADDRESS|DEVICE" --network slirp4netns:outbound_addr=10.0.0.300
	refused "slirp4netns takes outbound_addr6=ADDRESS|DEVICE" --network slirp4netns:outbound_addr6=::x
	refused "slirp4netns takes enable_ipv6=true|false" --network slirp4netns:enable_ipv6=maybe
	refused "slirp4netns takes allow_host_loopback=, cidr=," --network slirp4netns:colour=red
	fails 125 "pasta does not run for root" -- run --rm --network pasta box true
}

@test "a program that is not installed: the message names the package" {
	mkdir -p "$T/empty"
	: >"$T/empty/pasta"
	mount --bind "$T/empty/pasta" "$(readlink -f "$(command -v pasta)")"
	as_user ranges run --rm --network pasta box true
	if command -v slirp4netns >/dev/null; then
		[[ "$stderr" == *"pasta is not installed (package passt)"* ]]
		mount --bind "$T/empty/pasta" "$(readlink -f "$(command -v slirp4netns)")"
		as_user ranges run --rm --network slirp4netns box true
		umount "$(readlink -f "$(command -v slirp4netns)")"
	fi
	umount "$(readlink -f "$(command -v pasta)")"
	[ "$status" = 125 ]
	[[ "$stderr" == *"neither pasta (package passt) nor slirp4netns is installed"* ]]
}
