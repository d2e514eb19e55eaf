# engine.bash - what the tests of the engine share: a store for a file with the image `box` in it, a busybox; a place for
# what runs; and that nothing stays after a test.
#
#	taru run --rm box id		# $status, $output, $stderr, $lines, as `run` of bats has them
#	works / fails STATUS WORDS -- …
# shellcheck shell=bash disable=SC2034,SC2154

bats_require_minimum_version 1.5.0
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${BUILD:=$HERE/../../build}"
export TARU=${TARU:-$BUILD/taru}
PYTHON=/usr/bin/python3
[ -x "$PYTHON" ] || PYTHON=$(command -v python3)

make_box()
{
	local root=$1 applet
	mkdir -p "$root"/{bin,dev,etc,home,proc,root,sys,tmp,usr,var}
	cp "$(command -v busybox)" "$root/bin/busybox"
	for applet in $(busybox --list); do
		[ -e "$root/bin/$applet" ] || ln -s busybox "$root/bin/$applet"
	done
	chmod 1777 "$root/tmp"
	printf 'root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1001::/home:/bin/sh\n7:x:1007:1007::/:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\nalice:x:1001:\naudio:x:29:alice\nwheel:x:10:root\n' >"$root/etc/group"
}

setup_file()
{
	[ "$(id -u)" = 0 ] || skip "this test needs root"
	WORLD=$(mktemp -d "${TMPDIR:-/tmp}/taru-engine.XXXXXX")
	# Bridges go with their last containers, so that a test sees what it leaves.
	export WORLD TARU_ROOT=$WORLD/store TARU_RUN_ROOT=$WORLD/run TARU_LINGER=0
	chmod 755 "$WORLD"
	make_box "$WORLD/box"
	tar -C "$WORLD/box" -c . | "$TARU" import --change 'CMD ["sh", "-c", "echo default"]' \
		--change 'ENV PLACE=cellar' --change 'LABEL made=here' - box >/dev/null
}

teardown_file()
{
	rm -rf --one-file-system "$WORLD"
}

cgroups()
{
	find /sys/fs/cgroup -maxdepth 3 -name 'taru-[0-9a-f]*' -type d | sort
}

# Those that were not there before, of containers that the events of this file's stores tell of: others on this machine
# have theirs.
cgroups_left()
{
	local cgroup id
	for cgroup in $(comm -13 <(echo "$CGROUPS_BEFORE") <(cgroups)); do
		id=${cgroup##*/taru-}
		find "$WORLD" -name events -type f -exec grep -qF "\"ID\":\"${id:0:64}\"" {} \; \
			-printf "$cgroup\n" -quit 2>/dev/null
	done
}

no_monitor_is_left()
{
	! pgrep -f "^taru-monitor .* --root $TARU_ROOT " >/dev/null
}

no_cgroup_is_left()
{
	[ -z "$(cgroups_left)" ]
}

setup()
{
	engine_setup
}

engine_setup()
{
	T=$(mktemp -d "$WORLD/t.XXXXXX")
	chmod 755 "$T"
	MOUNTS_BEFORE=$(</proc/self/mountinfo) CGROUPS_BEFORE=$(cgroups)
	PIDS=()
}

# What a test leaves is removed, and where it should not have left it, told.
teardown()
{
	engine_teardown
}

# is_over PID: of a child that may not have been waited for.
is_over()
{
	! grep -q '^State:.[^Z]' "/proc/$1/status" 2>/dev/null
}

# What was mounted since the test began, the newest first: the next test is not to find it.
unmount_new()
{
	local target
	while read -r target; do
		umount -l "$(printf %b "$target")" || true
	done < <(diff <(echo "$MOUNTS_BEFORE") /proc/self/mountinfo | sed -n 's/^> \([^ ]* \)\{4\}\([^ ]*\) .*/\2/p' | tac)
}

engine_teardown()
{
	local wrong=0 ids pid
	ids=$("$TARU" ps -aq)
	# One word for each.
	# shellcheck disable=SC2086
	[ -z "$ids" ] || "$TARU" rm -f $ids >/dev/null || wrong=1
	for pid in "${PIDS[@]}"; do
		# What a test that failed has not ended must not hold up the others.
		until_true is_over "$pid" || kill -KILL "$pid"
		wait "$pid" 2>/dev/null || true
	done
	[ "$MOUNTS_BEFORE" = "$(</proc/self/mountinfo)" ] || {
		echo "a mount was left behind:"
		diff <(echo "$MOUNTS_BEFORE") /proc/self/mountinfo
		unmount_new
		wrong=1
	}
	until_true no_cgroup_is_left || { echo "a cgroup was left behind: $(cgroups_left)"; wrong=1; }
	[ -z "$(ls -A "$TARU_RUN_ROOT" 2>/dev/null)" ] || { echo "left in run: $(ls -A "$TARU_RUN_ROOT")"; wrong=1; }
	[ -z "$(ls -A "$TARU_ROOT/containers" "$TARU_ROOT/names" | grep -v ':$' | grep .)" ] || { echo "a container was left"; wrong=1; }
	until_true no_monitor_is_left || { echo "a monitor was left behind"; wrong=1; }
	rm -rf --one-file-system "$T" || wrong=1
	return $wrong
}

# taru WORD…: the program, with nothing to read.
taru()
{
	status=0
	"$TARU" "$@" </dev/null >"$T/stdout" 2>"$T/stderr" || status=$?
	output=$(<"$T/stdout") stderr=$(<"$T/stderr")
	mapfile -t lines <<<"$output"
	printf 'status %s\n%s\n%s\n' "$status" "$output" "$stderr"
}

# not COMMAND…: COMMAND fails. A line that begins with `!` fails no test, unless it is the last one (bash(1), set -e).
not()
{
	if "$@"; then
		echo "this was not to be done: $*"
		return 1
	fi
}

works()
{
	taru "$@"
	[ "$status" = 0 ]
}

# fails STATUS WORDS -- WORD…: the program ends so, with these words in its message.
fails()
{
	local want=$1 words=$2
	shift 3
	taru "$@"
	[ "$status" = "$want" ]
	[[ "$stderr" == *"$words"* ]]
}

# until_true COMMAND…: for a minute at most, and a hundred times at least: the machine may stand still for a minute.
until_true()
{
	local end=$((SECONDS + 60)) tries
	for ((tries = 0; tries < 100 || SECONDS < end; tries++)); do
		"$@" >/dev/null 2>&1 && return 0	# in a trap, as after a failure, a plain return has that failure's status
		sleep 0.05
	done
	echo "this never became true: $*"
	return 1
}

# monitor_of NAME: the pid of its monitor.
monitor_of()
{
	pgrep -f "^taru-monitor id=[0-9a-f]* name=$1 .* --root $TARU_ROOT "
}

# log_of NAME: the file that its monitor opens for its output, which is the last thing that a start makes.
log_of()
{
	echo "$TARU_ROOT/containers/$("$TARU" inspect --format '{{.Id}}' "$1")/log"
}

is_running()
{
	[ "$("$TARU" ps -q --filter "name=$1" --format '{{.State}}')" = running ]
}

# background NAME WORD…: `taru run --name NAME box WORD…`, until it runs; $! is in PIDS.
background()
{
	local name=$1
	shift
	"$TARU" run --name "$name" "$@" >"$T/out.$name" 2>"$T/err.$name" </dev/null 3>&- 4>&- &
	PIDS+=("$!")
	until_true is_running "$name"
}
