# live.bash - containers that live on while something is done with them; loaded after lib.bash.
#
#	alive '.hostname = "x"'			# run -d: $pid is its first process, as this world counts it
#	call exec "$ID" hostname		# the runtime's command line: $status, $output, $errors
#	passes x
#
# At the end of each test its containers are deleted by force; what is there then is a leftover.
# shellcheck shell=bash disable=SC2034,SC2154

LIMIT=${LIMIT:-60}

# Runs the runtime to its end. INPUT is standard input.
call()
{
	status=0
	"${AS[@]}" timeout --foreground -k 1 "$((LIMIT * TIME_SCALE))" "$TARU_OCI" "$@" \
		<"${INPUT:-/dev/null}" >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
	collect
}

# alive [FILTER [COMMAND...]]: a container that runs on, whose program sleeps if none is given.
alive()
{
	local filter=${1:-.}
	[ $# = 0 ] || shift
	[ $# != 0 ] || set -- /bin/sleep 1000
	configure "$filter" "$@"
	call run --detach --bundle "$T" --pid-file "$T/pid" "$ID"
	passes
	pid=$(cat "$T/pid")
}

# created [FILTER [COMMAND...]]: the same, up to where its program would begin. OPTIONS: more of create's.
OPTIONS=()
created()
{
	local filter=${1:-.}
	[ $# = 0 ] || shift
	[ $# != 0 ] || set -- /bin/sleep 1000
	configure "$filter" "$@"
	call create --bundle "$T" --pid-file "$T/pid" "${OPTIONS[@]}" "$ID"
	passes
	pid=$(cat "$T/pid")
}

# Runs a shell command in it.
inside()
{
	call exec "$ID" /bin/sh -c "$1"
}

# Its status is this now.
has_status()
{
	[ "$("${AS[@]}" "$TARU_OCI" state "$ID" | jq -r .status)" = "$1" ]
}

delete_all()
{
	local id wrong=0
	for id in $("${AS[@]}" "$TARU_OCI" list -q 2>/dev/null); do
		"${AS[@]}" "$TARU_OCI" delete --force "$id" || wrong=1
	done
	return $wrong
}

cleanup()
{
	delete_all
}

# A process in new namespaces, to be joined: $helper is its pid. Options are those of unshare(1).
make_helper()
{
	unshare "$@" sleep 1000 3>&- 4>&- &
	PIDS+=("$!")
	helper=$!
	if [[ " $* " == *" --fork "* ]]; then
		until_true pgrep -P "$!" sleep
		helper=$(pgrep -P "$!" sleep)
		PIDS+=("$helper")
	else
		until_true grep -q sleep "/proc/$helper/comm"
	fi
}

# The namespaces and cgroups of a process, as they look from here.
places()
{
	local kind
	for kind in cgroup ipc mnt net pid time user uts; do
		readlink "/proc/$1/ns/$kind"
	done
	cat "/proc/$1/cgroup"
}

# fails_with STATUS PART: a status, nothing on stdout, one line of error with this in it, and none of the phrases
# that engines keep for commands that cannot be run.
fails_with()
{
	ends "$1"
	fails_quietly "$2"
	if grep -qiE "$EXEC_PHRASES" <<<"$errors"; then
		echo "the message has a phrase that engines keep for exec failures"
		told
		return 1
	fi
}

# The same but for the status and the phrases.
fails_quietly()
{
	is "$output" "" "stdout"
	if [ -z "$errors" ] || [ "$(wc -l <<<"$errors")" != 1 ] || [ "${#errors}" -gt 5000 ]; then
		echo "expected one line of error"
		told
		return 1
	fi
	has "$errors" "$1"
}
