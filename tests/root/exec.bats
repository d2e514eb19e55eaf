#!/usr/bin/env bats
# exec: one more process in a container that is there. It is in all that the container is in, has the rights of the
# container's own process and no others, and takes nothing of its caller's in with it.
load lib
load live

ALL_NEW='.linux.namespaces = [{type: "user"}, {type: "pid"}, {type: "network"}, {type: "ipc"}, {type: "uts"},
		{type: "mount"}, {type: "cgroup"}, {type: "time"}]
	| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
	| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]'

FILTER='.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO"}]}'

# --- where it is ---

# Compares a process of exec with the container's own, from within and from outside.
same_places()
{
	local own
	own=$(places "$pid")
	inside 'cd /proc/self/ns; for kind in cgroup ipc mnt net pid time user uts; do readlink $kind; done'
	passes "$(head -n 8 <<<"$own")"
	call exec --detach --pid-file "$T/second" "$ID" /bin/sleep 1000
	passes
	is "$(places "$(cat "$T/second")")" "$own" "the places of the process, from outside"
}

# apart KIND...: the container has these of its own.
apart()
{
	local kind
	for kind; do
		[ "$(readlink "/proc/$pid/ns/$kind")" != "$(readlink "/proc/self/ns/$kind")" ]
	done
}

@test "exec joins every namespace of the container, and is in its cgroup" {
	alive
	apart ipc mnt net pid uts
	same_places
}

# Where a manager such as systemd has put the container's first process into a cgroup below, with controllers of its
# own: none may be in the one above then.
@test "exec goes where the first process is, if the container's cgroup may have no processes; --cgroup names others" {
	local unified=/sys/fs/cgroup/unified
	[ "$(stat -fc %T /sys/fs/cgroup)" != cgroup2fs ] || unified=/sys/fs/cgroup
	[ -d "$unified" ] || skip "there is no cgroup v2 here"
	alive
	mkdir "$unified/$ID/below"
	echo "$pid" >"$unified/$ID/below/cgroup.procs"
	echo "+$(cut -d ' ' -f 1 "$unified/$ID/cgroup.controllers")" >"$unified/$ID/cgroup.subtree_control"
	call exec "$ID" grep ^0:: /proc/self/cgroup
	passes "${output%/below}/below"
	mkdir "$unified/$ID/beside"
	call exec --cgroup beside "$ID" grep ^0:: /proc/self/cgroup
	passes "${output%/beside}/beside"
	call exec --cgroup / "$ID" true
	fails_with 255 "no process may be in the cgroup"
	call exec --cgroup beside/../.. "$ID" true
	fails_with 255 "leads out of the container's cgroup"
	call exec --cgroup nonsense:/ "$ID" true
	fails_with 255 "has no cgroup with 'nonsense'"
}

@test "exec joins user and time namespaces as well" {
	alive "$ALL_NEW"' | .linux.timeOffsets = {boottime: {secs: 1000000, nanosecs: 0}}'
	apart cgroup ipc mnt net pid time user uts
	same_places
	local up
	inside 'cut -d. -f1 /proc/uptime; id -u; cat /proc/self/uid_map | tr -s " "'
	read -r up <<<"$output"
	((up >= 1000000)) || is "$up" "a million and more"
	is "$(tail -n 2 <<<"$output")" $'0\n 0 100000 65536'
}

@test "exec joins namespaces that the container joined by their paths" {
	make_helper --net --ipc --uts --cgroup
	local kind filter='del(.hostname) | .mounts |= map(select(.type != "mqueue"))'
	for kind in network:net ipc:ipc uts:uts cgroup:cgroup; do
		filter+=" | .linux.namespaces |= map(select(.type != \"${kind%:*}\"))
			| .linux.namespaces += [{type: \"${kind%:*}\", path: \"/proc/$helper/ns/${kind#*:}\"}]"
	done
	alive "$filter"
	is "$(readlink "/proc/$pid/ns/net")" "$(readlink "/proc/$helper/ns/net")"
	apart net ipc uts cgroup
	same_places
}

@test "exec joins a pid namespace that the container joined" {
	make_helper --pid --fork --kill-child
	alive ".linux.namespaces |= map(if .type == \"pid\" then .path = \"/proc/$helper/ns/pid\" else . end)"
	is "$(readlink "/proc/$pid/ns/pid")" "$(readlink "/proc/$helper/ns/pid")"
	same_places
	inside 'cat /proc/1/comm'
	passes sleep
	# The namespace's first process is not the container's: what exec began does not end with the container.
	kill -KILL "$(cat "$T/second")"
}

@test "exec joins a user namespace that the container joined" {
	make_helper --user --map-root-user --net --ipc
	alive "$(sed "s/HELPER/$helper/" <<<'
		.linux.namespaces |= map(if .type == "network" then .path = "/proc/HELPER/ns/net" else . end)
		| .linux.namespaces += [{type: "user", path: "/proc/HELPER/ns/user"}]
		| .mounts |= map(select(.type != "cgroup" and .type != "mqueue" and .destination != "/dev/pts"))')"
	is "$(readlink "/proc/$pid/ns/user")" "$(readlink "/proc/$helper/ns/user")"
	same_places
}

@test "exec in the host's pid namespace, where the container has none of its own" {
	alive '.linux.namespaces |= map(select(.type != "pid"))'
	is "$(readlink "/proc/$pid/ns/pid")" "$(readlink /proc/self/ns/pid)"
	same_places
	inside 'test -d /proc/'$$' && echo seen; exit 3'
	ends 3
	is "$output" seen
	# There is nothing by which the runtime would know whose it is.
	kill -KILL "$(cat "$T/second")"
}

@test "exec joins what the container has of its caller's, where exec's caller is somewhere else" {
	# A container without a namespace of its own is in that of whoever made it; a process of it must be there too, and
	# not where exec is called.
	make_helper --net --uts --ipc
	configure 'del(.hostname) | .linux.namespaces |= map(select(.type != "network" and .type != "uts" and .type != "ipc"))
		| .mounts |= map(select(.type != "sysfs" and .type != "mqueue" and .type != "cgroup"))' /bin/sleep 1000
	AS=(nsenter --target "$helper" --net --uts --ipc)
	call run --detach --bundle "$T" --pid-file "$T/pid" "$ID"
	passes
	AS=()
	pid=$(cat "$T/pid")
	apart net uts ipc
	same_places
}

@test "exec finds the root and the mounts of the container" {
	own_rootfs
	alive "$OWN"' | .mounts += [{destination: "/opt", type: "tmpfs", source: "t", options: ["size=64k"]}]'
	inside 'echo one >/opt/file; echo two >/tmp/file; cat /proc/self/mountinfo | cut -d" " -f 5-6' 
	is "$status" 0
	is "$output" "$(cut -d' ' -f 5-6 "/proc/$pid/mountinfo")"
	is "$(cat "/proc/$pid/root/opt/file" "$T/rootfs/tmp/file")" $'one\ntwo'
}

# --- what it has when nothing is asked ---

# What a process is and may do, but for who runs it.
VIEW='
	grep -E "^(Uid|Gid|Groups|NoNewPrivs|Cap|Seccomp|Umask|Cpus_allowed_list|SigBlk|SigIgn)" /proc/self/status
	pwd; env | grep -v "^_=" | sort; umask; tail -n +2 /proc/self/limits
	cat /proc/self/personality /proc/self/oom_score_adj; probe scheduler; probe io-priority; probe memory-policy
	probe keyring; probe fds'

# same_view FILTER: the container's process and one of exec see the same of themselves.
same_view()
{
	alive "$1" /bin/sh -c "($VIEW) >/dev/shm/new 2>&1; mv /dev/shm/new /dev/shm/view; exec sleep 1000"
	until_true test -s "/proc/$pid/root/dev/shm/view"
	cp "/proc/$pid/root/dev/shm/view" "$T/view"
	inside "($VIEW) 2>&1"
	is "$status" 0
	is "$output" "$(cat "$T/view")" "the view of exec"
}

@test "by default the process is as the container's own: the proposal" {
	same_view .
	has "$output" $'CapEff:\t0000000020000420'
	has "$output" "_ses.$ID"
}

@test "by default the process is as the container's own: ids, rights, limits, everything" {
	same_view "$FILTER"' | .process.user = {uid: 1000, gid: 1000, additionalGids: [29, 4242], umask: 63}
		| .process.cwd = "/tmp" | .process.env = ["PATH=/bin:/usr/bin", "ONE=1", "TWO=a b"] | .process.noNewPrivileges = false
		| .process.capabilities = {bounding: ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"], permitted: ["CAP_CHOWN", "CAP_KILL"],
			effective: ["CAP_CHOWN"], inheritable: ["CAP_CHOWN"], ambient: ["CAP_CHOWN"]}
		| .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}, {type: "RLIMIT_CORE", soft: 0, hard: 0}]
		| .process.oomScoreAdj = 300 | .process.scheduler = {policy: "SCHED_BATCH", nice: 7}
		| .process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 6} | .linux.personality = {domain: "LINUX32"}
		| .linux.memoryPolicy = {mode: "MPOL_INTERLEAVE", nodes: "0"}'
	has "$output" $'CapAmb:\t0000000000000001'
	has "$output" $'Seccomp:\t2'
	has "$output" $'Groups:\t29 4242'
	has "$output" 'policy 3 nice 7'
	has "$output" HOME=/home
	has "$output" 'mode 3'
}

@test "by default the process is as the container's own: in a user namespace" {
	same_view "$ALL_NEW | $FILTER"' | .process.user = {uid: 1000, gid: 1000, additionalGids: [29]} | .process.noNewPrivileges = true
		| .process.oomScoreAdj = 250 | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}]'
	has "$output" $'NoNewPrivs:\t1'
	has "$output" $'Seccomp:\t2'
	has "$output" $'Groups:\t29'
}

@test "nothing of exec's caller comes in: environment, groups, umask, priorities, signals, descriptors" {
	alive
	cat >"$T/caller" <<-'END'
		#!/bin/bash
		umask 077
		trap '' PIPE HUP INT QUIT
		export SECRET_TOKEN=swordfish
		exec 3</ 7<"$0" 9</etc
		cd /tmp
		exec "$@"
	END
	chmod 755 "$T/caller"
	AS=(setpriv --groups 7,8,9 --inh-caps +chown,+kill --ambient-caps +chown,+kill "$T/caller")
	inside 'env; grep -E "^(Groups|Umask|CapInh|CapAmb|SigIgn|SigBlk)" /proc/self/status; pwd; probe fds; tr "\0" "\n" </proc/self/environ'
	is "$status" 0
	lacks "$output" swordfish
	has "$output" $'CapInh:\t0000000000000000'
	has "$output" $'CapAmb:\t0000000000000000'
	has "$output" $'SigBlk:\t0000000000000000'
	is "$(grep -c -E '^(/|[0-9]+)$' <<<"$output")" 4 "working directory and descriptors"
	is "$(grep Groups <<<"$output" | tr -d '\t ')" Groups:
	is "$(grep Umask <<<"$output" | tr -d '\t ')" Umask:0022
}

# --- what is asked by options ---

@test "exec --user, --additional-gids, --env, --cwd" {
	alive '.process.user = {uid: 0, gid: 0, additionalGids: [29]} | .process.env = ["PATH=/bin", "A=old", "B=stays"]'
	call exec --user 1000:1001 -g 5 --additional-gids 4242 -e A=new --env 'C=a = b' --env D= --cwd /tmp "$ID" \
		/bin/sh -c 'id -u; id -g; grep Groups /proc/self/status; echo "$A|$B|$C|$D|$HOME"; pwd'
	passes $'1000\n1001\nGroups:\t5 29 4242 \nnew|stays|a = b||/home\n/tmp'
	# Without a group it stays the container's.
	call exec -u 4242 "$ID" /bin/sh -c 'id -u; id -g; echo $HOME'
	passes $'4242\n0\n/'
	# The program is looked up in the PATH that the process gets.
	call exec -e PATH=/nowhere "$ID" id
	ends 255
	has "$errors" "executable file not found"
}

@test "options behind the id are the command's, and -- may stand before it" {
	alive
	call exec "$ID" -- /bin/echo -u 1 --cwd /tmp
	passes '-u 1 --cwd /tmp'
	call exec "$ID" /bin/echo -- -t
	passes '-- -t'
}

@test "CVE-2026-30892, CVE-2024-40635: half a number is no user, and no way to be root" {
	alive
	local user
	call exec -u 1 "$ID" id -u
	passes 1
	call exec -u 4294967294:4294967294 "$ID" /bin/sh -c 'id -u; id -g'
	passes $'4294967294\n4294967294'
	for user in 1x x1 1: :1 1:1x 1:x '1 ' ' 1' +1 -1 0x1 1.0 1e3 1:1:1 4294967295 4294967296 1:4294967295 18446744073709551617 \
		root alice alice:alice; do
		call exec "--user=$user" "$ID" id -u
		fails_with 255 "option '--user'"
	done
	for user in 1x audio 4294967295 -1 ''; do
		call exec -g "$user" "$ID" id -u
		fails_with 255 "option '--additional-gids'"
	done
}

SETS='grep -E ^Cap /proc/self/status | tr "\t" " "'

@test "CVE-2022-29162: exec --cap gives bounding, effective and permitted ones, none that are inherited" {
	alive '.process.capabilities = {bounding: ["CAP_KILL"], permitted: ["CAP_KILL"], effective: ["CAP_KILL"]}'
	call exec --cap CAP_CHOWN -c net_raw "$ID" /bin/sh -c "$SETS"
	passes 'CapInh: 0000000000000000
CapPrm: 0000000000002021
CapEff: 0000000000002021
CapBnd: 0000000000002021
CapAmb: 0000000000000000'
	# Another user's program has none of them, and may have those of files: the bounding set.
	call exec --cap CAP_CHOWN -u 1000 "$ID" /bin/sh -c "$SETS"
	passes 'CapInh: 0000000000000000
CapPrm: 0000000000000000
CapEff: 0000000000000000
CapBnd: 0000000000000021
CapAmb: 0000000000000000'
	call exec --cap CAP_MAGIC "$ID" true
	fails_with 255 "option '--cap': 'CAP_MAGIC'"
}

@test "exec --no-new-privs, and without it" {
	alive '.process.noNewPrivileges = false'
	inside 'grep NoNewPrivs /proc/self/status'
	passes $'NoNewPrivs:\t0'
	call exec --no-new-privs "$ID" grep NoNewPrivs /proc/self/status
	passes $'NoNewPrivs:\t1'
	delete_all
	alive '.process.noNewPrivileges = true'
	inside 'grep NoNewPrivs /proc/self/status'
	passes $'NoNewPrivs:\t1'
	call exec --no-new-privs=false "$ID" grep NoNewPrivs /proc/self/status
	passes $'NoNewPrivs:\t0'
}

@test "exec refuses labels that this machine does not have" {
	alive
	if [ ! -e /sys/module/apparmor/parameters/enabled ]; then
		call exec --apparmor docker-default "$ID" true
		fails_with 255 "process.apparmorProfile: 'docker-default'"
	fi
	if [ ! -e /sys/fs/selinux/enforce ]; then
		call exec --process-label system_u:system_r:container_t:s0 "$ID" true
		fails_with 255 "process.selinuxLabel"
	fi
}

# --- what is asked by a file ---

# described FILTER [COMMAND...]: writes a process, from one that has nothing but what it must have.
described()
{
	local filter=$1
	shift
	jq -n "{cwd: \"/\", args: \$ARGS.positional, user: {uid: 0, gid: 0}} | $filter" --args -- "$@" >"$T/process.json"
}

@test "exec --process: the file says what the process is" {
	alive '.process.env = ["PATH=/bin", "CONTAINERS=own"] | .process.user = {uid: 7, gid: 8, additionalGids: [9]} | .process.oomScoreAdj = 111'
	described '.user = {uid: 1000, gid: 1001, additionalGids: [29, 5], umask: 63} | .env = ["A=1", "B=two words", "PATH=/bin"] | .cwd = "/tmp"
		| .capabilities = {bounding: ["CAP_CHOWN"], permitted: ["CAP_CHOWN"], effective: ["CAP_CHOWN"], inheritable: ["CAP_CHOWN"], ambient: ["CAP_CHOWN"]}
		| .noNewPrivileges = true | .oomScoreAdj = 222 | .rlimits = [{type: "RLIMIT_NOFILE", soft: 64, hard: 65}]
		| .scheduler = {policy: "SCHED_IDLE"} | .ioPriority = {class: "IOPRIO_CLASS_IDLE", priority: 0}' \
		/bin/sh -c 'grep -E "^(Uid|Gid|Groups|NoNewPrivs|Cap)" /proc/self/status; umask; env | sort; pwd; grep "open files" /proc/self/limits | tr -s " "
			cat /proc/self/oom_score_adj; probe scheduler | cut -c 1-8; probe io-priority'
	call exec --process "$T/process.json" "$ID"
	passes $'Uid:\t1000\t1000\t1000\t1000
Gid:\t1001\t1001\t1001\t1001
Groups:\t5 29 
CapInh:\t0000000000000001
CapPrm:\t0000000000000001
CapEff:\t0000000000000001
CapBnd:\t0000000000000001
CapAmb:\t0000000000000001
NoNewPrivs:\t1
0077
A=1
B=two words
HOME=/home
PATH=/bin
PWD=/tmp
SHLVL=1
/tmp
Max open files 64 65 files 
222
policy 5
class 3 priority 0'
	# What it does not name is not there...
	described . /bin/env
	call exec -p "$T/process.json" "$ID"
	passes HOME=/root
	# ... but for what confines the container.
	described . /bin/sh -c 'grep -E "^(Uid|Groups|CapBnd)" /proc/self/status; umask; cat /proc/self/oom_score_adj'
	call exec -p "$T/process.json" "$ID"
	passes $'Uid:\t0\t0\t0\t0\nGroups:\t \nCapBnd:\t0000000020000420\n0022\n111'
	described '.capabilities = {}' /bin/grep CapBnd /proc/self/status
	call exec -p "$T/process.json" "$ID"
	passes $'CapBnd:\t0000000000000000'
	# What the kernel does not allow is the key's fault.
	described '.rlimits = [{type: "RLIMIT_NOFILE", soft: 10, hard: 99999999999}]' true
	call exec -p "$T/process.json" "$ID"
	fails_with 255 'process.rlimits[0]'
}

@test "exec --process reads a pipe" {
	alive
	described '.user.uid = 5' /bin/id -u
	is "$(cat "$T/process.json" | "$TARU_OCI" exec --process /dev/stdin "$ID")" 5
}

@test "the score of the OOM killer goes below the container's, where only the host may do that" {
	alive "$ALL_NEW"' | .process.oomScoreAdj = 500'
	described '.oomScoreAdj = 100' /bin/cat /proc/self/oom_score_adj
	call exec -p "$T/process.json" "$ID"
	passes 100
}

@test "execCPUAffinity: the processors before and after the container is entered" {
	[ "$(nproc)" -gt 1 ] || skip "there is one processor here"
	local filter='.process.execCPUAffinity = {initial: "0"}'
	alive "$filter"
	inside 'grep Cpus_allowed_list /proc/self/status'
	passes $'Cpus_allowed_list:\t0'
	described '.execCPUAffinity = {initial: "0", final: "1"}' grep Cpus_allowed_list /proc/self/status
	call exec -p "$T/process.json" "$ID"
	passes $'Cpus_allowed_list:\t1'
	described '.execCPUAffinity = {final: "0-1"}' grep Cpus_allowed_list /proc/self/status
	call exec -p "$T/process.json" "$ID"
	passes $'Cpus_allowed_list:\t0-1'
	# It is for exec alone.
	is "$(grep Cpus_allowed_list "/proc/$pid/status")" "$(grep Cpus_allowed_list /proc/self/status)"
	described '.execCPUAffinity = {final: "8000"}' true
	call exec -p "$T/process.json" "$ID"
	fails_with 255 'process.execCPUAffinity.final'
	described '.execCPUAffinity = {initial: "one"}' true
	call exec -p "$T/process.json" "$ID"
	fails_with 255 "process.execCPUAffinity.initial: 'one'"
}

# text_is_refused TEXT PART
text_is_refused()
{
	printf '%s' "$1" >"$T/process.json"
	call exec --process "$T/process.json" "$ID"
	fails_with 255 "$2"
}

@test "exec --process: files that are no process are refused, and nothing is run" {
	alive
	text_is_refused '' process.json
	text_is_refused 'hello' process.json
	text_is_refused '[]' 'must be an object'
	text_is_refused '{}' ''
	text_is_refused '{"cwd": "/", "args": ["true"]' process.json
	text_is_refused '{"cwd": "/", "args": ["true"], "args": ["id"]}' args
	text_is_refused '{"args": ["true"], "user": {"uid": 0, "gid": 0}}' cwd
	text_is_refused '{"cwd": "", "args": ["true"]}' cwd
	text_is_refused '{"cwd": "tmp", "args": ["true"]}' cwd
	text_is_refused '{"cwd": "/"}' args
	text_is_refused '{"cwd": "/", "args": []}' args
	text_is_refused '{"cwd": "/", "args": [""]}' 'args[0]'
	text_is_refused '{"cwd": "/", "args": "true"}' args
	text_is_refused '{"cwd": "/", "args": ["true"], "env": ["=1"]}' 'env[0]'
	text_is_refused '{"cwd": "/", "args": ["true"], "user": {"uid": 4294967295, "gid": 0}}' uid
	text_is_refused '{"cwd": "/", "args": ["true"], "user": {"uid": "1", "gid": 0}}' uid
	text_is_refused '{"cwd": "/", "args": ["true"], "user": {"uid": 1.5, "gid": 0}}' uid
	text_is_refused '{"cwd": "/", "args": ["true"], "capabilities": {"bounding": ["CAP_MAGIC"]}}' CAP_MAGIC
	text_is_refused '{"cwd": "/", "args": ["true"], "rlimits": [{"type": "RLIMIT_X", "soft": 0, "hard": 0}]}' RLIMIT_X
	text_is_refused "{\"cwd\": \"/\", \"args\": [\"true\"], \"x\": $(printf '[%.0s' {1..5000})" process.json
	# Keys that the specification does not know are none of our business.
	printf '{"cwd": "/", "args": ["/bin/echo", "fine"], "magic": {"deep": [1]}}' >"$T/process.json"
	call exec -p "$T/process.json" "$ID"
	passes fine
}

@test "exec --process: files without end, too large ones, folders and absent ones are refused" {
	alive
	# A pipe that nobody writes to is given up, in its time.
	local waiting
	mkfifo "$T/pipe"
	"$TARU_OCI" exec -p "$T/pipe" "$ID" >"$T/pipe.out" 2>"$T/pipe.err" 3>&- 4>&- &
	waiting=$!
	PIDS+=("$waiting")
	{ printf '{"cwd": "/", "args": ["true"], "x": "'; head -c 20000000 /dev/zero | tr '\0' x; printf '"}'; } >"$T/process.json"
	call exec -p "$T/process.json" "$ID"
	fails_with 255 process.json
	call exec -p /dev/zero "$ID"
	fails_with 255 /dev/zero
	call exec -p "$T" "$ID"
	fails_with 255 "'$T'"
	call exec -p "$T/absent" "$ID"
	fails_with 255 "$T/absent"
	call exec -p "$T/process.json" "$ID" true
	fails_with 255 "'true' beside '--process'"
	call exec "$ID"
	fails_with 255 'missing COMMAND'
	status=0
	wait "$waiting" || status=$?
	mv "$T/pipe.out" "$T.out"
	mv "$T/pipe.err" "$T.err"
	collect
	fails_with 255 "$T/pipe"
}

# --- its end, its streams, its signals ---

@test "exec ends as its process does" {
	alive
	inside 'exit 0'
	passes ''
	inside 'exit 42'
	ends 42
	is "$errors" ""
	inside 'kill -TERM $$'
	ends 143
	inside 'kill -KILL $$'
	ends 137
	# The container goes on.
	has_status running
}

@test "exec passes standard input, output and error through, to the last byte" {
	head -c 300000 /dev/urandom >"$T/in"
	alive
	status=0
	"$TARU_OCI" exec "$ID" /bin/sh -c 'cat; echo error >&2' <"$T/in" >"$T/copy" 2>"$T/errors" || status=$?
	ends 0
	cmp "$T/in" "$T/copy"
	is "$(cat "$T/errors")" error
	is "$(printf 'one\ntwo\n' | "$TARU_OCI" exec "$ID" /bin/cat | cat)" $'one\ntwo'
	# Another user can open the pipes again: /dev/stdout.
	is "$(echo in | "$TARU_OCI" exec -u 1000:1000 "$ID" /bin/sh -c 'read -r line </dev/stdin; echo "$line" >/dev/stdout; echo error >/dev/stderr' 2>&1 | cat)" $'in\nerror'
	# A reader that has gone ends it; it is not process 1, so SIGPIPE does.
	status=0
	timeout 30 bash -o pipefail -c '"$0" exec "$1" /bin/yes | head -n 1' "$TARU_OCI" "$ID" >"$T/one" || status=$?
	ends 141
	is "$(cat "$T/one")" y
	# What is closed does not become a file of the runtime's.
	"$TARU_OCI" exec "$ID" /bin/sh -c 'probe fds >/dev/shm/fds' <&- >&- 2>&- 3>&- 4>&-
	is "$(cat "/proc/$pid/root/dev/shm/fds")" 1
}

@test "signals that exec gets reach its process, and not the container's" {
	alive . /bin/sh -c 'trap "echo reached >/dev/shm/reached" HUP INT QUIT USR1 USR2 CONT TERM; while :; do sleep 0.1; done'
	"$TARU_OCI" exec "$ID" /bin/probe wait-for-signals </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- &
	runtime_pid=$!
	PIDS+=("$runtime_pid")
	until_true printed ready
	local signal
	for signal in HUP INT QUIT USR1 USR2 CONT; do
		kill -"$signal" "$runtime_pid"
		until_true printed "got $signal"
	done
	kill -TERM "$runtime_pid"
	land
	ends 7
	[ ! -e "/proc/$pid/root/dev/shm/reached" ]
	# One that ends the process is told as such.
	"$TARU_OCI" exec "$ID" /bin/sh -c 'echo ready; exec sleep 1000' </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- &
	runtime_pid=$!
	PIDS+=("$runtime_pid")
	until_true printed ready
	kill -TERM "$runtime_pid"
	land
	ends 143
}

# pid_is_right: what --pid-file says is the process, as this world counts it, and the file is only that.
pid_is_right()
{
	local second
	second=$(cat "$T/second")
	is "$(stat -c %s "$T/second")" "${#second}" "bytes of the pid file"
	is "$(tr '\0' ' ' <"/proc/$second/cmdline")" "/bin/sleep $1 "
	is "$(readlink "/proc/$second/ns/pid")" "$(readlink "/proc/$pid/ns/pid")"
	[ "$second" != "$pid" ]
}

@test "exec --detach ends when the program runs, and --pid-file has the process as the host counts it" {
	alive
	call exec --detach --pid-file "$T/second" "$ID" /bin/sleep 777
	passes ''
	pid_is_right 777
	is "$(stat -c %A "$T/second")" -rw-r--r--
	# A file that is there is replaced; nothing else is left beside it.
	call exec -d --pid-file "$T/second" "$ID" /bin/sleep 778
	passes ''
	pid_is_right 778
	is "$(find "$T" -name 'second*')" "$T/second"
	# In the foreground too.
	call exec --pid-file "$T/third" "$ID" /bin/sh -c 'exit 3'
	ends 3
	[ -s "$T/third" ]
	delete_all
	# Where the process is a child's child, in namespaces of all kinds.
	alive "$ALL_NEW"' | .linux.timeOffsets = {boottime: {secs: 1000, nanosecs: 0}}'
	call exec --detach --pid-file "$T/second" "$ID" /bin/sleep 779
	passes ''
	pid_is_right 779
	is "$(grep ^NSpid "/proc/$(cat "$T/second")/status" | wc -w)" 3
}

@test "exec --detach that fails says so, and leaves no pid file" {
	alive
	call exec --detach --pid-file "$T/second" "$ID" /bin/nothing
	ends 255
	has "$errors" "no such file or directory"
	[ ! -e "$T/second" ]
	call exec --pid-file "$T/second" "$ID" /bin/nothing
	ends 255
	[ ! -e "$T/second" ]
	call exec --detach --pid-file "$T/absent/second" "$ID" /bin/sleep 1000
	fails_with 255 "--pid-file"
	# What had begun by then is ended.
	is "$("$TARU_OCI" ps -f json "$ID" | jq length)" 1
}

@test "exec: what cannot be run ends with 255 and the words that engines take for 126 and 127" {
	own_rootfs
	printf '#!/bin/missing\n' >"$T/rootfs/script"
	echo text >"$T/rootfs/bin/text"
	chmod 755 "$T/rootfs/script" "$T/rootfs/bin/text"
	alive "$OWN"
	local command words
	while read -r command words; do
		call exec "$ID" "$command"
		ends 255
		fails_quietly "$words"
		has "$errors" process.args
		call exec --detach "$ID" "$command"
		ends 255
		fails_quietly "$words"
	done <<-'END'
		nothing executable file not found in $PATH
		/bin/nothing no such file or directory
		/etc/passwd permission denied
		/etc permission denied
		/etc/passwd/x not a directory
		/script no such file or directory
		text exec format error
	END
	# The log has it in one record.
	call --log "$T/log" --log-format json exec "$ID" nothing
	ends 255
	is "$(jq -r .level "$T/log")" error
	has "$(jq -r .msg "$T/log")" "executable file not found in \$PATH"
	# What is not about the program has none of these words.
	call exec --cwd /absent "$ID" true
	fails_with 255 "process.cwd: '/absent'"
	call exec -u 1000 --cwd /root/x "$ID" true
	fails_with 255 process.cwd
}

# --- in which containers ---

@test "exec works in a container that is created and not started" {
	created . /bin/sh -c 'echo started >/dev/shm/started; exec sleep 1000'
	has_status created
	inside 'cat /proc/1/comm; ls /dev/shm; id -u'
	is "$status" 0
	lacks "$output" started
	has_status created
	call start "$ID"
	passes ''
	until_true test -e "/proc/$pid/root/dev/shm/started"
}

@test "exec refuses a container that is stopped, unknown, or has no name" {
	alive . /bin/true
	until_true has_status stopped
	call exec "$ID" true
	fails_with 255 "container '$ID' is stopped"
	# What containerd and others look for.
	has "$errors" 'container not running'
	call exec --detach --pid-file "$T/second" "$ID" true
	fails_with 255 "container '$ID' is stopped"
	[ ! -e "$T/second" ]
	call exec "$ID-absent" true
	fails_with 255 "container '$ID-absent' does not exist"
	local id
	for id in .. . ../x a/b '' 'a b' "$(printf 'x%.0s' {1..1025})"; do
		call exec "$id" true
		ends 255
		has "$errors" 'container id'
	done
}

@test "exec refuses a container that is still being made" {
	local said
	configure '.mounts += [range(1500) | {destination: "/dev/shm/\(.)", type: "tmpfs", source: "t"}]' /bin/true
	launch
	# It may have come and gone between two looks.
	until_true eval '[ -e "/run/taru-oci/$ID/state.json" ] || ! kill -0 "$runtime_pid"'
	status=0
	said=$("$TARU_OCI" exec "$ID" /bin/echo entered 2>&1) || status=$?
	ends 255
	# On a machine in a hurry it may have ended by now.
	[[ $said == *"is creating"* || $said == *"is stopped"* || $said == *"does not exist"* ]]
	land
	passes ''
}

# --- rights ---

# A listener for the next filter that is sent to $T/socket: what it was told is in $T/listener-N.
listen()
{
	rm -f "$T/socket"
	"$PYTHON" "$BATS_TEST_DIRNAME/listener.py" "$T/socket" >"$T/listener-$1" 3>&- 4>&- &
	PIDS+=("$!")
	until_true test -S "$T/socket"
}

@test "seccomp: the container's filter holds for exec, with and without no_new_privs, for root and others" {
	local nnp user
	for nnp in true false; do
		alive "$FILTER | .process.noNewPrivileges = $nnp"
		for user in 0 1000; do
			call exec -u "$user" "$ID" /bin/sh -c 'mkdir /dev/shm/x 2>&1 | grep -o "Operation not permitted"; grep "^Seccomp:" /proc/self/status'
			passes $'Operation not permitted\nSeccomp:\t2'
		done
		# A process that says nothing of all that is confined as well.
		described '.noNewPrivileges = false' mkdir /dev/shm/x
		call exec -p "$T/process.json" "$ID"
		ends 1
		has "$errors" "Operation not permitted"
		delete_all
	done
}

@test "seccomp: the filter holds for exec in a created container, and with a terminal" {
	created "$FILTER"
	inside 'mkdir /dev/shm/x 2>&1 | grep -o "Operation not permitted"'
	passes 'Operation not permitted'
	output=$("$PYTHON" "$BATS_TEST_DIRNAME/pty.py" -- "$TARU_OCI" exec -t "$ID" mkdir /dev/shm/x)
	has "$output" "Operation not permitted"
}

@test "seccomp: the filter holds where it forbids what exec does itself" {
	alive '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["setuid", "setresuid", "setgroups", "capset", "setns",
		"chdir", "close_range", "setgid", "setresgid", "clone3", "openat2", "setsid", "pidfd_open"], action: "SCMP_ACT_KILL_PROCESS"}]}'
	inside 'echo alive'
	passes alive
	# (Not busybox, which gives up rights by itself.)
	call exec -u 1000 --cwd /tmp "$ID" /bin/probe dumpable
	passes 'dumpable 1'
}

@test "seccomp: a listener gets the filter of each process of exec" {
	local nnp
	for nnp in true false; do
		listen 1
		alive "$FILTER | .process.noNewPrivileges = $nnp | .linux.seccomp += {listenerPath: \"$T/socket\", listenerMetadata: \"word\"}
			| .linux.seccomp.syscalls[0].action = \"SCMP_ACT_NOTIFY\""
		listen 2
		inside 'mkdir /dev/shm/x 2>&1; id -u'
		is "$status" 0
		has "$output" "No anode"
		has "$output" $'\n0'
		is "$(jq -r '.metadata, .state.id' "$T/listener-2")" $'word\n'"$ID"
		# The process of exec, and the container's.
		is "$(jq -r .state.pid "$T/listener-2")" "$pid"
		is "$(jq -r '.state.status, .pid != .state.pid, .pid > 0' "$T/listener-2")" $'running\ntrue\ntrue'
		listen 3
		call exec -d "$ID" /bin/sleep 1000
		passes ''
		delete_all
	done
	# With nobody there is no process either.
	listen 1
	alive "$FILTER"' | .linux.seccomp += {listenerPath: "'"$T"'/socket"} | .linux.seccomp.syscalls[0].action = "SCMP_ACT_NOTIFY"'
	rm "$T/socket"
	inside 'echo entered'
	fails_with 255 linux.seccomp.listenerPath
}

@test "seccomp: without the filter that it was made with, exec runs nothing" {
	alive "$FILTER"
	inside 'true'
	passes ''
	truncate -s 9 "/run/taru-oci/$ID/filter"
	inside 'echo entered'
	fails_with 255 seccomp
	rm "/run/taru-oci/$ID/filter"
	inside 'echo entered'
	fails_with 255 'would not be confined'
}

# --- attacks ---

UP=../../../../../../../../../../../../../..

# Runs a command many times in the container, with folders of the host open, until it has printed a word there.
many_execs()
{
	local word=$1 try
	shift
	exec 5</ 7</ 8<"$T" 13</ 19</
	for try in {1..400}; do
		SECRET_TOKEN=swordfish "$TARU_OCI" exec "$@" >/dev/null 2>&1 </dev/null 3>&- 4>&- || true
		if ((try >= 60)) && grep -q "$word" "/proc/$pid/root/dev/shm/spied"; then
			break
		fi
	done
	exec 5<&- 7<&- 8<&- 13<&- 19<&-
}

# spied_on FILTER: a container whose program looks into all that comes into it.
spied_on()
{
	mkdir -p "$T/outside"
	echo "secret of the host" >"$T/outside/secret"
	alive "$1" /bin/sh -c "exec probe spy 1000 $UP$T/outside/secret swordfish >/dev/shm/spied"
	until_true grep -q ready "/proc/$pid/root/dev/shm/spied"
}

@test "CVE-2016-9962: a process on its way in cannot be looked into, by root of a user namespace with all rights" {
	# Holds: the process is not dumpable from before it enters until its program runs.
	local all
	all=$("$TARU_OCI" features | jq .linux.capabilities)
	spied_on "$ALL_NEW | .process.capabilities |= with_entries(.value = $all)"
	many_execs denied "$ID" /bin/true
	is "$(sort -u "/proc/$pid/root/dev/shm/spied")" $'denied\nready'
}

@test "CVE-2016-9962: one with the rights to look finds no file of the host, and nothing of its environment" {
	# Holds: what the caller had open is closed, and its environment wiped out, before the container is entered.
	spied_on '.process.capabilities |= with_entries(.value += ["CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH"])'
	many_execs seen "$ID" /bin/true
	is "$(sort -u "/proc/$pid/root/dev/shm/spied")" $'ready\nseen'
}

@test "CVE-2019-5736: exec of /proc/self/exe does not let a container overwrite the runtime" {
	# Holds: what runs in the container is a sealed copy, or on a read-only mount that nobody can reach.
	local sum inode try
	sum=$(sha256sum <"$TARU_OCI")
	inode=$(stat -c %i "$TARU_OCI")
	own_rootfs
	printf '#!/proc/self/exe\n' >"$T/rootfs/entry"
	chmod 755 "$T/rootfs/entry"
	alive "$OWN"'| .process.capabilities |= with_entries(.value += ["CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE"])' \
		/bin/sh -c 'exec probe overwrite-programs 1000 >/dev/shm/written'
	for try in {1..12}; do
		call exec "$ID" /entry
		[ "$status" != 0 ]
		call exec "$ID" /proc/self/exe --version
	done
	lacks "$(cat "/proc/$pid/root/dev/shm/written")" "wrote to $inode"
	has "$(cat "/proc/$pid/root/dev/shm/written")" tried
	is "$(sha256sum <"$TARU_OCI")" "$sum"
	"$TARU_OCI" --version >/dev/null
}

@test "CVE-2024-21626: no working directory or program by a descriptor of the caller's" {
	local fd way
	mkdir "$T/outside"
	echo "secret of the host" >"$T/outside/secret"
	own_rootfs
	ln -s /proc/self/fd/7 "$T/rootfs/work"
	alive "$OWN"
	exec 7</ 8<"$T" 9</ 14</
	for fd in 3 5 7 8 14; do
		for way in "/proc/self/fd/$fd" "/proc/self/fd/$fd/$UP$T" "/dev/fd/$fd" "/proc/1/fd/$fd"; do
			call exec --cwd "$way" "$ID" /bin/sh -c "cat $UP$T/outside/secret outside/secret"
			lacks "$output" secret
		done
		call exec "$ID" "/proc/self/fd/$fd/$UP/bin/cat" "$T/outside/secret"
		ends 255
		lacks "$output" secret
	done
	call exec --cwd /work "$ID" /bin/sh -c "cat $UP$T/outside/secret"
	ends 255
	for way in /proc/self/cwd /proc/1/cwd /proc/self/root; do
		call exec --cwd "$way" "$ID" /bin/sh -c "cat $UP$T/outside/secret $T/outside/secret"
		lacks "$output" secret
	done
	exec 7<&- 8<&- 9<&- 14<&-
}

@test "files that the container has changed do not lead exec out of it" {
	# What exec looks at in there: /etc/passwd for HOME, /dev/pts/ptmx for a terminal, /proc for labels.
	mkdir "$T/outside"
	echo "root:x:0:0::/from-outside:/bin/sh" >"$T/outside/passwd"
	own_rootfs
	alive "$OWN"
	local passwd
	for passwd in "$T/outside/passwd" "$UP$T/outside/passwd" /proc/self/root/etc/passwd /dev/zero; do
		ln -sfn "$passwd" "$T/rootfs/etc/passwd"
		inside 'echo $HOME'
		passes /
	done
	rm "$T/rootfs/etc/passwd"
	mkfifo "$T/rootfs/etc/passwd"
	inside 'echo $HOME'
	passes /
	delete_all
	alive "$OWN"' | .mounts |= map(select(.destination != "/dev/pts")) | .linux.devices = [{path: "/dev/pts/ptmx", type: "c", major: 1, minor: 3}]'
	output=$("$PYTHON" "$BATS_TEST_DIRNAME/pty.py" -- "$TARU_OCI" exec -t "$ID" /bin/echo entered)
	lacks "$output" entered
	has "$output" "status 255"
	has "$output" process.terminal
}

# --- many, and at the wrong time ---

@test "twenty at once: each has its own output and its own end" {
	local pids=() n wrong=0
	alive "$FILTER"
	for n in {1..20}; do
		"$TARU_OCI" exec -u "$n" "$ID" /bin/sh -c "id -u; cat; exit $n" <<<"input $n" >"$T/out-$n" 2>&1 3>&- 4>&- &
		pids+=("$!")
	done
	for n in {1..20}; do
		status=0
		wait "${pids[n - 1]}" || status=$?
		[ "$status" = "$n" ] && [ "$(cat "$T/out-$n")" = "$n"$'\n'"input $n" ] || wrong=1
	done
	is "$wrong" 0 "$(tail "$T"/out-*)"
	is "$("$TARU_OCI" ps -f json "$ID" | jq length)" 1
}

@test "a container that ends meanwhile ends exec, with a status and a clear line" {
	local round n pids=() ended=0 refused=0
	for round in {1..4}; do
		alive
		pids=()
		for n in {1..6}; do
			timeout -k 1 60 "$TARU_OCI" exec "$ID" /bin/sleep 1000 </dev/null >"$T/out-$n" 2>&1 3>&- 4>&- &
			pids+=("$!")
			if [ "$n" = "$round" ]; then
				kill -KILL "$pid"
			fi
		done
		for n in {1..6}; do
			status=0
			wait "${pids[n - 1]}" || status=$?
			case $status in
			137) ended=$((ended + 1)); is "$(cat "$T/out-$n")" "" ;;
			255) refused=$((refused + 1)); is "$(wc -l <"$T/out-$n")" 1 "$(cat "$T/out-$n")"
				is "$(grep -ciE "$EXEC_PHRASES" "$T/out-$n")" 0 "$(cat "$T/out-$n")" ;;
			*) is "$status" "137 or 255" "$(cat "$T/out-$n")" ;;
			esac
		done
		call delete --force "$ID"
		passes ''
	done
	echo "ended with the container: $ended, refused: $refused"
	((refused > 0))
}

@test "delete --force ends what exec began" {
	alive
	"$TARU_OCI" exec "$ID" /bin/sleep 1000 </dev/null >"$T/out" 2>&1 3>&- 4>&- &
	runtime_pid=$!
	PIDS+=("$runtime_pid")
	call exec -d "$ID" /bin/sleep 1000
	passes ''
	until_true test "$("$TARU_OCI" ps -f json "$ID" | jq length)" = 3
	call delete --force "$ID"
	passes ''
	status=0
	wait "$runtime_pid" || status=$?
	ends 137
}

# --- ordinary users ---

@test "an ordinary user's container: exec with one id" {
	as_ordinary
	alive "$ROOTLESS"
	same_places
	inside 'id -u; cat /proc/self/setgroups; grep ^Groups /proc/self/status; tr -s " " </proc/self/uid_map'
	passes $'0\ndeny\nGroups:\t \n 0 12345 1'
	described '.capabilities = {bounding: ["CAP_CHOWN"], permitted: ["CAP_CHOWN"], effective: ["CAP_CHOWN"]} | .noNewPrivileges = true' \
		/bin/sh -c 'grep -E "^(CapEff|NoNewPrivs)" /proc/self/status'
	call exec -p "$T/process.json" "$ID"
	passes $'CapEff:\t0000000000000001\nNoNewPrivs:\t1'
	call exec -u 1 "$ID" true
	fails_with 255 process.user.uid
}

@test "an ordinary user's container: exec with many ids" {
	needs newuidmap newgidmap
	[ -e /etc/subuid ] && [ -e /etc/subgid ] || skip "there is no /etc/subuid to put a copy over"
	as_ordinary
	with_ranges
	alive "$ROOTLESS | $MANY"
	call exec -u 1000:1000 -g 29 "$ID" grep -E '^(Uid|Gid|Groups)' /proc/self/status
	passes $'Uid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t29 '
	inside 'id -u; tr -s " " </proc/self/uid_map'
	passes $'0\n 0 12345 1\n 1 500000 65536'
}

# --- with a terminal ---

# Plays the actions (pty.py) on the terminal that exec -t is called in: $output.
play_exec()
{
	local actions=()
	while [ "$1" != -- ]; do
		actions+=("$1")
		shift
	done
	shift
	status=0
	output=$("$PYTHON" "$BATS_TEST_DIRNAME/pty.py" "${actions[@]}" -- "$TARU_OCI" exec -t "$ID" "$@" 3>&- 4>&-) || status=$?
	errors=''
	is "$status" 0 "the actions"
}

@test "exec --tty: a terminal of the container's, with the caller's window and keys" {
	alive '.process.consoleSize = {height: 11, width: 22}'
	play_exec --size 33x77 -- /bin/sh -c 'probe terminal; probe session; tty; stat -c "%u %a" $(tty); echo by-tty >/dev/tty'
	has "$output" "tty 1 1 1"
	# The size is the caller's: what the config asks for was the container's own terminal.
	has "$output" "rows 33 columns 77 onlcr 0"
	has "$output" /dev/pts/0
	has "$output" "0 620"
	has "$output" by-tty
	has "$output" "status 0"
	has "$output" "mode same"
	play_exec expect:ready raw 'send:hello\n' 'expect:got <hello>' -- /bin/sh -c 'echo ready; read -r line; echo "got <$line>"; exit 5'
	has "$output" "status 5"
	has "$output" "mode same"
	play_exec expect:ready raw 'send:\x03' expect:interrupted -- /bin/sh -c 'trap "echo interrupted; exit 5" INT; echo ready; while :; do sleep 0.05; done'
	has "$output" "status 5"
	play_exec expect:ready resize:40x100 'expect:40 100' kill:TERM -- /bin/sh -c 'trap "stty size" WINCH; trap "exit 4" TERM; echo ready; while :; do sleep 0.05; done'
	has "$output" "status 4"
	has "$output" "mode same"
	play_exec expect:end -- /bin/sh -c 'seq 1 20000; echo end'
	is "$(grep -c '^[0-9][0-9]*$' <<<"$output")" 20000
	play_exec expect:ready hangup -- /bin/sh -c 'trap "exit 0" HUP; echo ready; while :; do sleep 0.05; done'
	# Nothing of these is left in the container.
	is "$("$TARU_OCI" ps -f json "$ID" | jq length)" 1
}

@test "exec --tty: other users, the size of a file, and a caller without a terminal" {
	alive
	described '.terminal = true | .consoleSize = {height: 11, width: 22} | .user = {uid: 1000, gid: 1000}' /bin/sh -c 'probe terminal; stat -c "%u %a" $(tty)'
	output=$("$PYTHON" "$BATS_TEST_DIRNAME/pty.py" --size 33x77 -- "$TARU_OCI" exec --process "$T/process.json" "$ID")
	has "$output" "rows 11 columns 22"
	has "$output" "1000 620"
	call exec -t "$ID" /bin/sh -c 'probe terminal; cat'
	is "$status" 0
	has "$output" "tty 1 1 1"
	delete_all
	alive "$ALL_NEW"
	play_exec -- /bin/sh -c 'probe terminal; tty; stat -c "%u %a" $(tty)'
	has "$output" "tty 1 1 1"
	has "$output" /dev/pts/0
	has "$output" "0 620"
}

# --- as runc does it ---

peer()
{
	runc --root "$T/peer" "$@" </dev/null 3>&- 4>&-
}

cleanup()
{
	local wrong=0
	delete_all || wrong=1
	if [ -d "$T/peer/$ID" ]; then
		peer delete --force "$ID" || wrong=1
	fi
	return $wrong
}

# same_with_runc OPTION...: a process of exec is the same with both.
same_with_runc()
{
	echo "exec $*"
	call exec "$@"
	peer exec "$@" >"$T/theirs" 2>&1 || true
	diff "$T/theirs" <(echo "$output$errors")
}

@test "exec sees what it sees with runc: ids, rights, environment, working directory" {
	local look
	needs runc
	configure '.process.env += ["A=1"] | .process.cwd = "/tmp" | .process.user.additionalGids = [29] | .process.oomScoreAdj = 77
		| del(.linux.resources)' /bin/sleep 1000
	peer run -d -b "$T" "$ID" >"$T/theirs" 2>&1 || skip "runc cannot make a container here: $(head -c 80 "$T/theirs")"
	# runc has made a cgroup of this name.
	jq --arg path "$ID-ours" '.linux.cgroupsPath = $path' "$T/config.json" >"$T/config.new"
	mv "$T/config.new" "$T/config.json"
	call run -d -b "$T" "$ID"
	passes ''
	# (Not the limits: with Go's own this runc sets others than the config has.)
	look='id; grep -E "^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp:|Umask)" /proc/self/status; env | sort; pwd
		cat /proc/self/oom_score_adj; probe fds; readlink /proc/self/ns/user'
	same_with_runc "$ID" /bin/sh -c "$look"
	same_with_runc --user 1000 --env A=2 --env HOME=/x --cwd / "$ID" /bin/sh -c "$look"
	same_with_runc --user 1000:1001 --additional-gids 5 --additional-gids 6 --cap CAP_CHOWN "$ID" /bin/sh -c "$look"
	same_with_runc --cap CAP_CHOWN --no-new-privs "$ID" /bin/sh -c "$look"
	described '.user = {uid: 1000, gid: 1001} | .env = ["PATH=/bin", "B=2"]' /bin/sh -c "$look"
	same_with_runc --process "$T/process.json" "$ID"
}
