#!/usr/bin/env bats
# glance.bats - what ps reads of those that run (src/life/glance.h) is quick, and never says what is not so: whatever
# becomes of the links, of the process, of its monitor, and of the freezer.
# shellcheck disable=SC2154
load engine

# folder_of NAME: where it is while it runs.
folder_of()
{
	echo "$TARU_RUN_ROOT/$("$TARU" inspect --format '{{.Id}}' "$1")"
}

pid_of()
{
	"$TARU" inspect --format '{{.State.Pid}}' "$1"
}

# says STATE: what ps says of the only container.
says()
{
	[ "$("$TARU" ps -a --format '{{.State}}')" = "$1" ]
}

@test "what runs has the link, with what the record says; who reads it opens neither record nor cgroups" {
	local folder word
	works run -d --name one box sleep 100
	folder=$(folder_of one)
	read -r -a word <<<"$(readlink "$folder/running")"
	[ "${#word[@]}" = 5 ]
	[ "${word[0]} ${word[1]}" = "$(readlink "$folder/process")" ]
	[ "${word[2]}" = "$(monitor_of one)" ]
	grep -qF "\"created\":\"${word[4]}\"" "$folder/state.json"
	[ "${word[3]}" = 0 ] || [[ "$(<"$folder/freezer")" == [0T]* ]]
	[ "$(readlink "$folder/running" | wc -c)" -le 60 ]
	# It would be damaged for who reads it.
	echo '{' >"$folder/state.json"
	says running
}

@test "a link that is missing or says nothing: the record is read" {
	local folder pid started text
	background one box sleep 100
	folder=$(folder_of one) pid=$(pid_of one)
	started=$("$TARU" inspect --format '{{.State.StartedAt}}' one)
	for text in none x "$pid" "$pid 1" "$pid  $pid 1 now" "-$pid 1 1 1 now" "0 1 1 1 now" "99999999999 1 1 1 now" \
		"$pid 1 1 9 now" "$(printf '%0500d' 1)"; do
		rm -f "$folder/running"
		[ "$text" = none ] || ln -s -- "$text" "$folder/running"
		says running
		[ "$(pid_of one)" = "$pid" ]
		[ "$("$TARU" inspect --format '{{.State.StartedAt}}' one)" = "$started" ]
	done
	rm "$folder/running"
	echo damaged >"$folder/running"
	says running
}

@test "another process with that pid is not the container's" {
	local folder word
	works run -d --name one box sleep 100
	folder=$(folder_of one)
	read -r -a word <<<"$(readlink "$folder/running")"
	# As if its own had ended, and this shell had got the pid.
	ln -sfn "$$ ${word[1]} ${word[2]} ${word[3]} ${word[4]}" "$folder/running"
	[ "$(pid_of one)" = "${word[0]}" ]
	ln -sfn "${word[0]} 1 ${word[2]} ${word[3]} ${word[4]}" "$folder/running"
	[ "$(pid_of one)" = "${word[0]}" ]
	says running
}

@test "one whose process has ended does not run, also where its monitor has not seen that yet" {
	local monitor
	works run -d --name one box sleep 100
	monitor=$(monitor_of one)
	kill -STOP "$monitor"
	kill -KILL "$(pid_of one)"
	until_true says exited
	works ps -q
	[ "$output" = "" ]
	# Who asks how it has ended waits a moment for who knows, but not for ever.
	works inspect --format '{{.State.Status}} {{.State.ExitCodeKnown}}' one
	[ "$output" = "exited false" ]
	(sleep 0.3; kill -CONT "$monitor") &
	works inspect --format '{{.State.ExitCode}} {{.State.ExitCodeKnown}}' one
	[ "$output" = "137 true" ]
	works wait one
	[ "$output" = 137 ]
}

@test "one whose monitor was killed runs, and gets another, one only" {
	local first second
	works run -d --name one box sleep 100
	first=$(monitor_of one)
	kill -KILL "$first"
	until_true [ ! -e "/proc/$first" ]
	says running
	until_true monitor_of one
	second=$(monitor_of one)
	[ "$second" != "$first" ]
	says running
	says running
	[ "$(monitor_of one)" = "$second" ]
}

@test "paused is what its cgroup says, whoever has frozen it" {
	local folder file frozen=FROZEN thawed=THAWED
	works run -d --name one box sh -c 'while :; do :; done'
	folder=$(folder_of one)
	[ -e "$folder/freezer" ] || skip "this machine gives containers no cgroup with a freezer"
	file=$(readlink "$folder/freezer")
	[[ "$file" == */freezer.state ]] || frozen=1 thawed=0
	says running
	works pause one
	says paused
	works unpause one
	says running
	echo "$frozen" >"$file"
	until_true says paused
	rm "$folder/running"
	says paused
	echo "$thawed" >"$file"
	until_true says running
}

@test "several: those that run are shown beside one that was killed, one that has ended, and one whose record is damaged" {
	local record
	works run -d --name one box sleep 100
	works run -d --name two box sleep 100
	works run -d --name three box true
	works wait three
	works create --name four box true
	kill -KILL "$(monitor_of two)" && kill -KILL "$(pid_of two)"
	# How it ended is not always known then, and that is no success of wait.
	"$TARU" wait two || true
	works ps --format '{{.Names}} {{.State}}'
	[ "$output" = "one running" ]
	works ps -a --format '{{.Names}} {{.State}}'
	[ "$output" = $'four created\nthree exited\ntwo exited\none running' ]
	works ps -q
	[ "${#lines[@]}" = 1 ]
	works ps
	[ "${#lines[@]}" = 2 ]
	record=$TARU_ROOT/containers/$("$TARU" inspect --format '{{.Id}}' one)/container.json
	cp "$record" "$T/record"
	echo '{' >"$record"
	works ps
	[[ "$stderr" == *"its record is damaged"* ]]
	[ "${#lines[@]}" = 1 ]
	cp "$T/record" "$record"
}
