# network.bash - what the tests of networks share, on top of engine.bash: what of a network is there, and that nothing of
# it stays after a test. Each file is in a network namespace of its own.
#
# A file whose tests make devices of their own names them in OWN_DEVICES, with spaces in between: they are removed.
# shellcheck shell=bash disable=SC2034,SC2154
load engine

# What is there of this machine's network when nothing runs: its own devices, and a table without elements.
network_teardown()
{
	local wrong=0 device
	engine_teardown || wrong=1
	until_true no_device_is_left || { echo "a device was left: $(devices)"; wrong=1; }
	[ -z "$(leases)" ] || { echo "left: $(leases)"; wrong=1; }
	[ -z "$(elements)" ] || { echo "left in the firewall: $(elements)"; wrong=1; }
	until_true no_resolver_is_left || { echo "a resolver was left"; wrong=1; }
	for device in ${OWN_DEVICES:-}; do
		ip link delete "$device" 2>/dev/null || true
	done
	remove_networks
	return $wrong
}

teardown()
{
	network_teardown
}

devices()
{
	ip -o link | sed -E 's/^[0-9]+: ([^:@]+).*/\1/' | grep -vxF -f <(tr ' ' '\n' <<<"lo ${OWN_DEVICES:-lo}") | sort
}

no_device_is_left()
{
	[ -z "$(devices)" ]
}

leases()
{
	find "$TARU_ROOT/networks" -path '*/leases/*' 2>/dev/null
}

# What is in the sets and maps of the table, a line for each.
elements()
{
	nft -j list table inet taru 2>/dev/null |
		jq -c '.nftables[] | (.set // .map // empty) | select(.elem) | .name as $name | .elem[] | [$name, .]' | sort
}

no_resolver_is_left()
{
	! pgrep -x taru-names >/dev/null
}

remove_networks()
{
	local name
	for name in $("$TARU" network ls --filter type=custom --format '{{.Name}}'); do
		"$TARU" network rm "$name" >/dev/null
	done
}

# address NAME [NETWORK]: of a container.
address()
{
	"$TARU" inspect --format "{{(index .NetworkSettings.Networks \"${2:-bridge}\").IPAddress}}" "$1"
}

# serve NAME PORT OPTION…: a container that serves the page "from NAME".
serve()
{
	local name=$1 port=$2
	shift 2
	works run -d --name "$name" "$@" box sh -c 'mkdir /www; echo "from $1" >/www/index.html; exec httpd -f -p "$2" -h /www' sh \
		"$name" "$port"
	until_true "$TARU" exec "$name" wget -qO /dev/null "http://127.0.0.1:$port/"
}

# All that run in the other machine's namespace.
processes_there()
{
	local process
	for process in /proc/[0-9]*; do
		[ ! "$process/ns/net" -ef "/proc/$MACHINE/ns/net" ] || echo "${process#/proc/}"
	done
}

# machine: another machine, 10.9.0.2; this one is 10.9.0.1 there. `there COMMAND…` runs something on it.
machine()
{
	unshare --net sleep 1000 3>&- 4>&- &
	MACHINE=$!
	until_true eval '! [ "/proc/$MACHINE/ns/net" -ef /proc/self/ns/net ]'
	ip link add out type veth peer name eth0 netns "$MACHINE"
	ip address add 10.9.0.1/24 dev out
	ip link set out up
	there ip address add 10.9.0.2/24 dev eth0
	there ip link set eth0 up
	there ip link set lo up
	there ip route add default via 10.9.0.1
}

there()
{
	nsenter --net="/proc/$MACHINE/ns/net" "$@"
}

no_machine()
{
	[ -n "${MACHINE:-}" ] || return 0
	# shellcheck disable=SC2046
	kill $(processes_there)
	wait "$MACHINE" 2>/dev/null || true
	ip link delete out 2>/dev/null || true
	MACHINE=
}

# reaches NETWORK ADDRESS: a container of that network.
reaches()
{
	works run --rm --network "$1" box sh -c "timeout 3 wget -qO- http://$2/ || echo nothing"
	[[ "$output" != *nothing ]]
}

# street: this machine's device `under`, at whose other end is the other machine, 10.203.0.9, with a page.
street()
{
	machine
	ip link add under type veth peer name eth1 netns "$MACHINE"
	ip link set under up
	there ip link set eth1 up
	there ip address add 10.203.0.9/24 dev eth1
	mkdir "$T/street"
	echo street >"$T/street/index.html"
	there busybox httpd -f -p 10.203.0.9:80 -h "$T/street" 3>&- 4>&- &
	until_true there curl -s http://10.203.0.9/
}

# Kills who waits to take the bridge down, once it is there; also one that was only being forked when the others were found.
kill_who_waits()
{
	until_true pkill -KILL -f "network cleanup"
	until_true eval '! pkill -KILL -f "network cleanup"'
}
