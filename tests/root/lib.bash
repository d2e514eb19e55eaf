# lib.bash - what the root tests share: making a container, looking into it, and the proof
# that nothing of it stays behind.
#
# Each test has a folder of its own, $T, which is also the bundle. A container's view is what a
# command printed that ran in it:
#
#	run_in '.hostname = "x"' 'hostname'	# a change of the config.json (jq), a shell command
#	passes "x"				# it ended well and printed this
#
# Other ways: `configure FILTER ARG...` and `start`, or `launch` in the background. After each test
# the world (see run) must be what it was before.
# shellcheck shell=bash disable=SC2034

bats_require_minimum_version 1.5.0
: "${WORLD_FILE:?start the tests with tests/root/run}"

ROOTFS=$WORLD_FILE/rootfs
# What the ids of all containers of this file begin with.
FAMILY=${BATS_TEST_FILENAME##*/}
FAMILY=tt-${WORLD##*.}-${FAMILY%.bats}
PYTHON=/usr/bin/python3
[ -x "$PYTHON" ] || PYTHON=$(command -v python3)
# An ordinary user, who is in no file of the machine.
ORDINARY=12345
# How many times slower than others this machine may be.
: "${TIME_SCALE:=1}"

# --- before and after each test ---

setup()
{
	T=$(mktemp -d "$WORLD_FILE/t.XXXXXX")
	chmod 755 "$T"
	ID=$FAMILY-$BATS_TEST_NUMBER
	output='' errors='' status=0
	PIDS=()
	MOUNTED=()
	take_snapshot
	if declare -F prepare >/dev/null; then
		prepare
	fi
}

teardown()
{
	local wrong=0 pid
	# What the test itself began in the background, by pid.
	for pid in "${PIDS[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	for ((pid = ${#MOUNTED[@]} - 1; pid >= 0; pid--)); do
		umount "${MOUNTED[$pid]}" 2>/dev/null || true
	done
	if declare -F cleanup >/dev/null; then
		cleanup || wrong=1
	fi
	compare_snapshot || wrong=1
	rm -rf --one-file-system "$T" || wrong=1
	return $wrong
}

take_snapshot()
{
	MOUNTS_BEFORE=$(</proc/self/mountinfo)
	PIDS_BEFORE=" $(echo /proc/[0-9]*) "
	# What there was after the test before: nobody has been here since, but systemd where there is one.
	if [ -e "$WORLD_FILE/files" ] && [ -z "${WORLD_IS_MACHINE:-}" ]; then
		FILES_BEFORE=$(<"$WORLD_FILE/files")
	else
		FILES_BEFORE=$(host_files)
	fi
}

# What changes by itself where the machine is the world.
NOT_SYSTEMD=()
[ -z "${WORLD_IS_MACHINE:-}" ] || NOT_SYSTEMD=(-o -path '/run/systemd*' -o -path '/run/user*' -o -path '/run/vm*'
	-o -path '/run/log*')

# Names, kinds, modes, owners and times of what a container could have changed by mistake.
host_files()
{
	local file line
	# The times of the first two change.
	find /run /dev/shm "$WORLD/bin" "$ROOTFS" '(' -path '/run*' -o -path '/dev/shm*' ')' \
		'(' -path '/run/runc*' "${NOT_SYSTEMD[@]}" -o -printf '%p %y %M %U:%G %l\n' ')' \
		-o -printf '%p %y %M %U:%G %s %T@ %l\n'
	stat -c '%n %F %t:%T %a %u:%g' /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /dev/ptmx
	# Without a program for each: they take half of the time of a test where programs start slowly.
	for file in kernel/hostname kernel/core_pattern kernel/modprobe vm/swappiness; do
		{ read -r line <"/proc/sys/$file" && echo "$file: $line"; } 2>/dev/null || true
	done
	while IFS=: read -r line _; do
		echo "link: $line"
	done </proc/net/dev
	# Those of others come and go.
	find /sys/fs/cgroup -name "*$FAMILY*" 2>/dev/null || true
}

# Removes the cgroups of the test's containers, and those that led to them. Others' come and go meanwhile.
remove_cgroups()
{
	find /sys/fs/cgroup -depth -type d -path "*/$ID*" 2>/dev/null | xargs -r rmdir
}

compare_snapshot()
{
	local wrong=0 now
	wait_for_ends || wrong=1
	now=$(</proc/self/mountinfo)
	if [ "$now" != "$MOUNTS_BEFORE" ]; then
		echo "leftover: mounts"
		diff <(echo "$MOUNTS_BEFORE") <(echo "$now")
		wrong=1
	fi
	now=$(host_files)
	if [ "$now" != "$FILES_BEFORE" ]; then
		echo "leftover: files, devices or cgroups of the host"
		diff <(echo "$FILES_BEFORE") <(echo "$now")
		wrong=1
	fi
	echo "$now" >"$WORLD_FILE/files"
	return $wrong
}

# Waits a moment for processes that are about to end; what stays is a leftover. Namespaces are
# held by processes and mounts alone here, so none of these means none of those.
wait_for_ends()
{
	local try list
	for ((try = 0; try < 40 * TIME_SCALE; try++)); do
		list=$(new_processes)
		[ -n "$list" ] || return 0
		sleep 0.05
	done
	echo "leftover: processes"
	echo "$list"
	return 1
}

new_processes()
{
	local entry pid line name state parent flags
	for entry in /proc/[0-9]*; do
		case $PIDS_BEFORE in *" $entry "*) continue ;; esac
		pid=${entry#/proc/}
		if [ "$pid" = "$$" ] || [ "$pid" = "$BASHPID" ]; then
			continue
		fi
		{ read -r line <"$entry/stat"; } 2>/dev/null || continue
		name=${line#* }
		name=${name%)*}\)
		read -r state parent _ _ _ _ flags _ <<<"${line##*) }"
		# The kernel's (PF_KTHREAD), which a world has where it is the machine.
		(( !(flags & 0x200000) )) || continue
		# Zombies of the world are reaped by its process 1; bats's own helpers are its children.
		[ "$state" != Z ] || continue
		case ${WORLD_IS_MACHINE:-}$name in
		"(bats"* | 1"(bats"* | 1"(systemd"* | 1"((sd-pam"* | 1"(dbus-"*) continue ;;
		esac
		echo "$pid $name $state parent=$parent $(tr '\0' ' ' <"$entry/cmdline" 2>/dev/null)"
	done
}

# --- making a container ---

# Writes $T/config.json: the runtime's own proposal with these args, changed by a jq filter.
configure()
{
	local filter=$1
	shift
	jq "if \$ARGS.positional == [] then . else .process.args = \$ARGS.positional end | $filter" \
		"$WORLD_FILE/base.json" --args -- "$@" >"$T/config.json"
}

# A root file system of the test's own, for tests that change it.
own_rootfs()
{
	cp -a "$ROOTFS" "$T/rootfs"
	OWN='.root.path = "rootfs" | .root.readonly = false'
}

# Mounts something on the host for the time of the test: the arguments of mount(8), the target last.
mount_here()
{
	mount "$@"
	MOUNTED+=("${!#}")
}

# The command line; set AS to become someone else first (an array: setpriv …).
AS=()
runtime()
{
	"${AS[@]}" "$TARU_OCI" "$@"
}

# Runs what configure wrote, to its end: $status, $output, $errors.
start()
{
	status=0
	"${AS[@]}" timeout --foreground -k 1 "$((${LIMIT:-20} * TIME_SCALE))" "$TARU_OCI" run -b "$T" "$@" "$ID" \
		<"${INPUT:-/dev/null}" >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
	collect
}

collect()
{
	# Without NULs, which the shell warns of. No program is started for it: this is what tests do most.
	{
		output=$(<"$T.out")
		errors=$(<"$T.err")
	} 2>/dev/null
	rm -f "$T.out" "$T.err"
}

# Runs a shell command in a container of the config that the filter makes.
run_in()
{
	configure "$1" /bin/sh -c "$2"
	start
}

# The same for a command without a shell.
run_args()
{
	configure "$@"
	start
}

# Starts in the background: $runtime_pid. land waits for its end.
launch()
{
	"${AS[@]}" "$TARU_OCI" run -b "$T" "$ID" <"${INPUT:-/dev/null}" >"$T.out" 2>"$T.err" 3>&- 4>&- &
	runtime_pid=$!
	PIDS+=("$runtime_pid")
}

land()
{
	status=0
	wait "$runtime_pid" || status=$?
	collect
}

# Waits until a command of the test succeeds, 10 s at most.
until_true()
{
	local try
	for ((try = 0; try < 500 * TIME_SCALE; try++)); do
		if "$@" >/dev/null 2>&1; then
			return 0
		fi
		sleep 0.02
	done
	echo "this never came true: $*"
	return 1
}

# The line that a launched container printed on its standard output, so that we know it is up.
printed()
{
	grep -q -- "$1" "$T.out"
}

# The pid, in this world, of the container's first process.
container_pid()
{
	local children
	children=$(cat "/proc/$runtime_pid/task/$runtime_pid/children")
	echo "${children%% *}"
}

# --- what must be so ---

# shellcheck source=tests/expect.bash
. "$(dirname "${BASH_SOURCE[0]}")/../expect.bash"

# passes [TEXT]: ended with 0, said nothing on stderr, and printed exactly this.
passes()
{
	if [ "$status" != 0 ] || [ -n "$errors" ]; then
		echo "the container did not end well"
		told
		return 1
	fi
	[ $# = 0 ] || is "$output" "$1" "stdout"
}

# Phrases that engines take for «the command is missing» or «may not be run».
EXEC_PHRASES='permission denied|operation not permitted|no such file or directory|executable file not found|is a directory|not a directory|open executable'

# refuses PATTERN: no container, a status that is not 0, and one clear line with this in it.
refuses()
{
	fails_in_one_line "$1"
	if grep -qiE "$EXEC_PHRASES" <<<"$errors"; then
		echo "the message has a phrase that engines keep for exec failures"
		told
		return 1
	fi
}

fails_in_one_line()
{
	if [ "$status" = 0 ] || [ "$status" = 124 ] || [ "$status" -gt 128 ]; then
		echo "expected a failure"
		told
		return 1
	fi
	is "$output" "" "stdout"
	if [ "$(wc -l <<<"$errors")" != 1 ] || [ -z "$errors" ] || [ "${#errors}" -gt 5000 ]; then
		echo "expected one line of error"
		told
		return 1
	fi
	has "$errors" "$1"
}

# --- what this machine can do ---

# needs COMMAND...: skips the test where a tool is missing.
needs()
{
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip "there is no $tool here"
	done
}

# The number of a system call on this machine.
number_of()
{
	case $(uname -m):$1 in
	x86_64:setgroups) echo 116 ;;	aarch64:setgroups) echo 159 ;;
	x86_64:personality) echo 135 ;;	aarch64:personality) echo 92 ;;
	x86_64:lseek) echo 8 ;;		aarch64:lseek) echo 62 ;;
	x86_64:ioctl) echo 16 ;;	aarch64:ioctl) echo 29 ;;
	x86_64:kexec_load) echo 246 ;;	aarch64:kexec_load) echo 104 ;;
	*) echo "there is no number for $1 on $(uname -m) here" >&2; return 1 ;;
	esac
}

# The capabilities that this world has at all, as a number.
host_capabilities()
{
	sed -n 's/^CapBnd:\t/0x/p' /proc/self/status
}

has_capability()
{
	(( ($(host_capabilities) >> $1) & 1 ))
}

as_ordinary()
{
	AS=(setpriv --reuid "$ORDINARY" --regid "$ORDINARY" --clear-groups)
	chown "$ORDINARY:$ORDINARY" "$T"
	mkdir -m 700 "$T/xdg"
	chown "$ORDINARY:$ORDINARY" "$T/xdg"
	export XDG_RUNTIME_DIR=$T/xdg
}

# What an ordinary user changes in the proposal: a user namespace with one id (spec --rootless).
ROOTLESS='.linux.namespaces |= (map(select(.type != "network" and .type != "cgroup")) + [{type: "user"}])
	| .linux.uidMappings = [{containerID: 0, hostID: 12345, size: 1}]
	| .linux.gidMappings = [{containerID: 0, hostID: 12345, size: 1}]
	| .mounts |= map(select(.type != "cgroup" and .type != "sysfs" and .type != "mqueue")
		| .options |= (. // [] | map(select(startswith("gid=") | not))))
	| del(.linux.resources)'

# A private copy of the machine's files of users, with a range of ids for the ordinary one.
with_ranges()
{
	local file
	for file in passwd group; do
		cp "/etc/$file" "$T/etc-$file"
	done
	echo "ordinary:x:$ORDINARY:$ORDINARY::/:/bin/sh" >>"$T/etc-passwd"
	echo "ordinary:x:$ORDINARY:" >>"$T/etc-group"
	echo "ordinary:500000:65536" >"$T/etc-subuid"
	echo "ordinary:600000:65536" >"$T/etc-subgid"
	cat >"$T/within" <<-'END'
		#!/bin/sh
		# within FOLDER COMMAND...: runs it where /etc says who the ordinary user is.
		set -e
		for file in passwd group subuid subgid; do
			[ -e "/etc/$file" ] || : >"/etc/$file"
			mount --bind "$1/etc-$file" "/etc/$file"
		done
		shift
		exec "$@"
	END
	AS=(unshare --mount sh "$T/within" "$T" setpriv --reuid "$ORDINARY" --regid "$ORDINARY" --clear-groups)
}

# What maps them.
MANY='.linux.uidMappings = [{containerID: 0, hostID: 12345, size: 1}, {containerID: 1, hostID: 500000, size: 65536}]
	| .linux.gidMappings = [{containerID: 0, hostID: 12345, size: 1}, {containerID: 1, hostID: 600000, size: 65536}]'
