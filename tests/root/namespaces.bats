#!/usr/bin/env bats
# Namespaces: new ones are new, joined ones are those, and ids map as the config says.
load lib

KINDS="cgroup ipc mnt net pid time user uts"

# The names of the files in /proc/PID/ns by the config's names.
declare -gA FILE=([cgroup]=cgroup [ipc]=ipc [mount]=mnt [network]=net [pid]=pid [time]=time [user]=user [uts]=uts)

ALL_NEW='.linux.namespaces = [{type: "user"}, {type: "pid"}, {type: "network"}, {type: "ipc"}, {type: "uts"},
	{type: "mount"}, {type: "cgroup"}, {type: "time"}]
	| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
	| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]'

prepare()
{
	HELPERS=()
}

# A process in new namespaces, to be joined: $helper is its pid. Options are those of unshare(1).
make_helper()
{
	unshare "$@" sleep 60 3>&- 4>&- &
	helper=$!
	PIDS+=("$helper")
	until_true is_sleep "$helper"
}

is_sleep()
{
	[ "$(cat "/proc/$1/comm")" = sleep ]
}

inodes()
{
	local kind
	for kind in $KINDS; do
		readlink "/proc/${1:-self}/ns/$kind"
	done
}

@test "all eight kinds of namespace are new" {
	run_in "$ALL_NEW" 'for kind in cgroup ipc mnt net pid time user uts; do readlink /proc/self/ns/$kind; done'
	is "$status" 0
	is "$(wc -l <<<"$output")" 8
	local line
	while read -r line; do
		lacks "$output" "$line"
	done < <(inodes)
}

@test "a namespace that is not asked for is the caller's" {
	local kind
	for kind in network ipc uts cgroup pid; do
		run_in ".linux.namespaces |= map(select(.type != \"$kind\"))
			| .mounts |= map(select(.type != \"sysfs\" and .type != \"mqueue\" and .type != \"cgroup\"))
			| del(.hostname)" "readlink /proc/self/ns/${FILE[$kind]}"
		passes "$(readlink "/proc/self/ns/${FILE[$kind]}")"
	done
}

@test "each kind can be joined by its path" {
	make_helper --net --ipc --uts --cgroup
	local kind
	for kind in network ipc uts cgroup; do
		run_in ".linux.namespaces |= map(select(.type != \"$kind\")) | .linux.namespaces += [{type: \"$kind\", path: \"/proc/$helper/ns/${FILE[$kind]}\"}]
			| del(.hostname) | .mounts |= map(select(.type != \"mqueue\"))" "readlink /proc/self/ns/${FILE[$kind]}"
		passes "$(readlink "/proc/$helper/ns/${FILE[$kind]}")"
	done
}

@test "a time namespace can be joined" {
	unshare --time --boottime 5000 --fork sleep 60 3>&- 4>&- &
	PIDS+=("$!")
	until_true pgrep -P "$!" sleep
	helper=$(pgrep -P "$!" sleep)
	PIDS+=("$helper")
	run_in ".linux.namespaces += [{type: \"time\", path: \"/proc/$helper/ns/time\"}]" 'readlink /proc/self/ns/time'
	passes "$(readlink "/proc/$helper/ns/time")"
}

@test "a pid namespace can be joined, and its processes are seen" {
	unshare --pid --fork --kill-child sleep 60 3>&- 4>&- &
	PIDS+=("$!")
	until_true pgrep -P "$!" sleep
	helper=$(pgrep -P "$!" sleep)
	PIDS+=("$helper")
	run_in ".linux.namespaces |= map(if .type == \"pid\" then .path = \"/proc/$helper/ns/pid\" else . end)" \
		'readlink /proc/self/ns/pid; cat /proc/1/comm'
	passes "$(readlink "/proc/$helper/ns/pid")"$'\nsleep'
}

@test "a user namespace can be joined, with the namespaces that it owns" {
	make_helper --user --map-root-user --net --ipc
	configure "$(sed "s/HELPER/$helper/" <<<'
		.linux.namespaces |= map(if .type == "network" then .path = "/proc/HELPER/ns/net" else . end)
		| .linux.namespaces += [{type: "user", path: "/proc/HELPER/ns/user"}]
		| .mounts |= map(select(.type != "cgroup" and .type != "mqueue" and .destination != "/dev/pts"))')" \
		/bin/sh -c 'readlink /proc/self/ns/user; readlink /proc/self/ns/net; id -u'
	start
	passes "$(readlink "/proc/$helper/ns/user")"$'\n'"$(readlink "/proc/$helper/ns/net")"$'\n0'
}

@test "a mount namespace can be joined" {
	own_rootfs
	make_helper --mount --propagation private
	nsenter -t "$helper" -m mount -t tmpfs -o size=64k from-helper "$T/rootfs/opt"
	run_in "$OWN | .linux.namespaces |= map(if .type == \"mount\" then .path = \"/proc/$helper/ns/mnt\" else . end)
		| .mounts = [{destination: \"/proc\", type: \"proc\", source: \"proc\"}] | del(.linux.maskedPaths, .linux.readonlyPaths)" \
		'readlink /proc/self/ns/mnt; ls /bin/busybox'
	# The helper holds what the container's set-up left in its namespace: that is what joining means.
	is "$status" 0
	has "$output" "$(readlink "/proc/$helper/ns/mnt")"
}

@test "a path of another kind of namespace is refused" {
	run_in '.linux.namespaces |= map(if .type == "uts" then .path = "/proc/self/ns/net" else . end)' true
	refuses 'linux.namespaces['
	has "$errors" "of this type"
}

@test "a path that is no namespace, or is absent, is refused" {
	run_in '.linux.namespaces |= map(if .type == "uts" then .path = "/etc/hostname" else . end)' true
	refuses 'linux.namespaces['
	run_in '.linux.namespaces |= map(if .type == "uts" then .path = "/run/absent" else . end)' true
	refuses '/run/absent'
	run_in '.linux.namespaces |= map(if .type == "uts" then .path = "relative" else . end)' true
	refuses 'relative'
}

@test "a kind of namespace given twice is refused" {
	run_in '.linux.namespaces += [{type: "pid"}]' true
	refuses 'linux.namespaces['
	has "$errors" pid
}

@test "an unknown kind of namespace is refused" {
	run_in '.linux.namespaces += [{type: "space"}]' true
	refuses 'linux.namespaces['
	has "$errors" "'space'"
}

@test "time offsets move the clocks of the container" {
	local up
	run_in '.linux.namespaces += [{type: "time"}] | .linux.timeOffsets = {boottime: {secs: 1000000, nanosecs: 0},
		monotonic: {secs: 5000, nanosecs: 7}}' 'cut -d. -f1 /proc/uptime; cat /proc/self/timens_offsets'
	read -r up _ <<<"$output"
	((up >= 1000000)) || is "$up" "a million and more"
	has "$(tr -s ' ' <<<"$output")" "monotonic 5000 7"
	has "$(tr -s ' ' <<<"$output")" "boottime 1000000 0"
}

@test "time offsets without a time namespace are refused" {
	run_in '.linux.timeOffsets = {boottime: {secs: 1, nanosecs: 0}}' true
	refuses 'linux.timeOffsets'
}

@test "ids of a user namespace map as the config says, one and many" {
	run_in "$ALL_NEW"' | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1},
			{containerID: 1, hostID: 200000, size: 999}, {containerID: 1000, hostID: 300000, size: 1}]
		| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]' \
		'tr -s " " </proc/self/uid_map; tr -s " " </proc/self/gid_map; cat /proc/self/setgroups; id -u'
	passes $' 0 100000 1\n 1 200000 999\n 1000 300000 1\n 0 100000 65536\nallow\n0'
}

@test "the container's root is nobody special on the host" {
	own_rootfs
	chown -h 100000:100000 "$T/rootfs" "$T/rootfs/tmp"
	run_in "$OWN | $ALL_NEW" 'touch /tmp/made; stat -c %u:%g /tmp/made'
	passes 0:0
	is "$(stat -c %u:%g "$T/rootfs/tmp/made")" 100000:100000
}

@test "a user inside a user namespace gets its own id and groups" {
	run_in "$ALL_NEW | .process.user = {uid: 1000, gid: 1000, additionalGids: [29]}" \
		'grep -E "^(Uid|Gid|Groups)" /proc/self/status'
	passes $'Uid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t29 '
}

@test "a user whose id has no mapping is refused" {
	run_in "$ALL_NEW | .process.user.uid = 70000" true
	refuses 'process.user.uid'
}

@test "id maps that overlap, inside or outside, are refused" {
	run_in "$ALL_NEW"' | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 10}, {containerID: 9, hostID: 200000, size: 5}]' true
	refuses 'linux.uidMappings['
	run_in "$ALL_NEW"' | .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 10}, {containerID: 10, hostID: 100009, size: 5}]' true
	refuses 'linux.gidMappings['
}

@test "a map that is empty or runs past the last id is refused" {
	run_in "$ALL_NEW"' | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 0}]' true
	refuses 'linux.uidMappings[0]'
	run_in "$ALL_NEW"' | .linux.uidMappings = [{containerID: 0, hostID: 4294967290, size: 10}]' true
	refuses 'linux.uidMappings[0]'
}

@test "a user namespace without any map is refused, and maps without a user namespace too" {
	run_in '.linux.namespaces += [{type: "user"}]' true
	refuses 'linux.uidMappings'
	run_in '.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1}]' true
	refuses 'linux.uidMappings'
}

@test "without a pid namespace the host's processes are seen and ours dies with its parent's word" {
	run_in '.linux.namespaces |= map(select(.type != "pid"))' 'test -d /proc/'$$' && echo seen; exit 3'
	is "$output" seen
	ends 3
}

@test "the host name of the caller does not change" {
	run_in '.hostname = "other"' hostname
	passes other
	is "$(hostname)" host
}

@test "a host name without a UTS namespace is refused" {
	run_in '.linux.namespaces |= map(select(.type != "uts")) | .hostname = "other"' true
	refuses 'hostname'
	is "$(hostname)" host
}

@test "a new network namespace has loopback up and nothing else" {
	run_in . 'ip -o link | cut -d: -f2; ip -o addr show lo | grep -o "inet 127[^ ]*"; ip -o link show lo | grep -o "LOOPBACK,UP"'
	passes $' lo\ninet 127.0.0.1/8\nLOOPBACK,UP'
}
