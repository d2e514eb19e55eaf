#!/usr/bin/env bats
# network_end.bats - the end of a container that is removed does not wait until the kernel has removed its device: what a
# person relies on is free at once, the rest goes soon after, and nothing of it is lost, whoever is killed meanwhile.
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

# kill_with PORT [OPTION...]: one that publishes this port is killed with all that looks after it.
kill_with()
{
	local process first
	"$TARU" run --rm --name one -p "$1:80" "${@:2}" box sleep 100 3>&- &
	process=$!
	until_true is_running one
	first=$("$TARU" inspect --format '{{.State.Pid}}' one)
	kill -KILL "$process" "$first"
	wait "$process" || true
	until_true is_over "$first"
	[[ "$(elements)" == *8080* ]]
}

# of_web [ADDRESS]: what a container answers there that publishes all of this machine's addresses at port 8080.
of_web()
{
	serve web 80 -p 8080:80
	curl -s "http://${1:-127.0.0.1}:8080/"
	works rm -f web
}

@test "a port that one was killed with is free for the next who publishes it, at whichever address" {
	kill_with 127.0.0.1:8080
	works run --rm -p 127.0.0.1:8080:80 box true
	kill_with 8080
	[ "$(of_web | grep from)" = "from web" ]
	# That would have been in front of it.
	kill_with 127.0.0.1:8080
	[ "$(of_web | grep from)" = "from web" ]
	works ps --all --quiet
	[ -z "$output" ]
}

@test "a port that one was killed with at a single address is not in front of one at all addresses" {
	ip addr add 198.51.100.7/32 dev lo
	ip addr add 2001:db8::7/128 dev lo nodad
	kill_with 198.51.100.7:8080
	[ "$(of_web 198.51.100.7 | grep from)" = "from web" ]
	[[ "$(elements)" != *198.51.100.7* ]]
	works network create --subnet 10.99.1.0/24 --subnet fd00:99::/64 six
	works run -d --name kept --network six box sleep 100
	kill_with '[2001:db8::7]:8080' --network six
	serve web 80 --network six -p 8080:80
	[[ "$(curl -s 'http://[2001:db8::7]:8080/')" == *"from web"* ]]
	works rm -f web kept
	until_true works network rm six
	works ps --all --quiet
	[ -z "$output" ]
}

@test "a port that one was killed with: told and mended by system check, and by ps" {
	kill_with 127.0.0.1:8080
	taru system check
	[ "$status" = 1 ]
	[[ "$output" == *"container one: has ended and is not put away"* ]]
	works system check --repair
	[[ "$(elements)" != *8080* ]]
	kill_with 127.0.0.1:8080
	works ps
	[[ "$(elements)" != *8080* ]]
}

@test "a port of a container whose monitor was killed is still its own: that is told with its name" {
	works run -d --name one -p 127.0.0.1:8080:80 box sleep 100
	pkill -KILL -f "^taru-monitor .* --root $TARU_ROOT "
	fails 125 "port 8080/tcp of this machine is taken, by container one" -- run --rm -p 127.0.0.1:8080:80 box true
	fails 125 "port 8080/tcp of this machine is taken, by container one" -- \
		run --rm --explain sh -p 127.0.0.1:8080:80 box true
	works rm -f one
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

@test "what somebody was killed with while others are in the network: told and mended by system check" {
	works run -d --name one box sleep 100
	until_true nobody_goes_on
	of_killed 10.87.0.9
	echo "10.87.0.9 old 0123456789ab" >>"$TARU_ROOT/networks/bridge/names/hosts"
	until_true "$TARU" exec one nslookup old.
	taru system check
	[ "$status" = 1 ]
	[[ "$output" == *"network bridge: has not got back 1 address of containers that are gone"* ]]
	works system check --repair
	[[ "$(devices)" != *tv01234567890* ]]
	[ "$(leases | wc -l)" = 1 ]
	not "$TARU" exec one nslookup old.
	works exec one nslookup one.
	works system check
	works rm -f one
}

@test "what somebody was killed with goes with the bridge" {
	works run --rm box true
	# Else it is one of another test that is killed, before this one's is there.
	until_true nobody_goes_on
	kill_who_waits
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
