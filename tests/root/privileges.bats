#!/usr/bin/env bats
# Rights: capabilities, no_new_privs, seccomp and its listener, labels.
load lib

SETS="grep -E '^Cap' /proc/self/status | tr '\\t' ' '"

@test "the five sets of capabilities are the config's" {
	# CHOWN 0, KILL 5, NET_BIND_SERVICE 10, NET_RAW 13.
	run_in '.process.capabilities = {bounding: ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW", "CAP_NET_BIND_SERVICE"],
			permitted: ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"], effective: ["CAP_CHOWN", "CAP_KILL"],
			inheritable: ["CAP_CHOWN", "CAP_NET_RAW"], ambient: ["CAP_CHOWN"]} | .process.user = {uid: 1000, gid: 1000}' "exec $SETS"
	# After exec by an ordinary user: permitted and effective are the ambient set.
	passes 'CapInh: 0000000000002001
CapPrm: 0000000000000001
CapEff: 0000000000000001
CapBnd: 0000000000002421
CapAmb: 0000000000000001'
}

@test "root's capabilities after exec are the bounding and inheritable ones, no more" {
	run_in '.process.capabilities = {bounding: ["CAP_CHOWN", "CAP_KILL"], permitted: ["CAP_CHOWN", "CAP_KILL"],
			effective: ["CAP_CHOWN", "CAP_KILL"]}' "$SETS"
	passes 'CapInh: 0000000000000000
CapPrm: 0000000000000021
CapEff: 0000000000000021
CapBnd: 0000000000000021
CapAmb: 0000000000000000'
}

@test "no capabilities where the config names none" {
	run_in 'del(.process.capabilities)' "$SETS"
	passes 'CapInh: 0000000000000000
CapPrm: 0000000000000000
CapEff: 0000000000000000
CapBnd: 0000000000000000
CapAmb: 0000000000000000'
}

@test "the inheritable and ambient sets are empty unless asked for (CVE-2022-29162)" {
	run_in 'del(.process.capabilities.inheritable, .process.capabilities.ambient)' "$SETS"
	has "$output" 'CapInh: 0000000000000000'
	has "$output" 'CapAmb: 0000000000000000'
	# Also where the caller's own inheritable set is not.
	configure 'del(.process.capabilities.inheritable, .process.capabilities.ambient)' /bin/sh -c "$SETS"
	AS=(setpriv --inh-caps +chown,+kill --ambient-caps +chown,+kill)
	start
	has "$output" 'CapInh: 0000000000000000'
	has "$output" 'CapAmb: 0000000000000000'
}

@test "an unknown capability is refused" {
	run_in '.process.capabilities.bounding += ["CAP_MAGIC"]' true
	refuses 'process.capabilities.bounding['
	has "$errors" CAP_MAGIC
}

@test "a capability that this machine does not have is no way around the bounding set" {
	has_capability 24 && skip "this machine has every capability (CAP_SYS_RESOURCE)"
	run_in '.process.capabilities |= with_entries(.value += ["CAP_SYS_RESOURCE"])' "$SETS"
	# Either refused, or the others are there without it.
	if [ "$status" = 0 ]; then
		local line
		line=$(grep CapBnd <<<"$output")
		is "$(((0x${line#CapBnd: } >> 24) & 1))" 0
	else
		refuses 'process.capabilities'
	fi
}

@test "every capability of the kernel is known by name" {
	run_in '.process.capabilities = {bounding: ["CAP_AUDIT_CONTROL", "CAP_AUDIT_READ", "CAP_AUDIT_WRITE", "CAP_BLOCK_SUSPEND",
		"CAP_BPF", "CAP_CHECKPOINT_RESTORE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID",
		"CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_KILL", "CAP_LEASE", "CAP_LINUX_IMMUTABLE", "CAP_MAC_ADMIN", "CAP_MAC_OVERRIDE",
		"CAP_MKNOD", "CAP_NET_ADMIN", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_RAW", "CAP_PERFMON", "CAP_SETFCAP",
		"CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYSLOG", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_CHROOT",
		"CAP_SYS_MODULE", "CAP_SYS_NICE", "CAP_SYS_PACCT", "CAP_SYS_PTRACE", "CAP_SYS_RAWIO", "CAP_SYS_TIME",
		"CAP_SYS_TTY_CONFIG", "CAP_WAKE_ALARM"]} | del(.linux.resources)' "grep CapBnd /proc/self/status | tr '\\t' ' '"
	passes 'CapBnd: 000001fffeffffff'
}

@test "privileges cannot be regained by exec where the config says so" {
	run_in '.process.noNewPrivileges = true' 'grep NoNewPrivs /proc/self/status | tr "\t" " "'
	passes 'NoNewPrivs: 1'
	run_in '.process.noNewPrivileges = false' 'grep NoNewPrivs /proc/self/status | tr "\t" " "'
	passes 'NoNewPrivs: 0'
	own_rootfs
	cp "$T/rootfs/bin/busybox" "$T/rootfs/opt/id"
	chmod 4755 "$T/rootfs/opt/id"
	run_in "$OWN | .process.noNewPrivileges = true | .process.user = {uid: 1000, gid: 1000}" '/opt/id -u'
	passes 1000
}

# --- seccomp ---

FILTER='.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: []}'

@test "seccomp: a system call gives the error that the config says" {
	run_in "$FILTER"' | .linux.seccomp.syscalls = [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO"}]' \
		'mkdir /dev/shm/x 2>&1; grep "^Seccomp:" /proc/self/status | tr "\t" " "'
	passes $'mkdir: can\'t create directory \'/dev/shm/x\': Operation not permitted\nSeccomp: 2'
	run_in "$FILTER"' | .linux.seccomp.syscalls = [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 28}]' \
		'mkdir /dev/shm/x 2>&1'
	has "$output" "No space left on device"
}

@test "seccomp: the default's error, and an allow list" {
	run_in "$FILTER"' | .linux.seccomp = {defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 38, syscalls: [{names: [
			"read", "write", "close", "exit", "exit_group", "execve", "brk", "arch_prctl", "mmap", "munmap", "mprotect",
			"openat", "open", "fstat", "newfstatat", "stat", "readlink", "readlinkat", "getuid", "geteuid", "getgid", "getegid", "getpid",
			"getppid", "set_tid_address", "set_robust_list", "prlimit64", "getrandom", "rseq", "uname", "rt_sigaction",
			"rt_sigprocmask", "rt_sigreturn", "ioctl", "getcwd", "prctl", "lseek", "mremap", "futex", "fcntl", "poll", "wait4",
			"clone", "vfork", "fork", "dup2", "pipe", "pipe2", "dup3", "umask"], action: "SCMP_ACT_ALLOW"}]}' \
		'umask; mkdir /dev/shm/x 2>&1'
	has "$output" 0022
	has "$output" "Function not implemented"
}

@test "seccomp: kill the process, the thread, and trap" {
	local action
	for action in SCMP_ACT_KILL SCMP_ACT_KILL_PROCESS SCMP_ACT_KILL_THREAD SCMP_ACT_TRAP; do
		run_in "$FILTER | .linux.seccomp.syscalls = [{names: [\"mkdir\", \"mkdirat\"], action: \"$action\"}]" \
			'mkdir /dev/shm/x; echo $?; ls /dev/shm'
		# 128 + SIGSYS, of the shell's child.
		is "$output" 159
	done
}

@test "seccomp: arguments, with every operator" {
	local op value two calls
	# personality(n): which n does the rule stop?
	while read -r op value two calls; do
		run_in "$FILTER | .linux.seccomp.syscalls = [{names: [\"personality\"], action: \"SCMP_ACT_ERRNO\", errnoRet: 11,
				args: [{index: 0, value: $value, valueTwo: $two, op: \"$op\"}]}]" \
			"for n in 0 8 16 24; do probe call $(number_of personality) \$n | grep -q EAGAIN && echo -n \$n,; done; echo"
		is "$output" "$calls" "$op $value"
	done <<-'END'
		SCMP_CMP_EQ 8 0 8,
		SCMP_CMP_NE 8 0 0,16,24,
		SCMP_CMP_LT 16 0 0,8,
		SCMP_CMP_LE 16 0 0,8,16,
		SCMP_CMP_GT 8 0 16,24,
		SCMP_CMP_GE 8 0 8,16,24,
		SCMP_CMP_MASKED_EQ 8 8 8,24,
	END
}

@test "seccomp: several conditions must all hold" {
	local lseek
	lseek=$(number_of lseek)
	run_in "$FILTER"' | .linux.seccomp.syscalls = [{names: ["lseek"], action: "SCMP_ACT_ERRNO", errnoRet: 11,
			args: [{index: 0, value: 0, op: "SCMP_CMP_EQ"}, {index: 2, value: 7, op: "SCMP_CMP_EQ"}]}]' \
		"probe call $lseek 0 0 7; probe call $lseek 1 0 7 | grep -c EAGAIN; probe call $lseek 0 0 6 | grep -c EAGAIN"
	is "$output" $'call: EAGAIN\n0\n0'
}

@test "seccomp: an unknown action, operator, architecture or flag is refused; an unknown call is not" {
	run_in "$FILTER"' | .linux.seccomp.defaultAction = "SCMP_ACT_MAGIC"' true
	refuses 'linux.seccomp.defaultAction'
	run_in "$FILTER"' | .linux.seccomp.syscalls = [{names: ["read"], action: "SCMP_ACT_X"}]' true
	refuses 'linux.seccomp.syscalls[0].action'
	run_in "$FILTER"' | .linux.seccomp.syscalls = [{names: ["read"], action: "SCMP_ACT_ERRNO", args: [{index: 0, value: 1, op: "X"}]}]' true
	refuses 'linux.seccomp.syscalls[0].args[0].op'
	run_in "$FILTER"' | .linux.seccomp.architectures = ["SCMP_ARCH_PDP11"]' true
	refuses 'linux.seccomp.architectures[0]'
	run_in "$FILTER"' | .linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_MAGIC"]' true
	refuses 'linux.seccomp.flags[0]'
	# A profile may be newer than the runtime.
	run_in "$FILTER"' | .linux.seccomp.syscalls = [{names: ["call_of_2040"], action: "SCMP_ACT_ERRNO"}]' 'echo fine'
	passes fine
}

@test "seccomp: calls of 32-bit programs are filtered where their architecture is named" {
	run_in "$FILTER"' | .linux.seccomp.architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]
		| .linux.seccomp.syscalls = [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO"}]' \
		'mkdir /dev/shm/x 2>&1 | grep -o "Operation not permitted"'
	passes "Operation not permitted"
}

@test "seccomp: logging and the flags of a filter are accepted" {
	run_in "$FILTER"' | .linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"]
		| .linux.seccomp.syscalls = [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_LOG"}]' 'mkdir /dev/shm/x && echo made'
	passes made
	run_in "$FILTER"' | .linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_TSYNC"]' 'echo fine'
	passes fine
}

@test "seccomp: with and without no_new_privs, as root and as a user" {
	local nnp
	for nnp in true false; do
		run_in "$FILTER | .process.noNewPrivileges = $nnp | .process.user = {uid: 1000, gid: 1000}
			| .linux.seccomp.syscalls = [{names: [\"mkdir\", \"mkdirat\"], action: \"SCMP_ACT_ERRNO\"}]" \
			'mkdir /dev/shm/x 2>&1 | grep -o "Operation not permitted"; id -u'
		passes $'Operation not permitted\n1000'
	done
}

@test "seccomp: the filter holds also where it forbids what a runtime does itself" {
	run_in "$FILTER"' | .linux.seccomp.syscalls = [{names: ["setuid", "setresuid", "setgroups", "capset", "mount", "unshare",
		"chdir", "close_range", "setgid", "setresgid", "pivot_root", "clone3"], action: "SCMP_ACT_KILL_PROCESS"}]' 'echo alive'
	passes alive
}

@test "seccomp: TIOCSTI is stopped whatever the high bits of the request are (CVE-2019-10063)" {
	run_in "$FILTER"' | .linux.seccomp.syscalls = [{names: ["ioctl"], action: "SCMP_ACT_ERRNO", errnoRet: 11,
			args: [{index: 1, value: 4294967295, valueTwo: 21522, op: "SCMP_CMP_MASKED_EQ"}]}]' \
		"probe call $(number_of ioctl) 0 0x5412 0; probe call $(number_of ioctl) 0 0x100005412 0"
	passes $'call: EAGAIN\ncall: EAGAIN'
}

# Docker's profile, in the form that a config has: rules for this machine, without capabilities.
docker_profile()
{
	local arch=amd64 name=SCMP_ARCH_X86_64
	[ "$(uname -m)" != aarch64 ] || { arch=arm64; name=SCMP_ARCH_AARCH64; }
	jq --arg arch $arch --arg name $name '{defaultAction, defaultErrnoRet,
		architectures: [.archMap[] | select(.architecture == $name) | .architecture, .subArchitectures[]],
		syscalls: [.syscalls[]
			| select((.includes.caps // []) == [] and ((.includes.arches // [$arch]) | index($arch))
				and ((.excludes.arches // []) | index($arch) | not))
			| {names, action, args: (.args // []), errnoRet} | with_entries(select(.value != null))]}
		| with_entries(select(.value != null))' "$1"
}

@test "seccomp: Docker's profile loads, and a container works under it" {
	local profile=/usr/share/containers/seccomp.json
	[ -e "$profile" ] || skip "there is no $profile (Debian's golang-github-containers-common)"
	docker_profile "$profile" >"$T/profile"
	configure . /bin/sh -c 'ls / >/dev/null && echo works; (sleep 0; seq 3) | wc -l; unshare -m true 2>/dev/null || echo no; probe call '"$(number_of kexec_load)"' 0 0 0'
	jq --slurpfile profile "$T/profile" '.linux.seccomp = $profile[0]' "$T/config.json" >"$T/new"
	mv "$T/new" "$T/config.json"
	start
	passes $'works\n3\nno\ncall: EPERM'
}

@test "seccomp: the listener gets the descriptor, with the container's state, and answers" {
	"$PYTHON" "$BATS_TEST_DIRNAME/listener.py" "$T/socket" >"$T/listener" 3>&- 4>&- &
	PIDS+=("$!")
	until_true test -S "$T/socket"
	run_in "$FILTER | .annotations = {\"org.example\": \"yes\"}
		| .linux.seccomp += {listenerPath: \"$T/socket\", listenerMetadata: \"word\",
			syscalls: [{names: [\"mkdir\", \"mkdirat\"], action: \"SCMP_ACT_NOTIFY\"}]}" \
		'mkdir /dev/shm/x 2>&1; echo end'
	has "$output" "No anode"
	has "$output" end
	is "$status" 0
	is "$(jq -r '.metadata, .fds[0], .state.id, .state.status, .state.annotations["org.example"], .state.bundle' "$T/listener" | head -n 6)" \
		"word"$'\n'"seccompFd"$'\n'"$ID"$'\n'"creating"$'\nyes\n'"$T"
	is "$(jq -r '.ociVersion | test("^1\\.")' "$T/listener")" true
	is "$(jq -r '.pid == .state.pid and .pid > 1' "$T/listener")" true
}

@test "seccomp: a listener that is not there, or notify without one, is refused" {
	run_in "$FILTER | .linux.seccomp += {listenerPath: \"$T/absent\", syscalls: [{names: [\"mkdir\"], action: \"SCMP_ACT_NOTIFY\"}]}" true
	refuses 'linux.seccomp.listenerPath'
	run_in "$FILTER | .linux.seccomp += {syscalls: [{names: [\"mkdir\"], action: \"SCMP_ACT_NOTIFY\"}]}" true
	refuses 'linux.seccomp.'
}

# --- labels ---

@test "an AppArmor profile is refused where AppArmor is off, and set where it is on" {
	if [ -e /sys/module/apparmor/parameters/enabled ] && grep -q Y /sys/module/apparmor/parameters/enabled; then
		run_in '.process.apparmorProfile = "unconfined"' 'cat /proc/self/attr/current'
		has "$output" unconfined
		return
	fi
	run_in '.process.apparmorProfile = "docker-default"' true
	refuses 'process.apparmorProfile'
}

@test "an SELinux label is refused where SELinux is off" {
	[ ! -e /sys/fs/selinux/enforce ] || skip "SELinux is on here"
	run_in '.process.selinuxLabel = "system_u:system_r:container_t:s0:c1,c2"' true
	refuses 'process.selinuxLabel'
}

@test "a class of service is refused where the machine has no resctrl" {
	[ ! -e /sys/fs/resctrl/schemata ] || skip "resctrl is mounted here, and belongs to the machine"
	run_in '.linux.intelRdt = {closID: "taru", l3CacheSchema: "L3:0=f"}' true
	refuses 'linux.intelRdt'
}

@test "set-up is not dumpable, the process is" {
	run_args . /bin/probe dumpable
	passes "dumpable 1"
}
