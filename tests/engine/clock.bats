#!/usr/bin/env bats
# clock.bats - the machine's clock is set while containers run: nothing that waits waits longer for it, or not at all. In a
# machine of the tests alone, whose clock is nobody else's: tests/vm/run --systemd --disk bats tests/engine/clock.bats
# shellcheck disable=SC2154,SC2016
load engine

setup()
{
	[ -n "${WORLD_IS_MACHINE:-}" ] || skip "the clock of this machine is others', too: it is set in the machines of tests/vm"
	NOW=$(date +%s)
	engine_setup
}

teardown()
{
	[ -n "${T:-}" ] || return 0
	date -s "@$NOW" >/dev/null
	engine_teardown
}

# jump SECONDS: from what the clock says now.
jump()
{
	date -s "@$(($(date +%s) + $1))" >/dev/null
}

@test "stop, --timeout and restarts wait as long as they are told, whichever way the clock jumps" {
	local begun
	works run -d --name deaf --network none box sh -c 'trap "" TERM; while :; do sleep 0.1; done'
	works run -d --name short --timeout 4 --network none box sleep 1000
	works run -d --name again --restart always --network none box sh -c 'echo x >>/runs; sleep 1'
	jump 86400
	begun=$(cut -d. -f1 /proc/uptime)
	works stop -t 2 deaf
	[ "$(($(cut -d. -f1 /proc/uptime) - begun))" -ge 1 ]
	[ "$(($(cut -d. -f1 /proc/uptime) - begun))" -lt 60 ]
	jump -172800
	works wait short
	[ "$output" = 255 ]
	[ "$(($(cut -d. -f1 /proc/uptime) - begun))" -lt 100 ]
	until_true eval '[ "$("$TARU" exec again wc -l /runs | cut -d" " -f1)" -ge 3 ]'
	works ps -a
	works rm -f deaf short again
}

@test "health checks go on, logs are followed, and what is shown makes sense, whichever way the clock jumps" {
	works run -d --name one --health-cmd 'date +%s >>/checks' --health-interval 300ms --network none box \
		sh -c 'while sleep 0.2; do echo line; done'
	until_true eval '[ "$("$TARU" inspect -f "{{.State.Health.Status}}" one)" = healthy ]'
	for by in 86400 -172800; do
		jump "$by"
		works exec one sh -c ': >/checks'
		until_true "$TARU" exec one grep -q . /checks
		timeout 30 "$TARU" logs -f --tail 1 one | head -n 3 >"$T/lines"
		[ "$(wc -l <"$T/lines")" = 3 ]
		works ps
		[[ "$output" == *"Up "*"(healthy)"* ]]
		[[ "$output" != *"Up -"* ]]
	done
	works system check
	works rm -f one
}
