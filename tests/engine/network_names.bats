#!/usr/bin/env bats
# network_names.bats - the names of containers as containers find them: in several networks at once, and on a machine that
# has another name server. The resolver by itself is tested in names.bats.
# shellcheck disable=SC2154,SC2016
load network

teardown()
{
	[ -z "${name_server:-}" ] || no_name_server
	network_teardown
}

# The machine's own name server, at every address as dnsmasq has it: what ends in up.example is 192.0.2.7.
name_server()
{
	"$PYTHON" "$HERE/nameserver.py" "$T/log" "$@" 3>&- 4>&- &
	name_server=$!
	until_true grep -q ready "$T/log"
	: >"$T/log"
	echo "nameserver 127.0.0.1" >"$T/resolv.conf"
	mount --bind "$T/resolv.conf" "$(realpath /etc/resolv.conf)"
}

no_name_server()
{
	kill "$name_server"
	wait "$name_server" || true
	name_server=
	umount "$(realpath /etc/resolv.conf)"
}

# ask CONTAINER WORD…: what dig says in short to who asks as that container does, of each of its name servers.
ask()
{
	local pid server
	pid=$("$TARU" inspect --format '{{.State.Pid}}' "$1")
	shift
	for server in $("$TARU" exec "$asker" sed -n 's/^nameserver //p' /etc/resolv.conf); do
		nsenter --net="/proc/$pid/ns/net" dig +short +time=3 +tries=1 "@$server" "$@"
	done | sort -u | paste -s -d ' '
}

# Its lock is free when it is over, which takes a moment.
kill_resolver()
{
	pkill -KILL -x taru-names
	until_true no_resolver_is_left
}

servers_of()
{
	"$TARU" exec "$1" sed -n 's/^nameserver //p' /etc/resolv.conf | paste -s -d ' '
}

@test "a container in several networks finds each name of each of them, and those of the outside, whichever is first" {
	local order asker=both
	name_server 127.0.0.1
	works network create --subnet 10.121.0.0/24 --ipv6 --subnet fd00:121::/64 wine
	works network create --subnet 10.122.0.0/24 --internal beer
	works network create --subnet 10.123.0.0/24 mead
	works run -d --name red --network wine box sleep 100
	works run -d --name ale --network beer box sleep 100
	works run -d --name dry --network mead box sleep 100
	for order in "wine beer mead" "beer mead wine" "mead beer wine"; do
		# shellcheck disable=SC2086
		works run -d --name both $(printf -- '--network %s ' $order) box sleep 100
		[ "$(ask both red)" = "$(address red wine)" ]
		[ "$(ask both ale)" = "$(address ale beer)" ]
		[ "$(ask both +tcp ale)" = "$(address ale beer)" ]
		[ "$(ask both dry.dns.taru)" = "$(address dry mead)" ]
		[ "$(ask both -x "$(address ale beer)")" = ale.dns.taru. ]
		[ "$(ask both out.up.example)" = 192.0.2.7 ]
		[[ "$(servers_of both)" != *10.122.0.1* ]]
		works exec both ping -c1 -W2 ale
		works exec both ping -c1 -W2 dry
		# and others find no more than before
		asker=red
		[ "$(ask red ale.dns.taru)" = "" ]
		[ "$(ask red dry.dns.taru)" = "" ]
		asker=ale
		[ "$(ask ale out.up.example)" = "" ]
		[ "$(ask ale red.dns.taru)" = "" ]
		asker=both
		works rm -f both
		not grep -r @peers "$TARU_ROOT"/networks/*/names/hosts
	done
}

@test "rename: networks know the container by its new name at once, and no longer by the old one; what else it is called stays" {
	local asker=other
	works network create --subnet 10.121.0.0/24 --ipv6 --subnet fd00:121::/64 wine
	works network create --subnet 10.122.0.0/24 beer
	background web --network wine:ip=10.121.0.7,ip6=fd00:121::7,alias=www --network beer:ip=10.122.0.7 box sleep 100
	background other --network wine box sleep 100
	background third --network beer box sleep 100
	[ "$(ask other web A)" = 10.121.0.7 ]
	works rename web www2
	# The resolver is told by inotify.
	until_true eval '[ "$(ask other www2 A)" = 10.121.0.7 ]'
	[ "$(ask other www2 AAAA)" = fd00:121::7 ]
	[ "$(ask other www A)" = 10.121.0.7 ]
	[ "$(ask other web A)" = "" ]
	asker=third
	until_true eval '[ "$(ask third www2 A)" = 10.122.0.7 ]'
	# Of each of its networks it is still in the others.
	asker=www2
	[ "$(ask www2 third A | wc -w)" = 1 ]
	[ "$(ask www2 other A | wc -w)" = 1 ]
	works restart -t 0 www2
	asker=other
	until_true eval '[ "$(ask other www2 A)" = 10.121.0.7 ]'
	works rm --all --force
	works network rm wine beer
}

@test "in internal networks alone the names of all of them are found, and nothing else" {
	local asker=both
	works network create --internal beer
	works network create --internal porter
	works run -d --name ale --network beer box sleep 100
	works run -d --name dark --network porter box sleep 100
	works run -d --name both --network beer --network porter box sleep 100
	[ "$(ask both ale)" = "$(address ale beer)" ]
	[ "$(ask both dark)" = "$(address dark porter)" ]
	[ "$(ask both out.up.example)" = "" ]
}

@test "--link: one container has another name for another one, wherever that is, and nobody else has" {
	local asker=web
	works network create --subnet 10.121.0.0/24 wine
	works network create --subnet 10.122.0.0/24 beer
	works run -d --name db1 --network wine --ip 10.121.0.50 box sleep 100
	works run -d --name web --network beer --network wine box sleep 100
	fails 125 "container db1 is not in the network 'beer'" -- run --rm --network beer --network wine --link db1:db box true
	works rm -f web
	works run -d --name web --network wine --network beer --link db1:db --link db1 box sleep 100
	[ "$(ask web db)" = 10.121.0.50 ]
	[ "$(ask web db.dns.taru)" = 10.121.0.50 ]
	[ "$(ask web +tcp db)" = 10.121.0.50 ]
	[ "$(ask web db1)" = 10.121.0.50 ]
	works exec web ping -c1 -W2 db
	works run -d --name other --network wine box sleep 100
	asker=other
	[ "$(ask other db)" = "" ]
	asker=web
	# It is somewhere else when it is started again, and so is who asks.
	works rm -f db1
	works run -d --name db1 --network wine --ip 10.121.0.60 box sleep 100
	[ "$(ask web db)" = 10.121.0.60 ]
	works restart -t 0 web
	[ "$(ask web db)" = 10.121.0.60 ]
	works network disconnect beer web
	[ "$(ask web db)" = 10.121.0.60 ]
	works inspect -f '{{json .HostConfig.Links}}' web
	[ "$output" = '["/db1:/web/db","/db1:/web/db1"]' ]
	works rm -f web
	not grep -r @links "$TARU_ROOT"/networks/*/names/hosts
}

@test "--link: what could not be reached by that name is refused" {
	works network create --disable-dns mute
	works run -d --name one --network mute box sleep 100
	fails 125 "option '--link': the container is in no network in which" -- run --rm --network mute --link one:x box true
	fails 125 "option '--link': the container is in no network in which" -- run --rm --network none --link one:x box true
	fails 125 "option '--link': the container is in no network" -- run --rm --network container:one --link one:x box true
	fails 125 "option '--link': container one is not in the network 'bridge'" -- run --rm --link one:x box true
	fails 125 "option '--link': no such container: nobody" -- run --rm --network mute --link nobody:x box true
	fails 125 "option '--link': 'a b' is no name" -- run --rm --network mute --link 'one:a b' box true
	fails 125 "option '--link': '' is no name" -- run --rm --network mute --link one: box true
}

@test "no more than three name servers are named, all of one network" {
	works network create $(printf -- '--subnet 10.12%d.0.0/24 ' 1 2 3 4) wine
	works network create --subnet 10.126.0.0/24 mead
	works run -d --name one --network wine --network mead box sleep 100
	[ "$(servers_of one)" = "10.121.0.1 10.122.0.1 10.123.0.1" ]
}

@test "another name server at every address of the machine: networks have their names all the same" {
	local asker=one
	name_server 0.0.0.0
	works network create --subnet 10.121.0.0/24 wine
	works run -d --name two --network wine box sleep 100
	works run -d --name one --network wine box sleep 100
	[ "$(ask one two)" = "$(address two wine)" ]
	[ "$(ask one +tcp two)" = "$(address two wine)" ]
	[ "$(ask one out.up.example)" = 192.0.2.7 ]
	# the machine may ask, too; its own name server is what it was
	[ "$(dig +short +time=2 +tries=1 @10.121.0.1 two)" = "$(address two wine)" ]
	[ "$(dig +short +time=2 +tries=1 @127.0.0.1 out.up.example)" = 192.0.2.7 ]
	works rm -f one two
	until_true no_resolver_is_left
	# it can start again beside them, as when its package is updated
	works run -d --name one --network wine box sleep 100
	works run -d --name two --network wine box sleep 100
	no_name_server
	name_server 0.0.0.0
	[ "$(ask one two)" = "$(address two wine)" ]
}

@test "a container may be the name server of the machine: published at port 53 of every address" {
	local asker=one
	works network create --subnet 10.121.0.0/24 wine
	works run -d --name one --network wine box sleep 100
	works run -d --name server --network wine -p 53:53 -p 53:53/udp box sh -c 'echo from the server | nc -l -p 53'
	[ "$(ask one server)" = "$(address server wine)" ]
	[ "$(ask one +tcp server)" = "$(address server wine)" ]
	until_true eval '[ "$(busybox nc -w 2 127.0.0.1 53 </dev/null)" = "from the server" ]'
	works run --rm --network wine box ping -c1 -W2 one
}

@test "port 53 of a network's own address is its resolver's" {
	works network create --subnet 10.121.0.0/24 wine
	works run -d --name one --network wine box sleep 100
	fails 125 "10.121.0.1" -- run --rm --network wine -p 10.121.0.1:53:53/udp box true
	works exec one ping -c1 -W2 one
}

@test "a resolver that was killed is told, and another one started: by system check --repair, or by the next container" {
	local asker=one
	works network create --subnet 10.121.0.0/24 wine
	works run -d --name one --network wine box sleep 100
	works system check
	kill_resolver
	fails 1 "" -- system check
	[ "$output" = "network wine: has containers, and its resolver was killed: they find no names" ]
	works system check --repair
	[[ "$output" == *": mended" ]]
	[ "$(ask one one)" = "$(address one wine)" ]
	works system check
	kill_resolver
	works run -d --name two --network wine box sleep 100
	[ "$(ask one two)" = "$(address two wine)" ]
	works system check
	works rm -f one two
	until_true no_resolver_is_left
	works system check
}

@test "network update: containers that run ask the name servers that were added, and no longer those that were dropped" {
	local own asker=one
	name_server 127.0.0.1
	ip address add 10.9.9.9/32 dev lo
	"$PYTHON" "$HERE/nameserver.py" "$T/own" 10.9.9.9 3>&- 4>&- &
	own=$!
	PIDS+=("$own")
	until_true grep -q ready "$T/own"
	works network create wine
	works run -d --name one --network wine box sleep 100
	[ "$(ask one a.up.example)" = 192.0.2.7 ]
	not grep -q up.example "$T/own"
	works network update --dns-add 10.9.9.9 wine
	until_true eval '[ "$(ask one b.up.example)" = 192.0.2.7 ] && grep -q b.up.example "$T/own"'
	works network inspect --format '{{.NetworkDNSServers}}' wine
	[ "$output" = "[10.9.9.9]" ]
	# Others that start or go meanwhile change nothing of it.
	works run --rm --network wine box true
	works network update --dns-add 192.0.2.1,192.0.2.2 --dns-drop 10.9.9.9 wine
	works network inspect --format '{{.NetworkDNSServers}}' wine
	[ "$output" = "[192.0.2.1 192.0.2.2]" ]
	works network update --dns-drop 192.0.2.1,192.0.2.2 wine
	until_true eval '[ "$(ask one c.up.example)" = 192.0.2.7 ] && grep -q c.up.example "$T/log"'
	[ "$(ask one d.up.example)" = 192.0.2.7 ]
	not grep -q d.up.example "$T/own"
	works events --since 0 --until "$(date +%s.%N)" --filter type=network --filter event=update --format '{{.Actor.Attributes.name}}'
	[ "$output" = $'wine\nwine\nwine' ]
	kill "$own"
	ip address delete 10.9.9.9/32 dev lo
}

@test "network update: what cannot be is told, and nothing is changed" {
	works network create --dns 10.9.9.9 wine
	works network create --disable-dns dumb
	fails 1 "nothing to change is given" -- network update wine
	fails 1 "option '--dns-add': 'nobody' is no address" -- network update --dns-add nobody wine
	fails 1 "network wine has no name server 10.9.9.8" -- network update --dns-add 10.9.9.7 --dns-drop 10.9.9.8 wine
	fails 1 "network dumb has no resolver" -- network update --dns-add 10.9.9.9 dumb
	fails 1 "network host has no resolver" -- network update --dns-add 10.9.9.9 host
	fails 1 "no such network: beer" -- network update --dns-add 10.9.9.9 beer
	fails 1 "option '--dns'" -- network create -d macvlan --dns 10.9.9.9 -o parent=under0 lan
	works network inspect --format '{{.NetworkDNSServers}}' wine
	[ "$output" = "[10.9.9.9]" ]
	works network update --dns-add 10.9.9.9 wine
	works network inspect --format '{{.NetworkDNSServers}}' wine
	[ "$output" = "[10.9.9.9]" ]
}

@test "--dns: in a network with names its resolver asks those servers for that container, and the machine's for others" {
	local own asker=own
	name_server 127.0.0.1
	ip address add 10.9.9.9/32 dev lo
	"$PYTHON" "$HERE/nameserver.py" "$T/own" 10.9.9.9 3>&- 4>&- &
	own=$!
	PIDS+=("$own")
	until_true grep -q ready "$T/own"
	works network create wine
	works run -d --name own --network wine --dns 10.9.9.9 box sleep 100
	works run -d --name other --network wine box sleep 100
	[ "$(servers_of own)" = "$(servers_of other)" ]
	[ "$(ask own a.up.example)" = 192.0.2.7 ]
	[ "$(ask own +tcp b.up.example)" = 192.0.2.7 ]
	[ "$(ask own other)" = "$(address other wine)" ]
	[ "$(ask other c.up.example)" = 192.0.2.7 ]
	grep -q ' a.up.example' "$T/own"
	grep -q ' b.up.example' "$T/own"
	[ "$(grep -c up.example "$T/own")" = 2 ]
	[ "$(grep -c up.example "$T/log")" = 1 ]
	# Also after it has got into another network.
	works network create beer
	works network connect beer own
	[ "$(ask own d.up.example)" = 192.0.2.7 ]
	grep -q ' d.up.example' "$T/own"
	# A server that only the container can reach it asks itself.
	works run --rm --network wine --dns 127.0.0.1 box sed -n 's/^nameserver //p' /etc/resolv.conf
	[[ "$output" == *127.0.0.1 ]]
	works rm -f own
	[ "$(grep -c @servers "$TARU_ROOT/networks/wine/names/hosts")" = 0 ]
	kill "$own"
	ip address delete 10.9.9.9/32 dev lo
}
