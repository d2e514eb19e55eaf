#!/usr/bin/env bats
# network_options.bats - what `network create` is told of a network is what its containers have: who reaches whom, which way
# is out, from which address, by which devices. Other machines are namespaces that a test makes.
# shellcheck disable=SC2154,SC2016
load network

OWN_DEVICES="under"

teardown()
{
	no_machine
	network_teardown
}

@test "--opt isolate: true, who is so too is not reached; false, they are reached; strict, nobody is" {
	local name
	works network create closed
	works network create -o isolate=true shut
	works network create -o isolate=false open
	works network create -o isolate=strict strict
	for name in closed open strict; do
		serve "$name" 80 --network "$name"
	done
	not reaches shut "$(address closed closed)"
	reaches shut "$(address open open)"
	reaches open "$(address closed closed)"
	not reaches open "$(address strict strict)"
	not reaches strict "$(address open open)"
	reaches strict "$(address strict strict)"
}

@test "--opt no_default_route: the way out is another network's, or there is none" {
	works network create --subnet 10.201.0.0/24 -o no_default_route=true wine
	works network create --subnet 10.202.0.0/24 beer
	works run --rm --network wine box ip route
	[[ "$output" == *"10.201.0.0/24 dev eth0"* && "$output" != *default* ]]
	works run --rm --network wine --network beer box ip route
	[[ "$output" == *"default via 10.202.0.1 dev eth1"* ]]
}

@test "--route: each container of the network has it; what cannot be is told, and explain shows it" {
	works network create --subnet 10.201.0.0/24 --subnet fd00:201::/64 --route 10.9.0.0/16,10.201.0.7 \
		--route fd00:9::/64,fd00:201::7,200 wine
	works network inspect -f '{{range .Routes}}{{.Destination}} {{.Gateway}} {{end}}' wine
	[ "$output" = "10.9.0.0/16 10.201.0.7 fd00:9::/64 fd00:201::7 " ]
	works run -d --name one --network wine box sleep 100
	works exec one sh -c 'ip route; ip -6 route'
	[[ "$output" == *"default via 10.201.0.1"*"10.9.0.0/16 via 10.201.0.7 dev eth0"* ]]
	[[ "$output" == *"fd00:9::/64 via fd00:201::7 dev eth0  metric 200"* ]]
	works explain one
	[[ "$output" == *"ip route add 10.9.0.0/16 via 10.201.0.7 dev eth0"* ]]
	works run --rm --explain sh --network wine box true
	[[ "$output" == *"ip -6 route add fd00:9::/64 via fd00:201::7 dev eth0 metric 200"* ]]
	# One that gets in while it runs, by another network that has the same route.
	works network create --subnet 10.202.0.0/24 --route 10.9.0.0/16,10.202.0.7 --route 10.10.0.0/16,10.202.0.7 beer
	works network connect beer one
	works exec one ip route
	[[ "$output" == *"10.9.0.0/16 via 10.201.0.7 dev eth0"*"10.10.0.0/16 via 10.202.0.7 dev eth1"* ]]
	works network disconnect beer one
	works exec one ip route
	[[ "$output" != *10.10.0.0* ]]
	works run --rm --network wine --network beer box ip route
	[[ "$output" == *"10.9.0.0/16 via 10.201.0.7 dev eth0"*"10.10.0.0/16 via 10.202.0.7 dev eth1"* ]]
	fails 1 "the gateway 10.203.0.7 is in no subnet of the network: 10.204.0.0/24" -- \
		network create --subnet 10.204.0.0/24 --route 10.9.0.0/16,10.203.0.7 bad
	fails 1 "'10.9.0.0/16' is no route" -- network create --route 10.9.0.0/16 bad
	fails 1 "add --opt no_default_route" -- network create --subnet 10.204.0.0/24 --route 0.0.0.0/0,10.204.0.7 bad
	fails 1 "no such network" -- network inspect bad
}

@test "--route 0.0.0.0/0 with no_default_route: another container is the way out" {
	works network create --subnet 10.201.0.0/24 -o no_default_route --route 0.0.0.0/0,10.201.0.7 wine
	works network create --subnet 10.202.0.0/24 beer
	works run -d --name one --network wine --network beer box sleep 100
	works exec one ip route
	[[ "$output" == *"default via 10.201.0.7 dev eth0"* && "$output" != *"default via 10.202"* ]]
	works explain one
	[[ "$output" == *"ip route add default via 10.201.0.7 dev eth0"* ]]
	works network disconnect wine one
	works exec one ip route
	[[ "$output" == *"default via 10.202.0.1 dev eth1"* ]]
}

@test "who starts is heard by no other container of a network without IPv6; with IPv6 it has its address there" {
	works network create --subnet 10.201.0.0/24 wine
	works network create --subnet 10.202.0.0/24 --subnet fd00:202::/64 beer
	works run -d --name one --network wine --network beer box sleep 100
	works exec one ip -o -6 address
	[[ "$output" != *"eth0"* && "$output" == *"eth1"*"fd00:202::"* && "$output" == *"eth1"*"fe80::"* ]]
	# What an address of fe80::/64 needs is sent within two seconds. The tenth number is that of packets sent.
	sleep 3
	works exec one sed -n 's/^ *eth0: *//p' /proc/net/dev
	[ "$(awk '{ print $10 }' <<<"$output")" = 0 ]
	works exec one sed -n 's/^ *eth1: *//p' /proc/net/dev
	[ "$(awk '{ print $10 }' <<<"$output")" != 0 ]
	works run --rm --explain sh --network wine box true
	[[ "$output" == *"ip link set dev eth0 addrgenmode none"* ]]
}

# seen_as: what the other machine has seen of who asked it.
seen_as()
{
	grep -o '10\.[0-9.]*' "$T/log" | sort -u
}

@test "com.docker.network.bridge.enable_ip_masquerade: with false the outside sees the container's own address" {
	machine
	there busybox httpd -f -vv -p 10.9.0.2:80 2>>"$T/log" 3>&- 4>&- &
	until_true curl -s -o "$T/page" http://10.9.0.2/
	works network create --subnet 10.201.0.0/24 wine
	works network create --subnet 10.202.0.0/24 -o com.docker.network.bridge.enable_ip_masquerade=false beer
	: >"$T/log"
	taru run --rm --init --network wine box timeout 5 wget -qO- http://10.9.0.2/
	[ "$(seen_as)" = 10.9.0.1 ]
	: >"$T/log"
	taru run --rm --init --network beer --ip 10.202.0.7 box timeout 5 wget -qO- http://10.9.0.2/
	[ "$(seen_as)" = 10.202.0.7 ]
}

@test "--ip-range: addresses are of that part of the subnet, and it can be full" {
	local i
	works network create --subnet 10.201.0.0/24 --ip-range 10.201.0.128/30 wine
	for i in 1 2 3 4; do
		works run -d --name "one$i" --network wine box sleep 100
		[[ "$(address "one$i" wine)" =~ ^10\.201\.0\.(128|129|130|131)$ ]]
	done
	fails 125 "no address of" -- run --rm --network wine box true
	# What is asked for may be another one.
	works run --rm --network wine --ip 10.201.0.9 box hostname -i
	[ "$output" = 10.201.0.9 ]
}

@test "--opt mtu: of the container's device and of the bridge" {
	works network create -o mtu=1400 --interface-name wine0 wine
	works run -d --name one --network wine box sleep 100
	works exec one cat /sys/class/net/eth0/mtu
	[ "$output" = 1400 ]
	[[ "$(ip -o link show wine0)" == *"mtu 1400"* ]]
}

@test "--network NAME:… says all of a network at once; what is wrong in it is told" {
	works network create --subnet 10.201.0.0/24 --subnet fd00:201::/64 wine
	works run -d --name one \
		--network wine:ip=10.201.0.7,ip6=fd00:201::7,mac=02:00:00:00:00:07,alias=uno,alias=eins,interface-name=cellar0 box sleep 100
	works exec one ip -o address show cellar0
	[[ "$output" == *"10.201.0.7/24"*"fd00:201::7/64"* ]]
	works exec one cat /sys/class/net/cellar0/address
	[ "$output" = 02:00:00:00:00:07 ]
	works run --rm --network wine box sh -c 'nslookup uno; nslookup eins'
	[[ "$output" == *10.201.0.7*fd00:201::7* ]]
	works run --rm --network wine --ip6 fd00:201::9 --mac-address 02:00:00:00:00:09 box \
		sh -c 'ip -o address show eth0; cat /sys/class/net/eth0/address'
	[[ "$output" == *fd00:201::9/64*02:00:00:00:00:09* ]]
	fails 125 "no name of a network device" -- run --rm --network wine:interface-name=0123456789abcdef box true
	fails 125 "10.202.0.7 is not in its subnet 10.201.0.0/24" -- run --rm --network wine:ip=10.202.0.7 box true
	fails 125 "'10.201.0.700' is no address of IPv4" -- run --rm --network wine:ip=10.201.0.700 box true
	fails 125 "'02:00'" -- run --rm --network wine:mac=02:00 box true
	fails 125 "the address fd00:201::7 is taken by container" -- run --rm --network wine:ip6=fd00:201::7 box true
}

@test "--dns, --dns-search, --dns-option: what resolv.conf says beside the network's resolver" {
	works network create --subnet 10.201.0.0/24 wine
	works run --rm --network wine --dns 192.0.2.53 --dns-search cellar --dns-search example --dns-option ndots:3 box \
		cat /etc/resolv.conf
	[[ "$output" == *"nameserver 10.201.0.1"* && "$output" != *192.0.2.53* ]]
	[[ "$output" == *"search cellar example"* && "$output" == *"options ndots:3"* ]]
	works run --rm --network bridge --dns 192.0.2.53 --dns-option ndots:3 box cat /etc/resolv.conf
	[[ "$output" == *"nameserver 192.0.2.53"* && "$output" == *"options ndots:3"* ]]
}

@test "macvlan: containers and other machines of the street reach each other; with mode=private containers do not" {
	street
	works network create -d macvlan -o parent=under --subnet 10.203.0.0/24 --ip-range 10.203.0.64/26 wine
	serve web 80 --network wine
	reaches wine 10.203.0.9
	reaches wine "$(address web wine)"
	[ "$(there curl -s --max-time 5 "http://$(address web wine)/")" = "from web" ]
	works rm -f web
	works network rm wine
	works network create -d macvlan -o parent=under -o mode=private --subnet 10.203.0.0/24 --ip-range 10.203.0.64/26 beer
	serve web 80 --network beer
	reaches beer 10.203.0.9
	not reaches beer "$(address web beer)"
}
