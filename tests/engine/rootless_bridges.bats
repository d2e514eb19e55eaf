#!/usr/bin/env bats
# rootless_bridges.bats - networks of an ordinary user's containers: in a network namespace of the user's. What reaches a
# container comes from this machine's own addresses; the way out leads to a machine that the test makes.
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
	local ids wrong=0
	as_user ranges ps -aq
	ids=$output
	# One word for each.
	# shellcheck disable=SC2086
	[ -z "$ids" ] || as_user ranges rm -f $ids
	as_user ranges network prune -f
	no_way_out
	[ "${#PIDS[@]}" = 0 ] || kill "${PIDS[@]}" 2>/dev/null || true
	until_true nothing_serves || { echo "left: $(serving)"; wrong=1; }
	[ -z "$(find "$T/home" -path '*/leases/*')" ] || { echo "an address was left"; wrong=1; }
	engine_teardown || wrong=1
	return $wrong
}

# Programs that serve networks: this test's, which has PIDs of its own.
serving()
{
	pgrep -a 'pasta|passt|taru-outward|taru-names|taru-ports' || true
}

nothing_serves()
{
	[ -z "$(serving)" ]
}

@test "two containers of a network find each other by name; others are apart" {
	as_user ranges network create wine
	[ "$status" = 0 ]
	as_user ranges run -d --name web --network wine --network-alias cellar box sh -c 'mkdir /www; echo wine >/www/index.html; httpd -f -p 80 -h /www'
	[ "$status" = 0 ]
	as_user ranges run --rm --network wine box timeout 5 wget -q -O - http://web/
	[ "$output" = wine ]
}
