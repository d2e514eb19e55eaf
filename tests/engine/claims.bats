#!/usr/bin/env bats
# claims.bats - what `run` and `create` take and leave on the host: --cidfile, --pidfile, --replace; labels and variables from
# elsewhere; --tz and --expose.
# shellcheck disable=SC2154,SC2016
load engine

@test "--cidfile holds the ID, refuses a file that is there, and is gone where no container was made" {
	works create --cidfile "$T/id" box true
	[ "$(<"$T/id")" = "$output" ]
	fails 125 "container ID file found, make sure the other container isn't running or delete $T/id" -- run --cidfile "$T/id" box true
	[ "$(<"$T/id")" = "$("$TARU" ps -aq --no-trunc)" ]
	fails 125 "no such user" -- run --cidfile "$T/other" -u nobody-here box true
	[ ! -e "$T/other" ]
	fails 125 "$T/no/such" -- run --cidfile "$T/no/such" box true
}

@test "--replace removes the container of that name, also one that runs, and only when the new one can be made" {
	background one box sleep 30
	local first
	first=$("$TARU" inspect -f '{{.Id}}' one)
	fails 125 "no such user" -- run --name one --replace -u nobody-here box true
	[ "$("$TARU" inspect -f '{{.Id}}' one)" = "$first" ]
	works create --name one --replace box true
	[ "$output" != "$first" ]
	[ "$("$TARU" ps -aq --no-trunc)" = "$output" ]
	fails 1 "'--name'" -- create --replace box true
	works create --name two --replace box true
}

@test "--label-file: lines, of which --label says more" {
	printf '# comment\n\n  one=1\ntwo=a=b\nalone\n' >"$T/labels"
	works create --name one --label-file "$T/labels" --label two=2 box true
	works inspect -f '{{.Config.Labels.one}} {{.Config.Labels.two}} <{{.Config.Labels.alone}}> {{.Config.Labels.made}}' one
	[ "$output" = "1 2 <> here" ]
	printf '=1\n' >"$T/labels"
	fails 1 "'--label-file'" -- create --label-file "$T/labels" box true
	fails 1 "$T/none" -- create --label-file "$T/none" box true
}

@test "--env-host: the caller's variables, below those of the image and of --env" {
	MINE=1 PLACE=mine OTHER=2 works run --rm --env-host -e OTHER=3 box sh -c 'echo $MINE $PLACE $OTHER'
	[ "$output" = "1 cellar 3" ]
}

@test "--pidfile: the number of its process, at each start" {
	background one --pidfile "$T/pid" box sleep 30
	[ "$(<"$T/pid")" = "$("$TARU" inspect -f '{{.State.Pid}}' one)" ]
	"$TARU" kill one
	cd "$T"
	works create --name two --pidfile pid.two box true
	cd /
	works start -a two
	[ -s "$T/pid.two" ]
}

@test "--tz: a zone of this machine, or no container" {
	[ -e /usr/share/zoneinfo/Asia/Tokyo ] || skip "this machine has no time zones"
	works run --rm --tz Asia/Tokyo box cat /etc/localtime
	[ "$(tr -d '\0' <"$T/stdout")" = "$(tr -d '\0' </usr/share/zoneinfo/Asia/Tokyo)" ]
	fails 125 "'--tz'" -- run --rm --tz Nowhere/Land box true
	fails 125 "'--tz'" -- run --rm --tz ../../../etc/passwd box true
}

@test "--expose is kept, and what is no port is refused" {
	works create --name one --expose 80 --expose 53/udp box true
	works inspect -f '{{json .Config.ExposedPorts}}' one
	[ "$output" = '{"80/tcp":{},"53/udp":{}}' ]
	works create --name published --expose 80 -p 8080:80 -p 127.0.0.1:9000-9001:90-91/udp -p 8081:80 box true
	works inspect -f '{{json .Config.ExposedPorts}}' published
	[ "$output" = '{"80/tcp":{},"90/udp":{},"91/udp":{}}' ]
	works rm published
	for port in 0 65536 80/xyz 9-8 x; do
		fails 1 "'--expose'" -- create --expose "$port" box true
	done
}

@test "a value that makes no sense is told by the name of its option, also where nothing would come of it" {
	fails 125 "option '--gidmap': 'x'" -- run --rm --gidmap x box true
	fails 125 "option '--uidmap': 'x'" -- run --rm --uidmap x box true
	fails 125 "option '--subgidname': /etc/subuid has no line for 'none.such'" -- run --rm --subgidname none.such box true
	fails 125 "option '--dns': 'x' is no address" -- run --rm --dns x box true
	fails 125 "option '--dns': '2001:db8::1 x' is no address" -- run --rm --dns '2001:db8::1 x' box true
	works run --rm --network none --dns fe80::1%eth0 --dns 192.0.2.53 box grep -c nameserver /etc/resolv.conf
	[ "$output" = 2 ]
	for odd in x -5 1- 1,,2 1, ,1 '1 2' 1-2-3; do
		fails 125 "option '--cpuset-cpus': '$odd' is no list" -- run --rm "--cpuset-cpus=$odd" box true
		fails 125 "option '--cpuset-mems': '$odd' is no list" -- run --rm "--cpuset-mems=$odd" box true
	done
	works run --rm --network none --cpuset-cpus 0-0,0 --cpuset-mems 0 box true
	fails 125 "option '--tls-verify' is true or false, not 'x'" -- run --rm --tls-verify x box true
	fails 125 "option '--retry-delay': 'x' is no time" -- run --rm --retry-delay x box true
}

@test "inspect tells of the begin of an ID that several containers have" {
	local first='' digit
	: >"$T/ids"
	until [ -n "$first" ]; do
		"$TARU" create --network none box true >>"$T/ids"
		for digit in $(cut -c 1 "$T/ids" | sort | uniq -d); do
			# It would be an image that has an ID, or a digest, that begins so.
			"$TARU" image inspect "$digit" >/dev/null 2>&1 || first=$digit
		done
	done
	fails 1 "have IDs that begin so" -- inspect "$first"
}
