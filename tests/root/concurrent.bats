#!/usr/bin/env bats
# Commands on one container at the same time: one of them wins, the others are told; nothing is left, and nobody
# waits without end.
load lib
load life

# at_once COUNT VERB ARG...: that many of it at once. Their statuses go to $T/status.N, what they say to
# $T/words.N.
at_once()
{
	local count=$1 i
	shift
	for ((i = 0; i < count; i++)); do
		aside "$i" "$@"
	done
	wait "${ASIDE[@]}"
	ASIDE=()
}

ASIDE=()
# aside NAME VERB ARG...: one of it in the background.
aside()
{
	local name=$1
	shift
	{
		timeout --foreground -k 1 60 "$TARU_OCI" "$@" </dev/null >"$T/out.$name" 2>"$T/words.$name" 3>&- 4>&- &&
			echo 0 >"$T/status.$name" || echo $? >"$T/status.$name"
	} &
	ASIDE+=("$!")
}

# How many ended well.
winners()
{
	cat "$T"/status.* | grep -cx 0
}

# all_say PATTERN: of those that did not, each said one line with this in it.
all_say()
{
	local file
	for file in "$T"/status.*; do
		status=$(cat "$file")
		[ "$status" != 0 ] || continue
		output=''
		errors=$(cat "$T/words.${file##*.}")
		grep -qE "$1" <<<"$errors" || { told; return 1; }
		refuses ''
	done
}

@test "of eight creates at once one makes the container" {
	configure . /bin/sleep 100
	at_once 8 create -b "$T" --pid-file "$T/pid" "$ID"
	is "$(winners)" 1 "those that made it"
	all_say "container '$ID' exists"
	status_is created
	is "$(cat "$T/pid")" "$(state_of pid)"
	works start "$ID"
	works delete --force "$ID"
}

@test "of eight starts at once one starts the program, once" {
	created . /bin/sh -c 'echo begun; exec sleep 100'
	at_once 8 start "$ID"
	is "$(winners)" 1 "those that started it"
	all_say "container '$ID' cannot be started"
	status_is running
	until_true has_said begun
	is "$(said)" begun
	works delete --force "$ID"
}

@test "of eight deletes at once one deletes, and those by force are all content" {
	running . /bin/true
	becomes stopped
	at_once 8 delete "$ID"
	is "$(winners)" 1 "those that deleted it"
	all_say "container '$ID' does not exist"
	there_is_none
	running . /bin/sleep 100
	at_once 8 delete --force "$ID"
	is "$(winners)" 8 "those by force"
	cat "$T"/words.*
	is "$(cat "$T"/words.*)" ""
	there_is_none
}

@test "poststop hooks are run once, whoever deletes" {
	export T
	created '.hooks.poststop = [{path: "/bin/sh", args: ["sh", "-c", "echo run >>\"$0\"", $ENV.T + "/hooks"]}]' /bin/sleep 100
	at_once 8 delete --force "$ID"
	is "$(winners)" 8
	is "$(cat "$T/hooks")" run
	there_is_none
}

# storm NAME ROUNDS: takes the container through its life, as if there were no others.
storm()
{
	local name=$1 round words
	for ((round = 0; round < $2; round++)); do
		for words in "create -b $T $ID" "state $ID" "start $ID" "list" "kill $ID KILL" "delete $ID" \
			"create -b $T $ID" "delete --force $ID" "exec $ID true" "run -d -b $T $ID" "ps $ID"; do
			status=0
			timeout --foreground -k 1 60 "$TARU_OCI" $words </dev/null >/dev/null 2>>"$T/words.$name" 3>&- 4>&- ||
				status=$?
			# 1 and 255 are refusals, and 137 is what became of the program of `exec` when another deleted the
			# container; anything else is a crash, or a command that hung.
			case $status:$words in
			0:*|1:*|255:*|137:exec*) ;;
			*) echo "$status: $words" >>"$T/wrong" ;;
			esac
		done
	done
}

@test "a storm of all commands on one id: no crash, nobody hangs, nothing stays" {
	local i workers=()
	configure '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir"], action: "SCMP_ACT_ERRNO"}]}' \
		/bin/sleep 100
	for i in 1 2 3 4; do
		storm "$i" 6 &
		workers+=("$!")
	done
	wait "${workers[@]}"
	if [ -e "$T/wrong" ]; then
		cat "$T/wrong" "$T"/words.*
		return 1
	fi
	works delete --force "$ID"
	there_is_none
	# What was refused was refused for what the container was at that moment.
	grep -vhE "container '$ID'.* (exists already|does not exist|cannot be started|cannot be deleted|not running|is (stopped|creating))|warning: container '$ID' does not exist|the container's process ((has )?ended|was ended by signal 9)|has ended while a process was being begun" \
		"$T"/words.* >"$T/other" || true
	is "$(cat "$T/other")" ""
}

@test "exec in a container that is deleted at that moment says so, whatever it misses first" {
	command -v strace >/dev/null || skip "there is no strace here"
	running . /bin/sleep 100
	# Its process is cloned a second later, and has no cgroup to go into.
	strace -f -o /dev/null -e trace=clone,clone3 -e inject=clone,clone3:delay_enter=1000000:when=1 \
		"$TARU_OCI" exec "$ID" true </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- &
	PIDS+=("$!")
	until_true pgrep -x taru-oci
	sleep 0.3
	works delete --force "$ID"
	status=0
	wait "${PIDS[-1]}" || status=$?
	collect
	is "$status" 255
	[[ "$errors" == *"container '$ID' has ended while a process was being begun in it"* ]] || { told; return 1; }
	there_is_none
}

@test "who holds the lock for too long is named, and only those who change something wait" {
	local holder pid
	created . /bin/sleep 100
	flock "$STATES/$ID" sleep 100 3>&- 4>&- &
	holder=$!
	PIDS+=("$holder")
	until_true not_free
	status_is created
	works list -q
	pid=$(state_of pid)
	create
	refuses exists
	aside start start "$ID"
	aside delete delete "$ID"
	wait "${ASIDE[@]}"
	is "$(winners)" 0
	all_say "container '$ID' is being changed by process $holder"
	status_is created
	lives "$pid"
	# A signal needs no lock, nor does who ends it by force, up to where the folder is removed.
	aside forced delete --force "$ID"
	until_true has_ended "$pid"
	status_is stopped
	verb kill "$ID"
	refuses 'not running'
	pkill -KILL -P "$holder"
	kill -KILL "$holder" 2>/dev/null || true
	wait "${ASIDE[@]}"
	is "$(cat "$T/status.forced")" 0
	there_is_none
}

not_free()
{
	! flock --nonblock "$STATES/$ID" true
}
