#!/usr/bin/env bats
# The script of `explain` makes the same container: for each config here both are run, and what a
# fixed program sees of itself in the one must be what it sees in the other.
load lib

# What is looked at; OUTSIDE is filled in below: the namespaces of this world. (The folder of message
# queues belongs to who made the IPC namespace, which in a user namespace is root for the script, who
# came in first, and nobody for the one system call that makes all.)
probe_script()
{
	cat <<-'END'
		echo "# host name"; hostname; cat /proc/sys/kernel/domainname
		echo "# ids"; id
		echo "# status"; grep -E '^(Uid|Gid|Groups|NoNewPrivs|Cap|Seccomp:)' /proc/self/status
		echo "# working directory"; pwd
		echo "# environment"; env | grep -v '^_=' | sort
		echo "# mounts"; awk '{ sub(/ - /, " "); line = $4 " " $5 " " $6; i = 7; while ($i ~ /:/ && $i !~ /\//) i++; for (; i <= NF; i++) line = line " " $i; print line }' /proc/self/mountinfo
		echo "# propagation"; awk '{ print $5, $7 ~ /shared/ ? "shared" : $7 ~ /master/ ? "slave" : $7 ~ /unbindable/ ? "unbindable" : "private" }' /proc/self/mountinfo
		echo "# limits"; tr -s ' ' </proc/self/limits
		echo "# umask"; umask
		echo "# personality"; cat /proc/self/personality
		echo "# oom score"; cat /proc/self/oom_score_adj
		echo "# scheduler"; probe scheduler; probe io-priority
		echo "# new namespaces"
		for kind in OUTSIDE; do
			[ "$(readlink /proc/self/ns/${kind%%:*})" = "$kind" ] || echo ${kind%%:*}
		done
		echo "# id maps"; cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups
		echo "# devices"; for name in /dev/* /dev/pts/*; do [ $name != /dev/mqueue ] || continue; stat -c '%n %F %t:%T %a %u:%g' $name; [ ! -L $name ] || readlink $name; done
		echo "# masked"; for name in /proc/keys /proc/timer_list /proc/sched_debug; do [ ! -e $name ] || wc -c <$name; done
		echo "# settings"; cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shm_rmid_forced
		echo "# network"; ip -o addr show | tr -s ' ' | cut -d' ' -f 2,4
		echo "# clocks"; cat /proc/self/timens_offsets 2>/dev/null
		echo "# descriptors"; probe fds | wc -l
	END
}

outside_namespaces()
{
	local kind
	for kind in cgroup ipc mnt net pid time user uts; do
		printf '%s ' "$(readlink "/proc/self/ns/$kind")"
	done
}

# Runs the script of the configured container, with what it prints in files.
run_script()
{
	"${AS[@]}" "$TARU_OCI" explain -b "$T" "$ID" >"$T/script"
	do_script
}

do_script()
{
	[ -d "$T/tmp" ] || mkdir -m 1777 "$T/tmp"
	status=0
	TMPDIR=$T/tmp "${AS[@]}" timeout 30 sh "$T/script" >"$T/by-script" 2>"$T/script-errors" </dev/null 3>&- 4>&- || status=$?
	is "$(ls -A "$T/tmp")" "" "what the script left in its folder for temporary files"
}

# same_view FILTER: runs the config and its script, and compares. (TEST_SCRIPTS: a folder that is to
# have the script and what both printed, when they differ.)
same_view()
{
	local script
	script=$(probe_script)
	script=${script//OUTSIDE/$(outside_namespaces)}
	configure "$1" /bin/sh -c "$script"
	start
	if [ "$status" != 0 ]; then
		told
		return 1
	fi
	printf '%s\n' "$output" >"$T/by-run"
	# What the run has made in a root file system of the test's own must not be there for the script.
	if [ -d "$T/rootfs" ]; then
		rm -rf "$T/rootfs"
		own_rootfs
	fi
	run_script
	compare_views
}

compare_views()
{
	if [ "$status" != 0 ] || ! diff -u "$T/by-run" "$T/by-script"; then
		echo "the script ended with $status, and said:"
		cat "$T/script-errors"
		[ -z "${TEST_SCRIPTS:-}" ] || cp "$T/script" "$T/by-run" "$T/by-script" "$TEST_SCRIPTS"
		return 1
	fi
}

@test "same view: the proposal of the runtime" {
	same_view .
}

@test "same view: every namespace, with many ids" {
	same_view '.linux.namespaces = [{type: "user"}, {type: "pid"}, {type: "network"}, {type: "ipc"}, {type: "uts"},
			{type: "mount"}, {type: "cgroup"}, {type: "time"}]
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.timeOffsets = {boottime: {secs: 100000, nanosecs: 0}}'
}

@test "same view: few namespaces" {
	same_view '.linux.namespaces = [{type: "mount"}, {type: "pid"}] | del(.hostname)
		| .mounts |= map(select(.type != "sysfs" and .type != "mqueue" and .type != "cgroup"))'
}

@test "same view: a user, groups, umask, working directory, environment" {
	same_view '.process.user = {uid: 1000, gid: 1000, additionalGids: [29, 4242], umask: 63} | .process.cwd = "/tmp"
		| .process.env = ["PATH=/bin", "TERM=dumb", "QUOTED=a '\''b'\'' \"c\" $HOME `x`", "HOME=/home"]'
}

@test "same view: capabilities of all five sets" {
	same_view '.process.capabilities = {bounding: ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"], permitted: ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"],
			effective: ["CAP_CHOWN", "CAP_KILL"], inheritable: ["CAP_CHOWN", "CAP_KILL"], ambient: ["CAP_CHOWN"]}
		| .process.user = {uid: 1000, gid: 1000} | .process.noNewPrivileges = true'
	same_view 'del(.process.capabilities)'
}

@test "same view: mounts of many kinds and options" {
	mkdir -p "$T/source/sub" "$T/tree/sub"
	echo file >"$T/source/file"
	mount_here -t tmpfs -o mode=755 below "$T/tree/sub"
	same_view '.mounts += [
		{destination: "/opt", type: "tmpfs", source: "tmpfs", options: ["size=1m", "mode=700", "nosuid", "noexec"]},
		{destination: "/home", type: "bind", source: "'"$T"'/source", options: ["bind", "ro", "nodev"]},
		{destination: "/root", type: "bind", source: "'"$T"'/tree", options: ["rbind", "rro"]},
		{destination: "/var/tmp", type: "bind", source: "'"$T"'/tree", options: ["rbind", "ro", "rslave"]},
		{destination: "/etc/passwd", type: "bind", source: "'"$T"'/source/file", options: ["bind"]},
		{destination: "/tmp", type: "tmpfs", source: "tmp", options: ["noatime", "mode=1777"]}]'
}

@test "same view: options for a whole tree, and others for its top" {
	mkdir -p "$T/tree/sub"
	mount_here -t tmpfs -o mode=755 below "$T/tree/sub"
	same_view '.mounts += [
		{destination: "/opt", type: "tmpfs", source: "tmpfs", options: ["rnoatime", "rnodev"]},
		{destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["rstrictatime"]},
		{destination: "/home", type: "bind", source: "'"$T"'/tree", options: ["rbind", "rnodiratime", "diratime", "rro", "rw"]},
		{destination: "/root", type: "bind", source: "'"$T"'/tree", options: ["rbind", "nosymfollow", "rsymfollow", "rnoatime"]},
		{destination: "/tmp/a", type: "bind", source: "'"$T"'/tree", options: ["rbind", "rnoatime", "relatime", "rro"]},
		{destination: "/tmp/b", type: "bind", source: "'"$T"'/tree", options: ["rbind", "nostrictatime", "rnoatime", "rnodev"]},
		{destination: "/tmp/c", type: "bind", source: "'"$T"'/tree", options: ["bind", "rnodiratime", "rstrictatime", "suid", "dev"]}]'
}

@test "same view: a writable root with new targets, propagation" {
	own_rootfs
	same_view "$OWN"' | .mounts += [{destination: "/new/deep", type: "tmpfs", source: "tmpfs"}] | .linux.rootfsPropagation = "rslave"'
}

@test "same view: more devices" {
	same_view '.linux.devices = [{path: "/dev/one", type: "c", major: 1, minor: 3, fileMode: 432, uid: 5, gid: 6},
		{path: "/dev/pipe", type: "p", fileMode: 438}]'
}

@test "same view: kernel settings, names, personality, OOM score" {
	same_view '.hostname = "explained" | .domainname = "example.org" | .linux.sysctl = {"net.ipv4.ip_forward": "1", "kernel.shm_rmid_forced": "1"}
		| .linux.personality = {domain: "LINUX32"} | .process.oomScoreAdj = 300'
}

@test "same view: limits, scheduler, priority of input and output" {
	same_view '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 500, hard: 1000}, {type: "RLIMIT_CORE", soft: 0, hard: 0}]
		| .process.scheduler = {policy: "SCHED_BATCH", nice: 5} | .process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 7}'
}

@test "same view: masked and read-only paths" {
	same_view '.linux.maskedPaths = ["/proc/keys", "/proc/timer_list", "/proc/acpi", "/sys/firmware", "/var/tmp"]
		| .linux.readonlyPaths = ["/proc/sys", "/proc/irq", "/dev/shm"]'
}

@test "same view: joined namespaces" {
	unshare --net --ipc sleep 60 3>&- 4>&- &
	helper=$!
	PIDS+=("$helper")
	until_true grep -q sleep "/proc/$helper/comm"
	same_view '.linux.namespaces |= map(if .type == "network" then .path = "/proc/'"$helper"'/ns/net"
		elif .type == "ipc" then .path = "/proc/'"$helper"'/ns/ipc" else . end)'
}

@test "same view: a joined user namespace in which groups are denied" {
	as_ordinary
	"${AS[@]}" unshare --user --map-root-user sleep 60 3>&- 4>&- &
	helper=$!
	PIDS+=("$helper")
	until_true grep -q sleep "/proc/$helper/comm"
	same_view "$ROOTLESS"' | del(.linux.uidMappings, .linux.gidMappings)
		| .linux.namespaces |= map(if .type == "user" then .path = "/proc/'"$helper"'/ns/user" else . end)'
}

@test "same view: a new user namespace in one in which groups are denied" {
	as_ordinary
	AS+=(unshare --user --map-root-user)
	configure "$ROOTLESS | .linux.uidMappings[0].hostID = 0 | .linux.gidMappings[0].hostID = 0 | del(.process.rlimits)" \
		/bin/sh -c 'id; cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; grep -E "^(Groups|Cap)" /proc/self/status'
	status=0
	"${AS[@]}" "$TARU_OCI" --root "$T/state" run -b "$T" "$ID" >"$T/by-run" 2>"$T/errors" </dev/null 3>&- 4>&- || status=$?
	is "$status" 0 "$(cat "$T/errors")"
	run_script
	compare_views
}

@test "same view: an ordinary user's container" {
	as_ordinary
	same_view "$ROOTLESS"
}

@test "the script gives processors to a cgroup that was there without any (v1)" {
	grep -q '[:,]cpuset[:,]' /proc/self/cgroup || skip "in v2 a cgroup without a list has what the one above has"
	local path
	for path in a/b/c d; do
		mkdir -p "/sys/fs/cgroup/cpuset/$ID/a/b" "/sys/fs/cgroup/cpuset/$ID/d"
		configure '.linux.cgroupsPath = "/'"$ID/$path"'"' /bin/true
		run_script
		is "$status" 0 "$(cat "$T/script-errors")"
		remove_cgroups
	done
}

# --- hooks ---

# What each hook is told and where it is, in a file: its arguments, environment, working directory, ids, what
# its state says. The pid in the state must be that of a process that it sees.
HOOK_SCRIPT='state=$(cat); log=$1; kind=$2; shift 2
	pid=$(echo "$state" | sed -n "s/.*\"pid\": *\([0-9]*\).*/\1/p")
	{
		echo "= $kind: $*"
		echo "$state" | sed "s/\"pid\": *[0-9]*/PID/"
		[ "$kind" = poststop ] || [ -d "/proc/$pid" ] || echo "there is no process $pid"
		env | grep -v -e ^_= -e ^PWD= -e ^SHLVL= -e ^OLDPWD= | sort
		pwd; id -u; id -g; hostname; umask
		[ -e /etc/debian_version ] && echo "on the host" || echo "in the container"
		readlink /proc/self/fd/3 || echo "nothing is open"
	} >>"$log"'

# A jq filter with hooks of all kinds, which write to $T/log; in the container to its own /tmp/log.
all_hooks()
{
	local busybox
	busybox=$(command -v busybox)
	jq -n --arg script "$HOOK_SCRIPT" --arg busybox "$busybox" --arg log "$T/log" '
		def hook($path; $name; $log; $kind): {path: $path,
			args: ($name + ["sh", "-c", $script, "hook", $log, $kind, "it'\''s $HOME"]),
			env: ["PATH=/bin:/usr/bin", "WORD=a b $HOME `x`"]};
		{prestart: [hook($busybox; [$busybox]; $log; "prestart") + {timeout: 10}],
		 createRuntime: [hook($busybox; []; $log; "createRuntime"), hook($busybox; [$busybox]; $log; "second")],
		 createContainer: [hook($busybox; []; $log; "createContainer")],
		 startContainer: [hook("/bin/busybox"; ["/bin/busybox"]; "/tmp/log"; "startContainer") + {timeout: 10}],
		 poststart: [hook($busybox; [$busybox]; $log; "poststart")],
		 poststop: [hook($busybox; [$busybox]; $log; "poststop")]}'
}

@test "hooks of all kinds are run as the runtime runs them" {
	own_rootfs
	configure "$OWN"' | .hooks = '"$(all_hooks)"' | .annotations = {"org.example.note": "it'\''s $5, `cheap`"}
		| .process.cwd = "/home" | .process.user = {uid: 1000, gid: 1000}' /bin/sleep 0.5
	start
	is "$status" 0
	cat "$T/log" "$T/rootfs/tmp/log" >"$T/by-run"
	rm -rf "$T/log" "$T/rootfs"
	own_rootfs
	"$TARU_OCI" explain -b "$T" "$ID" >"$T/script"
	do_script
	cat "$T/log" "$T/rootfs/tmp/log" >"$T/by-script"
	compare_views
	is "$(grep -c '^= ' "$T/by-run")" 7 "hooks that were run"
	lacks "$(cat "$T/by-run")" "there is no process"
}

@test "a hook that fails or takes too long ends the script, and what it has made" {
	local kind
	for kind in prestart createRuntime createContainer startContainer poststart; do
		configure '.hooks = {'"$kind"': [{path: "/bin/false"}], poststop: [{path: "/bin/touch", args: ["/bin/touch", "'"$T"'/after"]}]}' \
			/bin/sleep 60
		run_script
		[ "$status" != 0 ] || is "$kind" "a failure"
		[ -e "$T/after" ] || is "$kind" "the poststop hook was run"
		rm "$T/after"
		wait_for_ends
	done
	configure '.hooks = {createRuntime: [{path: "/bin/sleep", args: ["sleep", "60"], timeout: 1}]}' /bin/true
	run_script
	[ "$status" != 0 ]
}

# --- one more process ---

cleanup()
{
	[ -z "${BOX:-}" ] || "${AS[@]}" "$TARU_OCI" --root "$T/state" delete --force "$BOX"
}

# Starts a container in the background that waits.
box()
{
	configure "$1" /bin/sleep 1000
	BOX=$ID
	"${AS[@]}" "$TARU_OCI" --root "$T/state" run --detach -b "$T" "$BOX" </dev/null >"$T.out" 2>&1 3>&- 4>&- || {
		cat "$T.out"
		return 1
	}
	rm "$T.out"
}

# same_process WORD...: the words behind `exec`, up to the id.
same_process()
{
	local script
	script=$(probe_script)
	script=${script//OUTSIDE/$(outside_namespaces)}
	same_output "$@" -- "$BOX" /bin/sh -c "$script"
}

# The words behind `exec`.
same_output()
{
	status=0
	"${AS[@]}" timeout 20 "$TARU_OCI" --root "$T/state" exec "$@" >"$T/by-run" 2>"$T.err" </dev/null 3>&- 4>&- || status=$?
	if [ "$status" != 0 ]; then
		cat "$T.err"
		return 1
	fi
	rm "$T.err"
	"${AS[@]}" "$TARU_OCI" --root "$T/state" explain exec "$@" >"$T/script"
	do_script
	compare_views
}

@test "exec, same view: the container's own process again" {
	box .
	same_process
}

@test "exec, same view: a user, groups, capabilities, working directory, variables" {
	box '.process.noNewPrivileges = false'
	same_process --user 1000:1000 -g 29 -g 4242 --cwd /tmp --env "QUOTED=it's \$HOME" --cap CAP_CHOWN --no-new-privs
}

@test "exec, same view: a process in a file" {
	box .
	jq '.process | .args = ["/bin/sh", "-c", $script] | .oomScoreAdj = 300 | .user = {uid: 1000, gid: 1000, umask: 63}
		| .rlimits = [{type: "RLIMIT_NOFILE", soft: 500, hard: 1000}, {type: "RLIMIT_CORE", soft: 0, hard: 0}]
		| .scheduler = {policy: "SCHED_BATCH", nice: 5} | .ioPriority = {class: "IOPRIO_CLASS_BE", priority: 7}
		| .capabilities = {bounding: ["CAP_CHOWN", "CAP_KILL"], permitted: ["CAP_CHOWN", "CAP_KILL"],
			effective: ["CAP_KILL"], inheritable: ["CAP_CHOWN"], ambient: ["CAP_CHOWN"]}
		| .execCPUAffinity = {initial: "0", final: "0"}' --arg script "$(probe_script | sed "s|OUTSIDE|$(outside_namespaces)|"
		echo 'grep Cpus_allowed_list /proc/self/status')" "$T/config.json" >"$T/process.json"
	same_output --process "$T/process.json" "$BOX"
}

@test "exec, same view: every namespace, with many ids" {
	box '.linux.namespaces = [{type: "user"}, {type: "pid"}, {type: "network"}, {type: "ipc"}, {type: "uts"},
			{type: "mount"}, {type: "cgroup"}, {type: "time"}]
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .process.oomScoreAdj = 200'
	same_process
	same_process --user 1000:1000
}

@test "exec, same view: few namespaces" {
	box '.linux.namespaces = [{type: "mount"}] | del(.hostname)
		| .mounts |= map(select(.type != "proc" and .type != "sysfs" and .type != "mqueue" and .type != "cgroup"))
		| .mounts += [{destination: "/proc", type: "bind", source: "/proc", options: ["rbind"]}]'
	same_process
}

@test "exec, same view: an ordinary user's container" {
	as_ordinary
	box "$ROOTLESS"
	same_process
}

@test "exec, same view: root in an ordinary user's container" {
	as_ordinary
	# Limits of another's process need CAP_SYS_RESOURCE, which root in a container mostly lacks.
	box "$ROOTLESS | del(.process.rlimits)"
	AS=()
	same_process
}

@test "exec, same view: an image that has no tools" {
	mkdir -p "$T/rootfs"/{proc,dev,sys}
	cp "$ROOTFS/bin/probe" "$T/rootfs/probe"
	cp "$ROOTFS/bin/busybox" "$T/rootfs/sleep"
	box '.root.path = "rootfs" | .process.args = ["/sleep", "1000"]'
	same_output "$BOX" /probe fds
	same_output "$BOX" /probe scheduler
}

@test "exec: the script passes status and signals on, and can leave the process alone" {
	box .
	"$TARU_OCI" --root "$T/state" explain exec "$BOX" /bin/sh -c 'exit 42' >"$T/script"
	do_script
	is "$status" 42
	"$TARU_OCI" --root "$T/state" explain exec "$BOX" /bin/sh -c 'trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done' >"$T/script"
	TMPDIR=$T/tmp sh "$T/script" >"$T.out" 2>"$T.err" </dev/null 3>&- 4>&- &
	runtime_pid=$!
	PIDS+=("$runtime_pid")
	until_true printed ready
	kill -TERM "$runtime_pid"
	land
	is "$status" 7
	"$TARU_OCI" --root "$T/state" explain exec --detach --pid-file "$T/pid" "$BOX" /bin/sleep 77 >"$T/script"
	do_script
	is "$status" 0
	is "$(tr '\0' ' ' <"/proc/$(cat "$T/pid")/cmdline")" "/bin/sleep 77 "
	[ "$(readlink "/proc/$(cat "$T/pid")/ns/pid")" != "$(readlink /proc/self/ns/pid)" ]
}

@test "exec: the script of a container that has ended does nothing" {
	box .
	"$TARU_OCI" --root "$T/state" explain exec "$BOX" /bin/true >"$T/script"
	"$TARU_OCI" --root "$T/state" delete --force "$BOX"
	BOX=
	do_script
	is "$status" 1
	has "$(cat "$T/script-errors")" "the container's process has ended"
}

# --- the script as a whole ---

@test "the script passes the program's status on" {
	configure . /bin/sh -c 'exit 42'
	run_script
	is "$status" 42
}

@test "a script that fails, early or late, leaves nothing" {
	local filter
	for filter in '.process.args = ["/bin/absent"]' '.root.path = "/run/absent"' \
		'.mounts += [{destination: "/opt", type: "absentfs", source: "x"}]' '.process.cwd = "/etc/passwd"' \
		'.linux.sysctl = {"net.ipv4.absent": "1"}'; do
		configure "$filter" /bin/true
		run_script
		[ "$status" != 0 ] || is "$filter" "a failure"
		wait_for_ends
	done
}

@test "a script that is told to end ends its container and leaves nothing" {
	configure . /bin/sh -c 'trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done'
	"$TARU_OCI" explain -b "$T" >"$T/script"
	mkdir "$T/tmp"
	TMPDIR=$T/tmp sh "$T/script" >"$T.out" 2>"$T.err" </dev/null 3>&- 4>&- &
	runtime_pid=$!
	PIDS+=("$runtime_pid")
	until_true printed ready
	kill -TERM "$runtime_pid"
	land
	is "$status" 7
	is "$(ls -A "$T/tmp")" ""
}

@test "what has no form in shell is said in a comment, and never left out" {
	configure '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir"], action: "SCMP_ACT_ERRNO"}]}' /bin/true
	"$TARU_OCI" explain -b "$T" >"$T/script"
	grep -q '^#.*seccomp' "$T/script"
	sh -n "$T/script"
}

@test "above each line of the script stands the config key that asked for it" {
	configure '.hostname = "x" | .process.oomScoreAdj = 5' /bin/true
	"$TARU_OCI" explain -b "$T" >"$T/script"
	grep -q '# *hostname' "$T/script"
	grep -q 'mounts\[0\]' "$T/script"
	grep -q 'process.oomScoreAdj' "$T/script"
	grep -q 'linux.maskedPaths\[0\]' "$T/script"
}

@test "the text for newcomers and the plan as data are there, and nothing is run" {
	configure . /bin/true
	"$TARU_OCI" explain -b "$T" --format text >"$T/text"
	grep -q '^ *1[.)]' "$T/text"
	grep -q 'mount(' "$T/text"
	"$TARU_OCI" explain -b "$T" --format json | jq -e . >/dev/null
	"$TARU_OCI" explain -b "$T" --format json | grep -q hostname
}

@test "words that a shell would expand stay as they are in the script" {
	own_rootfs
	mkdir "$T/rootfs/a b" "$T/it's \$(touch pwned) \`x\`"
	configure "$OWN"' | .hostname = "x" | .mounts += [{destination: "/a b", type: "bind", source: "'"$T"'/it'\''s $(touch pwned) `x`", options: ["bind"]}]
		| .process.env += ["EVIL=$(touch pwned);'\''\"\\"]' /bin/sh -c 'echo "$EVIL"; ls -d /a*'
	start
	is "$status" 0
	local by_run=$output
	(cd "$T" && "$TARU_OCI" explain -b "$T" >"$T/script" && sh "$T/script") >"$T/by-script" 2>&1
	is "$(cat "$T/by-script")" "$by_run"
	[ ! -e "$T/pwned" ] && [ ! -e "$T/rootfs/pwned" ]
}

@test "a trace names each step with its time, and the run is the same" {
	configure . /bin/echo ran
	start --trace
	is "$status" 0
	has "$output$errors" ran
	has "$output$errors" exec
	configure . /bin/echo ran
	start --trace="$T/trace.json"
	passes ran
	jq -e '.traceEvents // . | length > 10' "$T/trace.json" >/dev/null
}
