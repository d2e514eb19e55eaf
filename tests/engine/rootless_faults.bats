#!/usr/bin/env bats
# rootless_faults.bats - an ordinary user's networks when what keeps and serves them is killed, ends while others
# begin, or has more to do than it has room for.
# shellcheck disable=SC2154,SC2016,SC2030,SC2031
load ordinary_bridges

@test "the last container of the networks ends as the next one starts: each has a way out" {
	local round
	command -v pasta >/dev/null || skip "this test needs pasta (package passt)"
	way_out
	add_outside
	serve_outside
	export TARU_LINGER=0
	for round in {1..15}; do
		as_user ranges run --rm --network bridge box timeout 5 wget -q -O - http://192.0.2.7/
		[ "$status" = 0 ]
		[ "$output" = beer ]
	done
}

@test "the way out of networks that have ended is slow to end: the next ones have their own" {
	local slow
	command -v pasta >/dev/null || skip "this test needs pasta (package passt)"
	way_out
	add_outside
	serve_outside
	export TARU_LINGER=0
	web red --network bridge
	slow=$(pgrep -f 'taru-outward --process')
	kill -STOP "$slow"
	as_user ranges rm -f red
	until_true eval '! pgrep -f "taru-outward --shared"'
	as_user ranges run --rm --network bridge box timeout 5 wget -q -O - http://192.0.2.7/
	kill -CONT "$slow"
	[ "$output" = beer ]
}

# address NAME NETWORK
address()
{
	as_user ranges inspect --format "{{.NetworkSettings.Networks.$2.IPAddress}} {{.NetworkSettings.Networks.$2.MacAddress}}" "$1" >&2
	echo "$output"
}

# devices NAME: addresses and routes, but those that a link has by itself.
devices()
{
	as_user ranges exec "$1" sh -c 'ip -o addr show scope global; ip route; ip -6 route' >&2
	grep -v -e fe80: -e multicast <<<"$output" | sed 's/^[0-9]*: //'
}

@test "who keeps the namespace is killed: the check tells; its repair brings all containers back, as they were" {
	local addresses before
	way_out
	add_outside
	serve_outside
	as_user ranges network create --ipv6 wine
	as_user ranges network create beer
	web red --network wine:alias=rosso --network beer -p 127.0.0.1:8080:80
	web white --network wine
	as_user ranges network connect beer white
	addresses=$(address red wine; address red beer; address white wine; address white beer)
	before=$(devices red)
	kill -KILL "$(holder)"
	as_user ranges system check
	[ "$status" != 0 ]
	[[ "$output" == *"container red: is in networks no more"*"container white: is in networks no more"* ||
	   "$output" == *"container white: is in networks no more"*"container red: is in networks no more"* ]]
	as_user ranges system check --repair
	[ "$status" = 0 ]
	[[ "$output" == *"container red: is in networks no more, since who kept their namespace was killed: mended"* ]]
	as_user ranges system check
	[ "$status" = 0 ]
	[ "$addresses" = "$(address red wine; address red beer; address white wine; address white beer)" ]
	until_true says red 127.0.0.1:8080
	sees white red rosso
	sees red white
	as_user ranges exec red timeout 5 wget -q -O - http://192.0.2.7/
	[ "$output" = beer ]
	[ "$(devices red)" = "$before" ]
}

@test "who keeps the namespace is killed, and another container starts before the check: none is left out" {
	local before
	web red --network bridge -p 127.0.0.1:8080:80
	before=$(address red bridge)
	kill -KILL "$(holder)"
	web white --network bridge
	as_user ranges system check
	[ "$status" != 0 ]
	[[ "$output" == *"container red: is in networks no more"* && "$output" != *white* ]]
	as_user ranges system check --repair
	[ "$status" = 0 ]
	[ "$(address red bridge)" = "$before" ]
	sees white red "${before% *}"
	until_true says red 127.0.0.1:8080
}

@test "who keeps the namespace is killed: a restart brings a container back, too" {
	as_user ranges network create wine
	web red --network wine -p 127.0.0.1:8080:80
	web white --network wine
	kill -KILL "$(holder)"
	pkill -KILL taru-ports || true
	as_user ranges restart -t 0 red white
	[ "$status" = 0 ]
	until_true says red 127.0.0.1:8080
	sees white red
	as_user ranges system check
	[ "$status" = 0 ]
}

# echo_server OPTION…: a container that echoes at its port 7.
echo_server()
{
	local script=$T/home/connections.py
	cp "$BATS_TEST_DIRNAME/connections.py" "$script"
	chmod 644 "$script"
	as_user ranges run -d --name echo --network bridge -v "$script:$script" "$@" host python3 "$script" serve 7
	[ "$status" = 0 ]
	until_true socat -u OPEN:/dev/null TCP:127.0.0.1:7000
}

@test "a published port has as many connections as there are; they are carried side by side" {
	echo_server -p 127.0.0.1:7000:7
	run -0 python3 "$BATS_TEST_DIRNAME/connections.py" 7000 900
	[ "$output" = $'900\n900' ]
}

@test "more connections than RLIMIT_NOFILE has room for: the rest waits, and the system's log says so" {
	local log=
	socat -u "UNIX-RECV:$T/log" "CREATE:$T/said" 3>&- 4>&- &
	PIDS+=($!)
	until_true test -S "$T/log"
	chmod 666 "$T/log"
	[ -e /dev/log ] || { log=made; : >/dev/log; }
	mount --bind "$T/log" /dev/log
	# Who serves is started with the container.
	(ulimit -n 160 && echo_server -p 127.0.0.1:7000:7)
	run python3 "$BATS_TEST_DIRNAME/connections.py" 7000 100
	umount /dev/log
	[ -z "$log" ] || rm /dev/log
	[ "$status" = 0 ]
	[ "${lines[0]}" -gt 50 ]
	[ "${lines[0]}" -lt 80 ]
	[ "${lines[1]}" = 100 ]
	grep -q "taru-ports: port 127.0.0.1,7000,.*as many connections are open as RLIMIT_NOFILE has room for" "$T/said"
}

# sleeps PID: in most of twenty looks it does.
sleeps()
{
	local asleep=0 i
	for ((i = 0; i < 20; i++)); do
		! grep -q '^State:.S' "/proc/$1/status" || asleep=$((asleep + 1))
		sleep 0.02
	done
	[ "$asleep" -gt 10 ]
}

# limit_to PID COUNT: of descriptors, by the user whose process it is.
limit_to()
{
	setpriv --reuid "$ORDINARY" --regid "$ORDINARY" --clear-groups prlimit --pid "$1" --nofile="$2:"
}

@test "no descriptor is to be had for who connects: taru-ports sleeps meanwhile, and takes it when there is one" {
	local server
	echo_server -p 127.0.0.1:7000:7
	# Who has begun it listens already when it has not forked yet; who stays has a session of its own.
	until_true eval 'ps -o sid= -p "$(pgrep taru-ports)" | xargs | grep -qx "$(pgrep taru-ports)"'
	server=$(pgrep taru-ports)
	limit_to "$server" 3
	(sleep 1000) 3>&- 4>&- < /dev/tcp/127.0.0.1/7000 &
	PIDS+=($!)
	until_true socat -u OPEN:/dev/null TCP:127.0.0.1:7000
	sleeps "$server"
	kill -0 "$server"
	limit_to "$server" 512
	run -0 python3 "$BATS_TEST_DIRNAME/connections.py" 7000 10
	[ "$output" = $'10\n10' ]
}

@test "the disk gets full at a start: nothing that serves networks is left, and all works when there is room" {
	local room
	export TARU_LINGER=0
	mkdir "$T/full"
	mount -t tmpfs -o size=24m none "$T/full"
	mkdir "$T/full/home" "$T/full/run"
	rm -rf "$T/home" "$T/run"
	ln -s full/home "$T/home"
	ln -s full/run "$T/run"
	import_box
	as_user ranges network create wine
	for room in 0 8 16 24 32 40 48 56 64 72 80 88 96 112 128; do
		dd if=/dev/zero of="$T/full/filler" bs=4k count=20000 status=none 2>/dev/null || true
		truncate -s "$(($(stat -c %s "$T/full/filler") - room * 1024))" "$T/full/filler"
		as_user ranges run --rm --network wine -p 127.0.0.1:8080:80 box true
		rm "$T/full/filler"
		until_true nothing_serves || { serving; echo "room $room"; false; }
		as_user ranges system check --repair
		as_user ranges run --rm --network wine -p 127.0.0.1:8080:80 box true
		[ "$status" = 0 ]
	done
	as_user ranges network rm wine
	until_true umount "$T/full"
	rm "$T/home" "$T/run"
}
