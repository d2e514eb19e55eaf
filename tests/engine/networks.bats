#!/usr/bin/env bats
# networks.bats - networks as files of the store: network create, ls, inspect, exists, rm, prune. No packet is sent here.
# shellcheck disable=SC2154,SC2016
load engine

# What a test leaves goes with it.
teardown()
{
	local wrong=0
	rm -rf "$TARU_ROOT/networks"
	engine_teardown || wrong=1
	return $wrong
}

subnet_of()
{
	"$TARU" network inspect -f '{{(index .IPAM.Config 0).Subnet}}' "$1"
}

# lease NETWORK ADDRESS ID: as a start of a container leaves it.
lease()
{
	ln -s "$3 eth0" "$TARU_ROOT/networks/$1/leases/$2"
}

@test "bridge, host and none are always there, as docker has them, and cannot be removed" {
	works network ls --format '{{.Name}} {{.Driver}} {{.Scope}}'
	[ "$output" = $'bridge bridge local\nhost host local\nnone null local' ]
	[ ! -e "$TARU_ROOT/networks" ]
	fails 1 "cannot be removed" -- network rm bridge
	fails 1 "already exists" -- network create host
	works network inspect host none
	[ ! -e "$TARU_ROOT/networks/host" ]
}

@test "the default network is made when it is first looked at closely" {
	works network inspect bridge
	[ -e "$TARU_ROOT/networks/bridge/network.json" ]
	[[ $(subnet_of bridge) = 10.*/* ]]
	[[ $("$TARU" network inspect -f '{{.NetworkInterface}}' bridge) = taru[0-9]* ]]
	fails 1 "cannot be removed" -- network rm bridge
}

@test "network create prints an ID; name, ID and the begin of an ID find it" {
	local id
	works network create --label year=2020 wine
	id=$output
	[ ${#id} = 64 ]
	works network ls --no-trunc -q --filter name=win
	[ "$output" = "$id" ]
	works network ls --filter name=wine
	[ "${lines[0]}" = "NETWORK ID     NAME      DRIVER    SCOPE" ]
	[ "${lines[1]}" = "${id:0:12}   wine      bridge    local" ]
	for word in wine "$id" "${id:0:7}"; do
		works network inspect -f '{{.Name}} {{.Labels.year}} {{.NetworkInterface}}' "$word"
		[ "$output" = "wine 2020 br-${id:0:12}" ]
		works network exists "$word"
	done
	fails 1 "" -- network exists beer
	fails 1 "no such network: beer" -- network inspect beer
}

@test "subnets, gateways, ranges and options are as they were asked for" {
	works network create --subnet 10.201.5.0/24 --subnet fd00:201::/64 --gateway 10.201.5.9 --ip-range 10.201.5.128/25 \
		--internal -o com.docker.network.driver.mtu=1400 --interface-name cellar wine
	works network inspect wine
	"$PYTHON" - "$output" <<-'CHECK'
		import json, sys
		network = json.loads(sys.argv[1])[0]
		assert network["IPAM"]["Config"] == [
			{"Subnet": "10.201.5.0/24", "IPRange": "10.201.5.128/25", "Gateway": "10.201.5.9"},
			{"Subnet": "fd00:201::/64", "IPRange": "", "Gateway": "fd00:201::1"}], network
		assert network["EnableIPv6"] and network["Internal"] and network["Containers"] == {}
		assert network["Options"] == {"com.docker.network.driver.mtu": "1400"}
		assert network["NetworkInterface"] == "cellar"
	CHECK
}

@test "--ipv6 without a subnet gets one of IPv4 and one of its own of IPv6" {
	works network create --ipv6 wine
	works network inspect -f '{{range .IPAM.Config}}{{.Subnet}} {{end}}' wine
	[[ $output =~ ^[0-9.]+/24\ fd[0-9a-f:]+::/64\ $ ]]
}

@test "no two networks have the same subnet, and none one of this machine's" {
	works network create one
	works network create two
	[ "$(subnet_of one)" != "$(subnet_of two)" ]
	fails 1 "of network one" -- network create --subnet "$(subnet_of one)" three
	works network create --subnet 10.202.0.0/16 four
	fails 1 "overlaps 10.202.0.0/16 of network four" -- network create --subnet 10.202.7.0/24 three
}

# in_own_network COMMANDS…: bash with a network of its own, that has loopback and what the commands make of it.
in_own_network()
{
	unshare --net bash -c "ip link set lo up; $1"
}

@test "a subnet that a route of this machine leads to is refused, and not chosen" {
	run in_own_network 'ip addr add 10.203.1.1/24 dev lo; "$TARU" network create --subnet 10.203.0.0/16 wine'
	[ "$status" = 1 ]
	[[ $output = *"of this machine, at its device lo"* ]]
	run in_own_network 'ip addr add 10.86.0.7/32 dev lo; "$TARU" network create wine'
	[ "$status" = 0 ]
	[ "$(subnet_of wine)" = 10.86.1.0/24 ]
	run in_own_network 'ip addr add 10.87.3.7/24 dev lo; "$TARU" network inspect -f "{{(index .IPAM.Config 0).Subnet}}" bridge'
	[ "$output" = 10.86.0.0/24 ]
}

@test "a name of a device that this machine has is refused; the default network takes another" {
	run in_own_network 'ip link add tarutest0 type bridge && "$TARU" network create --interface-name tarutest0 wine'
	[ "$status" = 1 ]
	[[ $output = *"a network device 'tarutest0' on this machine already"* ]]
	run in_own_network 'ip link add taru0 type bridge && "$TARU" network inspect -f "{{.NetworkInterface}}" bridge'
	[ "$output" = taru1 ]
}

@test "the device below macvlan is the one that leads to the world" {
	run in_own_network '"$TARU" network create -d macvlan wine'
	[ "$status" = 1 ]
	[[ $output = *"macvlan needs parent=DEVICE, since this machine has no default route"* ]]
	run in_own_network 'ip link add out0 type bridge && ip link set out0 up && ip addr add 10.203.1.1/24 dev out0 &&
		ip route add default via 10.203.1.2 && "$TARU" network create -d macvlan --subnet 10.203.1.0/24 wine'
	[ "$status" = 0 ]
	works network inspect -f '{{.Driver}} {{.Options.parent}}' wine
	[ "$output" = "macvlan out0" ]
}

@test "bad input: one message that says what it takes" {
	fails 1 "10.1.2.0/24 is the subnet" -- network create --subnet 10.1.2.3/24 x
	fails 1 "'10.1.2.0' is no subnet" -- network create --subnet 10.1.2.0 x
	fails 1 "no room" -- network create --subnet 10.201.2.0/31 x
	fails 1 "in no subnet that is given" -- network create --subnet 10.201.2.0/24 --gateway 10.201.3.1 x
	fails 1 "in no subnet that is given" -- network create --subnet 10.201.2.0/24 --ip-range 10.201.3.0/25 x
	fails 1 "bridge, macvlan or ipvlan, not 'overlay'" -- network create -d overlay x
	fails 1 "from 68 to 65535" -- network create -o mtu=10 x
	fails 1 "at least 1280" -- network create --ipv6 -o mtu=1000 x
	fails 1 "vlan takes a number from 1 to 4094, not '4095'" -- network create -o vlan=4095 x
	fails 1 "vlan takes a number from 1 to 4094" -- network create -o vlan=0 x
	fails 1 "'vlan' is none that the driver ipvlan has" -- network create -d ipvlan -o vlan=50 x
	fails 1 "true, false or strict" -- network create -o isolate=maybe x
	fails 1 "'colour' is none that the driver bridge has: mtu" -- network create -o colour=red x
	fails 1 "l2, l3 or l3s" -- network create -d ipvlan -o mode=bridge x
	fails 1 "no network device 'taruno0'" -- network create -d macvlan -o parent=taruno0 x
	fails 1 "1 to 15" -- network create --interface-name 0123456789abcdef x
	fails 1 "1 to 15" -- network create --interface-name a/b x
	fails 1 "is no address" -- network create --dns nobody x
	fails 1 "network name '../x'" -- network create ../x
	fails 1 "means something else to --network" -- network create container
	fails 1 "KEY=VALUE" -- network create --label =x x
	[ -z "$(ls -A "$TARU_ROOT/networks" 2>/dev/null)" ]
}

@test "a device belongs to one network" {
	works network create --interface-name cellar one
	fails 1 "is the one of network one" -- network create --interface-name cellar two
	fails 1 "has another name" -- network create --interface-name a -o com.docker.network.bridge.name=b two
}

@test "a name is one network's; --ignore takes the one that is there" {
	local id
	works network create wine
	id=$output
	fails 1 "network with name wine already exists" -- network create wine
	works network create --ignore wine
	[ "$output" = "$id" ]
}

@test "of many that make the same network at once, one does" {
	local i pids=() made=0
	for i in 1 2 3 4 5 6; do
		"$TARU" network create wine >"$T/$i" 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		! wait "$i" || made=$((made + 1))
	done
	[ "$made" = 1 ]
	[ "$(grep -l 'already exists' "$T"/[1-6] | wc -l)" = 5 ]
}

@test "many that are made at once have different subnets" {
	local i
	for i in 1 2 3 4 5 6; do
		"$TARU" network create "wine$i" >/dev/null &
	done
	wait
	[ "$(for i in 1 2 3 4 5 6; do subnet_of "wine$i"; done | sort -u | wc -l)" = 6 ]
}

@test "kill -9 between the folder and its record: the name is free, and nothing is listed" {
	mkdir -p "$TARU_ROOT/networks/wine/leases" "$TARU_ROOT/networks/beer"
	echo '{' >"$TARU_ROOT/networks/beer/network.json.new"
	works network ls -q --filter type=custom
	[ -z "$output" ]
	fails 1 "no such network" -- network inspect wine
	works network create wine
	works network rm wine
	[ -z "$(ls -A "$TARU_ROOT/networks")" ]
}

@test "a damaged record is told, and nothing is built upon it" {
	works network create wine
	echo '{"taru":1}' >"$TARU_ROOT/networks/wine/network.json"
	works network ls
	[[ $stderr = *"network wine: cannot be read"* ]]
	fails 1 "nobody knows which subnets are free" -- network create beer
}

@test "what runs keeps its network; what does not is no hindrance" {
	local id
	works network create --subnet 10.201.0.0/24 wine
	works run -d --name tom box sleep 100
	id=$output
	lease wine 10.201.0.2 "$id"
	fails 1 "has active endpoints: container ${id:0:12} has 10.201.0.2" -- network rm wine
	works network inspect -f "{{(index .Containers \"$id\").Name}} {{(index .Containers \"$id\").IPv4Address}}" wine
	[ "$output" = "tom 10.201.0.2/24" ]
	works network prune -f
	[ -z "$output" ]
	works network ls --format '{{.Name}}' --filter dangling=true
	[ -z "$output" ]
	works kill tom
	works wait tom
	works network inspect -f '{{len .Containers}}' wine
	[ "$output" = 0 ]
	works network rm wine
}

@test "prune removes what no container has an address of; filters say which" {
	works network create --label kind=red wine
	works network create beer
	lease wine 10.86.0.9 "$(printf '0%.0s' {1..64})" || true
	works network prune -f --filter label!=kind
	[ "$output" = $'Deleted Networks:\nbeer' ]
	works network prune -f --filter until=1h
	[ -z "$output" ]
	works network prune -f
	[ "$output" = $'Deleted Networks:\nwine' ]
	fails 1 "no filter 'name'" -- network prune -f --filter name=x
	[ -z "$(ls -A "$TARU_ROOT/networks")" ]
}

@test "rm: each name is told, and -f knows no missing one" {
	works network create one
	works network create two
	fails 1 "no such network: three" -- network rm one three two
	[ "$output" = $'one\ntwo' ]
	works network rm -f three
	[ "$output" = three ]
}
