#!/usr/bin/env bats
# network_kernel.bats - what not every kernel has: VLANs, SCTP, ipvlan. tests/vm/suite has one that has all of it; elsewhere a
# test says what is missing. Other machines are namespaces that a test makes.
# shellcheck disable=SC2154,SC2016
load network

OWN_DEVICES="trunk under"

teardown()
{
	no_machine
	network_teardown
}

needs_vlans()
{
	ip link add trunk type bridge vlan_filtering 1 2>/dev/null ||
		skip "this kernel has no CONFIG_BRIDGE_VLAN_FILTERING"
	ip link add link trunk name trunk.50 type vlan id 50 2>/dev/null || skip "this kernel has no CONFIG_VLAN_8021Q"
	ip link delete trunk
}

needs_ipvlan()
{
	ip link add trunk type bridge
	ip link add link trunk name trunk.ip type ipvlan 2>/dev/null || skip "this kernel has no CONFIG_IPVLAN"
	ip link delete trunk
}

# A device eth1 of the other machine's, whose other end, trunk, is a port of the network's bridge, as a switch would see
# it: frames are tagged.
trunk_to()
{
	ip link add trunk type veth peer name eth1 netns "$MACHINE"
	ip link set trunk up master "$("$TARU" network inspect -f '{{.NetworkInterface}}' "$1")"
	bridge vlan del dev trunk vid 50
	bridge vlan add dev trunk vid 50
	there ip link set eth1 up
}

# in_vlan NUMBER: the other machine is 10.201.0.9 there, and nowhere else.
in_vlan()
{
	there ip link delete tagged 2>/dev/null || true
	there ip link add link eth1 name tagged type vlan id "$1"
	there ip link set tagged up
	there ip addr add 10.201.0.9/24 dev tagged
}

@test "--opt vlan: containers are in that VLAN of a device that is made a port of the bridge, and in no other" {
	needs_vlans
	works network create --subnet 10.201.0.0/24 -o vlan=50 wine
	serve web 80 --network wine
	works run --rm --network wine box wget -qO- http://web/
	[ "$output" = "from web" ]
	[ "$(curl -s http://10.201.0.2/)" = "from web" ]
	machine
	trunk_to wine
	in_vlan 50
	[ "$(there curl -s --max-time 20 http://10.201.0.2/)" = "from web" ]
	works exec web ping -c 1 -W 20 10.201.0.9
	in_vlan 51
	not there curl -s --max-time 3 http://10.201.0.2/
	not "$TARU" exec web ping -c 1 -W 3 10.201.0.9
	# The switch lets that one through as well, and the containers are in none but theirs.
	bridge vlan add dev trunk vid 51
	not there curl -s --max-time 3 http://10.201.0.2/
	there ip link delete tagged
	there ip addr add 10.201.0.9/24 dev eth1
	not there curl -s --max-time 3 http://10.201.0.2/
}

@test "a published port of SCTP: from another machine with its address kept; one that is taken is told by whom" {
	"$PYTHON" "$HERE/sctp.py" try || skip "this kernel has no CONFIG_IP_SCTP"
	machine
	works run -d --name one -v "$HERE/sctp.py:/sctp.py:ro" -p 9000:900/sctp host python3 /sctp.py serve 900
	until_true there "$PYTHON" "$HERE/sctp.py" ask 10.9.0.1 9000
	[ "$(there "$PYTHON" "$HERE/sctp.py" ask 10.9.0.1 9000)" = 10.9.0.2 ]
	fails 125 "port 9000/sctp of this machine is taken, by container one" -- run --rm -p 9000:900/sctp box true
	works rm -f one
	not there "$PYTHON" "$HERE/sctp.py" ask 10.9.0.1 9000
	"$PYTHON" "$HERE/sctp.py" serve 9001 3>&- 4>&- &
	PIDS+=($!)
	until_true grep -q ' 9001 ' /proc/net/sctp/eps
	fails 125 "port 9001/sctp of this machine is taken, by process $! (python3" -- run --rm -p 9001:900/sctp box true
	kill $!
}

@test "ipvlan: containers have the hardware address of the device below; with mode=l3 the kernel routes between them" {
	needs_ipvlan
	street
	works network create -d ipvlan -o parent=under --subnet 10.203.0.0/24 --ip-range 10.203.0.64/26 wine
	serve web 80 --network wine
	works exec web cat /sys/class/net/eth0/address
	[ "$output" = "$(ip -json link show dev under | jq -r '.[0].address')" ]
	reaches wine 10.203.0.9
	reaches wine "$(address web wine)"
	works rm -f web
	works network rm wine
	works network create -d ipvlan -o parent=under -o mode=l3 --subnet 10.204.0.0/24 beer
	serve web 80 --network beer
	# Nobody answers for these addresses but who they are routed to.
	ip address add 10.203.0.1/24 dev under
	there ip route add 10.204.0.0/24 via 10.203.0.1
	reaches beer "$(address web beer)"
	[ "$(there curl -s --max-time 5 "http://$(address web beer)/")" = "from web" ]
}
