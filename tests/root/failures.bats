#!/usr/bin/env bats
# Starts that fail, at every stage, and runtimes that are killed: nothing stays behind (see
# compare_snapshot in lib.bash, which looks after each test).
load lib

# fails_at FILTER KEY [COMMAND...]
fails_at()
{
	local filter=$1 key=$2
	shift 2
	[ $# != 0 ] || set -- /bin/true
	configure "$filter" "$@"
	start
	fails_in_one_line "$key"
	[ ! -e "$T/made-by-mistake" ]
}

@test "a start that fails while namespaces are opened" {
	fails_at '.linux.namespaces |= map(if .type == "ipc" then .path = "/run/absent" else . end)' 'linux.namespaces['
}

@test "a start that fails while ids are mapped" {
	configure "$ROOTLESS | .linux.uidMappings = [{containerID: 0, hostID: 12345, size: 1}, {containerID: 1, hostID: 20000, size: 5}]" /bin/true
	as_ordinary
	start
	ends 1
	has "$errors" linux.uidMappings
}

@test "a start that fails while sources are opened" {
	fails_at '.mounts += [{destination: "/opt", type: "bind", source: "/run/absent", options: ["bind"]}]' 'mounts['
}

@test "a start that fails at the first mount and at the last" {
	fails_at '.mounts = [{destination: "/opt", type: "absentfs", source: "x"}] + .mounts' 'mounts[0]'
	fails_at '.mounts += [{destination: "/opt", type: "absentfs", source: "x"}]' 'mounts['
}

@test "a start that fails while devices are made" {
	own_rootfs
	: >"$T/rootfs/file"
	fails_at "$OWN"' | .linux.devices = [{path: "/file/x", type: "c", major: 1, minor: 3}]' 'linux.devices[0]'
}

@test "a start that fails at the root file system" {
	fails_at '.root.path = "absent"' root.path
}

@test "a start that fails while kernel settings are set" {
	fails_at '.linux.sysctl = {"net.ipv4.ip_forward": "many"}' linux.sysctl
}

@test "a start that fails while limits are set" {
	has_capability 24 && skip "with CAP_SYS_RESOURCE every limit can be raised"
	local hard
	hard=$(ulimit -Hn)
	fails_at ".process.rlimits = [{type: \"RLIMIT_NOFILE\", soft: 10, hard: $((hard + 1))}]" 'process.rlimits[0]'
	has "$errors" RLIMIT_NOFILE
}

@test "a start that fails while the scheduler is set" {
	fails_at '.process.scheduler = {policy: "SCHED_DEADLINE", runtime: 10, deadline: 5, period: 1}' process.scheduler
}

@test "a start that fails while network devices move" {
	fails_at '.linux.netDevices = {"absent0": {}}' linux.netDevices
}

@test "a start that fails at the working directory" {
	fails_at '.process.cwd = "/etc/passwd"' process.cwd
}

@test "a start that fails at the seccomp listener" {
	fails_at ".linux.seccomp = {defaultAction: \"SCMP_ACT_ALLOW\", listenerPath: \"$T/absent\", syscalls: [{names: [\"mkdir\"], action: \"SCMP_ACT_NOTIFY\"}]}" \
		linux.seccomp
}

@test "a start that fails at the exec" {
	fails_at . process.args /bin/absent
}

@test "a start that fails on a full disk of the container" {
	fails_at '.mounts += [{destination: "/opt", type: "tmpfs", source: "t", options: ["nr_inodes=1"]}, {destination: "/opt/more", type: "tmpfs", source: "t"}]' 'mounts['
}

@test "a start that fails on a read-only root where a target must be made" {
	own_rootfs
	mount_here --bind "$T/rootfs" "$T/rootfs"
	mount -o remount,bind,ro "$T/rootfs"
	fails_at "$OWN"' | .mounts += [{destination: "/absent/target", type: "tmpfs", source: "t"}]' 'mounts['
}

@test "a start in a pid namespace whose processes have ended is refused" {
	unshare --pid --fork --kill-child sleep 60 3>&- 4>&- &
	local helper=$!
	until_true pgrep -P "$helper" sleep
	exec 9<"/proc/$(pgrep -P "$helper" sleep)/ns/pid"
	kill -KILL "$helper"
	wait "$helper" || true
	configure ".linux.namespaces |= map(if .type == \"pid\" then .path = \"/proc/$$/fd/9\" else . end)" /bin/true
	start
	exec 9<&-
	fails_in_one_line 'linux.namespaces'
}

# A start that takes long enough to be killed in its midst.
SLOW='.mounts += [range(3000) | {destination: "/dev/shm/\(.)", type: "tmpfs", source: "t"}]'

# What a killed runtime leaves: a process that had not got on record ends by itself; what is on record
# runs on, as with other runtimes, and delete --force removes it whole.
clear_up()
{
	"$TARU_OCI" delete --force "$ID"
	wait_for_ends
}

@test "a runtime that is killed during a start leaves what delete --force removes whole" {
	local delay
	configure "$SLOW" /bin/sleep 60
	for delay in 0.005 0.01 0.015 0.02 0.03 0.04 0.05 0.06 0.08 0.1; do
		launch
		sleep "$delay"
		kill -KILL "$runtime_pid" 2>/dev/null || true
		wait "$runtime_pid" 2>/dev/null || true
		clear_up
	done
}

@test "a runtime that is killed at any moment of a fast start leaves what delete --force removes whole" {
	local try
	configure . /bin/sleep 60
	for try in {0..30}; do
		launch
		# No longer than a start takes: 0 to 6 ms.
		[ "$try" = 0 ] || sleep "0.00$((try / 5))"
		kill -KILL "$runtime_pid" 2>/dev/null || true
		wait "$runtime_pid" 2>/dev/null || true
		clear_up
	done
}

@test "a runtime that is told to end during a start, and then killed, leaves nothing" {
	local signal
	configure "$SLOW" /bin/sleep 60
	for signal in TERM INT HUP QUIT; do
		launch
		sleep 0.03
		kill "-$signal" "$runtime_pid"
		kill -KILL "$runtime_pid" 2>/dev/null || true
		wait "$runtime_pid" 2>/dev/null || true
		clear_up
	done
}

@test "a container's process that is killed from outside ends the run with 137" {
	configure . /bin/sh -c 'echo ready; exec sleep 60'
	launch
	until_true printed ready
	kill -KILL "$(container_pid)"
	land
	ends 137
}

@test "processes that the first one leaves behind end with it" {
	run_in . '(sleep 60 & sleep 60 &) ; echo left'
	passes left
}

@test "without a pid namespace the runtime waits for the first process alone" {
	run_in '.linux.namespaces |= map(select(.type != "pid"))' 'echo first; exit 4'
	ends 4
}
