#!/usr/bin/env bats
# names.bats - the resolver of a network of containers (libexec/taru/taru-names) by itself: a bridge with a namespace of a
# container on it, and a name server of the test's own in the place of the host's.
# shellcheck disable=SC2154
load engine

GATEWAY=10.89.7.1 GATEWAY6=fd00:89:7::1

setup_file()
{
	[ "$(id -u)" = 0 ] || skip "this test needs root"
	WORLD=$(mktemp -d "${TMPDIR:-/tmp}/taru-names.XXXXXX")
	export WORLD
}

# add_bridge NAME
add_bridge()
{
	ip link add "$1" type bridge
	ip addr add "${2:-$GATEWAY}/24" dev "$1"
	ip -6 addr add "${3:-$GATEWAY6}/64" dev "$1" nodad
	ip link set "$1" up
}

# A namespace with an interface on a bridge; its pid is in $container. add_container BRIDGE ADDRESS ADDRESS6
add_container()
{
	unshare --net sleep 1000 3>&- &
	container=$!
	PIDS+=("$container")
	until_true eval '! [ "/proc/$container/ns/net" -ef /proc/self/ns/net ]'
	ip link add "v$container" type veth peer name eth0 netns "$container"
	ip link set "v$container" master "$1" up
	in_container ip link set lo up
	in_container ip addr add "$2/24" dev eth0
	in_container ip -6 addr add "$3/64" dev eth0 nodad
	in_container ip link set eth0 up
	in_container ip route add default via "${4:-$GATEWAY}"
}

in_container()
{
	nsenter --net="/proc/$container/ns/net" "$@"
}

setup()
{
	# Below a folder that root alone may enter: the folders of both files are open before rights are given up.
	T=$(mktemp -d "$WORLD/t.XXXXXX")
	chmod 755 "$T"
	NAMES=$BUILD/libexec/taru/taru-names
	PIDS=()
	mkdir "$T/net"
	printf '%s web www 0123456789ab\n%s web www\n%s db www\n' 10.89.7.2 fd00:89:7::2 10.89.7.3 >"$T/net/names"
	echo "nameserver 127.0.0.5" >"$T/resolv.conf"
	add_bridge br0
	add_container br0 10.89.7.2 fd00:89:7::2
}

teardown()
{
	local pid wrong=0
	rm -f "$T/net/names"
	until_true no_resolver_is_left || { echo "a resolver was left behind"; wrong=1; }
	for pid in "${PIDS[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	ip link del br0 || true
	ip link del br1 2>/dev/null || true
	rm -rf "$T"
	return $wrong
}

# All of this world's are in this namespace of processes.
no_resolver_is_left()
{
	! pgrep -x taru-names >/dev/null
}

# resolver WORD…: starts it, and waits until it is ready; $resolver is its pid.
resolver()
{
	: >"$T/ready"
	"$NAMES" --listen "$GATEWAY%br0" --listen "$GATEWAY6%br0" --hosts "$T/net/names" --upstream "$T/resolv.conf" \
		--ready 4 "$@" 4>"$T/ready" 3>&- 2>"$T/stderr" &
	resolver=$!
	PIDS+=("$resolver")
	until_true [ -s "$T/ready" ]
}

# server ADDRESS…: a name server there.
server()
{
	"$PYTHON" "$HERE/nameserver.py" "$T/log" "$@" 3>&- &
	server=$!
	PIDS+=("$server")
	until_true grep -q ready "$T/log"
	: >"$T/log"
}

# replace TEXT: the file of names, as the engine writes it.
replace()
{
	printf '%s' "$1" >"$T/net/.new"
	mv "$T/net/.new" "$T/net/names"
}

# ask WORD…: what dig says in short, sorted.
ask()
{
	in_container dig +short +time=2 +tries=1 @$GATEWAY "$@" | sort | paste -s -d ' '
}

# code_of WORD…
code_of()
{
	in_container dig +time=3 +tries=1 @$GATEWAY "$@" | sed -n 's/.*status: \([A-Z]*\),.*/\1/p'
}

has_ended()
{
	! [ -e "/proc/$resolver" ] || grep -q 'State:.*Z' "/proc/$resolver/status"
}

@test "containers find each other by name and alias, IPv4 and IPv6, UDP and TCP, and by address" {
	resolver
	[ "$(ask web)" = 10.89.7.2 ]
	[ "$(ask web aaaa)" = fd00:89:7::2 ]
	[ "$(ask 0123456789AB)" = 10.89.7.2 ]
	[ "$(ask WWW)" = "10.89.7.2 10.89.7.3" ]
	[ "$(ask web.dns.taru.)" = 10.89.7.2 ]
	[ "$(ask +tcp www)" = "10.89.7.2 10.89.7.3" ]
	[ "$(in_container dig +short @$GATEWAY6 web)" = 10.89.7.2 ]
	[ "$(in_container dig +short +tcp @$GATEWAY6 web aaaa)" = fd00:89:7::2 ]
	[ "$(ask -x 10.89.7.2)" = web.dns.taru. ]
	[ "$(ask -x fd00:89:7::2)" = web.dns.taru. ]
	[ "$(for _ in {1..4}; do in_container dig +short @$GATEWAY www | head -1; done | sort | uniq -c | awk '{ print $1 }' | paste -s -d ' ')" = "2 2" ]
}

@test "a name without such an address is there, and one that is not there is not" {
	resolver
	[ "$(code_of db aaaa)" = NOERROR ]
	[ "$(ask db aaaa)" = "" ]
	[ "$(code_of db mx)" = NOERROR ]
	[ "$(code_of nobody.dns.taru)" = NXDOMAIN ]
	[ "$(code_of dns.taru)" = NOERROR ]
	[ "$(code_of web ch)" = REFUSED ]
}

@test "all else is asked of the host's name servers: UDP, TCP, EDNS, and by TCP what is too long" {
	server 127.0.0.5
	resolver
	[ "$(ask ok.up.example)" = 192.0.2.7 ]
	[ "$(ask ok.up.example aaaa)" = 2001:db8::7 ]
	[ "$(ask +tcp ok.up.example)" = 192.0.2.7 ]
	[ "$(ask elsewhere)" = 192.0.2.7 ]
	[ "$(in_container dig +short @$GATEWAY6 ok.up.example)" = 192.0.2.7 ]
	ask +bufsize=1400 edns.up.example
	ask +noedns noedns.up.example
	grep -q ' 1400 edns.up.example' "$T/log"
	grep -q ' 0 noedns.up.example' "$T/log"
	in_container dig +time=2 +tries=1 @$GATEWAY big.up.example txt >"$T/big"
	[ "$(grep -c 'IN	TXT	"xx' "$T/big")" = 185 ]
	grep -q '(TCP)' "$T/big"
	# many at once in one connection
	[ "$(in_container "$PYTHON" "$HERE/hostile_asker.py" pipelined $GATEWAY)" = all ]
}

@test "nobody can foresee a query, and wrong answers are not believed" {
	server 127.0.0.5
	resolver
	for i in {1..12}; do
		ask "n$i.up.example"
	done
	[ "$(awk '{ print $2 }' "$T/log" | sort -u | wc -l)" -ge 11 ]
	[ "$(awk '{ print $3 }' "$T/log" | sort -u | wc -l)" -ge 11 ]
	[ "$(ask spoofed.up.example)" = 192.0.2.7 ]
}

@test "a server that is silent, refuses or is not there is followed by the next; without one there is SERVFAIL" {
	server 127.0.0.5
	resolver
	[ "$(code_of failed.up.example)" = SERVFAIL ]
	[ "$(code_of +tcp refused.up.example)" = REFUSED ]
	printf 'nameserver 127.0.0.4\noptions timeout:1 attempts:1\n' >"$T/resolv.conf"
	sleep 1.1
	[ "$(code_of ok.up.example)" = SERVFAIL ]
	[ "$(code_of +tcp ok.up.example)" = SERVFAIL ]
	# 127.0.0.4 refuses connections; 10.89.7.77 does not exist
	printf 'nameserver 127.0.0.4\nnameserver 10.89.7.77\nnameserver 127.0.0.5\noptions timeout:1\n' >"$T/resolv.conf"
	sleep 1.1
	[ "$(ask ok.up.example)" = 192.0.2.7 ]
	[ "$(ask +tcp ok.up.example)" = 192.0.2.7 ]
	[ "$(code_of silent.up.example)" = SERVFAIL ] || [ "$(code_of silent.up.example)" = "" ]
	: >"$T/resolv.conf"
	sleep 1.1
	[ "$(code_of ok.up.example)" = SERVFAIL ]
}

@test "resolv.conf is read again when it changes, also behind a link; our own address in it is left out" {
	ip -6 addr add fe80::77/64 dev br0 nodad
	server 127.0.0.5
	mkdir "$T/other"
	mv "$T/resolv.conf" "$T/other/real"
	ln -s other/real "$T/resolv.conf"
	resolver
	[ "$(ask one.up.example)" = 192.0.2.7 ]
	kill "$server"
	wait "$server" || true
	server 127.0.0.6 ::1 fe80::77%br0
	printf 'nameserver %s\nnameserver 127.0.0.6\n' $GATEWAY >"$T/other/new"
	mv "$T/other/new" "$T/other/real"
	sleep 1.1
	[ "$(ask two.up.example)" = 192.0.2.7 ]
	printf 'nameserver ::1\n' >"$T/other/real"
	sleep 1.1
	[ "$(ask three.up.example)" = 192.0.2.7 ]
	printf 'nameserver fe80::77%%br0\n' >"$T/other/real"
	sleep 1.1
	[ "$(ask four.up.example)" = 192.0.2.7 ]
	[ "$(ask +tcp four.up.example)" = 192.0.2.7 ]
	[ "$(wc -l <"$T/log")" = 4 ]
}

@test "an internal network asks nobody" {
	server 127.0.0.5
	resolver --no-forward
	[ "$(ask web)" = 10.89.7.2 ]
	[ "$(code_of ok.up.example)" = NXDOMAIN ]
	[ "$(code_of +tcp ok.up.example)" = NXDOMAIN ]
	[ ! -s "$T/log" ]
}

@test "the domain can be another one, or none" {
	resolver --domain Internal.Example
	[ "$(ask web.internal.example)" = 10.89.7.2 ]
	[ "$(ask -x 10.89.7.3)" = db.internal.example. ]
	[ "$(code_of web.dns.taru)" = SERVFAIL ]
}

@test "containers that come and go are known and forgotten at once" {
	resolver
	for i in {10..20}; do
		replace "10.89.7.$i web w$i
"
		[ "$(ask web)" = "10.89.7.$i" ]
		[ "$(ask "w$i")" = "10.89.7.$i" ]
		[ "$(code_of "w$((i - 1)).dns.taru")" = NXDOMAIN ]
	done
}

@test "two that start at once are one; after kill -9 the next one starts" {
	resolver
	"$NAMES" --listen "$GATEWAY%br0" --hosts "$T/net/names" --upstream "$T/resolv.conf" 3>&-
	[ "$(pgrep -cx taru-names)" = 1 ]
	[ "$(ask web)" = 10.89.7.2 ]
	kill -9 "$resolver"
	wait "$resolver" || true
	resolver
	[ "$(ask web)" = 10.89.7.2 ]
	[ "$(ask +tcp web)" = 10.89.7.2 ]
}

@test "it ends by itself: at once when its file is removed, after a while when nobody is in it" {
	resolver --linger 1
	rm "$T/net/names"
	until_true has_ended
	replace "10.89.7.2 web
"
	resolver --linger 1
	replace ""
	sleep 0.5
	not has_ended
	replace "10.89.7.2 web
"
	sleep 1
	not has_ended
	[ "$(ask web)" = 10.89.7.2 ]
	replace "# nobody
"
	sleep 1.2
	has_ended
	wait "$resolver"
}

@test "in the background: who starts it goes on when it is ready; it holds no stream of its caller, and SIGTERM ends it" {
	# The caller's signals are blocked, as those of a runtime are.
	env --block-signal=TERM "$NAMES" --background --listen "$GATEWAY%br0" --hosts "$T/net/names" \
		--upstream "$T/resolv.conf" </dev/null >"$T/stdout" 2>"$T/stderr" 3>&-
	[ "$(ask web)" = 10.89.7.2 ]
	for fd in 0 1 2; do
		[ "$(readlink "/proc/$(pgrep -x taru-names)/fd/$fd")" = /dev/null ]
	done
	pkill -TERM -x taru-names
	until_true no_resolver_is_left
	run -1 "$NAMES" --background --listen 192.0.2.1 --hosts "$T/net/none/names" --no-forward 3>&-
	[[ "$output" == *"taru-names:"* ]]
}

@test "it ends with its folder" {
	resolver
	rm -r "$T/net"
	until_true has_ended
	wait "$resolver"
	mkdir "$T/net"
}

# The file is written, then a process is started: either it or the one before it is there.
@test "a container that comes while the resolver ends has one" {
	: >"$T/net/names"
	for i in $(seq "$([ -n "${THOROUGH:-}" ] && echo 200 || echo 20)"); do
		replace "10.89.7.9 web
"
		: >"$T/ready"
		"$NAMES" --listen "$GATEWAY%br0" --hosts "$T/net/names" --upstream "$T/resolv.conf" --linger 0 \
			--ready 4 4>"$T/ready" 3>&- &
		last=$!
		until [ -s "$T/ready" ] || ! kill -0 "$last" 2>/dev/null; do sleep 0.002; done
		[ "$(ask web)" = 10.89.7.9 ]
		replace ""
		sleep "0.00$((i % 8))"	# other moments each time
	done
	until_true no_resolver_is_left
}

@test "who is on another network is not heard" {
	add_bridge br1 10.89.8.1 fd00:89:8::1
	add_container br1 10.89.8.2 fd00:89:8::2 10.89.8.1
	resolver
	in_container ping -c 1 -W 2 $GATEWAY >/dev/null || in_container ip neigh
	[ "$(in_container dig +short +time=1 +tries=1 @$GATEWAY web | grep -c 10.89.7.2)" = 0 ]
	[ "$(in_container dig +short +tcp +time=1 +tries=1 @$GATEWAY web | grep -c 10.89.7.2)" = 0 ]
}

# other_network WORD…: br1 with the container $other on it, and its resolver, which is $other_resolver. Its names are `far`
# and, as in the first, `www`.
other_network()
{
	local first=$container
	add_bridge br1 10.89.8.1 fd00:89:8::1
	add_container br1 10.89.8.3 fd00:89:8::3 10.89.8.1
	other=$container container=$first
	mkdir "$T/other-net"
	printf '10.89.8.3 far www\nfd00:89:8::3 far\n' >"$T/other-net/names"
	: >"$T/other-ready"
	"$NAMES" --listen 10.89.8.1%br1 --listen fd00:89:8::1%br1 --hosts "$T/other-net/names" \
		--ready 4 "$@" 4>"$T/other-ready" 3>&- 2>"$T/stderr" &
	other_resolver=$!
	PIDS+=("$other_resolver")
	until_true [ -s "$T/other-ready" ]
}

@test "who is in two networks finds the names of both; who is in one finds those of that one" {
	server 127.0.0.5
	other_network --upstream "$T/resolv.conf"
	add_container br0 10.89.7.3 fd00:89:7::3
	replace $'10.89.7.2 web www\n@peers 10.89.7.2 10.89.8.1 0123456789ab\n@peers fd00:89:7::2 fd00:89:8::1 0123456789ab\n10.89.7.3 db\n'
	resolver
	# the one that is in the first alone
	[ "$(ask web)" = 10.89.7.2 ]
	[ "$(code_of far.dns.taru)" = NXDOMAIN ]
	[ "$(ask -x 10.89.8.3)" != far.dns.taru. ]
	: >"$T/log"
	container=${PIDS[0]}
	[ "$(ask far)" = 10.89.8.3 ]
	[ "$(ask far aaaa)" = fd00:89:8::3 ]
	[ "$(ask +tcp far)" = 10.89.8.3 ]
	[ "$(ask far.dns.taru)" = 10.89.8.3 ]
	[ "$(ask +tcp far.dns.taru)" = 10.89.8.3 ]
	[ "$(ask -x 10.89.8.3)" = far.dns.taru. ]
	[ "$(ask +tcp -x 10.89.8.3)" = far.dns.taru. ]
	[ "$(in_container dig +short @$GATEWAY6 far)" = 10.89.8.3 ]
	[ "$(in_container dig +short +tcp @$GATEWAY6 far)" = 10.89.8.3 ]
	in_container dig @$GATEWAY far | grep -q 'flags: qr aa rd ra;'
	in_container dig +tcp @$GATEWAY far | grep -q 'flags: qr aa rd ra;'
	# of its own network first; a name without such an address is there
	[ "$(ask www)" = 10.89.7.2 ]
	[ "$(code_of far mx)" = NOERROR ]
	[ ! -s "$T/log" ]
	# what neither knows
	[ "$(code_of none.dns.taru)" = NXDOMAIN ]
	[ "$(code_of +tcp none.dns.taru)" = NXDOMAIN ]
	[ "$(ask out.up.example)" = 192.0.2.7 ]
	[ "$(ask +tcp out.up.example)" = 192.0.2.7 ]
	[ "$(grep -c out.up.example "$T/log")" = 2 ]
	rm "$T/other-net/names"
}

@test "an internal network's resolver asks those of other networks for their names, and for no others" {
	server 127.0.0.5
	other_network --upstream "$T/resolv.conf"
	replace $'10.89.7.2 web\n@peers 10.89.7.2 10.89.8.1 0123456789ab\n'
	resolver --no-forward
	[ "$(ask far)" = 10.89.8.3 ]
	[ "$(ask +tcp far)" = 10.89.8.3 ]
	[ "$(code_of out.up.example)" = NXDOMAIN ]
	[ "$(code_of +tcp out.up.example)" = NXDOMAIN ]
	[ ! -s "$T/log" ]
	rm "$T/other-net/names"
}

@test "a resolver of another network that is gone or silent costs its turn alone" {
	server 127.0.0.5
	other_network --upstream "$T/resolv.conf"
	replace $'10.89.7.2 web\n@peers 10.89.7.2 10.89.9.1 10.89.7.1 10.89.8.1 0123456789ab\n'
	resolver
	[ "$(ask far)" = 10.89.8.3 ]
	[ "$(ask +tcp far)" = 10.89.8.3 ]
	kill -STOP "$other_resolver"
	in_container dig +short +time=4 +tries=1 @$GATEWAY out.up.example | grep -qx 192.0.2.7
	in_container dig +short +tcp +time=4 +tries=1 @$GATEWAY out.up.example | grep -qx 192.0.2.7
	kill -CONT "$other_resolver"
	kill "$other_resolver"
	wait "$other_resolver" || true
	[ "$(ask out.up.example)" = 192.0.2.7 ]
	[ "$(ask +tcp out.up.example)" = 192.0.2.7 ]
	[ "$(code_of far.dns.taru)" = NXDOMAIN ]
}

@test "resolvers that are told to ask each other for each other's addresses do not go round" {
	server 127.0.0.5
	other_network --upstream "$T/resolv.conf"
	printf '10.89.8.3 far\n@peers 10.89.8.1 10.89.7.1\n@peers 10.89.7.1 10.89.7.1\n' >"$T/other-net/names"
	replace $'10.89.7.2 web\n@peers 10.89.7.2 10.89.8.1 10.89.7.1\n@peers 10.89.7.1 10.89.8.1\n@peers 10.89.8.1 10.89.8.1\n'
	resolver
	[ "$(ask out.up.example)" = 192.0.2.7 ]
	[ "$(ask +tcp out.up.example)" = 192.0.2.7 ]
	[ "$(grep -c out.up.example "$T/log")" = 2 ]
	[ "$(code_of none.dns.taru)" = NXDOMAIN ]
	rm "$T/other-net/names"
}

@test "at another port: nothing of port 53 is taken" {
	server 0.0.0.0
	resolver --port 295
	[ "$(ask -p 295 web)" = 10.89.7.2 ]
	[ "$(ask -p 295 +tcp web)" = 10.89.7.2 ]
	[ "$(in_container dig +short -p 295 @$GATEWAY6 web)" = 10.89.7.2 ]
}

@test "the bridge may come later, and be made anew" {
	kill "${PIDS[0]}"
	wait "${PIDS[0]}" || true
	ip link del br0
	(sleep 0.5; add_bridge br0) &
	resolver
	add_container br0 10.89.7.2 fd00:89:7::2
	[ "$(ask web)" = 10.89.7.2 ]
	kill "$container"
	wait "$container" || true
	ip link del br0
	add_bridge br0
	add_container br0 10.89.7.2 fd00:89:7::2
	# the engine writes the file for each container that comes
	replace "10.89.7.2 web again
"
	[ "$(ask again)" = 10.89.7.2 ]
	[ "$(ask +tcp again)" = 10.89.7.2 ]
}

@test "it gives up its rights, and is small" {
	resolver
	[ "$(awk '/^Uid|^Gid/ { print $2, $3, $4, $5 }' "/proc/$resolver/status" | sort -u)" = "65534 65534 65534 65534" ]
	grep -q '^CapEff:.*0000000000000400$' "/proc/$resolver/status"
	grep -q '^CapPrm:.*0000000000000400$' "/proc/$resolver/status"
	grep -q '^NoNewPrivs:.*1$' "/proc/$resolver/status"
	grep -q '^Seccomp:.*2$' "/proc/$resolver/status"
	ask www
	ask +tcp www
	[ "$(awk '/^Private_Dirty/ { print $2 }' "/proc/$resolver/smaps_rollup")" -le 100 ]
	[ "$(awk '/^Pss:/ { print $2 }' "/proc/$resolver/smaps_rollup")" -le 200 ]
	[ "$(readlink "/proc/$resolver/cwd")" = / ]
	[ ! -s "$T/stderr" ]
}

@test "in an ordinary user's namespaces it is who it can be" {
	local home
	home=$(mktemp -d "${TMPDIR:-/tmp}/taru-names-user.XXXXXX")
	mkdir "$home/net"
	echo "10.0.0.2 web" >"$home/net/names"
	echo "nameserver 127.0.0.5" >"$home/resolv.conf"
	chown -R 1000:1000 "$home"
	cat >"$home/do" <<-END
		cd "$home"
		ip link add br0 type bridge
		ip addr add 10.0.0.1/24 dev br0
		ip link set br0 up
		ip link set lo up
		"$NAMES" --listen 10.0.0.1%br0 --hosts "$home/net/names" --upstream "$home/resolv.conf" --ready 4 4>ready &
		until [ -s ready ] || ! kill -0 \$!; do sleep 0.05; done
		dig +short +time=2 +tries=1 @10.0.0.1 web
		grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/\$(pgrep -x taru-names)/status
		rm "$home/net/names"
		wait
	END
	setpriv --reuid 1000 --regid 1000 --clear-groups unshare --user --map-root-user --net bash "$home/do" >"$T/said" 3>&-
	rm -r "$home"
	cat "$T/said"
	grep -q '^10.0.0.2$' "$T/said"
	grep -q '^CapEff:.*0000000000000400$' "$T/said"
	grep -q '^Seccomp:.*2$' "$T/said"
}

@test "a container that sends anything does no harm" {
	server 127.0.0.5
	resolver
	in_container "$PYTHON" "$HERE/hostile_asker.py" garbage $GATEWAY 3
	not has_ended
	[ "$(ask web)" = 10.89.7.2 ]
	[ "$(ask ok.up.example)" = 192.0.2.7 ]
}

@test "a container that takes all places does not keep others from theirs" {
	server 127.0.0.5
	resolver
	in_container "$PYTHON" "$HERE/hostile_asker.py" silent $GATEWAY 60 3>&- &
	PIDS+=("$!")
	in_container "$PYTHON" "$HERE/hostile_asker.py" connections $GATEWAY 60 >"$T/held" 3>&- &
	PIDS+=("$!")
	until_true grep -q held "$T/held"
	add_container br0 10.89.7.3 fd00:89:7::3
	for _ in {1..5}; do
		[ "$(ask web)" = 10.89.7.2 ]
		[ "$(ask ok.up.example)" = 192.0.2.7 ]
		[ "$(ask +tcp web)" = 10.89.7.2 ]
		[ "$(ask +tcp slow.up.example)" = 192.0.2.7 ]
	done
	# What it holds has an end: descriptors, memory, processor time.
	[ "$(ls "/proc/$resolver/fd" | wc -l)" -lt 420 ]
	[ "$(awk '/^Private_Dirty/ { print $2 }' "/proc/$resolver/smaps_rollup")" -le 900 ]
	[ "$(awk '{ print $14 + $15 }' "/proc/$resolver/stat")" -le 400 ]
}

@test "what it is given and cannot use is told" {
	says()
	{
		local words=$1
		shift
		status=0
		"$NAMES" "$@" 2>"$T/stderr" 3>&- || status=$?
		[ "$status" = 1 ]
		[[ "$(<"$T/stderr")" == *"$words"* ]] || { cat "$T/stderr"; return 1; }
		[ "$(wc -l <"$T/stderr")" = 1 ]
	}
	local files=(--hosts "$T/net/names" --upstream "$T/resolv.conf")
	says "'--listen'" "${files[@]}"
	says "--listen '10.0.0'" --listen 10.0.0 "${files[@]}"
	says "--listen '10.0.0.1%'" --listen 10.0.0.1% "${files[@]}"
	says "--listen '10.0.0.1%an-interface-too-long'" --listen 10.0.0.1%an-interface-too-long "${files[@]}"
	says "'--hosts'" --listen $GATEWAY%br0 --upstream "$T/resolv.conf"
	says "'--upstream'" --listen $GATEWAY%br0 --hosts "$T/net/names"
	says "--ready 'x'" --listen $GATEWAY%br0 "${files[@]}" --ready x
	says "--port '0'" --listen $GATEWAY%br0 "${files[@]}" --port 0
	says "--port '65536'" --listen $GATEWAY%br0 "${files[@]}" --port 65536
	says "--domain '.x'" --listen $GATEWAY%br0 "${files[@]}" --domain .x
	says "'--hosts': its value is missing" --hosts
	says "unknown option '--no-such'" --no-such
	says "$T/net/none': No such file" --listen $GATEWAY%br0 --hosts "$T/net/none" --upstream "$T/resolv.conf"
	says "$T/none/names': No such file" --listen $GATEWAY%br0 --hosts "$T/none/names" --upstream "$T/resolv.conf"
	chmod 600 "$T/net/names"
	says "as nobody --hosts '$T/net/names': Permission denied" --listen $GATEWAY%br0 "${files[@]}"
	chmod 644 "$T/net/names"
	chmod 600 "$T/resolv.conf"
	says "as nobody --upstream '$T/resolv.conf': Permission denied" --listen $GATEWAY%br0 "${files[@]}"
	chmod 644 "$T/resolv.conf"
	"$PYTHON" "$HERE/nameserver.py" "$T/log" 0.0.0.0 3>&- &
	PIDS+=("$!")
	until_true grep -q ready "$T/log"
	says "--listen '$GATEWAY%br0': Address in use" --listen $GATEWAY%br0 "${files[@]}"
}
