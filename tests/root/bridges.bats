#!/usr/bin/env bats
# Networks as steps of a plan: bridges, pairs of devices, macvlan, addresses and routes. No command line of the
# runtime's hands them over, so networked.c does (make build/gcc).
load lib

NETWORKED=${BUILD:-$BATS_TEST_DIRNAME/../../build}/gcc/tests/root/networked

BRIDGE=bridge=web,taru0,0,10.88.0.1/16,fd00:88::1/64
# link NUMBER: the device of a container in it.
link()
{
	echo "link=web,veth,taru0,taru-v$1,eth0,0,0,02:42:0a:58:00:0$1,10.88.0.$1/16,fd00:88::$1/64,via,10.88.0.1,fd00:88::1"
}

prepare()
{
	ip link set lo up
}

# What the tests themselves make, and the bridges, which belong to the machine and stay.
cleanup()
{
	local name
	for name in taru0 taru1 taru-up taru-v2 taru-v3; do
		ip link delete "$name" 2>/dev/null || true
	done
	# A network namespace ends a moment after its last process.
	until_true no_devices
}

no_devices()
{
	[ -z "$(ip -br link | grep taru)" ]
}

# networked WORD...: the container that configure has written, with these networks.
networked()
{
	status=0
	timeout 20 "$NETWORKED" run "$T/root" "$T" "$ID" - "$@" <"${INPUT:-/dev/null}" >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
	collect
}

# net_in COMMAND WORD...: a shell command in a container with these networks.
net_in()
{
	local command=$1
	shift
	configure '.process.capabilities |= map_values(. + ["CAP_NET_RAW"])' /bin/sh -c "$command"
	networked "$@"
}

# refused PATTERN: one line that has it, and no device but the bridge stays.
refused()
{
	is "$status" 125 status
	has "$errors" "$1"
	is "$(wc -l <<<"$errors")" 1 "lines of the message"
	until_true only_bridges
}

only_bridges()
{
	[ -z "$(ip -br link show type veth | grep taru)$(ip -br link show type macvlan)" ]
}

# is_up NAME: both ends are.
is_up()
{
	ip -o link show "$1" | grep -q LOWER_UP
}

@test "a container on a bridge has its addresses at once, and reaches the gateway by both families" {
	net_in 'ip -o addr show eth0; cat /sys/class/net/eth0/address; ping -c 1 -W 2 10.88.0.1 && ping -c 1 -W 2 fd00:88::1 && echo reached' \
		"$BRIDGE" "$(link 2)"
	is "$status$errors" 0
	has "$output" "10.88.0.2/16"
	has "$output" "fd00:88::2/64"
	has "$output" "02:42:0a:58:00:02"
	lacks "$(grep fd00 <<<"$output")" tentative
	has "$output" reached
}

@test "the default routes of both families go through the gateways" {
	net_in 'ip route; ip -6 route' "$BRIDGE" "$(link 2)"
	is "$status$errors" 0
	has "$output" "default via 10.88.0.1 dev eth0"
	has "$output" "default via fd00:88::1 dev eth0"
}

@test "a bridge is made once: a second container finds the first one on it, which stays as it is" {
	local mac
	configure '.' /bin/sh -c "trap exit TERM; sleep 30 & wait"
	mkdir "$T/first"
	jq '.root.path = $path' --arg path "$ROOTFS" "$T/config.json" >"$T/first/config.json"
	"$NETWORKED" run "$T/root" "$T/first" "$ID-first" - "$BRIDGE" "$(link 2)" </dev/null >/dev/null 2>"$T/first.err" 3>&- 4>&- &
	PIDS+=("$!")
	until_true is_up taru-v2
	mac=$(ip -br link show taru0 | awk '{ print $3 }')
	net_in 'ping -c 1 -W 2 10.88.0.2 && ping -c 1 -W 2 fd00:88::2 && echo reached' "$BRIDGE" "$(link 3)"
	is "$status$errors" 0
	has "$output" reached
	# Its hardware address is none of its ports', so neighbours need not look for the gateway again.
	is "$(ip -br link show taru0 | awk '{ print $3 }')" "$mac"
	is "$(ip -o -4 addr show taru0 | wc -l)" 1 "addresses of the bridge"
	ip -d link show taru-v2 | grep -q 'hairpin on'
	# It hears no routers (CVE-2020-13401), and its ports have no address of IPv6.
	is "$(cat /proc/sys/net/ipv6/conf/taru0/accept_ra)" 0
	is "$(ip -o -6 addr show taru-v2)" ""
	kill "${PIDS[0]}"
	wait "${PIDS[0]}" || true
}

@test "an address that the bridge lacks is added, and the ones it has stay" {
	ip link add taru0 type bridge
	ip addr add 10.77.0.1/24 dev taru0
	net_in true "$BRIDGE" "$(link 2)"
	passes ""
	has "$(ip -o addr show taru0)" 10.77.0.1/24
	has "$(ip -o addr show taru0)" 10.88.0.1/16
	has "$(ip -o link show taru0)" UP
}

@test "the MTU of the network is that of all its devices" {
	net_in 'cat /sys/class/net/eth0/mtu' bridge=web,taru0,1400,10.88.0.1/16 "$(link 2)"
	passes 1400
	has "$(ip -o link show taru0)" "mtu 1400"
}

@test "two networks for one container" {
	net_in 'ip -o -4 addr show | tr -s " " | cut -d" " -f2,4' "$BRIDGE" bridge=data,taru1,0,10.89.0.1/24 \
		"$(link 2)" link=data,veth,taru1,taru-v3,eth1,0,0,,10.89.0.2/24
	is "$status$errors" 0
	has "$output" "eth0 10.88.0.2/16"
	has "$output" "eth1 10.89.0.2/24"
}

@test "a container with ids of its own sets up its own network" {
	configure '.linux.namespaces += [{"type": "user"}] |
		.linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 65536}] |
		.linux.gidMappings = .linux.uidMappings' /bin/sh -c 'ip -o addr show eth0; ip route'
	networked "$BRIDGE" "$(link 2)"
	is "$status$errors" 0
	has "$output" 10.88.0.2/16
	has "$output" "default via 10.88.0.1"
}

@test "macvlan: a device on top of one of the machine's" {
	ip link add taru-up type veth peer name taru-v2
	ip link set taru-up up
	ip link set taru-v2 up
	ip addr add 192.0.2.1/24 dev taru-v2
	net_in 'ip route; ping -c 1 -W 2 192.0.2.1 && echo reached' link=lan,macvlan,taru-up,,eth0,4,0,,192.0.2.10/24,via,192.0.2.1
	is "$status$errors" 0
	has "$output" "default via 192.0.2.1"
	has "$output" reached
}

@test "ipvlan works, or the module that is missing is named" {
	ip link add taru-up type veth peer name taru-v2
	ip link set taru-up up
	net_in 'ip -o addr show eth0' link=lan,ipvlan,taru-up,,eth0,0,0,,192.0.2.10/24
	if [ "$status" = 0 ]; then
		has "$output" 192.0.2.10/24
	else
		is "$status" 125
		has "$errors" "modprobe 'ipvlan'"
	fi
}

@test "the script of explain makes the same network" {
	configure '.process.capabilities |= map_values(. + ["CAP_NET_RAW"])' /bin/sh -c \
		'ip -o addr show eth0 | grep -v fe80 | tr -s " " | cut -d" " -f2,4; ip route; ping -c 1 -W 2 10.88.0.1 >/dev/null && echo reached'
	networked "$BRIDGE" "$(link 2)"
	is "$status$errors" 0
	has "$output" reached
	"$NETWORKED" explain "$T/root" "$T" "$ID" - "$BRIDGE" "$(link 2)" >"$T/script"
	mkdir "$T/tmp"
	is "$(TMPDIR=$T/tmp timeout 30 sh "$T/script" </dev/null 2>&1 3>&- 4>&-)" "$output" "what the script's container sees"
	ip link delete taru0
	is "$(TMPDIR=$T/tmp timeout 30 sh "$T/script" </dev/null 2>&1 3>&- 4>&-)" "$output" "the same, with a new bridge"
}

@test "a setting of the machine is written, and one that there is not is named" {
	echo 0 >/proc/sys/net/ipv4/ip_forward
	net_in true "$BRIDGE" "$(link 2)" setting=/proc/sys/net/ipv4/ip_forward,1
	passes ""
	is "$(cat /proc/sys/net/ipv4/ip_forward)" 1
	net_in true "$BRIDGE" "$(link 2)" setting=/proc/sys/net/ipv4/absent,1
	refused /proc/sys/net/ipv4/absent
}

@test "what has the name of the bridge and is none is left alone" {
	ip link add taru0 type veth peer name taru-v2
	net_in true "$BRIDGE" "$(link 3)"
	is "$status" 125
	has "$errors" "network web: there is a network device 'taru0', and it is no bridge"
	ip link show taru0
}

@test "a bridge whose values the kernel does not take is not left behind" {
	net_in true bridge=web,taru0,20,10.88.0.1/16 "$(link 2)"
	refused "'taru0'"
	no_devices
}

@test "a bridge or a parent that is absent, and names that are taken, are told apart" {
	net_in true "$(link 2)"
	refused "there is no network device 'taru0'"
	net_in true link=lan,macvlan,taru-up,,eth0,4,0,,192.0.2.10/24
	refused "there is no network device 'taru-up'"
	net_in true "$BRIDGE" "$(link 2)" link=web,veth,taru0,taru-v3,eth0,0,0,
	refused "the container has a network device 'eth0' already"
	ip link add taru-v2 type bridge
	net_in true "$BRIDGE" "$(link 2)"
	is "$status" 125
	has "$errors" "this machine has a network device 'taru-v2' already"
}

@test "names, addresses and gateways that cannot be are refused" {
	net_in true bridge=web,a-name-too-long-for-it,0 "$(link 2)"
	refused "'a-name-too-long-for-it' cannot be a network device's name"
	net_in true "$BRIDGE" link=web,veth,taru0,taru-v2,eth0,0,0,01:00:00:00:00:01
	refused "hardware address"
	net_in true "$BRIDGE" link=web,veth,taru0,taru-v2,eth0,0,0,,10.88.0.2/16,via,10.99.0.1
	refused "the gateway cannot be reached"
	net_in true "$BRIDGE" link=lan,macvlan,taru0,,eth0,3,0,
	refused "3 is no mode"
}

@test "a network without a network namespace is refused" {
	configure '.linux.namespaces |= map(select(.type != "network"))' true
	networked "$BRIDGE" "$(link 2)"
	refused "needs a network namespace"
}

@test "when a later step fails no device is left, and the bridge can be used again" {
	configure . /bin/absent
	networked "$BRIDGE" "$(link 2)"
	refused process.args
	net_in 'echo here' "$BRIDGE" "$(link 2)"
	passes here
}
