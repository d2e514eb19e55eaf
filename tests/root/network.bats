#!/usr/bin/env bats
# Network devices that move into the container (linux.netDevices).
load lib

# A pair of devices in the world: taru0 goes in, taru1 stays.
prepare()
{
	ip link add taru0 type veth peer name taru1
}

cleanup()
{
	ip link del taru1 2>/dev/null || true
}

DEVICES='ip -o link | sed "s/@.*//; s/^[0-9]*: //" | cut -d: -f1; ip -o addr show up | tr -s " " | cut -d" " -f2,4 | grep -v " fe80"; true'

@test "a network device moves in, with its addresses, and is up" {
	ip addr add 10.9.8.7/24 dev taru0
	ip addr add fd00:9::7/64 dev taru0 nodad
	run_in '.linux.netDevices = {"taru0": {}}' "$DEVICES"
	is "$status$errors" 0
	has "$output" taru0
	has "$output" "taru0 10.9.8.7/24"
	has "$output" "taru0 fd00:9::7/64"
}

@test "a network device gets the name that the config gives it inside" {
	ip addr add 10.9.8.7/24 dev taru0
	run_in '.linux.netDevices = {"taru0": {"name": "eth0"}}' "$DEVICES"
	is "$status$errors" 0
	has "$output" "eth0 10.9.8.7/24"
	lacks "$output" taru0
}

@test "a device can be moved into a joined network namespace" {
	unshare --net sleep 60 3>&- 4>&- &
	PIDS+=("$!")
	helper=$!
	until_true test "/proc/$helper/ns/net" -ef "/proc/$helper/ns/net"
	until_true grep -q sleep "/proc/$helper/comm"
	run_in ".linux.netDevices = {\"taru0\": {}} | .linux.namespaces |= map(if .type == \"network\" then .path = \"/proc/$helper/ns/net\" else . end)" "$DEVICES"
	is "$status$errors" 0
	has "$output" taru0
}

@test "a network device that is absent is named" {
	run_in '.linux.netDevices = {"absent0": {}}' true
	refuses 'linux.netDevices'
	has "$errors" absent0
}

@test "a device whose new name is taken inside is refused, and stays outside" {
	run_in '.linux.netDevices = {"taru0": {"name": "lo"}}' true
	refuses 'linux.netDevices'
	ip link show taru0
}

@test "network devices without a network namespace are refused" {
	run_in '.linux.netDevices = {"taru0": {}} | .linux.namespaces |= map(select(.type != "network"))' true
	refuses 'linux.netDevices'
	ip link show taru0
}

@test "names of network devices that the kernel would not take are refused (CVE-2021-43784)" {
	local name
	for name in "" . .. a/b "a b" 0123456789abcdef "$(printf '%70000s' x | tr ' ' x)"; do
		configure '.' true
		jq --arg name "$name" '.linux.netDevices = {"taru0": {"name": $name}} | if $name == "" then .linux.netDevices = {"": {}} else . end' \
			"$T/config.json" >"$T/new"
		mv "$T/new" "$T/config.json"
		start
		refuses 'linux.netDevices'
	done
	ip link show taru0
}

@test "two devices with one name inside are refused" {
	run_in '.linux.netDevices = {"taru0": {"name": "eth0"}, "taru1": {"name": "eth0"}}' true
	refuses 'linux.netDevices'
	ip link show taru0
}

@test "a failed start leaves the network device where it was, or says that it went" {
	ip addr add 10.9.8.7/24 dev taru0
	run_args '.linux.netDevices = {"taru0": {}}' /bin/absent
	fails_in_one_line process.args
	# A virtual device of a namespace that ends, ends with it: that is the kernel's way. Its peer as well.
	[ -z "$(ip -o link show taru0 2>/dev/null)" ] || has "$(ip -o addr show taru0)" 10.9.8.7/24
}
