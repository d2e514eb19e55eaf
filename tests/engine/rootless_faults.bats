#!/usr/bin/env bats
# rootless_faults.bats - an ordinary user's networks when what keeps and serves them is killed, ends while others
# begin, or has more to do than it has room for.
# shellcheck disable=SC2154,SC2016,SC2030,SC2031
load engine
load ordinary

setup()
{
	engine_setup
	import_box
}

teardown()
{
	ordinary_teardown
}

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
