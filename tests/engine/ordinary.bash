# ordinary.bash - taru as an ordinary user, with subordinate ids and without. To be loaded after engine.bash.
# shellcheck shell=bash disable=SC2154,SC2034,SC2016

ORDINARY=12345

# as_user [ranges] WORD…: taru as the ordinary user, in a copy of the machine's files of users. $printed: the file that
# its output is in. GROUPS_OF_ORDINARY: --groups=GID,… for setpriv(1); without: none. AROUND: a command line of root's
# that runs it.
as_user()
{
	local ranges='' file etc
	# Another time it may be called while this one runs.
	etc=$(mktemp -d "$T/etc.XXXXXX")
	chmod 755 "$etc"
	if [ "$1" = ranges ]; then
		ranges=1
		shift
	fi
	mkdir -p "$T/home" "$T/run"
	chown "$ORDINARY:$ORDINARY" "$T/home" "$T/run"
	for file in passwd group subuid subgid; do
		cat "/etc/$file" >"$etc/$file" 2>/dev/null || : >"$etc/$file"
	done
	echo "ordinary:x:$ORDINARY:$ORDINARY::$T/home:/bin/sh" >>"$etc/passwd"
	echo "ordinary:x:$ORDINARY:" >>"$etc/group"
	if [ -n "$ranges" ]; then
		echo "ordinary:500000:65536" >>"$etc/subuid"
		echo "ordinary:600000:65536" >>"$etc/subgid"
	fi
	status=0
	unshare --mount sh -ec '
		# As udev makes it: anybody may use it.
		if [ -c /dev/net/tun ] && [ "$(stat -c %a /dev/net/tun)" != 666 ]; then
			[ -c "$1/tun" ] || { mknod "$1/tun" c 10 200 && chmod 666 "$1/tun"; }
			mount --bind "$1/tun" /dev/net/tun
		fi
		for file in passwd group subuid subgid; do
			[ -e "/etc/$file" ] || : >"/etc/$file"
			mount --bind "$3/$file" "/etc/$file"
		done
		export HOME=$1/home XDG_RUNTIME_DIR=$1/run USER=ordinary
		unset TARU_ROOT TARU_RUN_ROOT XDG_DATA_HOME
		user=$2
		shift 3
		cd "$HOME"
		exec ${AROUND:-} setpriv --reuid "$user" --regid "$user" ${GROUPS_OF_ORDINARY:---clear-groups} "$@"' sh "$T" "$ORDINARY" "$etc" "$TARU" "$@" \
		<"${INPUT:-/dev/null}" >"$etc/stdout" 2>"$etc/stderr" || status=$?
	printed=$etc/stdout
	output=$(tr -d '\0' <"$printed") stderr=$(<"$etc/stderr")
	printf 'status %s\n%s\n%s\n' "$status" "$output" "$stderr"
}

import_box()
{
	tar -C "$WORLD/box" -c . >"$T/box.tar"
	as_user ranges import "$T/box.tar" box
	[ "$status" = 0 ]
}

# A way out of this machine, which leads nowhere: pasta takes the addresses and routes of the container from it.
way_out()
{
	ip link add out type veth peer name nowhere
	ip link set nowhere up
	ip link set out up
	ip addr add 192.0.2.2/24 dev out
	ip addr add 2001:db8::2/64 dev out nodad
	ip route add default via 192.0.2.1 dev out
	ip route add default via 2001:db8::1 dev out
}

no_way_out()
{
	ip link delete out 2>/dev/null || true
}

# ordinary_teardown: the user's containers and networks go, and so does all that serves them.
ordinary_teardown()
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
	pgrep -a 'pasta|passt|slirp4netns|taru-outward|taru-names|taru-ports' || true
}

nothing_serves()
{
	[ -z "$(serving)" ]
}

# web NAME [OPTION…]: a container that answers "NAME" at its port 80, by IPv4 and IPv6.
web()
{
	local name=$1
	shift
	as_user ranges run -d --name "$name" "$@" box sh -c "mkdir /www; echo $name >/www/index.html; exec httpd -f -p '[::]:80' -h /www"
	[ "$status" = 0 ]
}

# sees CONTAINER NAME [ADDRESS]: it gets that one's answer, which is its name; by that name, or by the address.
sees()
{
	as_user ranges exec "$1" timeout 5 wget -q -O - "http://${3:-$2}/"
	[ "$output" = "$2" ]
}

# says TEXT ADDRESS:PORT
says()
{
	[ "$(timeout 5 busybox wget -q -O - "http://$2/")" = "$1" ]
}

# The other end of the way out: another machine, 192.0.2.7 and 2001:db8::7.
outside()
{
	nsenter --net="/proc/$OUTSIDE/ns/net" "$@"
}

add_outside()
{
	unshare --net sleep 1000 3>&- 4>&- &
	OUTSIDE=$!
	PIDS+=("$OUTSIDE")
	until_true eval '[ "$(readlink "/proc/$OUTSIDE/ns/net")" != "$(readlink /proc/self/ns/net)" ]'
	ip link set nowhere netns "$OUTSIDE"
	outside ip link set nowhere up
	outside ip addr add 192.0.2.7/24 dev nowhere
	outside ip addr add 2001:db8::7/64 dev nowhere nodad
}

# It serves "beer" at its port 80.
serve_outside()
{
	mkdir "$T/outside"
	echo beer >"$T/outside/index.html"
	outside busybox httpd -f -p 80 -h "$T/outside" 3>&- 4>&- &
	PIDS+=($!)
	until_true says beer 192.0.2.7:80
}
