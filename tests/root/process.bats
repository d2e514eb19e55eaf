#!/usr/bin/env bats
# The process: its end, its input and output, who it is and what it begins with.
load lib

@test "the exit status is the process's own" {
	run_args . /bin/sh -c 'exit 0'
	passes ""
	run_args . /bin/sh -c 'exit 42'
	ends 42
	is "$errors" ""
}

@test "a process that a signal ended gives 128 and the signal" {
	# The first process of a pid namespace takes no deadly signal from within: no pid namespace.
	configure '.linux.namespaces |= map(select(.type != "pid"))' /bin/sh -c 'kill -TERM $$'
	start
	ends 143
	configure '.linux.namespaces |= map(select(.type != "pid"))' /bin/sh -c 'kill -KILL $$'
	start
	ends 137
}

@test "signals that the runtime gets reach the process" {
	configure . /bin/probe wait-for-signals
	launch
	until_true printed ready
	local signal
	for signal in HUP INT QUIT USR1 USR2 CONT; do
		kill -"$signal" "$runtime_pid"
		until_true printed "got $signal"
	done
	kill -TERM "$runtime_pid"
	land
	ends 7
}

@test "a process that dies of a forwarded signal is reported as killed by it" {
	configure . /bin/sh -c 'trap "exit 9" TERM; echo ready; while :; do sleep 0.05; done'
	launch
	until_true printed ready
	kill -TERM "$runtime_pid"
	land
	ends 9
}

@test "standard input, output and error pass through, to the last byte" {
	head -c 300000 /dev/urandom >"$T/in"
	configure . /bin/sh -c 'cat; echo error >&2'
	status=0
	"$TARU_OCI" run -b "$T" "$ID" <"$T/in" >"$T/copy" 2>"$T/errors" || status=$?
	ends 0
	cmp "$T/in" "$T/copy"
	is "$(cat "$T/errors")" error
}

@test "a process of another user can open its standard streams again" {
	# Programs log to /dev/stdout and /dev/stderr. For that the pipes must belong to the user.
	configure '.process.user = {uid: 1000, gid: 1000}' \
		/bin/sh -c 'read -r line </dev/stdin; echo "$line" >/dev/stdout; echo error >/dev/stderr'
	is "$(echo in | "$TARU_OCI" run -b "$T" "$ID" 2>&1 | cat)" $'in\nerror'
	is "$(stat -c %u:%g /dev/null)" 0:0
	run_in '.process.user = {uid: 1000, gid: 1000}' true
	is "$(stat -c %u:%g /dev/null)" 0:0 "the owner of the null device"
}

@test "a pipe's end reaches the process, and a closed reader ends it" {
	configure . /bin/cat
	is "$(printf 'one\ntwo\n' | "$TARU_OCI" run -b "$T" "$ID")" $'one\ntwo'
	configure . /bin/yes
	status=0
	timeout 10 bash -o pipefail -c '"$0" run -b "$1" "$2" | head -n 1' "$TARU_OCI" "$T" "$ID-2" \
		>"$T/one" || status=$?
	is "$(cat "$T/one")" y
	# Process 1 of a pid namespace is not killed by SIGPIPE: it sees the error, and ends with 1.
	ends 1
}

@test "only descriptors 0, 1 and 2 reach the container, whatever the caller leaks" {
	configure . /bin/probe fds
	exec 7<"$T" 8</etc/hostname 19>"$T/leak"
	start
	exec 7<&- 8<&- 19>&-
	passes $'0\n1\n2'
}

@test "signals that callers often ignore are not ignored inside, and none is blocked" {
	configure . /bin/probe signals
	# Python itself ignores SIGPIPE and SIGXFSZ, posix_spawn(3) of glibc the library's own 32 and 33.
	(
		trap '' HUP INT QUIT TERM
		"$PYTHON" -c 'import os, sys; os.waitpid(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)' \
			"$TARU_OCI" run -b "$T" "$ID" >"$T/signals" 3>&-
	)
	is "$(cat "$T/signals")" $'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000'
}

@test "a missing command says so in the words that engines know" {
	run_args . /bin/nothing
	fails_in_one_line 'process.args'
	has "$errors" "no such file or directory"
	run_args . nothing
	has "$errors" "executable file not found"
}

@test "a file that may not be executed says permission denied" {
	run_args . /etc/passwd
	fails_in_one_line 'process.args'
	has "${errors,,}" "permission denied"
}

@test "a directory as the command says so" {
	run_args . /etc
	fails_in_one_line 'process.args'
	has "${errors,,}" "permission denied"
}

@test "a script whose interpreter is missing names the interpreter" {
	own_rootfs
	printf '#!/bin/missing\n' >"$T/rootfs/script"
	chmod 755 "$T/rootfs/script"
	run_args "$OWN" /script
	fails_in_one_line 'process.args'
	has "$errors" "/bin/missing"
}

@test "a file that is no program says so" {
	own_rootfs
	echo text >"$T/rootfs/bin/text"
	chmod 755 "$T/rootfs/bin/text"
	run_args "$OWN" text
	fails_in_one_line 'process.args'
	has "${errors,,}" "format"
}

@test "commands are looked up in the container's PATH, inside" {
	own_rootfs
	mkdir -p "$T/rootfs/a" "$T/rootfs/b"
	printf '#!/bin/sh\necho from b\n' >"$T/rootfs/b/which-one"
	chmod 755 "$T/rootfs/b/which-one"
	printf 'not executable' >"$T/rootfs/a/which-one"
	run_args "$OWN | .process.env = [\"PATH=/a:/b:/bin\"]" which-one
	passes "from b"
	# The caller's own PATH counts for nothing.
	PATH=$PATH:$T/rootfs/b run_args "$OWN | .process.env = [\"PATH=/bin\"]" which-one
}

@test "the environment is the config's and nothing of the caller's" {
	LEAK=yes run_args '.process.env = ["PATH=/bin", "A=1", "B=two words", "EMPTY="]' /bin/env
	passes $'PATH=/bin\nA=1\nB=two words\nEMPTY=\nHOME=/root'
}

@test "HOME, where the config has none, is what the container's passwd says" {
	# Docker and containerd leave it to the runtime.
	run_in '.process.env = ["PATH=/bin"] | .process.user = {uid: 1000, gid: 1000}' 'echo $HOME'
	passes /home
	run_in '.process.env = ["PATH=/bin"] | .process.user = {uid: 4242, gid: 1000}' 'echo $HOME'
	passes /
	run_in '.process.env = ["PATH=/bin", "HOME=/tmp"]' 'echo $HOME'
	passes /tmp
}

@test "arguments reach the process unchanged" {
	run_args . /bin/printf '[%s]' '' 'a b' '*' "it's" '$HOME' 'ünï'
	passes "[][a b][*][it's][\$HOME][ünï]"
}

@test "user, group and additional groups are the config's" {
	run_in '.process.user = {uid: 1000, gid: 1000, additionalGids: [29, 5, 4242]}' \
		'id -u; id -g; grep -E "^(Uid|Gid|Groups)" /proc/self/status'
	passes $'1000\n1000\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t5 29 4242 '
}

@test "the caller's own supplementary groups do not reach the container" {
	configure . /bin/grep Groups /proc/self/status
	AS=(setpriv --groups 7,8,9)
	start
	passes $'Groups:\t '
}

@test "the umask is the config's, and 022 where it says nothing" {
	run_in '.process.user.umask = 63' umask
	passes 0077
	(
		umask 0
		run_in . 'umask; ls -ld /dev/shm | cut -c 1-10'
		passes $'0022\ndrwxrwxrwt'
	)
}

@test "the working directory is the config's, also where only its owner may enter" {
	own_rootfs
	mkdir -m 700 "$T/rootfs/private"
	chown 1000:1000 "$T/rootfs/private"
	run_in "$OWN | .process.cwd = \"/var/run\"" 'pwd -P'
	passes /run
	# Root without CAP_DAC_OVERRIDE may not enter it; its owner may.
	run_in "$OWN | .process.cwd = \"/private\" | .process.user = {uid: 1000, gid: 1000}
		| del(.process.capabilities)" 'pwd; ls'
	passes /private
}

@test "a missing working directory is made, as runc does" {
	own_rootfs
	run_in "$OWN | .process.cwd = \"/new/folder\"" 'pwd; ls -ld /new/folder | cut -c 1-10'
	passes $'/new/folder\ndrwxr-xr-x'
}

@test "resource limits are the config's, soft and hard" {
	run_in '.process.rlimits = [
		{type: "RLIMIT_NOFILE", soft: 100, hard: 200}, {type: "RLIMIT_CORE", soft: 0, hard: 0},
		{type: "RLIMIT_NPROC", soft: 500, hard: 1000}, {type: "RLIMIT_FSIZE", soft: 1048576, hard: 2097152}]' \
		'grep -E "open files|core|processes|file size" /proc/self/limits | tr -s " "'
	has "$output" "Max open files 100 200 files"
	has "$output" "Max core file size 0 0 bytes"
	has "$output" "Max processes 500 1000 processes"
	has "$output" "Max file size 1048576 2097152 bytes"
}

@test "every name of a resource limit is known" {
	local name filter='.process.rlimits = []'
	for name in AS CORE CPU DATA FSIZE LOCKS MEMLOCK MSGQUEUE NICE NOFILE NPROC RSS RTPRIO RTTIME \
		SIGPENDING STACK; do
		filter+=" | .process.rlimits += [{type: \"RLIMIT_$name\", soft: 0, hard: 0}]"
	done
	# With no processor time, memory or files to use, only the setting itself can be seen.
	filter=${filter//'RLIMIT_AS", soft: 0, hard: 0'/'RLIMIT_AS", soft: 1000000000, hard: 1000000000'}
	filter=${filter//'RLIMIT_CPU", soft: 0, hard: 0'/'RLIMIT_CPU", soft: 60, hard: 61'}
	filter=${filter//'RLIMIT_DATA", soft: 0, hard: 0'/'RLIMIT_DATA", soft: 1000000000, hard: 1000000000'}
	filter=${filter//'RLIMIT_NOFILE", soft: 0, hard: 0'/'RLIMIT_NOFILE", soft: 50, hard: 50'}
	filter=${filter//'RLIMIT_NPROC", soft: 0, hard: 0'/'RLIMIT_NPROC", soft: 90, hard: 90'}
	filter=${filter//'RLIMIT_STACK", soft: 0, hard: 0'/'RLIMIT_STACK", soft: 1000000, hard: 1000000'}
	filter=${filter//'RLIMIT_FSIZE", soft: 0, hard: 0'/'RLIMIT_FSIZE", soft: 9000, hard: 9000'}
	run_in "$filter" 'tail -n +2 /proc/self/limits | cut -c 1-66 | tr -s " "'
	is "$status" 0
	has "$output" "Max cpu time 60 61"
	has "$output" "Max address space 1000000000 1000000000"
	has "$output" "Max msgqueue size 0 0"
	has "$output" "Max realtime timeout 0 0"
	has "$output" "Max pending signals 0 0"
	has "$output" "Max stack size 1000000 1000000"
}

@test "the score of the OOM killer is the config's" {
	run_in '.process.oomScoreAdj = 500' 'cat /proc/self/oom_score_adj'
	passes 500
	# Where nothing is asked the caller's stays.
	configure . /bin/cat /proc/self/oom_score_adj
	AS=(choom -n 77 --)
	start
	passes 77
}

@test "the scheduler is the config's" {
	run_args '.process.scheduler = {policy: "SCHED_BATCH", nice: 7}' /bin/probe scheduler
	has "$output" 'policy 3 nice 7 priority 0 flags 0 '
	run_args '.process.scheduler = {policy: "SCHED_IDLE"}' /bin/probe scheduler
	has "$output" 'policy 5 '
	run_args '.process.scheduler = {policy: "SCHED_OTHER", nice: -5, flags: ["SCHED_FLAG_RESET_ON_FORK"]}' \
		/bin/probe scheduler
	has "$output" 'policy 0 nice -5 priority 0 flags 1'
}

@test "real-time schedulers are set with their priority or period" {
	chrt -f 1 true 2>/dev/null || skip "this machine lets nobody use real-time scheduling"
	# With cgroup v1 a share of real time is needed too.
	local share=.
	[ ! -e /sys/fs/cgroup/cpu/cpu.rt_runtime_us ] || share='.linux.resources.cpu = {realtimeRuntime: 1000}'
	run_args "$share"' | .process.scheduler = {policy: "SCHED_FIFO", priority: 12}' /bin/probe scheduler
	has "$output" 'policy 1 nice 0 priority 12'
	run_args "$share"' | .process.scheduler = {policy: "SCHED_RR", priority: 3}' /bin/probe scheduler
	has "$output" 'policy 2 nice 0 priority 3'
	run_args '.process.scheduler = {policy: "SCHED_DEADLINE", runtime: 1000000, deadline: 5000000,
		period: 10000000}' /bin/probe scheduler
	has "$output" 'policy 6 nice 0 priority 0 flags 0 runtime 1000000 deadline 5000000 period 10000000'
}

@test "the priority of input and output is the config's" {
	run_args '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 6}' /bin/probe io-priority
	passes "class 2 priority 6"
	run_args '.process.ioPriority = {class: "IOPRIO_CLASS_IDLE", priority: 0}' /bin/probe io-priority
	passes "class 3 priority 0"
}

@test "the memory policy is the config's" {
	run_args '.linux.memoryPolicy = {mode: "MPOL_INTERLEAVE", nodes: "0"}' /bin/probe memory-policy
	passes "mode 3 flags 0 nodes 1"
	run_args '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0", flags: ["MPOL_F_STATIC_NODES"]}' \
		/bin/probe memory-policy
	passes "mode 2 flags 32768 nodes 1"
}

@test "under LINUX32 the machine calls itself a 32-bit one" {
	[ "$(uname -m)" = x86_64 ] || skip "the name is known here for x86-64 alone"
	run_in '.linux.personality = {domain: "LINUX32"}' 'uname -m; cat /proc/self/personality'
	passes $'i686\n00000008'
	run_in '.linux.personality = {domain: "LINUX"}' 'uname -m'
	passes x86_64
}

@test "host name and domain name are the container's alone" {
	run_in '.hostname = "inside" | .domainname = "example.org"' \
		'hostname; cat /proc/sys/kernel/domainname'
	passes $'inside\nexample.org'
}

@test "namespaced kernel settings are the container's alone" {
	local forward machine
	# A new network namespace begins with what the machine has.
	forward=$((1 - $(cat /proc/sys/net/ipv4/ip_forward)))
	machine=$(cat /proc/sys/{net/ipv4/ip_forward,fs/mqueue/msg_max})
	run_in ".linux.sysctl = {\"net.ipv4.ip_forward\": \"$forward\", \"kernel.shm_rmid_forced\": \"1\",
		\"fs.mqueue.msg_max\": \"21\", \"net.ipv4.conf.lo.forwarding\": \"1\"}" \
		'cd /proc/sys; cat net/ipv4/ip_forward kernel/shm_rmid_forced fs/mqueue/msg_max \
			net/ipv4/conf/lo/forwarding'
	passes "$forward"$'\n1\n21\n1'
	is "$(cat /proc/sys/{net/ipv4/ip_forward,fs/mqueue/msg_max})" "$machine"
}

@test "a kernel setting with slashes names a device with a dot" {
	ip netns add "$ID"
	ip -n "$ID" link add eth0.7 type veth peer name other
	run_in ".linux.namespaces |= map(if .type == \"network\" then .path = \"/run/netns/$ID\" else . end)
		| .linux.sysctl = {\"net/ipv4/conf/eth0.7/forwarding\": \"1\"}" \
		'cat /proc/sys/net/ipv4/conf/eth0.7/forwarding'
	ip netns del "$ID"
	umount /run/netns
	rmdir /run/netns
	passes 1
}

@test "the process has a session keyring of its own, named after the container" {
	run_args . /bin/probe keyring
	has "$output" "_ses.$ID"
}

@test "without a keyring where the caller wants none" {
	configure . /bin/probe keyring
	start --no-new-keyring
	is "$status" 0
	lacks "$output" "_ses.$ID"
}

@test "the process leads a session of its own" {
	run_args '.' /bin/probe session
	has "$output" "pid 1 parent 0 session 1 group 1"
}

@test "descriptors that the caller hands over are kept, and no others" {
	configure . /bin/sh -c 'cat <&3; echo hello >&4; probe fds'
	echo from-outside >"$T/three"
	exec 8>&1
	status=0
	"$TARU_OCI" run -b "$T" --preserve-fds 2 "$ID" 3<"$T/three" 4>"$T/four" 5<"$T" 8>&- >"$T/o" || status=$?
	exec 8>&-
	ends 0
	is "$(cat "$T/o")" $'from-outside\n0\n1\n2\n3\n4'
	is "$(cat "$T/four")" hello
}
