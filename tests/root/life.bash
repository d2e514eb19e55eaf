# life.bash - for tests that take a container through its life: `create`, `start`, `delete`, …
#
# `create` makes $ID from what configure wrote; its program's output goes to $T/said. `verb` runs any other
# command of the runtime. Both leave $status, $output, $errors as lib.bash's start does, and end within
# $LIMIT seconds: a command that hangs has the status 124.
# shellcheck shell=bash disable=SC2034,SC2154

STATES=/run/taru-oci
# Options before the verb.
GLOBAL=()

# verb VERB ARG...
verb()
{
	status=0
	"${AS[@]}" timeout --foreground -k 1 "$((${LIMIT:-60} * TIME_SCALE))" "$TARU_OCI" "${GLOBAL[@]}" "$@" \
		<"${INPUT:-/dev/null}" >"$T.verb" 2>"$T.words" 3>&- 4>&- || status=$?
	output=$(tr -d '\0' <"$T.verb")
	errors=$(tr -d '\0' <"$T.words")
	rm -f "$T.verb" "$T.words"
}

# works VERB ARG...: it ends well, and says nothing on standard error.
works()
{
	verb "$@"
	passes
}

# create [OPTION...]
create()
{
	create_as "$ID" "$@"
}

# create_as ID [OPTION...]
create_as()
{
	local id=$1
	shift
	begin_as "$id" create "$@"
}

# run_detached [OPTION...]
run_detached()
{
	begin_as "$ID" run --detach "$@"
}

# What begins a container that stays: its streams are not ours to read to their end.
begin_as()
{
	local id=$1 kind=$2
	shift 2
	status=0 output=''
	"${AS[@]}" timeout --foreground -k 1 "$((${LIMIT:-60} * TIME_SCALE))" "$TARU_OCI" "${GLOBAL[@]}" "$kind" -b "$T" "$@" "$id" \
		<"${INPUT:-/dev/null}" >"$T/said" 2>"$T.words" 3>&- 4>&- || status=$?
	errors=$(tr -d '\0' <"$T.words")
	rm -f "$T.words"
}

# exec_refuses PATTERN WORD...: `exec` fails as `refuses` has it, with the status that callers tell from the
# program's own.
exec_refuses()
{
	local pattern=$1
	shift
	verb exec "$@"
	ends 255
	status=1
	refuses "$pattern"
}

# A container that waits for `start`, or runs: one that does not end by itself.
created()
{
	configure "${1:-.}" "${@:2}"
	create
	passes
}

running()
{
	created "$@"
	works start "$ID"
}

said()
{
	cat "$T/said"
}

has_said()
{
	grep -q -- "$1" "$T/said"
}

# One value of a container's state: state_of KEY [ID].
state_of()
{
	"${AS[@]}" "$TARU_OCI" "${GLOBAL[@]}" state "${2:-$ID}" 2>/dev/null | jq -r ".$1"
}

status_is()
{
	is "$(state_of status "${2:-$ID}")" "$1" "the container's status"
}

becomes()
{
	until_true status_is "$@"
}

# there_is_none [ID]: no command knows of it, and its folder is not there.
there_is_none()
{
	verb state "${1:-$ID}"
	refuses 'does not exist'
	[ ! -e "$STATES/${1:-$ID}" ]
}

# Whether a process is there and has not ended.
lives()
{
	local rest
	{ read -r rest <"/proc/$1/stat"; } 2>/dev/null || return 1
	case ${rest##*) } in Z*|X*) return 1 ;; esac
}

has_ended()
{
	if lives "$1"; then
		return 1
	fi
}

# A program that runs until it is told to end, and says how far it is.
UNTIL_TERM='trap "echo term; exit 3" TERM; echo begun; while :; do sleep 0.05; done'

