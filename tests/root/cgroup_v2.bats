#!/usr/bin/env bats
# What only a machine with cgroup v2 alone can show: tests/vm/run makes one. What v1 has too is in cgroups.bats.
load lib
load live

ROOT_CGROUP=/sys/fs/cgroup

prepare()
{
	[ "$(stat -fc %T "$ROOT_CGROUP")" = cgroup2fs ] || skip "cgroup v2 is not alone here (see tests/vm/run)"
	HERE=$ROOT_CGROUP/$ID
}

@test "every controller is passed on, cgroup by cgroup, down to the container's" {
	alive '.linux.cgroupsPath = "/'"$ID"'/a/b"'
	is "$(cat "$HERE/a/b/cgroup.controllers")" "$(cat "$ROOT_CGROUP/cgroup.controllers")"
	is "$(cat "$HERE/a/b/cgroup.subtree_control")" "" "what the container passes on is its own business"
	call delete --force "$ID"
	passes
	is "$(find "$HERE" -mindepth 2 -type d)" "" "left"
	rmdir "$HERE/a" "$HERE"
}

@test "devices: what is not allowed cannot be opened, also by a node that the container makes" {
	own_rootfs
	run_in "$OWN"' | .process.capabilities |= with_entries(.value += ["CAP_MKNOD"])
		| .linux.resources.devices = [{allow: false, access: "rwm"},
			{allow: true, type: "c", major: 1, minor: 11, access: "w"}]' '
		mknod /dev/one c 4 1 && echo made
		cat /dev/one 2>&1 | grep -o "Operation not permitted"
		mknod /dev/kmsg c 1 11
		echo "<7>$ID" >/dev/kmsg && echo written
		head -c 1 /dev/kmsg 2>&1 | grep -o "Operation not permitted"
		head -c 4 /dev/zero | wc -c; echo x >/dev/null && echo null'
	passes $'made\nOperation not permitted\nwritten\nOperation not permitted\n4\nnull'
}

@test "devices: with all allowed there is no program" {
	own_rootfs
	run_in "$OWN"' | .process.capabilities |= with_entries(.value += ["CAP_MKNOD"])
		| .linux.resources.devices = [{allow: true, access: "rwm"}]' 'mknod /dev/one c 4 1; head -c 0 /dev/one && echo opened'
	passes opened
}

# Of a container with user and cgroup namespaces of its own, that sees its cgroup writable.
DELEGATED='.linux.namespaces |= (map(select(.type != "cgroup")) + [{type: "user"}, {type: "cgroup"}])
	| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
	| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
	| .linux.resources = {memory: {limit: 67108864}}
	| (.mounts[] | select(.type == "cgroup") | .options) |= map(select(. != "ro"))
	| .mounts |= map(select(.type != "mqueue"))'

@test "delegation: the container's root makes cgroups, and cannot raise its own limit" {
	run_in "$DELEGATED" '
		cd /sys/fs/cgroup
		mkdir below beside && echo 0 >below/cgroup.procs && echo moved
		echo "+memory +pids" >cgroup.subtree_control && echo passed on
		echo 1000000 >beside/memory.max && cat beside/memory.max
		(echo max >memory.max) 2>&1 | grep -o "Permission denied"
		echo 0 >cgroup.procs 2>/dev/null || echo not back'
	passes $'moved\npassed on\n999424\nPermission denied\nnot back'
	[ ! -e "$HERE" ]
}

@test "without a writable view of it, or a user namespace, the cgroup stays the host's" {
	alive "$DELEGATED"' | (.mounts[] | select(.type == "cgroup") | .options) |= . + ["ro"]'
	is "$(stat -c %u "$HERE" "$HERE/cgroup.procs")" $'0\n0'
}

@test "update: what cannot be put back is told, and the rest is put back" {
	alive '.linux.resources.pids.limit = 33'
	[ -e "$HERE/memory.reclaim" ] || skip "this kernel has no file of a cgroup that is for writing only"
	echo '{"pids": {"limit": 44}, "unified": {"memory.reclaim": "1", "memory.high": "plenty"}}' >"$T/resources"
	call update --resources "$T/resources" "$ID"
	fails_with 1 "linux.resources.unified[\"memory.high\"]: the kernel does not take 'plenty'"
	has "$errors" "'$HERE/memory.reclaim' could not be put back to what it was"
	lacks "$errors" "nothing was changed"
	is "$(cat "$HERE/pids.max")" 33
	echo '{"unified": {"memory.high": "plenty", "memory.reclaim": "1"}}' >"$T/resources"
	call update --resources "$T/resources" "$ID"
	fails_with 1 "nothing was changed"
}

@test "linux.resources.unified: any file; a controller that is not there is named" {
	alive '.linux.resources.unified = {"memory.high": "50000000", "pids.max": "33", "cgroup.max.depth": "2"}'
	is "$(cat "$HERE/memory.high" "$HERE/pids.max" "$HERE/cgroup.max.depth")" $'49999872\n33\n2'
	call delete --force "$ID"
	passes
	configure '.linux.resources.unified = {"nonsense.max": "1"}' true
	start
	refuses 'linux.resources.unified'
	has "$errors" nonsense
	configure '.linux.resources.unified = {"memory.high": "plenty"}' true
	start
	refuses 'linux.resources.unified'
	has "$errors" "'plenty'"
	has "$errors" memory.high
	configure '.linux.resources.unified = {"cgroup.subtree_control": "+memory"}' true
	start
	refuses 'linux.resources.unified["cgroup.subtree_control"]: the kernel does not take'
	has "$errors" "a cgroup that has processes"
	[ ! -e "$HERE" ]
}

@test "rates of a block device" {
	local disk
	disk=$(cat /sys/block/vd?/dev 2>/dev/null | head -n 1)
	[ -n "$disk" ] || skip "there is no disk here"
	alive '{major: '"${disk%:*}"', minor: '"${disk#*:}"'} as $disk | .linux.resources.blockIO = {
		throttleReadBpsDevice: [$disk + {rate: 1048576}], throttleWriteIOPSDevice: [$disk + {rate: 100}]}'
	is "$(cat "$HERE/io.max")" "$disk rbps=1048576 wbps=max riops=max wiops=100"
	call delete --force "$ID"
	configure '.linux.resources.blockIO.throttleReadBpsDevice = [{major: 250, minor: 77, rate: 1}]' true
	start
	refuses 'linux.resources.blockIO.throttleReadBpsDevice'
	has "$errors" io.max
}

@test "what v2 cannot do is said, with what does it" {
	local resources
	for resources in '{memory: {swappiness: 10}}' '{memory: {disableOOMKiller: true}}' '{memory: {kernelTCP: 1000000}}' \
		'{cpu: {realtimeRuntime: 1000}}' '{blockIO: {leafWeight: 10}}' '{network: {classID: 5}}'; do
		configure ".linux.resources = $resources" true
		start
		refuses 'cgroup v2 cannot do this'
	done
	[ ! -e "$HERE" ]
}

@test "memory beyond the limit: the kernel's kill is told, with the limit and the peak" {
	configure '.linux.resources.memory = {limit: 16777216, swap: 16777216}' tail /dev/zero
	start
	is "$status" 137
	has "$errors" "memory"
	has "$errors" "linux.resources.memory.limit"
}
