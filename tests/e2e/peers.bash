# peers.bash - what the tests with real engines (Podman, Docker, containerd) share.
#
# An engine is given the runtime that is tested by absolute path, $RUNTIME, and made to do what its
# users do. Each file runs in a world of its own (tests/e2e/peers): namespaces, cgroups, /run,
# and its own upper layer over /etc and /var. So an engine that goes wrong harms nothing, and what stays
# behind can be seen: after each test the world must be what it was before (snapshot), but for
# what the file says that the engine keeps, in ENGINE_KEEPS.
#
# A file defines what it needs of these, and setup and teardown call them:
#
#	engine_start, engine_stop	once for the file: daemons, the image
#	prepare, cleanup		for each test
#
# What an engine cannot do on this machine for reasons of its own is no fault of the runtime:
# `needs_peer COMMAND` tries the same with a runtime that is known to work, $PEER, and skips the
# test, with the peer's reason, where that fails as well.
# shellcheck shell=bash disable=SC2034

: "${PEERS_FOLDER:?start the tests with tests/e2e/peers}"

# Regular expressions (grep -E), one on a line, of how the lines of a snapshot begin that belong to the engine.
ENGINE_KEEPS=
PYTHON=/usr/bin/python3
[ -x "$PYTHON" ] || PYTHON=$(command -v python3)

# --- before and after ---

setup_file()
{
	# For this file's tests, and for the runner after them.
	echo "${ENGINE_KEEPS:-^$}" | sed 's/.*/^[a-z]*: (&)/' >"$PEERS_FOLDER/keeps"
	if declare -F engine_start >/dev/null; then
		engine_start
	fi
	snapshot >"$PEERS_FOLDER/now"
}

# What is left after this, the runner looks at: it compares the world with the one before the file.
teardown_file()
{
	if declare -F engine_stop >/dev/null; then
		engine_stop
	fi
}

setup()
{
	T=$(mktemp -d "$PEERS_FOLDER/t.XXXXXX")
	chmod 755 "$T"
	NAME=t$BATS_TEST_NUMBER
	MOUNTED=()
	output='' errors='' status=0
	# What there was after the test before.
	cp "$PEERS_FOLDER/now" "$T.before"
	if declare -F prepare >/dev/null; then
		prepare
	fi
}

teardown()
{
	local i wrong=0
	if declare -F cleanup >/dev/null; then
		cleanup || wrong=1
	fi
	stop_daemons "$T/daemons" || wrong=1
	for ((i = ${#MOUNTED[@]} - 1; i >= 0; i--)); do
		umount "${MOUNTED[$i]}" || wrong=1
	done
	compare_with "$T.before" || wrong=1
	rm -rf --one-file-system "$T" "$T".* || wrong=1
	return $wrong
}

# --- the world, as text ---

# What could be left behind, a line for each thing, sorted.
snapshot()
{
	local processes
	# First, while none of the helpers below is there.
	processes=$(processes)
	{
		[ -z "$processes" ] || echo "$processes"
		sed 's/^/mount: /' /proc/self/mountinfo
		find /sys/fs/cgroup -mindepth 1 -type d -printf 'cgroup: %p\n' 2>/dev/null
		# A namespace lives by a process or by a mount; those in /run/netns are among the mounts.
		readlink /proc/[0-9]*/ns/net 2>/dev/null | sed 's/^/network namespace: /'
		ip -o link show | sed -E 's/^[0-9]+: ([^:]*):.*/link: \1/'
		rules | sed 's/^/rule: /'
		find /run /tmp /dev/shm -printf 'file: %p %y %M %U:%G\n' 2>/dev/null
		# What was changed or made in /etc and /var since the world began.
		find "$PEERS_FOLDER"/layers/*/upper -mindepth 1 -printf 'file: %p %y %M %U:%G\n' 2>/dev/null |
			sed "s|$PEERS_FOLDER/layers/\([a-z]*\)/upper|/\1|"
	} | LC_ALL=C sort -u
}

rules()
{
	if command -v nft >/dev/null; then
		nft -s list ruleset 2>/dev/null
	elif command -v iptables-save >/dev/null; then
		iptables-save | sed -e '/^#/d' -e 's/\[[0-9:]*\]//'
	fi
}

# Those of bats and of the runner come and go.
processes()
{
	local entry pid name state arguments=()
	for entry in /proc/[0-9]*; do
		pid=${entry#/proc/}
		{ read -r _ name state _ <"$entry/stat"; } 2>/dev/null || continue
		# Zombies are reaped by process 1 of the world.
		if [ "$state" = Z ] || [ "$pid" = "$BASHPID" ]; then
			continue
		fi
		{ mapfile -d '' -t arguments <"$entry/cmdline"; } 2>/dev/null || continue
		case ${arguments[*]} in */bats-core/* | *"/peers --inside "* | cat) continue ;; esac
		echo "process: $pid $name ${arguments[*]//[$'\n\r']/ }"
	done
}

# compare_with SNAPSHOT: what is there now and was not then, or the other way round, is a failure and named. A moment is
# given to processes that are about to end, such as conmon's last, and to the devices of a namespace that nobody has any
# more: the kernel removes them when it comes to it.
compare_with()
{
	local text end=$((SECONDS + 30))
	while text=$(differences "$1") && [ $SECONDS -lt $end ]; do
		sleep 0.1
	done
	echo "$text"
	[ -z "$text" ]
}

# Prints what differs, and succeeds where anything does.
differences()
{
	local now=$PEERS_FOLDER/now
	snapshot >"$now"
	{
		# A process that has ended is not missed.
		LC_ALL=C comm -13 "$1" "$now" | sed 's/^/leftover: /'
		LC_ALL=C comm -23 "$1" "$now" | grep -vE '^(process|network namespace): ' | sed 's/^/vanished: /'
	} 2>&1 | grep -vEf "$PEERS_FOLDER/keeps"
}

# --- daemons ---

# start_daemon [--for-file] NAME COMMAND...: in the background, its output in a file that daemon_log
# NAME shows. It is ended with the test, or with the file, by its pid.
start_daemon()
{
	local folder=${T:-$PEERS_FOLDER}/daemons name
	if [ "$1" = --for-file ]; then
		folder=$PEERS_FOLDER/daemons
		shift
	fi
	name=$1
	shift
	mkdir -p "$folder"
	# Bats waits for whoever holds its descriptors 3 and 4.
	"$@" </dev/null >"$folder/$name.log" 2>&1 3>&- 4>&- &
	echo $! >"$folder/$name.pid"
}

daemon_pid()
{
	cat "$T/daemons/$1.pid" 2>/dev/null || cat "$PEERS_FOLDER/daemons/$1.pid"
}

daemon_log()
{
	cat "$T/daemons/$1.log" 2>/dev/null || cat "$PEERS_FOLDER/daemons/$1.log"
}

# stop_daemons [FOLDER]: those of the file when no folder is named. First asked, then killed; one that
# had to be killed is a failure.
stop_daemons()
{
	local file pid wrong=0
	for file in "${1:-$PEERS_FOLDER/daemons}"/*.pid; do
		[ -e "$file" ] || continue
		pid=$(<"$file")
		rm -f "$file"
		kill -TERM "$pid" 2>/dev/null || continue
		if ! ends_soon "$pid"; then
			kill -KILL "$pid" 2>/dev/null
			ends_soon "$pid"
			echo "${file##*/} did not end when asked to:"
			tail -n 50 "${file%.pid}.log"
			wrong=1
		fi
	done
	return $wrong
}

ends_soon()
{
	local state
	for _ in {1..300}; do
		{ read -r _ _ state _ <"/proc/$1/stat"; } 2>/dev/null || return 0
		[ "$state" != Z ] || return 0
		sleep 0.1
	done
	return 1
}

# --- doing things ---

# Runs a command to its end, 60 s at most: $status, $output, $errors.
try()
{
	status=0
	timeout --foreground -k 5 "${LIMIT:-60}" "$@" <"${INPUT:-/dev/null}" >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
	output=$(tr -d '\0' <"$T.out")
	errors=$(tr -d '\0' <"$T.err")
}

# try, for what has to work for the test to make sense.
must()
{
	try "$@"
	if [ "$status" != 0 ]; then
		echo "this should have worked: $*"
		told
		return 1
	fi
}

# Waits until a command of the test succeeds, 60 s at most: a busy machine takes its time.
until_true()
{
	local end=$((SECONDS + 60))
	while [ $SECONDS -lt $end ]; do
		if "$@" >/dev/null 2>&1 3>&- 4>&-; then
			return 0
		fi
		sleep 0.05
	done
	echo "this never came true: $*"
	return 1
}

# Mounts something on the host for the time of the test: the arguments of mount(8), the target last.
mount_here()
{
	mount "$@"
	MOUNTED+=("${!#}")
}

# on_terminal ACTION... -- COMMAND...: see tests/root/pty.py. $output is what the terminal showed.
on_terminal()
{
	try "$PYTHON" "$BATS_TEST_DIRNAME/../root/pty.py" "$@"
}

# --- what must be so ---

# shellcheck source=tests/expect.bash
. "$(dirname "${BASH_SOURCE[0]}")/../expect.bash"

# prints TEXT: the last command ended with 0 and printed exactly this.
prints()
{
	is "$status" 0 "exit status"
	is "$output" "$1" "stdout"
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

# needs_peer COMMAND...: the same with the peer, which is a runtime that is known to work. The command, a
# function of the file as a rule, finds $RUNTIME set to the peer.
needs_peer()
{
	local tested=$RUNTIME
	RUNTIME=$PEER
	# In the background, since only there the first command that fails is the end of a function.
	"$@" >"$T.peer" 2>&1 3>&- 4>&- </dev/null &
	RUNTIME=$tested
	wait $! || skip "${PEER##*/} cannot do this here either: $(grep -m 1 -i -E 'error|expected|cannot' "$T.peer" | cut -c 1-200)"
}

# not_for NAME REASON: what this other runtime does differently, so that the tests can be tried with it.
not_for()
{
	case $("$RUNTIME" --version) in "$1 version"*) skip "$1 $2" ;; esac
}

# What a runtime says itself (features) that it cannot do is not tried. One that does not know the
# command is not asked.
needs_cgroups()
{
	lacks_feature '.linux.cgroup | .v1 or .v2' || return 0
	skip "the runtime says that it has no cgroups (features: linux.cgroup)"
}

needs_hooks()
{
	lacks_feature '.hooks != []' || return 0
	skip "the runtime says that it has no hooks (features: hooks)"
}

lacks_feature()
{
	[ "$("$RUNTIME" features 2>/dev/null | jq "$1" 2>/dev/null)" = false ]
}
