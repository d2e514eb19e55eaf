#!/usr/bin/env bats
# network_programs.bats - networks as programs use them: nginx and curl, dig, iperf3, and a network with a hundred
# containers. The programs are this machine's, in containers of the image `host`.
# shellcheck disable=SC2154,SC2016
load network

# A page, and nginx's settings for containers that give it: each answers with its own name and with who asked.
settings()
{
	mkdir -p "$T/web"
	cat >"$T/web/nginx.conf" <<-'END'
	daemon off;
	user root;
	pid /tmp/nginx.pid;
	error_log stderr;
	events {}
	http {
		access_log off;
		client_body_temp_path /tmp/body;
		proxy_temp_path /tmp/proxied;
		fastcgi_temp_path /tmp/fastcgi;
		uwsgi_temp_path /tmp/uwsgi;
		scgi_temp_path /tmp/scgi;
		server {
			listen 80;
			listen [::]:80;
			location = /who { return 200 "$hostname $remote_addr\n"; }
			location / { root /web; }
		}
	}
	END
	head -c 20000000 /dev/urandom >"$T/web/large"
}

# nginx NAME OPTION…: it reads its own copy of the settings, which may be changed for the next as soon as this one is there.
nginx()
{
	local name=$1
	shift
	cp "$T/web/nginx.conf" "$T/web/$name.conf"
	works run -d --name "$name" --hostname "$name" --tmpfs /tmp -v "$T/web:/web:ro" "$@" host nginx -c "/web/$name.conf"
}

# fetch OPTION… URL: this machine's own curl.
fetch()
{
	curl --silent --show-error --fail --max-time 20 "$@"
}

@test "nginx and curl: by name, by a published port, by IPv6; a large file arrives whole; who asks is seen" {
	settings
	works network create --ipv6 --subnet fd12:3456::/64 --subnet 10.123.0.0/24 wine
	nginx web --network wine -p 8080:80
	until_true fetch -o /dev/null http://127.0.0.1:8080/who
	works run --rm --network wine --ip 10.123.0.77 host curl -4 -sSf --max-time 20 http://web/who
	[ "$output" = "web 10.123.0.77" ]
	works run --rm --network wine --ip6 fd12:3456::77 host curl -6 -sSf --max-time 20 http://web/who
	[ "$output" = "web fd12:3456::77" ]
	fetch http://127.0.0.1:8080/large | cmp - "$T/web/large"
	works run --rm --network wine host sh -c 'curl -sSf --max-time 20 http://web/large | sha256sum'
	[ "${output%% *}" = "$(sha256sum <"$T/web/large" | cut -d' ' -f1)" ]
	# A hundred connections at once.
	fetch --parallel --parallel-max 100 'http://127.0.0.1:8080/who?[1-400]' >"$T/who"
	[ "$(grep -c "^web " "$T/who")" = 400 ]
}

@test "nginx in front of others: it finds them by name and alias, and one that was replaced under the same name" {
	settings
	works network create wine
	nginx one --network wine --network-alias pool
	sed -i 's|location / .*|location / { resolver RESOLVER valid=1s; proxy_connect_timeout 1s; set $at pool; proxy_pass http://$at/who; }|' \
		"$T/web/nginx.conf"
	works exec one sed -n 's/^nameserver //p' /etc/resolv.conf
	sed -i "s/RESOLVER/${output%%$'\n'*}/" "$T/web/nginx.conf"
	nginx front --network wine -p 8080:80
	until_true eval '[[ "$(fetch http://127.0.0.1:8080/)" = "one "* ]]' || {
		curl -sS -i --max-time 5 http://127.0.0.1:8080/
		"$TARU" logs front
		"$TARU" exec front getent hosts pool
		false
	}
	works rm -f one
	sed -i 's|location / .*||' "$T/web/nginx.conf"
	nginx two --network wine --network-alias pool
	until_true eval '[[ "$(fetch http://127.0.0.1:8080/)" = "two "* ]]'
}

@test "dig: A, AAAA and PTR, by UDP and by TCP; a name that is not there is NXDOMAIN, and what it has no address of is empty" {
	works network create --ipv6 --subnet fd12:3456::/64 --subnet 10.123.0.0/24 wine
	works run -d --name web --network wine --network-alias cellar host sleep 1000
	# ask WORD…: dig, in a container of the network.
	ask()
	{
		works run --rm --network wine host dig +tries=1 +time=3 "$@"
	}
	local four six
	four=$(address web wine)
	six=$("$TARU" inspect --format '{{.NetworkSettings.Networks.wine.GlobalIPv6Address}}' web)
	ask +short web
	[ "$output" = "$four" ]
	ask +short +tcp cellar
	[ "$output" = "$four" ]
	ask +short AAAA web
	[ "$output" = "$six" ]
	ask +short -x "$four"
	[[ "$output" == *web.* ]]
	ask +short -x "$six"
	[[ "$output" == *web.* ]]
	ask MX web
	[[ "$output" == *"status: NOERROR"*"ANSWER: 0"* ]]
	works network create plain
	works run -d --name other --network plain host sleep 1000
	works run --rm --network plain host dig +tries=1 +time=3 +short other
	[ "$output" = "$(address other plain)" ]
	works run --rm --network plain host dig +tries=1 +time=3 AAAA other
	[[ "$output" == *"status: NOERROR"*"ANSWER: 0"* ]]
	# Of another network it knows nothing.
	works run --rm --network plain host dig +tries=1 +time=3 +short web
	[ "$output" != "$four" ]
}

@test "iperf3: what one container sends the other receives, by the bridge and by a published port" {
	works run -d --name server -p 5201:5201 host iperf3 -s
	until_true eval 'ss -Hltn sport = :5201 | grep -q . || "$TARU" exec server ss -Hltn sport = :5201 | grep -q .'
	# The receiver stops counting when the sender says that it is through.
	works run --rm host iperf3 -J -n 200M -c "$(address server)"
	[ "$(jq '.end.sum_received.bytes > 180000000' <<<"$output")" = true ]
	iperf3 -J -n 200M -c 10.87.0.1 >"$T/published"
	[ "$(jq '.end.sum_received.bytes > 180000000' "$T/published")" = true ]
	works run --rm host iperf3 -J -u -b 20M -t 1 -c "$(address server)"
	[ "$(jq '.end.sum.packets > 100 and .end.sum.lost_packets < .end.sum.packets / 2' <<<"$output")" = true ]
}

@test "a hundred containers of one network: each has an address of its own and finds the others; nothing is left of them" {
	local number
	works network create wine
	for number in {1..100}; do
		works run -d --name "box$number" --network wine box sleep 1000 >/dev/null
	done
	works network inspect wine
	[ "$(jq '.[0].Containers | [.[].IPv4Address] | unique | length' <<<"$output")" = 100 ]
	# The first finds them all, and the last the first.
	works exec box1 sh -c 'for i in $(seq 2 100); do ping -c1 -W2 box$i >/dev/null || echo "box$i is not found"; done'
	[ -z "$output" ]
	works exec box100 ping -c1 -W2 box1
	works rm -f $(seq -f 'box%g' 100)
	works network rm wine
}
