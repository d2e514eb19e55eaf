#!/usr/bin/env bats
# The end of a container that is removed does not wait until the kernel has removed its device: what a person relies on
# is free at once, the rest goes soon after, and nothing of it is lost, whoever is killed meanwhile.
# shellcheck disable=SC2016
load network

setup()
{
	engine_setup
	# Ends of containers that are waited for are those of the other files.
	export TARU_LINGER=20
}

teardown()
{
	until_true nobody_goes_on
	"$TARU" network cleanup bridge
	network_teardown
}

nobody_goes_on()
{
	! pgrep -f "run --rm" >/dev/null
}

pairs()
{
	devices | grep '^tv' || true
}

@test "name, address and port are free for the next one as soon as run --rm returns" {
	local i
	for i in 1 2 3 4; do
		works run --rm --name one --ip 10.87.0.9 -p 127.0.0.1:8080:80 box true
		[[ "$(elements)" != *8080* ]]
		[ ! -e "$TARU_ROOT/names/one" ]
	done
	works system check
	works run --rm --name one --ip 10.87.0.9 -p 127.0.0.1:8080:80 box hostname -i
	[ "$output" = 10.87.0.9 ]
	until_true eval '[ -z "$(pairs)" ]'
	until_true eval '[ -z "$(leases)" ]'
}

@test "its device goes too where somebody else has entered its network namespace" {
	local process guest
	"$TARU" run --rm --name one box sleep 100 3>&- &
	process=$!
	until_true eval '[ "$("$TARU" inspect --format "{{.State.Status}}" one 2>/dev/null)" = running ]'
	nsenter --net="/proc/$("$TARU" inspect --format '{{.State.Pid}}' one)/ns/net" sleep 100 3>&- &
	guest=$!
	until_true eval '[ "$(readlink "/proc/$guest/ns/net")" != "$(readlink /proc/self/ns/net)" ]'
	[ -n "$(pairs)" ]
	works kill one
	wait "$process" || true
	until_true eval '[ -z "$(pairs)" ]'
	until_true eval '[ -z "$(leases)" ]'
	works system check
	kill "$guest"
}

# of_killed ADDRESS: what one leaves that was killed between the end of its container and that of its device.
of_killed()
{
	local id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
	ip link add tv01234567890 master taru0 type veth peer name left1
	ip link set left1 up
	ip link set tv01234567890 up
	ln -s "$id eth0 02:00:00:00:00:01" "$TARU_ROOT/networks/bridge/leases/$1"
}

@test "an address that somebody was killed with is given to who asks for it, and the device that had it is gone" {
	works run --rm box true
	until_true nobody_goes_on
	of_killed 10.87.0.9
	works run --rm --ip 10.87.0.9 box hostname -i
	[ "$output" = 10.87.0.9 ]
	[[ "$(devices)" != *tv01234567890* ]]
}

@test "what somebody was killed with goes with the bridge" {
	works run --rm box true
	until_true pkill -KILL -f "network cleanup"
	of_killed 10.87.0.9
	taru system check
	[ "$status" = 1 ]
	works system check --repair
	[ -z "$(devices)" ]
	[ -z "$(leases)" ]
	[ -z "$(elements)" ]
	works run --rm box true
	until_true nobody_goes_on
	of_killed 10.87.0.9
	works network cleanup bridge
	[ -z "$(devices)" ]
	[ -z "$(leases)" ]
}
