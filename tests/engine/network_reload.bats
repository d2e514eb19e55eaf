#!/usr/bin/env bats
# network_reload.bats - somebody has flushed the machine's rules: network reload, the next start, and system check --repair
# put back what containers that run need. The file is in a network namespace of its own.
# shellcheck disable=SC2154,SC2016
load network

OWN_DEVICES="ra0"

# Another's rules are a test's own.
teardown()
{
	local wrong=0
	network_teardown || wrong=1
	nft flush ruleset
	return $wrong
}

# web NAME PORT: a container with a page at the machine's PORT.
web()
{
	works run -d --name "$1" --network bridge -p "$2:80" box \
		sh -c 'mkdir /www; echo "from $1" >/www/index.html; exec httpd -f -p 80 -h /www' sh "$1"
	until_true answers "$1" "$2"
}

answers()
{
	[ "$(curl -s --max-time 2 "http://127.0.0.1:$2/")" = "from $1" ]
}

@test "network reload --all: the table is as it was, and ports lead to their containers again" {
	local before
	works network create --internal wine
	web one 8080
	works run -d --name two --network wine box sleep 100
	before=$(elements)
	nft flush ruleset
	not answers one 8080
	works network reload --all
	[ "$(sort <<<"$output")" = "$("$TARU" ps -q --no-trunc | sort)" ]
	[ "$(elements)" = "$before" ]
	answers one 8080
}

@test "containers that are named are told by their IDs, and all are restored" {
	local id
	web one 8080
	web two 8081
	id=$("$TARU" ps -q --no-trunc --filter name=one)
	nft flush ruleset
	works network reload one
	[ "$output" = "$id" ]
	answers one 8080
	answers two 8081
}

@test "network reload: what is wrong with a container is told, and the others are reloaded" {
	web one 8080
	works create --name made --network bridge box true
	works run -d --name apart --network none box sleep 100
	nft flush ruleset
	fails 1 "container made does not run" -- network reload made one
	[ "$output" = "$("$TARU" ps -q --no-trunc --filter name=one)" ]
	answers one 8080
	fails 1 "container apart is in no network of a bridge" -- network reload apart
	fails 1 "no such container: beer" -- network reload beer
	fails 1 "needs containers, or '--all'" -- network reload
	fails 1 "'--all' is for all containers" -- network reload --all one
}

@test "a table of another version is made anew" {
	web one 8080
	nft 'delete table inet taru; add table inet taru { comment "taru 0"; }'
	works network reload --all
	answers one 8080
}

@test "with nothing that runs there is a table, and it is empty" {
	works network reload --all
	[ "$output" = "" ]
	nft list table inet taru >/dev/null
	[ -z "$(elements)" ]
}

@test "a port is reached at 127.0.0.1 again where somebody has reset the machine's settings" {
	web one 8080
	echo 0 >/proc/sys/net/ipv4/conf/taru0/route_localnet
	echo 0 >/proc/sys/net/ipv4/ip_forward
	not answers one 8080
	works network reload --all
	[ "$(</proc/sys/net/ipv4/ip_forward)" = 1 ]
	answers one 8080
}

@test "a default route that a router has advertised stays where reload has this machine forward again" {
	ip link add ra0 type bridge
	ip link set ra0 up
	ip -6 route add default via fe80::1 dev ra0 proto ra
	works network create --ipv6 --subnet fd00:123::/64 wine
	works run -d --network wine box sleep 100
	# Somebody puts the machine's settings back.
	echo 0 >/proc/sys/net/ipv6/conf/all/forwarding
	echo 1 >/proc/sys/net/ipv6/conf/ra0/accept_ra
	works network reload --all
	[ "$(</proc/sys/net/ipv6/conf/all/forwarding)" = 1 ]
	[ "$(</proc/sys/net/ipv6/conf/ra0/accept_ra)" = 2 ]
}

@test "rules of others that drop what networks forward are told, by reload and by check" {
	web one 8080
	nft 'add table ip filter; add chain ip filter FORWARD { type filter hook forward priority filter; policy drop; }'
	works network reload --all
	[[ "$stderr" == *"the policy of FORWARD drops"*"iptables -I FORWARD -i taru0 -j ACCEPT"* ]]
	works system check
	[[ "$stderr" == *"the policy of FORWARD drops"* ]]
}

@test "rules of others that drop what networks forward are told by the start that makes the bridge, and by no other" {
	nft 'add table ip filter; add chain ip filter FORWARD { type filter hook forward priority filter; policy drop; }'
	works run --rm --network none box true
	[ -z "$stderr" ]
	works run -d --name one box sleep 1000
	[[ "$stderr" == *"network bridge: the policy of FORWARD drops"*"iptables -I FORWARD -i taru0 -j ACCEPT"* ]]
	works run --rm box true
	[ -z "$stderr" ]
	works rm -f one
	# What it says mends it.
	nft 'add rule ip filter FORWARD iifname taru0 accept'
	works run --rm box true
	[ -z "$stderr" ]
}

@test "a start that finds no table restores what the others need" {
	local before
	web one 8080
	before=$(elements)
	nft flush ruleset
	web two 8081
	answers one 8080
	works rm -f two
	[ "$(elements)" = "$before" ]
}

@test "who ends between a start that finds no table and the table's making leaves nothing in it" {
	local before pid
	works run -d --name other --network bridge -p 8082:80 box sleep 100
	before=$(elements)
	web one 8080
	nft flush ruleset
	mkfifo "$T/commands"
	"$TARU" run --rm --name two --step --network bridge -p 8081:80 box true <"$T/commands" >"$T/out" 2>&1 3>&- 4>&- &
	pid=$!
	PIDS+=("$pid")
	exec 7>"$T/commands"
	# What is to be written is known by now.
	printf 'b 2\nc\n' >&7
	until_true grep -q "^breakpoint 1: 2$" "$T/out"
	works rm -f one
	echo c >&7
	exec 7>&-
	wait "$pid"
	[ "$(elements)" = "$before" ]
}

@test "two starts at once that find no table: everybody has his own, once" {
	local i pids=()
	web one 8080
	nft flush ruleset
	for i in 1 2 3; do
		"$TARU" run -d --name "at-once-$i" --network bridge -p "809$i:80" box sleep 100 >/dev/null 3>&- 4>&- &
		pids+=("$!")
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	[ "$(elements | grep -c publish_any4)" = 4 ]
	answers one 8080
}

@test "who starts and ends while rules are made anew has what he needs, and leaves nothing" {
	local i before
	web one 8080
	before=$(elements)
	for i in 1 2 3 4 5; do
		"$TARU" run --rm --network bridge -p 8090:80 box true >/dev/null 2>"$T/err.$i" </dev/null 3>&- 4>&- &
		PIDS+=("$!")
		works network reload --all
		wait "$!"
	done
	[ "$(elements)" = "$before" ]
}

@test "system check tells that rules are missing; with --repair they are there again" {
	web one 8080
	works system check
	nft flush ruleset
	taru system check
	[ "$status" = 1 ]
	[[ "$output" == *"firewall: "*" elements of containers that run are not in the kernel's table"* ]]
	[[ "$(nft list tables)" != *taru* ]]
	works system check --repair
	[[ "$output" == *": mended" ]]
	answers one 8080
	works system check
	[ "$output" = "" ]
}

@test "an element of a container that is no more goes with system check --repair, and those of others stay" {
	works run -d --name one -p 8080:80 box sleep 100
	local before; before=$(elements)
	nft add element inet taru publish4 '{ tcp . 127.0.0.1 . 8080 : 10.87.1.163 . 80 }'
	[[ "$(elements)" == *10.87.1.163* ]]
	works system check --repair
	[ "$(elements)" = "$before" ]
	works rm -f one
	nft add element inet taru publish4 '{ tcp . 127.0.0.1 . 8080 : 10.87.1.163 . 80 }'
	works system check --repair
	[[ "$(elements)" != *10.87.1.163* ]]
}
