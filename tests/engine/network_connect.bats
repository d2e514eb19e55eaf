#!/usr/bin/env bats
# network_connect.bats - containers that are there get into networks and out of them. The file is in a network namespace of
# its own.
# shellcheck disable=SC2154,SC2016
load network

OWN_DEVICES="under below"

# two_networks: wine, 10.201.0.0/24, and beer, 10.202.0.0/24.
two_networks()
{
	works network create --subnet 10.201.0.0/24 wine
	works network create --subnet 10.202.0.0/24 beer
}

# idle NAME OPTION…: a container that does nothing.
idle()
{
	local name=$1
	shift
	works run -d --name "$name" "$@" box sleep 1000
}

networks_of()
{
	"$TARU" inspect --format '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}' "$1"
}

folder_of()
{
	echo "$TARU_ROOT/containers/$("$TARU" inspect --format '{{.Id}}' "$1")"
}

# addresses_of NAME: of its devices, and its routes.
addresses_of()
{
	"$TARU" exec "$1" sh -c 'ip -o addr show scope global; ip route; ip -6 route; cat /sys/class/net/eth*/address' |
		sed -E 's/^[0-9]+: //; s/@if[0-9]+//'
}

process_of()
{
	"$TARU" inspect --format '{{.State.Pid}}' "$1"
}

@test "a container that runs gets into a network: device, address, names, files, and what others see of it" {
	two_networks
	idle one --network wine
	idle two --network beer
	works network connect --alias uno --ip 10.202.0.77 --mac-address 02:00:00:00:00:77 beer one
	works exec one ip -o address show eth1
	[[ "$output" == *"10.202.0.77/24"* ]]
	works exec one cat /sys/class/net/eth1/address
	[ "$output" = 02:00:00:00:00:77 ]
	works exec two ping -c 1 -W 2 10.202.0.77
	works exec two nslookup uno
	[[ "$output" == *10.202.0.77* ]]
	works exec two nslookup "$("$TARU" inspect --format '{{.Id}}' one | cut -c 1-12)"
	[[ "$output" == *10.202.0.77* ]]
	works exec one ping -c 1 -W 2 two
	[[ "$output" == *"$(address two beer)"* ]]
	works exec one cat /etc/hosts
	[[ "$output" == *10.202.0.77* ]]
	# The resolver of its first network asks the other's for it.
	works exec one nslookup two
	[[ "$output" == *"$(address two beer)"* ]]
	[ "$(address one beer)" = 10.202.0.77 ]
	works network inspect beer
	[[ "$output" == *10.202.0.77/24* ]]
}

@test "the default route stays with the first network that has one, and goes on to the next when that is left" {
	two_networks
	idle one --network wine
	works network connect beer one
	works exec one ip route
	[[ "$output" == *"default via 10.201.0.1 dev eth0"* && "$output" == *"10.202.0.0/24 dev eth1"* ]]
	works network disconnect wine one
	works exec one ip route
	[[ "$output" == *"default via 10.202.0.1 dev eth1"* && "$output" != *10.201* ]]
	works exec one cat /etc/hosts
	[[ "$output" != *10.201* && "$output" == *10.202* ]]
	[ "$(networks_of one)" = "beer " ]
	works network connect wine one
	works exec one ip -o address
	[[ "$output" == *"eth0 "*10.201.0.* ]]
	works exec one ip route
	[[ "$output" == *"default via 10.202.0.1 dev eth1"* ]]
}

@test "out of the last network and into one again" {
	two_networks
	idle one --network wine
	works network disconnect wine one
	works exec one ls /sys/class/net
	[ "$output" = lo ]
	no_device_is_left
	[ -z "$(leases)" ]
	works network connect beer one
	works exec one ip route
	[[ "$output" == *"default via 10.202.0.1 dev eth0"* ]]
}

# Where ports lead that are published at all addresses.
published()
{
	nft list map inet taru publish_any4
}

@test "a published port follows the container from network to network" {
	two_networks
	works run -d --name web --network wine -p 8080:80 box sh -c 'mkdir /www; echo here >/www/index.html; exec httpd -f -p 80 -h /www'
	until_true wget -qO /dev/null http://127.0.0.1:8080/
	works network connect beer web
	[[ "$(published)" == *10.201.0.* && "$(published)" != *10.202.0.* ]]
	works network disconnect wine web
	wget -qO /dev/null http://127.0.0.1:8080/
	[[ "$(published)" == *10.202.0.* && "$(published)" != *10.201.0.* ]]
	works network disconnect beer web
	fails 1 "" -- port web 80
	works ps --format '{{.Ports}}'
	[[ "$output" != *8080* ]]
	works network connect wine web
	wget -qO /dev/null http://127.0.0.1:8080/
	works port web 80
	[[ "$output" == *0.0.0.0:8080* ]]
}

@test "one that does not run is in the network from its next start on, and a restart keeps the networks" {
	two_networks
	works create --name one --network wine box sleep 1000
	works network connect --ip 10.202.0.50 beer one
	no_device_is_left
	works start one
	works exec one ip -o address show eth1
	[[ "$output" == *10.202.0.50/24* ]]
	works restart -t 0 one
	works exec one ip -o address show eth1
	[[ "$output" == *10.202.0.50/24* ]]
	works stop -t 0 one
	works network disconnect wine one
	works start one
	works exec one ip -o address
	[[ "$output" == *"eth0 "*10.202.0.50/24* && "$output" != *10.201* ]]
}

@test "devices on top of one of this machine's come and go" {
	ip link add under type veth peer name below
	ip link set under up
	two_networks
	works network create -d macvlan -o parent=under --subnet 10.203.0.0/24 street
	idle one --network wine
	works network connect --driver-opt com.docker.network.endpoint.ifname=street0 street one
	works exec one ip -o address show street0
	[[ "$output" == *10.203.0.* ]]
	works network disconnect street one
	works exec one ls /sys/class/net
	[[ "$output" != *street0* ]]
}

@test "the device below a container's is gone: system check tells, and brings it back when that is there again" {
	local before
	ip link add under type veth peer name below
	ip link set under up
	works network create --subnet 10.201.0.0/24 wine
	works network create -d macvlan -o parent=under --subnet 10.203.0.0/24 street
	idle one --network wine --network street
	idle two --network wine
	before=$(addresses_of one)
	works system check
	ip link delete under
	fails 1 "" -- system check
	[[ "$output" == *"container one: has lost its device eth1 in network street, since this machine's under is gone"* ]]
	[[ "$output" == *"'taru network disconnect -f street one' takes it out"* && "$output" != *"container two"* ]]
	# What is not lost stays as it is.
	fails 1 "" -- system check --repair
	works exec two ping -c 1 -W 2 one
	ip link add under type veth peer name below
	ip link set under up
	works system check --repair
	[[ "$output" == *"container one: has lost its device eth1 in network street: mended"* ]]
	[ "$(addresses_of one)" = "$before" ]
	works exec two ping -c 1 -W 2 one
	works system check
	ip link delete under
	works network disconnect -f street one
	works system check
	[ "$(networks_of one)" = "wine " ]
}

@test "somebody has removed the bridge: system check tells, and brings its containers back" {
	local before bridge
	works network create --ipv6 wine
	works run -d --name web --network wine -p 8080:80 box sh -c 'mkdir /www; echo here >/www/index.html; exec httpd -f -p 80 -h /www'
	idle one --network wine
	before=$(addresses_of web)
	bridge=$("$TARU" network inspect -f '{{.NetworkInterface}}' wine)
	ip link delete "$bridge"
	fails 1 "" -- system check
	[[ "$output" == *"container web: is in network wine no more, since its device or the bridge was removed"* ]]
	[[ "$output" == *"container one: "* ]]
	# Another one makes it anew: they are no ports of it.
	idle two --network wine
	fails 1 "" -- system check
	[[ "$output" == *"container one: "* && "$output" != *"container two: "* ]]
	works system check --repair
	works system check
	[ "$(addresses_of web)" = "$before" ]
	works exec one wget -qO- http://web/
	works exec two wget -qO- http://web/
	[ "$(curl -s http://127.0.0.1:8080/)" = here ]
}

@test "what makes no sense is refused, and leaves all as it was" {
	two_networks
	idle one --network wine
	idle two --network beer --ip 10.202.0.9
	works run -d --name bare --network none box sleep 1000
	works run -d --name shared --network container:one box sleep 1000
	local before; before=$(cat "$(folder_of one)"/{container,network}.json)
	fails 1 "in network wine already" -- network connect wine one
	fails 1 "no such network: water" -- network connect water one
	fails 1 "no such container" -- network connect wine nobody
	fails 1 "cannot be together with others" -- network connect host one
	fails 1 "cannot be together with others" -- network connect none one
	fails 1 "'--network none', 'host'" -- network connect wine bare
	fails 1 "'--network none', 'host'" -- network connect wine shared
	fails 1 "taken by container" -- network connect --ip 10.202.0.9 beer one
	fails 1 "in none of its subnets" -- network connect --ip 10.9.9.9 beer one
	fails 1 "'--ip': 'x' is no address" -- network connect --ip x beer one
	fails 1 "'--mac-address'" -- network connect --mac-address 1 beer one
	fails 1 "'--alias'" -- network connect --alias 'a b' beer one
	fails 1 "'--link-local-ip'" -- network connect --link-local-ip 169.254.1.1 beer one
	fails 1 "'--driver-opt'" -- network connect --driver-opt a=b beer one
	fails 1 "device 'eth0' already" -- network connect --driver-opt com.docker.network.endpoint.ifname=eth0 beer one
	fails 1 "is not in network beer" -- network disconnect beer one
	works network disconnect -f beer one
	works network disconnect -f beer nobody
	[ "$before" = "$(cat "$(folder_of one)"/{container,network}.json)" ]
	works exec one ls /sys/class/net
	[[ "$output" != *eth1* ]]
}

@test "a device in the way, and a network that is full: nothing of it stays" {
	two_networks
	works network create --subnet 10.204.0.0/30 small
	idle one --network wine
	idle two --network small
	nsenter --net="/proc/$(process_of one)/ns/net" ip link add eth1 type veth peer name below1
	fails 1 "the container has a network device 'eth1' already" -- network connect beer one
	works exec one ls /sys/class/net
	[[ "$output" == *eth1* && "$output" != *eth2* ]]
	[ "$(networks_of one)" = "wine " ]
	[[ "$(leases)" != */beer/* ]]
	fails 1 "no address of 10.204.0.0/30 is free" -- network connect small one
	[ "$(networks_of one)" = "wine " ]
}

@test "--explain shows what would be done, and does nothing" {
	two_networks
	idle one --network wine
	until_true test -e "$(log_of one)"
	find "$TARU_ROOT" "$TARU_RUN_ROOT" -printf '%p %s %T@ %C@ %l\n' | sort >"$T/before"
	nft list table inet taru >"$T/rules"
	works network connect --explain text beer one
	[[ "$output" == *"How the networks of the container"*"makes a network device"* ]]
	works network connect --explain json beer one
	jq -e '.steps | length > 5' <<<"$output"
	works network connect --explain sh beer one
	[[ "$output" == *"nsenter --target \"\$child\" --net ip address add 10.202.0."* ]]
	sh -n <<<"$output"
	find "$TARU_ROOT" "$TARU_RUN_ROOT" -printf '%p %s %T@ %C@ %l\n' | sort | diff "$T/before" -
	nft list table inet taru | diff "$T/rules" -
	[ "$(networks_of one)" = "wine " ]
	works exec one ls /sys/class/net
	[[ "$output" != *eth1* ]]
	fails 1 "'--explain'" -- network connect --explain x beer one
}

@test "two who connect at once wait for each other" {
	two_networks
	idle one --network wine
	works network create --subnet 10.203.0.0/24 water
	"$TARU" network connect beer one & PIDS+=($!)
	"$TARU" network connect water one & PIDS+=($!)
	wait "${PIDS[@]}"
	PIDS=()
	[ "$(networks_of one)" = "beer water wine " ]
	works exec one ls /sys/class/net
	[[ "$output" == *eth0*eth1*eth2* ]]
}

@test "system check --repair waits for what is left of one that was killed, and mends what that has left" {
	local folder
	two_networks
	idle one --network wine
	folder=$TARU_ROOT/containers/$("$TARU" inspect -f '{{.Id}}' one)
	cp "$folder/container.json" "$T/before"
	works network connect beer one
	# As who was killed between the making and the writing; the children that it had have the lock for a moment.
	cp "$T/before" "$folder/container.json"
	flock "$folder" sleep 0.2 &
	PIDS+=($!)
	until_true not flock --nonblock "$folder" true
	works system check --repair
	[[ "$output" == *"container one: runs, and is halfway in a network or out of it: mended"* ]]
	works system check
	[ "$(networks_of one)" = "wine " ]
}

@test "who connects or disconnects is killed at any moment: it is done, undone, or mended" {
	local i
	two_networks
	idle one --network wine
	for i in 1 3 5 8 12 16 20 25 30 40; do
		"$TARU" network "$( ((i % 2)) && echo connect || echo disconnect)" beer one 2>/dev/null & PIDS=($!)
		sleep "0.0$(printf %02d "$i")"
		kill -9 "${PIDS[0]}" 2>/dev/null || true
		wait "${PIDS[0]}" 2>/dev/null || true
		PIDS=()
		"$TARU" system check --repair >/dev/null || true
		works system check
		if [[ "$(networks_of one)" == *beer* ]]; then
			works exec one ip -o address show eth1
			[[ "$output" == *10.202.0.* ]]
		else
			works exec one ls /sys/class/net
			[[ "$output" != *eth1* ]]
			[[ "$(leases)" != */beer/* ]]
		fi
	done
}

@test "a flow of UDP to a published port finds the container at its new address" {
	two_networks
	idle echo --network wine --ip 10.201.0.10 -p 127.0.0.1:9999:9999/udp
	udp_echo echo
	until_true udp_answers 40001
	works stop -t 0 echo
	works network disconnect wine echo
	works network connect --ip 10.201.0.20 wine echo
	works start echo
	udp_echo echo
	until_true udp_answers 40001
	works network disconnect wine echo
	works network connect --ip 10.201.0.30 wine echo
	until_true udp_answers 40001
}

# udp_echo NAME: answers in the container's network, as long as that container runs.
udp_echo()
{
	local pid; pid=$(process_of "$1")
	timeout 60 nsenter --net="/proc/$pid/ns/net" "$PYTHON" - "$pid" <<-'EOF' 3>&- 4>&- &
	import os, socket, sys
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.bind(("0.0.0.0", 9999))
	s.settimeout(0.2)
	while os.path.exists("/proc/" + sys.argv[1]):
	    try:
	        data, who = s.recvfrom(99)
	        s.sendto(data, who)
	    except TimeoutError:
	        pass
	EOF
	PIDS+=($!)
}

# udp_answers PORT: from that port of this machine, so that it is the same flow each time.
udp_answers()
{
	"$PYTHON" - "$1" <<-'EOF'
	import socket, sys
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	s.bind(("127.0.0.1", int(sys.argv[1])))
	s.settimeout(0.5)
	s.sendto(b"hello", ("127.0.0.1", 9999))
	sys.exit(s.recv(99) != b"hello")
	EOF
}
