#!/usr/bin/env bats
# choosing.bats - which containers and images a verb is for: all, the newest, those of a filter, those of a file; and the
# questions of scripts, which read an exit status alone.
# shellcheck disable=SC2154,SC2016
load engine

pty()
{
	"$PYTHON" "$HERE/../root/pty.py" "$@"
}

# names [OPTIONS OF PS]: the names, in the order in which ps has them.
names()
{
	"$TARU" ps -a --format '{{.Names}}' "$@" | tr '\n' ' '
}

three()
{
	works create --name one --label kind=a --network none box sleep 100
	works run -d --name two --label kind=a --network none box sleep 100
	works run -d --name three --label kind=b --network none box sleep 100
}

@test "stop, kill, pause, unpause, restart, start, rm: all that it makes sense for" {
	three
	works pause --all
	[ "${#lines[@]}" = 2 ]
	[ "$(names --filter status=paused)" = "three two " ]
	works unpause -a
	[ "$(names --filter status=running)" = "three two " ]
	works restart --running -t 0
	[ "${#lines[@]}" = 2 ]
	[ "$(names --filter status=created)" = "one " ]
	works kill -a
	works wait one two three
	[ "$output" = $'0\n137\n137' ]
	[ "$(names --filter status=exited)" = "three two " ]
	works start --all
	[ "$(names --filter status=running)" = "three two one " ]
	works stop --all -t 0
	[ "${#lines[@]}" = 3 ]
	works rm --all
	[ "${#lines[@]}" = 3 ]
	[ -z "$(names)" ]
}

@test "-f is short for --filter where podman has it so: stop, restart, pause, unpause, start" {
	three
	works pause -f label=kind=a
	[ "$(names --filter status=paused)" = "two " ]
	works unpause -f label=kind=a
	[ "$(names --filter status=running)" = "three two " ]
	works restart -f label=kind=b -t 0
	[ "${#lines[@]}" = 1 ]
	works stop -f label=kind=b -t 0
	[ "$(names --filter status=running)" = "two " ]
	works start -f label=kind=b
	[ "$(names --filter status=running)" = "three two " ]
	# With others it is not.
	fails 125 "'-f'" -- kill -f label=kind=a
	fails 125 "'-f'" -- wait -f label=kind=a
	works rm -f one two three
	[ -z "$(names)" ]
}

@test "rm --all tells of those that run, and removes the others; with --force all" {
	three
	fails 1 "container two is running" -- rm --all
	[ "$(names)" = "three two " ]
	works rm --all --force --time 0
	[ -z "$(names)" ]
}

@test "the newest: stop -l, exec -l, logs -l, inspect -l" {
	three
	works inspect -l --format '{{.Name}}'
	[ "$output" = /three ]
	works exec -l echo here
	[ "$output" = here ]
	works stop -l -t 0
	[ "$(names --filter status=running)" = "two " ]
	works run -d --name talker --network none box echo said
	works wait -l
	works logs -l
	[ "$output" = said ]
	works logs -l --names --color
	[[ "$output" == $'\033[3'*'mtalker'$'\033[0m said' ]]
	works rm --all --force
	fails 1 "there is no container" -- exec -l true
	fails 1 "there is no such container" -- stop -l
	fails 125 "exec: missing COMMAND; see 'taru exec --help'" -- exec one
	fails 125 "logs: missing CONTAINER; see 'taru logs --help'" -- logs
}

@test "those of a filter, and those whose IDs are in files" {
	three
	works stop --filter label=kind=a -t 0
	[ "${#lines[@]}" = 1 ]
	[ "$(names --filter status=running)" = "three " ]
	works run -d --cidfile "$T/id" --name four --network none box sleep 100
	works exec --cidfile "$T/id" hostname
	[ "$output" = "$(head -c 12 "$T/id")" ]
	fails 125 "exec: missing " -- exec --cidfile "$T/id"
	fails 1 "options '--latest' and '--cidfile': one of them only" -- exec -l --cidfile "$T/id" true
	fails 1 "option '--cidfile': $T/none: " -- exec --cidfile "$T/none" true
	works rm --force --cidfile "$T/id"
	[ "$(names)" = "three two one " ]
	fails 1 "$T/none" -- stop --cidfile "$T/none"
	: >"$T/empty"
	fails 1 "there is no ID in $T/empty" -- rm --ignore --cidfile "$T/empty"
	works stop --ignore --cidfile "$T/none"
	works rm --force --filter name=o
	[ "$(names)" = "three " ]
}

@test "names and a choice are not both taken; none is an error; one that is not there can be ignored" {
	three
	fails 125 "not both" -- stop --all one
	fails 125 "no container is named" -- stop
	fails 125 "no container is named" -- rm
	fails 1 "no such container: gone" -- rm gone
	works rm --ignore gone
	[ -z "$output" ]
	works rm --ignore --force gone one
	[ "$output" = one ]
	[ -z "$stderr" ]
	# As with docker, since scripts begin with that: it is told, and is no failure.
	works rm --force gone two
	[ "$output" = two ]
	[[ "$stderr" == *"no such container: gone"* ]]
	works rm --force --depend gone
	fails 1 "container three is running" -- rm three gone
	fails 1 "there is no filter 'colour'" -- kill --filter colour=red
	fails 1 "there is no status 'up'" -- rm --filter status=up
	works rm --all --force
}

@test "ps: by what they are in order, how much they have changed, and every filter" {
	works create --name b1 --network none --expose 80 box true
	works create --name a2 --network none --restart always box sh -c true
	works run --name c3 --network none box sh -c 'echo 1234567 >/file; exit 3' || [ "$status" = 3 ]
	[ "$(names --sort names)" = "a2 b1 c3 " ]
	[ "$(names --sort status)" = "a2 b1 c3 " ]
	[ "$(names)" = "c3 a2 b1 " ]
	[ "$(names --sort command)" = "c3 a2 b1 " ]
	fails 1 "option '--sort'" -- ps --sort colour
	works ps -a --size --filter name=c3 --format '{{.Size}}'
	[[ "$output" == "8B (virtual "*MB\) ]]
	[[ "$("$TARU" ps -as)" == *SIZE* ]]
	[ "$(names --filter before=a2)" = "b1 " ]
	[ "$(names --filter since=a2)" = "c3 " ]
	[ "$(names --filter until=2000-01-01)" = "" ]
	[ "$(names --filter restart-policy=always)" = "a2 " ]
	[ "$(names --filter expose=80)" = "b1 " ]
	[ "$(names --filter expose=80/udp)" = "" ]
	[ "$(names --filter exited=3)" = "c3 " ]
	[ "$(names --filter network=none)" = "" ]
	fails 1 "no such container: nobody" -- ps --filter since=nobody
	works rm --all
}

@test "ps --filter name is a regular expression, with docker's slash or without; ancestor is any name of the image" {
	works create --name web --network none box true
	works create --name web2 --network none box:latest true
	works create --name my.web --network none docker.io/library/box true
	[ "$(names --filter name=web)" = "my.web web2 web " ]
	[ "$(names --filter name=^web)" = "web2 web " ]
	[ "$(names --filter name=^web\$)" = "web " ]
	[ "$(names --filter name=^/web\$)" = "web " ]
	[ "$(names --filter 'name=^(my.web|web[0-9]+)$')" = "my.web web2 " ]
	fails 1 "'web(' is no extended regular expression, which 'name' takes" -- ps --filter 'name=web('
	fails 1 "'exited' takes an exit status such as 0, not 'x'" -- ps --filter exited=x
	works volume create web
	works volume create web2
	works volume ls -q --filter name=^web\$
	[ "$output" = web ]
	works network ls --format '{{.Name}}' --filter 'name=^(host|none)$'
	[ "$output" = $'host\nnone' ]
	for name in box box:latest docker.io/library/box; do
		[ "$(names --filter ancestor=$name)" = "my.web web2 web " ]
	done
	[ "$(names --filter ancestor=box:other)" = "" ]
	works tag box cask
	[ "$(names --filter ancestor=cask)" = "my.web web2 web " ]
	works rmi cask
	works rm --all
	works volume rm web web2
}

@test "container prune and system prune: only those of a filter" {
	works create --name keep --label keep=1 --network none box true
	works create --name drop --network none box true
	works container prune --force --filter label!=keep
	[ "$(names)" = "keep " ]
	works system prune --force --filter until=2000-01-01
	[ "$(names)" = "keep " ]
	fails 1 "there is no filter 'name'" -- container prune --force --filter name=keep
	works system prune --force
	[ -z "$(names)" ]
}

@test "wait --condition: until it is so, of one that ends or is removed; nonsense is told" {
	works run -d --name one --network none box sleep 100
	works wait --condition running one
	[ "$output" = -1 ]
	"$TARU" wait --condition removed --condition exited --interval 10ms one >"$T/out" &
	works stop -t 0 one
	wait $!
	[ "$(cat "$T/out")" = 137 ]
	works rm one
	works run -d --rm --name short --network none box sleep 0.3
	works wait --condition removed short
	works create --name two --network none box true
	works wait --condition created two
	works rm two
	fails 1 "no such container: two" -- wait --condition exited two
	works create --name two --network none box true
	fails 1 "option '--condition': 'happy'" -- wait --condition happy two
	fails 1 "option '--interval'" -- wait --condition created --interval soon two
	works rm two
}

@test "exists: of containers, images, networks, secrets and volumes" {
	works create --name one --network none box true
	works container exists one
	fails 1 "" -- container exists none
	works image exists box
	fails 1 "" -- image exists none
	works network exists bridge
	fails 1 "" -- network exists none-such
	works volume create vol
	works volume exists vol
	fails 1 "" -- volume exists other
	echo x | "$TARU" secret create s -
	works secret exists s
	fails 1 "" -- secret exists t
	works rm one
	works volume rm vol
	works secret rm s
}

@test "rmi --all: what containers stand on stays, unless it is forced; --ignore" {
	tar -C "$WORLD/box" -c . | "$TARU" import --change 'LABEL a=b' - other >/dev/null
	works create --name one --network none box true
	works tag box again
	works images --sort repository --format '{{.Repository}}'
	[ "$output" = $'again\nbox\nother' ]
	works rmi --ignore nothing
	fails 1 "no such image: nothing" -- rmi nothing
	fails 125 "not both" -- rmi --all box
	fails 125 "no image is named" -- rmi
	fails 1 "container one was made from it" -- rmi --all
	works images --format '{{.Repository}}'
	[ "$output" = $'again\nbox' ] || [ "$output" = $'box\nagain' ]
	works rmi again
	works rm one
}

@test "exec -it: the detach keys leave the process running, with its terminal; others can be chosen" {
	works run -d --name one --network none box sleep 100
	run -0 pty expect:'# ' 'send:echo $$ >/pid; echo $((6*7))\n' expect:42 'send:\x10\x11' -- "$TARU" exec -it one sh
	works exec one sh -c 'kill -0 $(cat /pid) && ls -l /proc/$(cat /pid)/fd/0'
	[[ "$output" == */dev/pts/* ]]
	works exec one sh -c 'rm /pid'
	run -0 pty expect:'# ' 'send:echo $$ >/pid; echo $((7*7))\n' expect:49 'send:qq' -- "$TARU" exec -it --detach-keys q,q one sh
	works exec one sh -c 'kill -0 $(cat /pid)'
	# What was typed before them, and came with them, is not lost.
	run -0 pty expect:'# ' 'send:echo typed >/typed\nqq' -- "$TARU" exec -it --detach-keys q,q one sh
	until_true "$TARU" exec one grep -q typed /typed
	fails 125 "--detach-keys" -- exec --detach-keys ctrl-, one true
	works rm -f one
}
