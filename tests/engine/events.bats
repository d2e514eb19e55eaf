#!/usr/bin/env bats
# events.bats - what is told of containers, images and volumes: each thing that happens once, in order, whoever does it;
# what is asked for and nothing else; while it happens, or afterwards; and that nothing is lost or made up.
# Containers have no network here, whose events are tested apart, at the end.
# shellcheck disable=SC2154,SC2016
load engine

# Each test begins with no events.
setup()
{
	engine_setup
	rm -f "$TARU_ROOT/events" "$TARU_ROOT/events.1"
}

# events FORMAT WORD…: those so far.
events()
{
	"$TARU" events --no-stream --format "$@"
}

# happened ACTION…: these, in this order, and no others.
happened()
{
	diff <(printf '%s\n' "$@") <(events '{{.Type}} {{.Action}}')
}

# follow WORD…: `taru events WORD…` in the background, into $T/followed, from now on; $! is its pid.
follow()
{
	"$TARU" events "$@" >"$T/followed" 2>"$T/follow.err" </dev/null 3>&- 4>&- &
	PIDS+=("$!")
	until_true watches "$!"
}

# watches PID: it has its notifier, which it makes first, and sleeps.
watches()
{
	readlink "/proc/$1/fd/"* | grep -q inotify && grep -q '^State:.S' "/proc/$1/status"
}

followed()
{
	[ "$(wc -l <"$T/followed")" -ge "$1" ]
}

@test "run -d, stop, rm: each once and in order, and with --rm the same" {
	works run --network none -d --name one box sleep 100
	works stop -t 0 one
	works rm one
	happened 'container create' 'container start' 'container kill' 'container die' 'container stop' 'container destroy'
	rm "$TARU_ROOT/events"
	works run --network none --rm box true
	works run --network none -d --rm --name two box sleep 100
	works rm -f two
	happened 'container create' 'container start' 'container die' 'container destroy' \
		'container create' 'container start' 'container kill' 'container die' 'container destroy'
}

@test "die has the exit status and how long it ran; without anybody who saw the end it has no status" {
	fails 3 "" -- run --network none --rm box sh -c 'exit 3'
	fails 137 "" -- run --network none --rm box sh -c 'sh -c "kill -9 \$\$"; exit $?'
	works run --network none -d --rm box sh -c 'sleep 1.1; exit 5'
	until_true eval '[ "$(events "{{.Action}}" --filter event=destroy | wc -l)" = 3 ]'
	[ "$(events '{{.Actor.Attributes.exitCode}}' --filter event=die | xargs)" = "3 137 5" ]
	[ "$(events '{{.Actor.Attributes.execDuration}}' --filter event=die | tail -1)" -ge 1 ]
	works run --network none -d --name one box sleep 1
	kill -9 "$(monitor_of one)"
	sleep 1.5
	works ps -a
	[ "$(events '{{.Actor.Attributes.exitCode}}' --filter container=one --filter event=die)" = "<no value>" ]
}

@test "what cannot be started has no start, and nothing that is only shown is told" {
	fails 127 "nothere" -- run --network none --rm box nothere
	fails 127 "nothere" -- run --network none -d --rm box nothere
	works run --network none --explain sh -v new:/x box true
	happened 'container create' 'container destroy' 'container create' 'container destroy'
}

@test "all that is done with a container has docker's name" {
	works run --network none -d --name one --label crate=7 box sh -c 'trap : USR1; while :; do sleep 0.1; done'
	works kill -s USR1 one
	works pause one
	works unpause one
	works update --cpu-shares 512 one
	works rename one two
	works top two
	works cp two:/etc/passwd "$T/passwd"
	works cp "$T/passwd" two:/tmp/passwd
	works commit two made
	works export -o "$T/tar" two
	works restart -t 0 two
	works rm -f two
	works rmi made
	happened 'container create' 'container start' 'container kill' 'container pause' 'container unpause' \
		'container update' 'container rename' 'container top' 'container archive-path' \
		'container extract-to-dir' 'container pause' 'image tag' 'container commit' 'container unpause' \
		'container export' 'container kill' 'container die' 'container stop' 'container start' \
		'container restart' 'container kill' 'container die' 'container destroy' 'image untag' 'image delete'
	[ "$(events '{{.Actor.Attributes.signal}}' --filter event=kill | xargs)" = "10 9 9" ]
	[ "$(events '{{.Actor.Attributes.oldName}} {{.Actor.Attributes.name}}' --filter event=rename)" = "/one two" ]
	[ "$(events '{{.Actor.Attributes.imageRef}}' --filter event=commit)" = docker.io/library/made:latest ]
	[ "$(events '{{.Actor.Attributes.crate}}' --filter type=container | sort -u)" = 7 ]
}

@test "exec has its command, one ID and its exit status; attach and detach" {
	works run --network none -d --name one box sleep 100
	fails 4 "" -- exec one sh -c 'exit 4'
	works exec -d one true
	[ "$(events '{{.Action}}' --filter event=exec_create --filter event=exec_start --filter event=exec_die |
		xargs -d '\n' printf '%s|')" = \
		"exec_create: sh -c exit 4|exec_start: sh -c exit 4|exec_die|exec_create: true|exec_start: true|" ]
	[ "$(events '{{.Actor.Attributes.execID}}' --filter event=exec_create --filter event=exec_die | head -2 | uniq -d | wc -c)" = 65 ]
	[ "$(events '{{.Actor.Attributes.exitCode}}' --filter event=exec_die)" = 4 ]
	"$TARU" attach --no-stdin one 3>&- 4>&- &
	PIDS+=("$!")
	until_true eval '[ "$(events "{{.Action}}" --filter event=attach)" = attach ]'
	works rm -f one
}

@test "prune: of each kind one event at its end, with what it has freed, also where that is nothing" {
	works create --network none --name one box true
	works cp /dev/null one:/tmp/none
	head -c 5000 /dev/zero >"$T/large"
	works cp "$T/large" one:/tmp/large
	rm "$TARU_ROOT/events"
	works container prune -f
	[ "${lines[-1]}" = "Total reclaimed space: 5kB" ]
	works container prune -f
	[ "$output" = "Total reclaimed space: 0B" ]
	works run --rm --network none -v wine:/w box sh -c 'head -c 3000 /dev/zero >/w/f'
	works volume prune -af
	works image prune -f
	works network prune -f
	[ "$(events '{{.Type}} {{.ID}}{{.Actor.Attributes.reclaimed}}' --filter event=prune)" = \
		$'container 5000\ncontainer 0\nvolume 3000\nimage 0\nnetwork 0' ]
	works events --no-stream --format json --filter event=prune --filter type=network
	[[ "$output" == '{"Type":"network","Action":"prune","Actor":{"ID":"","Attributes":{"reclaimed":"0"}},'* ]]
	rm "$TARU_ROOT/events"
	works system prune -f --volumes
	happened 'container prune' 'network prune' 'volume prune' 'image prune'
}

@test "resize: the size of the caller's terminal when it is attached, and each later one" {
	run "$PYTHON" "$HERE/../root/pty.py" --size 24x80 'expect:#' resize:30x100 'send:sleep 0.2; stty size; exit\n' 'expect:30 100' \
		-- "$TARU" run -it --network none --name one box sh
	[ "$status" = 0 ]
	[ "$(events '{{.Actor.Attributes.height}} {{.Actor.Attributes.width}} {{.Actor.Attributes.name}}' --filter event=resize | uniq)" = \
		$'24 80 one\n30 100 one' ]
	works rm one
	rm "$TARU_ROOT/events"
	# Without a terminal there is none.
	works run -t --rm --network none box true
	[ "$(events x --filter event=resize)" = "" ]
}

@test "oom comes before die" {
	"$TARU" run --network none --rm --memory 16m box true 2>"$T/why" || skip "$(<"$T/why")"
	rm "$TARU_ROOT/events"
	works run --network none -d --name one --memory 16m --memory-swap 16m box sh -c 'head -c 100m /dev/zero | tail >/dev/null; exit 137'
	until_true eval '[ "$(events x --filter event=die)" = x ]'
	happened 'container create' 'container start' 'container oom' 'container die'
	works rm one
}

@test "health_status is told when it changes, and not with each check" {
	works run --network none -d --name one --health-cmd 'test ! -e /tmp/ill' --health-interval 200ms --health-retries 1 box sleep 100
	until_true eval 'events "{{.Action}}" | grep -q "health_status: healthy"'
	sleep 0.6
	works exec one touch /tmp/ill
	until_true eval 'events "{{.Action}}" | grep -q "health_status: unhealthy"'
	[ "$(events '{{.Action}}' --filter event=health_status | xargs)" = "health_status: healthy health_status: unhealthy" ]
	works rm -f one
}

@test "a restart policy: die and start, and no restart" {
	works run --network none -d --name one --restart on-failure:1 box sh -c 'exit 1'
	until_true eval '[ "$(events "{{.Action}}" --filter event=die | wc -l)" = 2 ]'
	happened 'container create' 'container start' 'container die' 'container start' 'container die'
	works rm one
}

@test "--replace: the one that gives way is killed, has ended and is destroyed before the new one is there" {
	works run --network none -d --name one box sleep 100
	works create --network none --replace --name one box true
	happened 'container create' 'container start' 'container kill' 'container die' 'container destroy' 'container create'
	works rm one
}

@test "images: tag, save, load, import, untag, delete" {
	works tag box cask:1
	works save -o "$T/tar" cask:1
	works rmi cask:1
	works load -i "$T/tar"
	works rmi cask:1
	tar -C "$WORLD/box" -c etc | "$TARU" import --change 'LABEL from=afar' - small
	works rmi small
	happened 'image tag' 'image save' 'image untag' 'image load' 'image untag' 'image tag' 'image import' 'image untag' \
		'image delete'
	[ "$(events '{{.Actor.Attributes.name}}' | head -1)" = cask:1 ]
	[[ "$(events '{{.ID}}' --filter event=delete)" =~ ^sha256:[0-9a-f]{64}$ ]]
	[ "$(events '{{.Action}}' --filter label=from=afar | xargs)" = "tag import untag" ]
}

@test "volumes: create, mount, unmount, destroy; what was there before is not created" {
	works volume create wine
	works run --network none --rm -v wine:/w -v wine:/r:ro box true
	works volume rm wine
	works run --network none --rm -v /anonymous box true
	happened 'volume create' 'container create' 'volume mount' 'volume mount' 'container start' 'container die' \
		'volume unmount' 'volume unmount' 'container destroy' 'volume destroy' \
		'volume create' 'container create' 'volume mount' 'container start' 'container die' 'volume unmount' \
		'volume destroy' 'container destroy'
	[ "$(events '{{.Actor.Attributes.destination}} {{index .Actor.Attributes "read/write"}}' --filter volume=wine \
		--filter event=mount | xargs)" = "/w true /r false" ]
}

@test "the line is docker's, and what a label says tells a terminal nothing" {
	local id
	works create --network none --name one --label "b=$(printf 'two\nlines\033[31m')" --label a=1 box true
	id=$output
	works rm one
	works events --no-stream
	[ "${#lines[@]}" = 2 ]
	[[ "${lines[0]}" =~ ^20[0-9-]{8}T[0-9:]{8}\.[0-9]{9}Z\ container\ create\ $id\ \(a=1,\ b=two\?lines\?\[31m,\ image=box,\ made=here,\ name=one\)$ ]]
	TZ=XYZ-5:30 works events --no-stream
	[[ "${lines[0]}" =~ ^20[0-9-]{8}T[0-9:]{8}\.[0-9]{9}\+05:30\ container ]]
}

@test "--format: json in docker's form, and templates" {
	works create --network none --name one box true
	works volume create wine
	works rm one
	works volume rm wine
	events json >"$T/json"
	events '{{json .}}' | diff "$T/json" -
	"$PYTHON" - "$T/json" <<-'END'
		import json, sys
		events = [json.loads(line) for line in open(sys.argv[1])]
		one, wine = events[:2]
		assert list(one) == ['status', 'id', 'from', 'Type', 'Action', 'Actor', 'scope', 'time', 'timeNano'], one
		assert one['status'] == one['Action'] == 'create' and one['id'] == one['Actor']['ID'] and one['from'] == 'box'
		assert one['timeNano'] // 10**9 == one['time']
		assert list(wine) == ['Type', 'Action', 'Actor', 'scope', 'time', 'timeNano'], wine
		assert wine['Actor'] == {'ID': 'wine', 'Attributes': {'driver': 'local'}}
	END
	[ "$(events '{{.Status}} {{.From}} {{.Scope}}' | head -1)" = "create box local" ]
	fails 1 "Nothing" -- events --no-stream --format '{{.Nothing}}'
	fails 1 "--format" -- events --no-stream --format '{{'
}

@test "--filter: of one key any, of several all; what there is none of matches nothing" {
	works create --network none --name one --label a=1 --label b=2 box true
	works create --network none --name other --label a=1 box true
	works volume create wine
	works rm one other
	works volume rm wine
	[ "$(events '{{.Action}} {{.Actor.Attributes.name}}' -f container=one | xargs)" = "create one destroy one" ]
	[ "$(events x -f container=o | wc -l)" = 4 ]
	[ "$(events x -f container=one -f container=other -f event=destroy | wc -l)" = 2 ]
	[ "$(events x -f "container=$(events '{{.ID}}' -f container=one | head -1 | cut -c -12)" | wc -l)" = 2 ]
	[ "$(events x -f type=volume -f event=create | wc -l)" = 1 ]
	[ "$(events x -f volume=wine | wc -l)" = 2 ]
	[ "$(events x -f volume=one | wc -l)" = 0 ]
	[ "$(events x -f image=box | wc -l)" = 4 ]
	[ "$(events x -f image=bo | wc -l)" = 0 ]
	[ "$(events x -f label=a=1 | wc -l)" = 4 ]
	[ "$(events x -f label=a=1 -f label=b | wc -l)" = 2 ]
	[ "$(events x -f label=a=2 | wc -l)" = 0 ]
	[ "$(events x -f daemon=any -f scope=local | wc -l)" = 6 ]
	[ "$(events x -f network=any | wc -l)" = 0 ]
	fails 1 "colour" -- events --no-stream -f colour=red
	fails 1 "KEY=VALUE" -- events --no-stream -f container
}

@test "--since and --until: what has happened between; without --since nothing old is followed" {
	local before
	works volume create one
	sleep 0.01
	before=$(date +%s.%N)
	works volume create two
	[ "$(events '{{.Actor.ID}}' --since "$before")" = two ]
	[ "$(events '{{.Actor.ID}}' --until "$before")" = one ]
	[ "$(events '{{.Actor.ID}}' --since 1h | xargs)" = "one two" ]
	[ "$(events '{{.Actor.ID}}' --since "$(date -u -d "@$before" +%Y-%m-%dT%H:%M:%S.%NZ)")" = two ]
	# An end that has passed ends it.
	works events --until "$before" --format '{{.Actor.ID}}'
	[ "$output" = one ]
	works events --since 0 --until "$(date -d '+1 second' +%s)" --format '{{.Actor.ID}}'
	[ "$output" = $'one\ntwo' ]
	works events --stream=false --format '{{.Actor.ID}}'
	[ "$output" = $'one\ntwo' ]
	fails 1 "--since" -- events --since yesterday
	fails 1 "--until" -- events --until 2026-13-01
	fails 125 "events" -- events one
	works volume rm one two
}

@test "it follows what happens from now on, and ends by a signal or when nobody reads" {
	local reader
	works volume create old
	follow --format '{{.Type}} {{.Action}}'
	works run --network none -d --rm --name one box true
	until_true followed 4
	diff "$T/followed" <(printf 'container %s\n' create start die destroy)
	kill "${PIDS[-1]}"
	wait "${PIDS[-1]}" || [ "$?" = 143 ]
	# Nobody reads any more: it ends before there is anything to print.
	mkfifo "$T/pipe"
	"$TARU" events >"$T/pipe" 3>&- 4>&- &
	PIDS+=("$!")
	exec 5<"$T/pipe"
	until_true watches "$!"
	exec 5<&-
	until_true eval '! kill -0 "${PIDS[-1]}"'
	works volume rm old
	works system events --until 0
}

@test "before there is a store it waits for one" {
	export TARU_ROOT=$T/none
	follow --format '{{.Actor.ID}}'
	works volume create wine
	until_true followed 1
	[ "$(<"$T/followed")" = wine ]
	kill "${PIDS[-1]}"
	wait "${PIDS[-1]}" || true
	TARU_ROOT=$T/nothing works events --no-stream
	[ "$output" = "" ]
	[ ! -e "$T/nothing" ]
	rm -r "$T/none"
	export TARU_ROOT=$WORLD/store
}

# Each event has a label of 60 kB, so that a file of 1 MiB is full soon.
@test "many at once, through rotations: who follows sees each once and in order, and two files are kept" {
	local i big
	big=$(head -c 60000 /dev/zero | tr '\0' x)
	for i in 1 2 3; do
		works create --network none --name "c$i" --label "big=$big" box true
	done
	follow --format '{{.Actor.Attributes.name}}' --filter event=rename
	for i in 1 2 3; do
		for j in {1..25}; do
			"$TARU" rename "c$i" "c$i-$j" && "$TARU" rename "c$i-$j" "c$i" || echo "failed $i $j" >>"$T/failed"
		done 3>&- 4>&- &
		PIDS+=("$!")
	done
	for i in 1 2 3; do
		wait "${PIDS[-$i]}"
	done
	[ ! -e "$T/failed" ]
	until_true followed 150
	for i in 1 2 3; do
		diff <(grep "^c$i" "$T/followed") <(for j in {1..25}; do echo "c$i-$j"; echo "c$i"; done)
	done
	[ "$(stat -c %s "$TARU_ROOT/events.1")" -lt 2000000 ]
	[ "$(stat -c %a "$TARU_ROOT/events.1")" = 600 ]
	kill "${PIDS[0]}"
}

@test "garbage and torn lines in the file are passed over" {
	printf 'garbage\n\0\0\0{"Type":"container","Act' >"$TARU_ROOT/events"
	works volume create wine
	printf '{"Type":"volume","Action":"create"}\n{"Type":"volume","Action":"torn","Actor":{' >>"$TARU_ROOT/events"
	works events --no-stream --format '{{.Action}} {{.Actor.ID}}'
	[ "$output" = "create wine" ]
	works volume rm wine
	works events --no-stream --format '{{.Action}} {{.Actor.ID}}'
	[ "$output" = $'create wine\ndestroy wine' ]
}

@test "where nothing can be written down, containers run all the same" {
	local file
	mkdir "$TARU_ROOT/events"
	works run --network none --rm box echo hello
	[ "$output" = hello ]
	[ "$stderr" = "" ]
	works events --no-stream
	[ "$output" = "" ]
	rmdir "$TARU_ROOT/events"
	ln -s "$T/elsewhere" "$TARU_ROOT/events"
	works run --network none --rm box true
	[ ! -e "$T/elsewhere" ]
	rm "$TARU_ROOT/events"
	# A disk that is full.
	file=$T/disk
	mkdir "$file"
	mount -t tmpfs -o size=4k small "$file"
	: >"$file/events"
	: >"$TARU_ROOT/events"
	mount --bind "$file/events" "$TARU_ROOT/events"
	for _ in {1..5}; do
		works run --network none -d --rm box true
		until_true eval '[ -z "$("$TARU" ps -aq)" ]'
	done
	umount "$TARU_ROOT/events"
	umount "$file"
}

@test "who is killed at any moment leaves whole lines, and never two starts or ends of one run" {
	local i
	for i in {1..12}; do
		"$TARU" run --network none -d --rm box true >/dev/null 2>&1 3>&- 4>&- &
		sleep "0.0$((RANDOM % 10))"
		kill -9 "$!" 2>/dev/null || true
		wait "$!" 2>/dev/null || true
	done
	works run --network none -d --rm box true
	until_true eval '[ -z "$("$TARU" ps -q)" ]'
	"$PYTHON" - "$TARU_ROOT/events" <<-'END'
		import collections, json, sys
		seen = collections.Counter()
		for line in open(sys.argv[1]):
		    event = json.loads(line)
		    seen[event['Actor']['ID'], event['Action']] += 1
		assert seen and max(seen.values()) == 1, seen
	END
	# What is left of those that were killed while they made one.
	works system check --repair
}

@test "networks: create and destroy, also by prune; connect and disconnect, with the container and the network's kind" {
	local one wine
	works network create wine
	wine=$output
	works run -d --name one --network wine box sleep 100
	one=$output
	works rm -f one
	works network rm wine
	[ "$(events '{{.Action}} {{.Actor.ID}} {{.Actor.Attributes.name}} {{.Actor.Attributes.type}}' -f type=network)" = \
		"create $wine wine bridge"$'\n'"connect $wine wine bridge"$'\n'"disconnect $wine wine bridge"$'\n'"destroy $wine wine bridge" ]
	[ "$(events '{{.Actor.Attributes.container}}' -f network=wine -f event=connect -f event=disconnect)" = "$one"$'\n'"$one" ]
	[ "$(events x -f network=beer | wc -l)" = 0 ]
	works events --no-stream --format json -f event=connect
	[[ "$output" == '{"Type":"network","Action":"connect",'* ]]
	rm "$TARU_ROOT/events"
	works network create beer
	works network prune -f
	happened 'network create' 'network destroy' 'network prune'
}

@test "networks: a container that runs gets in and out of one more" {
	works network create wine
	works run -d --name one --network bridge box sleep 100
	rm "$TARU_ROOT/events"
	works network connect --explain sh wine one
	[ ! -e "$TARU_ROOT/events" ]
	works network connect wine one
	works network disconnect wine one
	[ "$(events '{{.Action}} {{.Actor.Attributes.name}}' -f type=network)" = $'connect wine\ndisconnect wine' ]
	works rm -f one
	works network rm wine
}

@test "networks: what is only shown, or was there already, is no event; what could not start was connected and is not any more" {
	works network create wine
	rm "$TARU_ROOT/events"
	works network create --ignore wine
	works run --explain sh --network wine box true
	[ ! -e "$TARU_ROOT/events" ]
	fails 127 "nothere" -- run --rm --network wine box nothere
	[ "$(events '{{.Action}}' -f type=network | xargs)" = "connect disconnect" ]
	works network rm wine
}
