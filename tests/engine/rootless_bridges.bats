#!/usr/bin/env bats
# rootless_bridges.bats - networks of an ordinary user's containers: in a network namespace of the user's. What reaches a
# container comes from this machine's own addresses; the way out leads to a machine that the test makes.
# shellcheck disable=SC2154,SC2016,SC2030,SC2031
load ordinary_bridges

@test "containers of a network find each other by name and alias, of IPv4 and IPv6; those of another do not" {
	as_user ranges network create --ipv6 wine
	[ "$status" = 0 ]
	as_user ranges network create beer
	web red --network wine --network-alias cellar
	web white --network wine
	web lager --network beer
	sees white red
	sees red white
	sees white red cellar
	as_user ranges exec white sh -c 'timeout 5 wget -q -O - "http://[$(nslookup -type=aaaa red | sed -n "s/^Address: //p")]/"'
	[ "$output" = red ]
	not sees lager red
	as_user ranges inspect --format '{{.NetworkSettings.Networks.wine.IPAddress}}' red
	not sees lager red "$output"
	as_user ranges network inspect --format '{{range .Containers}}{{.Name}} {{end}}' wine
	[[ "$output" == *red* && "$output" == *white* ]]
	as_user ranges network rm wine
	[ "$status" != 0 ]
	ip link | grep -q 'br-' && return 1
	as_user ranges system check
	[ "$status" = 0 ]
}

@test "the default network of root's is an ordinary user's by its name; several at once; pasta stays the usual one" {
	as_user ranges network create wine
	web red --network bridge --network wine
	web white --network wine
	sees white red
	as_user ranges exec red ip -o addr show
	[[ "$output" == *eth0*eth1* ]]
}

@test "packets are as large as pasta's device takes them, unless the network says something else" {
	as_user ranges network create wine
	as_user ranges network create -o mtu=1400 beer
	as_user ranges run --rm --network wine --network beer box cat /sys/class/net/eth0/mtu /sys/class/net/eth1/mtu
	[ "$output" = $'65520\n1400' ]
}

@test "a published port: of all addresses, of one, of IPv6, a free one, and UDP" {
	way_out
	as_user ranges network create --ipv6 wine
	web red --network wine -p 8080:80 -p 127.0.0.1::80
	until_true says red 127.0.0.1:8080
	says red 192.0.2.2:8080
	says red '[::1]:8080'
	as_user ranges port red
	says red "$(sed -n 's/^80.tcp -> \(127.0.0.1:[0-9]*\)$/\1/p' <<<"$output")"
	as_user ranges run -d --name echo --network wine -p 5353:53/udp host socat UDP-LISTEN:53,fork EXEC:cat
	[ "$status" = 0 ]
	echoes()
	{
		[ "$(echo wine | socat -t 1 - "UDP:$1:5353")" = wine ]
	}
	until_true echoes 127.0.0.1
	echoes 192.0.2.2
}

@test "a connection through a published port is carried whole, both ways, and each way ends by itself" {
	as_user ranges network create wine
	as_user ranges run -d --name echo --network wine -p 127.0.0.1:7000:7 host socat TCP-LISTEN:7,fork,reuseaddr EXEC:cat
	[ "$status" = 0 ]
	head -c 5000000 /dev/urandom >"$T/sent"
	until_true socat -u OPEN:/dev/null TCP:127.0.0.1:7000
	socat -t 20 - TCP:127.0.0.1:7000 <"$T/sent" >"$T/got"
	cmp "$T/sent" "$T/got"
}

@test "a port that is taken is told before anything is made, and by whom; a low one with the sysctl; sctp" {
	refused()
	{
		as_user ranges run --rm --network bridge -p "$1" box true
		[ "$status" = 125 ]
		[[ "$stderr" == *"$2"* ]]
	}
	web red --network bridge -p 127.0.0.1:8080:80
	refused 127.0.0.1:8080:80 "port 8080/tcp of this machine is taken, by container red"
	refused 127.0.0.1:79:80 "net.ipv4.ip_unprivileged_port_start"
	refused 9999:80/sctp "not sctp"
}

@test "the way out: by address through NAT; nothing of this machine's loopback; internal networks have none" {
	way_out
	add_outside
	serve_outside
	as_user ranges network create wine
	as_user ranges network create --internal cellar
	web red --network wine
	as_user ranges exec red timeout 5 wget -q -O - http://192.0.2.7/
	[ "$output" = beer ]
	busybox httpd -f -p 127.0.0.1:7777 -h "$T/outside" 3>&- 4>&- &
	PIDS+=($!)
	until_true says beer 127.0.0.1:7777
	as_user ranges exec red sh -c 'for at in 127.0.0.1 192.0.2.1 192.0.2.2; do timeout 2 wget -q -O - http://$at:7777/; done'
	[ "$output" = "" ]
	as_user ranges run --rm --network cellar box timeout 2 wget -q -O - http://192.0.2.7/
	[ "$status" != 0 ]
}

@test "connect and disconnect while it runs: names, devices, and where published ports lead" {
	as_user ranges network create wine
	as_user ranges network create beer
	web red --network wine -p 127.0.0.1:8080:80
	web lager --network beer
	not sees lager red
	as_user ranges network connect --alias rosso beer red
	[ "$status" = 0 ]
	sees lager red
	sees lager red rosso
	until_true says red 127.0.0.1:8080
	as_user ranges network disconnect wine red
	[ "$status" = 0 ]
	until_true says red 127.0.0.1:8080
	sees lager red
	as_user ranges network disconnect beer red
	[ "$status" = 0 ]
	not says red 127.0.0.1:8080
	as_user ranges network connect wine red
	[ "$status" = 0 ]
	until_true says red 127.0.0.1:8080
}

@test "a container with pasta of its own is in no other network" {
	command -v pasta >/dev/null || skip "this test needs pasta (package passt)"
	way_out
	web red --network pasta
	as_user ranges network connect bridge red
	[ "$status" != 0 ]
	[[ "$stderr" == *"cannot be together with other networks"* ]]
}

@test "stop, start, restart, and a restart by its policy: the network and the ports are there again" {
	local pid
	as_user ranges network create wine
	web red --network wine -p 127.0.0.1:8080:80 --restart always
	until_true says red 127.0.0.1:8080
	as_user ranges stop -t 0 red
	[ "$status" = 0 ]
	not says red 127.0.0.1:8080
	as_user ranges start red
	[ "$status" = 0 ]
	until_true says red 127.0.0.1:8080
	as_user ranges restart -t 0 red
	until_true says red 127.0.0.1:8080
	as_user ranges inspect --format '{{.State.Pid}}' red
	pid=$output
	kill -KILL "$pid"
	until_true says red 127.0.0.1:8080
	[ ! -e "/proc/$pid" ]
}

@test "a container that ends at once, before its ports are served: that is no failure" {
	for _ in {1..15}; do
		as_user ranges run --rm --network bridge -p 127.0.0.1:8080:80 box true
		[ "$status" = 0 ]
	done
}

@test "in the foreground: output, status, a terminal's none, and nothing is left when it ends" {
	as_user ranges run --rm --network bridge box sh -c 'echo wine; exit 7'
	[ "$status" = 7 ]
	[ "$output" = wine ]
	TARU_LINGER=0 as_user ranges run --rm --network bridge -p 127.0.0.1:8080:80 box true
	until_true nothing_serves
	as_user ranges run --rm --network bridge box /nothing
	[ "$status" = 127 ]
	as_user ranges system check
	[ "$status" = 0 ]
}

@test "many begin and end at once: each is in the network, and nothing is left" {
	local round n pids
	export TARU_LINGER=0
	as_user ranges network create wine
	for round in 1 2 3; do
		pids=()
		for n in 1 2 3 4; do
			{ as_user ranges run --rm --network wine box ip -o -4 addr show dev eth0 >"$T/out.$n" 2>&1 3>&- 4>&-; [ "$status" = 0 ] && [[ "$output" == *"inet 10."* ]]; } &
			pids+=($!)
		done
		for n in "${pids[@]}"; do
			wait "$n" || { cat "$T"/out.*; false; }
		done
	done
	until_true nothing_serves
	as_user ranges system check
	[ "$status" = 0 ]
}

@test "taru is killed at any moment of a start: the check puts away what is left" {
	local ms
	export TARU_LINGER=0
	as_user ranges network create wine
	for ms in 00 02 05 08 12 18 25 40; do
		as_user ranges run --name "red$ms" --network wine -p 127.0.0.1:8080:80 box sleep 1000 3>&- 4>&- &
		until_true pgrep -f '^[^ ]*/taru run --name red'
		sleep "0.0$ms"
		pkill -KILL -f '^[^ ]*/taru run --name red' || true
		wait $! || true
		as_user ranges system check --repair
		as_user ranges ps -aq
		# One word for each.
		# shellcheck disable=SC2086
		[ -z "$output" ] || as_user ranges rm -f $output
	done
	until_true nothing_serves
	as_user ranges system check
	[ "$status" = 0 ]
	web white --network wine -p 127.0.0.1:8080:80
	until_true says white 127.0.0.1:8080
}

@test "the last container takes all with it: processes, namespaces, addresses" {
	export TARU_LINGER=0
	as_user ranges network create wine
	web red --network wine -p 127.0.0.1:8080:80
	web white --network wine
	as_user ranges rm -f red
	[ -n "$(serving)" ]
	as_user ranges rm -f white
	until_true nothing_serves
	[ -z "$(find "$T/home" -path '*/leases/*')" ]
}

@test "pasta is killed: the check tells, and repairs" {
	command -v pasta >/dev/null || skip "this test needs pasta (package passt)"
	way_out
	add_outside
	serve_outside
	web red --network bridge
	pkill -KILL '^pas(ta|st)'
	complains()
	{
		as_user ranges system check
		[ "$status" != 0 ]
	}
	until_true complains
	[[ "$output" == *"containers reach nothing outside: pasta does not run"* ]]
	as_user ranges system check --repair
	[ "$status" = 0 ]
	reaches()
	{
		as_user ranges exec red timeout 2 wget -q -O - http://192.0.2.7/
		[ "$output" = beer ]
	}
	until_true reaches
}

@test "who serves ports, and a resolver, are killed: the check tells, and repairs" {
	as_user ranges network create wine
	web red --network wine -p 127.0.0.1:8080:80
	web white --network wine
	until_true says red 127.0.0.1:8080
	pkill -KILL taru-ports
	pkill -KILL taru-names
	until_true eval '! pgrep "taru-ports|taru-names"'
	as_user ranges system check
	[ "$status" != 0 ]
	[[ "$output" == *"container red: its ports of this machine are not served"* ]]
	[[ "$output" == *"network wine: has containers, and its resolver was killed"* ]]
	as_user ranges system check --repair
	[ "$status" = 0 ]
	until_true says red 127.0.0.1:8080
	sees white red
}

@test "a container's process and its monitor are killed: nothing is left behind" {
	export TARU_LINGER=0
	as_user ranges network create wine
	web red --network wine -p 127.0.0.1:8080:80
	as_user ranges inspect --format '{{.State.Pid}}' red
	pkill -KILL -f '^taru-monitor '
	until_true says red 127.0.0.1:8080
	kill -KILL "$output"
	# The signal is sent; the end of a whole PID namespace takes a moment.
	has_exited()
	{
		as_user ranges ps -a --format '{{.Names}} {{.State}}'
		[ "$output" = "red exited" ]
	}
	until_true has_exited
	until_true nothing_serves
	[ -z "$(find "$T/home" -path '*/leases/*')" ]
}

@test "others have flushed the rules: reload makes them anew, and so does the check" {
	as_user ranges network create wine
	web red --network wine -p 127.0.0.1:8080:80
	inside nft flush ruleset
	as_user ranges system check
	[ "$status" != 0 ]
	[[ "$output" == *firewall:* ]]
	as_user ranges network reload --all
	[ "$status" = 0 ]
	inside nft list table inet taru | grep -q br-
	as_user ranges system check
	[ "$status" = 0 ]
}

@test "without pasta: containers reach each other, and a warning says what is missing" {
	local pasta
	pasta=$(readlink -f "$(command -v pasta)") || skip "this test needs pasta (package passt)"
	: >"$T/none"
	mount --bind "$T/none" "$pasta"
	way_out
	as_user ranges run -d --name red --network bridge box sleep 1000
	umount "$pasta"
	[ "$status" = 0 ]
	[[ "$stderr" == *"pasta is not installed (package passt)"* ]]
	web white --network bridge
	as_user ranges inspect --format '{{.NetworkSettings.Networks.bridge.IPAddress}}' white
	sees red white "$output"
}

@test "a session that may not use nf_tables is told so, and what does without; nothing is left" {
	export TARU_LINGER=0
	AROUND="python3 $HERE/no_netfilter.py EPERM" as_user ranges run --rm --network bridge -p 8080:80 box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"need nf_tables in a namespace of the user's: "*"a filter of system calls"*"--network pasta does without"* ]]
	AROUND="python3 $HERE/no_netfilter.py EPROTONOSUPPORT" as_user ranges run --rm --network bridge box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"(as root: modprobe nf_tables); --network pasta does without"* ]]
	until_true nothing_serves
	as_user ranges run --rm --network bridge box true
	[ "$status" = 0 ]
}

@test "what cannot be is told: no subordinate ids, macvlan" {
	as_user run --rm --network bridge box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"need subordinate ids"*"usermod --add-subuids"*"--network pasta"* ]]
	way_out
	as_user ranges network create -d macvlan -o parent=out fast
	as_user ranges run --rm --network fast box true
	[ "$status" = 125 ]
	[[ "$stderr" == *"needs root"* ]]
	as_user ranges network create --interface-name tvx wine
	[ "$status" = 1 ]
	[[ "$stderr" == *"begin with 'tv' are those of containers"* ]]
}

@test "--explain shows how the namespace is entered, and who serves the ports; it makes nothing" {
	as_user ranges run --rm --explain sh --network bridge -p 127.0.0.1:8080:80 box true
	[ "$status" = 0 ]
	[[ "$output" == *"taru-outward --enter"* ]]
	[[ "$output" == *"taru-ports --enter"*"--tcp 127.0.0.1,8080,10."*",80"* ]]
	[[ "$output" == *"ip link add "*"type bridge"* ]]
	nothing_serves
}

@test "--explain as text, data and page says that the networks are in a namespace of their own" {
	for form in text json html; do
		as_user ranges run --rm --explain $form --network bridge -p 127.0.0.1:8080:80 box true
		[ "$status" = 0 ]
		[[ "$output" == */.network/holder* && "$output" == *taru-ports* ]]
	done
	as_user ranges run --rm --explain text --network bridge box true
	[[ "$(tr -s '\n ' ' ' <<<"$output")" == *"a network namespace that all containers of this user share"*"network_namespaces(7)"* ]]
	as_user ranges run --rm --explain text --network none box true
	[[ "$output" != */.network/holder* ]]
}

@test "the script of the first container in a network says that there must be another one" {
	as_user ranges run --explain sh --network bridge box echo first
	[ "$status" = 0 ]
	printf '%s\n' "$output" >"$T/script"
	chmod 755 "$T/script"
	TARU=$T/script as_user ranges
	[ "$status" = 1 ]
	[[ "$stderr" == *"start one, and let explain write this anew:"*"taru run -d --rm --network bridge host sleep 600"* ]]
	nothing_serves
	as_user ranges run -d --network bridge box sleep 600
	[ "$status" = 0 ]
	as_user ranges run --explain sh --network bridge box echo second
	printf '%s\n' "$output" >"$T/script"
	TARU=$T/script as_user ranges
	[ "$output" = second ]
}

@test "the script of --explain does what it says: a container made by it is in the network" {
	as_user ranges network create wine
	web red --network wine
	as_user ranges inspect --format '{{.NetworkSettings.Networks.wine.IPAddress}}' red
	as_user ranges run --explain sh --network wine box timeout 5 wget -q -O - "http://$output/"
	[ "$status" = 0 ]
	printf '%s\n' "$output" >"$T/script"
	chmod 755 "$T/script"
	find "$WORLD" -path '*/containers/*' -prune -print | sort >"$T/before"
	TARU=$T/script as_user ranges
	[ "$output" = red ]
	find "$WORLD" -path '*/containers/*' -prune -print | sort >"$T/after"
	diff "$T/before" "$T/after"
	[ -s "$T/before" ]
}
