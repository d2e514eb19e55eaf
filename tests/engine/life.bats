#!/usr/bin/env bats
# life.bats - what becomes of a container: ps, exec, stop, kill, pause, wait, rm, and that nothing is lost or left.
# shellcheck disable=SC2154,SC2016
load engine

@test "ps --watch shows them again and again" {
	works create --name one box true
	"$TARU" ps -a --watch 1 --size --format '{{.Names}} {{.State}}' >"$T/watched" 2>&1 &
	PIDS+=($!)
	seen() { grep -qx "$1" "$T/watched"; }
	until_true seen "one created"
	works start -a one
	until_true seen "one exited"
	kill "${PIDS[0]}"
	fails 1 "'--watch' takes 1 to 3600 seconds, not 0" -- ps --watch 0
}

@test "ps shows what runs, with -a what has ended, and how" {
	works ps
	[ "${#lines[@]}" = 1 ]
	[[ "$output" == CONTAINER\ ID*IMAGE*COMMAND*CREATED*STATUS*PORTS*NAMES ]]
	background one --label kind=red box sleep 100
	taru run --name two box sh -c 'exit 3'
	[ "$status" = 3 ]
	works ps --format '{{.Names}} {{.State}} {{.Image}} {{.Command}}'
	[ "$output" = 'one running box "sleep 100"' ]
	works ps -a --format '{{.Names}} {{.State}}'
	[ "$output" = $'two exited\none running' ]
	works ps -a --filter exited=3 --format '{{.Names}} {{.Status}}'
	[[ "$output" == "two Exited (3)"* ]]
	works ps --filter label=kind=red -q
	[ "${#output}" = 12 ]
	works ps --filter label=made=here -q
	[ "${#output}" = 12 ]
	works ps -a --filter name=two --no-trunc -q
	[ "${#output}" = 64 ]
	works ps -l --format '{{.Names}}'
	[ "$output" = two ]
	works ps -a --format json
	"$PYTHON" -c 'import json, sys; [json.loads(line) for line in sys.stdin]' <<<"$output"
	fails 1 "filter" -- ps --filter odd=1
}

@test "a name is one container's; a name that nobody gave has two words" {
	works run --name mine box true
	fails 125 "the container name 'mine' is in use by container" -- run --name mine box true
	works rm mine
	works run --name mine --rm box true
	fails 125 "'--name'" -- run --name .odd box true
	works run box true
	works ps -a --format '{{.Names}}'
	[[ "$output" =~ ^[a-z]+_[a-z]+$ ]]
}

@test "found by name, ID, and the begin of an ID that only one has" {
	works run --name one box true
	local id
	id=$("$TARU" ps -aq --no-trunc)
	works wait "${id:0:5}"
	[ "$output" = 0 ]
	works wait "$id"
	fails 1 "no such container: nobody" -- rm nobody
	works wait "$("$TARU" inspect -f '{{.Name}}' one)"
	[ "$output" = 0 ]
	fails 1 "no such container: //one" -- wait //one
	fails 1 "no such container: /" -- wait /
	works rm "${id:0:12}"
	[ "$output" = "${id:0:12}" ]
}

@test "exec: one more process, as who and where it is asked" {
	background one -e PLACE=cellar -w /tmp box sleep 100
	works exec one sh -c 'id -u; pwd; echo $PLACE $HOME'
	[ "$output" = $'0\n/tmp\ncellar /root' ]
	works exec -u alice -w / -e PLACE=here one sh -c 'id -u; pwd; echo $PLACE $HOME'
	[ "$output" = $'1000\n/\nhere /home' ]
	taru exec one sh -c 'exit 9'
	[ "$status" = 9 ]
	fails 127 "nosuch" -- exec one nosuch
	fails 126 "permission denied" -- exec one /etc/passwd
	fails 1 "no such container" -- exec nobody true
	fails 125 "no such user" -- exec -u nobody-here one true
	echo text | "$TARU" exec -i one cat | grep -qx text
	works exec -d one sleep 200
	until_true "$TARU" exec one sh -c 'ps | grep -q "[s]leep 200"'
	works exec one grep -E 'Seccomp:|CapEff' /proc/self/status
	[ "$output" = $'CapEff:\t00000000a80425fb\nSeccomp:\t2' ]
	run "$PYTHON" "$HERE/../root/pty.py" 'expect:#' 'send:exit 5\n' -- "$TARU" exec -it one sh
	[[ "$output" == *"status 5"* ]]
	taru run --name ended box true
	fails 1 "not running but exited" -- exec ended true
}

@test "exec: what only root may execute another user may not, and who is root has what the container may have" {
	mkdir "$T/v"
	printf '#!/bin/sh\necho ran\n' >"$T/v/mine"
	chmod 700 "$T/v/mine"
	background one -u alice -v "$T/v:/v" box sleep 100
	fails 126 "permission denied" -- exec one /v/mine
	works exec one grep -E 'CapEff|CapPrm|CapBnd' /proc/self/status
	[ "$output" = $'CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t00000000a80425fb' ]
	works exec -u root one sh -c '/v/mine; grep CapEff /proc/self/status'
	[ "$output" = $'ran\nCapEff:\t00000000a80425fb' ]
	fails 126 "permission denied" -- exec -u 7 one /v/mine
	fails 126 "permission denied" -- run --rm --network none -u alice -v "$T/v:/v" box /v/mine
}

@test "CVE-2022-1227: looking up a user for exec runs nothing of the container's, and follows no link out of it" {
	background one box sleep 100
	echo "intruder:x:0:0::/:/bin/sh" >"$T/passwd"
	works exec one ln -sf "$T/passwd" /etc/passwd
	fails 125 "no such user" -- exec -u intruder one true
}

@test "stop asks, and kills who does not listen; its time may be given; one that has ended is content" {
	background polite box sh -c 'trap "exit 5" TERM; sleep 100 & wait'
	works stop polite
	[ "$output" = polite ]
	works wait polite
	[ "$output" = 5 ]
	works stop polite
	background deaf box sh -c 'trap "" TERM; while :; do sleep 1; done'
	works stop -t 1 deaf
	works wait deaf
	[ "$output" = 137 ]
	background other --stop-signal USR1 box sh -c 'trap "exit 6" USR1; sleep 100 & wait'
	works stop other
	works wait other
	[ "$output" = 6 ]
	fails 1 "no such container" -- stop nobody
}

@test "stop and restart with a signal of one's own: for that time alone; --timeout is --time" {
	background one box sh -c 'trap "exit 5" TERM; trap "exit 6" USR1; sleep 100 & wait'
	# Both are caught then: bit 9 of its mask is USR1.
	listens()
	{
		"$TARU" exec one grep -q 'SigCgt:.*[2367abef]..$' /proc/1/status
	}
	until_true listens
	works stop --signal USR1 one
	works wait one
	[ "$output" = 6 ]
	works start one
	until_true listens
	works restart -s SIGUSR1 --timeout 20 one
	works inspect --format '{{.Config.StopSignal}}' one
	[ "$output" = SIGTERM ]
	until_true listens
	works stop one
	works wait one
	[ "$output" = 5 ]
	fails 1 "'--signal': 'NONSENSE' is no signal" -- stop -s NONSENSE one
	fails 1 "'--signal': '0' is no signal" -- restart --signal 0 one
}

@test "kill: a signal of one's own, or KILL" {
	background one box sh -c 'trap "exit 7" HUP; sleep 100 & wait'
	works kill -s HUP one
	works wait one
	[ "$output" = 7 ]
	fails 1 "not running" -- kill one
	fails 1 "no signal" -- kill -s NONSENSE one
}

@test "pause and unpause" {
	background one box sleep 100
	works pause one
	works ps --format '{{.State}}'
	[ "$output" = paused ]
	fails 1 "not running but paused" -- pause one
	fails 1 "paused" -- exec one true
	works unpause one
	fails 1 "not paused" -- unpause one
	works pause one
	works stop -t 1 one
}

@test "rm: not what runs, unless by force; --rm does it by itself" {
	background one box sleep 100
	fails 1 "running" -- rm one
	works rm -f one
	works ps -aq
	[ -z "$output" ]
	works run --rm box true
	works ps -aq
	[ -z "$output" ]
}

@test "an image stays while a container was made from it; by force its layers stay for the container" {
	tar -C "$WORLD/box" -c . | "$TARU" import - more >/dev/null
	works run --name one more true
	fails 1 "container one was made from it" -- rmi more
	works image prune -af
	works rmi -f more
	works image prune -af
	[ -d "$TARU_ROOT/layers/$(sed 's/sha256://' "$TARU_ROOT"/containers/*/layers)/diff" ]
	works rm one
	tar -C "$WORLD/box" -c . | "$TARU" import --change 'CMD ["sh", "-c", "echo default"]' \
		--change 'ENV PLACE=cellar' --change 'LABEL made=here' - box >/dev/null
}

@test "Ctrl-C and TERM go to the container; its end is the end of run" {
	background one box sh -c 'trap "exit 8" TERM; sleep 100 & wait'
	kill -TERM "${PIDS[0]}"
	local status=0
	wait "${PIDS[0]}" || status=$?
	[ "$status" = 8 ]
}

@test "killed at any moment: nothing is lost that rm -f does not remove, and names are free again" {
	local i pid
	for ((i = 0; i < 25; i++)); do
		"$TARU" run --name same box sleep 100 </dev/null >/dev/null 2>&1 3>&- 4>&- &
		pid=$!
		sleep "0.0$((i * 3 % 10))$((i % 7))"
		kill -9 "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
		"$TARU" rm -f same >/dev/null 2>&1 || true
		works run --rm --name same box true
	done
	works ps -aq
	[ -z "$output" ]
}

@test "a folder that a killed run has left, which is no container, goes with the next ps; one that is being made stays" {
	local id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef other
	other=f${id:1}
	works create --name one box true
	mkdir -p "$TARU_ROOT/containers/$id/upper/deep" "$TARU_ROOT/containers/$other/upper"
	flock "$TARU_ROOT/containers/$other" "$TARU" ps
	[ ! -e "$TARU_ROOT/containers/$id" ]
	[ -d "$TARU_ROOT/containers/$other" ]
	works ps
	[ ! -e "$TARU_ROOT/containers/$other" ]
	works rm one
}

@test "a run that was killed: its container goes on, is shown, and how it ends is known all the same" {
	background one box sleep 100
	kill -9 "${PIDS[0]}"
	wait "${PIDS[0]}" || true
	works ps --format '{{.Names}} {{.State}}'
	[ "$output" = "one running" ]
	works exec one true
	until_true monitor_of one
	works kill one
	until_true eval '[[ "$("$TARU" ps -a --format "{{.Status}}")" == "Exited (137)"* ]]'
	works rm one
}

@test "16 at once: each has its name, and ends as it should" {
	local i pids=()
	for i in {1..16}; do
		"$TARU" run --rm box sh -c "exit $i" </dev/null 3>&- 4>&- &
		pids+=("$!")
	done
	for i in {1..16}; do
		status=0
		wait "${pids[i - 1]}" || status=$?
		[ "$status" = "$i" ]
	done
}

@test "create makes one, start -a runs it, and again; what it has changed is still there" {
	works create --name one box sh -c 'echo run >>/file; wc -l </file; exit 3'
	[ "${#output}" = 64 ]
	works ps -a --format '{{.State}}'
	[ "$output" = created ]
	taru start -a one
	[ "$status" = 3 ]
	[ "$output" = 1 ]
	taru start -a one
	[ "$output" = 2 ]
	works create --name two -i box cat
	echo text | "$TARU" start -i two | grep -qx text
	background three box sleep 100
	fails 1 "running already" -- start -a three
	fails 1 "no such container" -- start -a nobody
}

@test "one whose runner was killed can be started again" {
	background one box sleep 100
	kill -9 "${PIDS[0]}"
	works kill one
	until_true eval '[ "$("$TARU" ps -a --format "{{.State}}")" = exited ]'
	"$TARU" start -a one </dev/null >/dev/null 2>&1 3>&- 4>&- &
	PIDS+=("$!")
	until_true is_running one
	works stop -t 0 one
}

@test "rename: the new name is taken, the old one is free; not one that another has" {
	works create --name one box true
	works create --name two box true
	fails 1 "in use" -- rename one two
	fails 1 "container name" -- rename one .odd
	works rename one three
	works ps -a --format '{{.Names}}'
	[ "$output" = $'two\nthree' ]
	works create --name one box true
	fails 1 "no such container" -- rename nobody x1
}

@test "container prune removes what does not run, and asks before" {
	background one box sleep 100
	works create --name two box true
	works run --name three box true
	taru container prune
	works ps -aq
	[ "${#lines[@]}" = 3 ]
	works container prune -f
	[[ "$output" == "Deleted Containers:"* ]]
	works ps -a --format '{{.Names}}'
	[ "$output" = one ]
}

@test "inspect: a container before an image of its name, with docker's keys" {
	taru run --name box -v "$T:/t:ro" -e A=b --label k=v -w /tmp box sh -c 'exit 4'
	works inspect --format '{{.Name}} {{.State.Status}} {{.State.ExitCode}} {{.Config.Image}} {{.Config.WorkingDir}}' box
	[ "$output" = "/box exited 4 box /tmp" ]
	works inspect --format '{{range .Mounts}}{{.Source}} {{.Destination}} {{.RW}}{{end}} {{index .Config.Labels "k"}}' box
	[ "$output" = "$T /t false v" ]
	works inspect --type image --format '{{.Os}}' box
	[ "$output" = linux ]
	works container inspect --format '{{.Path}} {{json .Args}}' box
	[ "$output" = 'sh ["-c","exit 4"]' ]
	background one box sleep 100
	works inspect --format '{{.State.Running}}' one
	[ "$output" = true ]
	works exec one true
	[ -d "/proc/$("$TARU" inspect --format '{{.State.Pid}}' one)" ]
	fails 1 "no such" -- inspect nobody
}

@test "one whose record is damaged is removed by rm --force, by name and running too, with all that it has" {
	local folder
	works run -d --name one -v /data box sleep 100
	works run --name two box true
	works volume ls -q
	[ "${#lines[@]}" = 1 ]
	for name in one two; do
		folder=$TARU_ROOT/containers/$("$TARU" inspect --format '{{.Id}}' "$name")
		echo '{' >"$folder/container.json"
		fails 1 "its record is damaged" -- rm "$name"
		works rm --force --volumes "$name"
		[ ! -e "$folder" ]
	done
	works volume ls -q
	[ -z "$output" ]
	# The names are free again.
	works run --rm --name one box true
	works run --rm --name two box true
	works system check
}

@test "one whose record of its run is damaged: told by system check, ended by stop and rm --force, and not waited for" {
	local verb fault folder pid
	for verb in "stop -t 1" "rm -f"; do
		for fault in 'echo "{" >state.json' 'rm state.json' 'echo "{" >state.json; rm process' 'echo "{" >state.json; "$TARU" pause one'; do
			works run -d --network none --name one box sleep 1000
			pid=$("$TARU" inspect --format '{{.State.Pid}}' one)
			folder=$TARU_RUN_ROOT/$("$TARU" inspect --format '{{.Id}}' one)
			(cd "$folder" && eval "$fault") || true
			taru system check
			[[ $fault != echo* ]] || [[ $output == *"its record is damaged"* ]]
			# shellcheck disable=SC2086
			timeout 20 "$TARU" $verb one
			[ ! -d "/proc/$pid" ]
			taru rm -f one
			works ps -aq
			[ -z "$output" ]
			[ ! -e "$folder" ]
		done
	done
}

@test "containers in the namespaces of another: they find it again after its restart, and rm --depend removes them too" {
	works run -d --network none --name first box sleep 1000
	works run -d --network container:first --pid container:first --name second box sleep 1000
	works run -d --ipc container:second --network none --name third box sleep 1000
	works run -d --network none --name other box sleep 1000
	works inspect --format '{{.HostConfig.NetworkMode}}' second
	[ "$output" = "container:$("$TARU" inspect --format '{{.Id}}' first)" ]
	works stop -t 0 second third
	works restart -t 0 first
	# Its process is another one than when they were made.
	works start second
	[ "$(readlink "/proc/$("$TARU" inspect -f '{{.State.Pid}}' first)/ns/net")" = \
		"$(readlink "/proc/$("$TARU" inspect -f '{{.State.Pid}}' second)/ns/net")" ]
	works start third
	works stop -t 0 second first
	fails 1 "container second is in namespaces of another: option '--network': container first is not running" -- start second
	# What does not start it does not need the other one.
	works diff second
	works cp second:/etc/passwd "$T/passwd"
	works commit second copy
	works rmi copy
	works explain second
	works rm -f --depend first
	works ps -a --format '{{.Names}}'
	[ "$output" = other ]
	works run -d --network none --name first box sleep 1000
	works create --network container:first --name second box true
	works rm -f first
	fails 1 "no such container" -- start second
}
