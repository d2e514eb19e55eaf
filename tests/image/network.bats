# network.bats - ways to a registry: HTTP/2, proxies, certificates of clients. The registry is docker-registry, behind
# nginx where TLS is wanted.
# shellcheck shell=bash disable=SC2154,SC2153

load store.bash

# An address that is not this machine's own name for itself: proxies are for others.
OUTSIDE=10.99.0.1

setup_file()
{
	store_setup_file
	ip address add "$OUTSIDE/32" dev lo
	make_ca "$WORLD"
	make_certificate "$WORLD" server "IP:$OUTSIDE,IP:127.0.0.1"
	make_certificate "$WORLD" client "DNS:client"
	start_nginx "$WORLD/open"
	start_nginx "$WORLD/closed" "ssl_client_certificate $WORLD/ca.pem; ssl_verify_client on;"
}

teardown_file()
{
	local folder
	for folder in "$WORLD"/*/; do
		stop_registry "$folder"
	done
	rm -rf "$WORLD"
}

setup()
{
	store_setup
	unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY no_proxy NO_PROXY all_proxy ALL_PROXY
	OPEN=$OUTSIDE:$(cat "$WORLD/open/port")
	CLOSED=$OUTSIDE:$(cat "$WORLD/closed/port")
	: >"$WORLD/open/access"
	: >"$WORLD/closed/access"
	trust "$OPEN"
	trust "$CLOSED"
}

teardown()
{
	stop_registry "$T/proxy"
	stop_registry "$T/other"
	rm -rf --one-file-system "$T"
}

# trust HOST: its certificate is good for this user.
trust()
{
	mkdir -p "$T/.config/containers/certs.d/$1"
	cp "$WORLD/ca.pem" "$T/.config/containers/certs.d/$1/ca.crt"
}

# start_nginx FOLDER [SETTINGS]: HTTP/2 and TLS before $REGISTRY, at all addresses; its port is in FOLDER/port, a line
# for each request in FOLDER/access.
start_nginx()
{
	local port
	mkdir -p "$1"
	port=$(free_port)
	cat >"$1/nginx.conf" <<-END
	daemon off;
	master_process off;
	user root;
	pid $1/nginx.pid;
	error_log $1/error;
	events {}
	http {
		log_format line '\$server_protocol \$connection \$ssl_client_verify \$request_method \$uri';
		access_log $1/access line;
		client_body_temp_path $1/body;
		proxy_temp_path $1/temporary;
		fastcgi_temp_path $1/fastcgi;
		uwsgi_temp_path $1/uwsgi;
		scgi_temp_path $1/scgi;
		server {
			listen $port ssl http2;
			ssl_certificate $WORLD/server.pem;
			ssl_certificate_key $WORLD/server.key;
			${2:-}
			client_max_body_size 0;
			location / {
				proxy_pass http://$REGISTRY;
				proxy_set_header Host \$http_host;
				proxy_set_header X-Forwarded-Proto https;
			}
		}
	}
	END
	nginx -c "$1/nginx.conf" >"$1/out" 2>&1 3>&- 4>&- &
	echo $! >"$1/pid"
	await_port "$port" "$!" || { cat "$1/out" "$1/error" >&2; return 1; }
	echo "$port" >"$1/port"
}

# start_proxy [USER:PASSWORD]: sets $PROXY.
start_proxy()
{
	local try
	mkdir -p "$T/proxy"
	"$PYTHON" "$HERE/proxy.py" "$T/proxy" "$OUTSIDE" "$@" >"$T/proxy/out" 2>&1 3>&- 4>&- &
	echo $! >"$T/proxy/pid"
	for ((try = 0; try < 200; try++)); do
		[ ! -e "$T/proxy/port" ] || break
		sleep 0.05
	done
	touch "$T/proxy/log"
	PROXY=$OUTSIDE:$(cat "$T/proxy/port")
}

# proxied FILTER: true of the list of requests that the proxy saw.
proxied()
{
	jq -es "$1" "$T/proxy/log" >/dev/null || { cat "$T/proxy/log"; return 1; }
}

# --- HTTP/2 ---

@test "a pull and a push go by HTTP/2 where the server has it, all on one connection" {
	works pull "$OPEN/team/app:1"
	is_whole "$OPEN/team/app:1"
	cat "$WORLD/open/access"
	[ "$(cut -d' ' -f1 "$WORLD/open/access" | sort -u)" = HTTP/2.0 ]
	[ "$(cut -d' ' -f2 "$WORLD/open/access" | sort -u | wc -l)" = 1 ]
	works tag "$OPEN/team/app:1" "$OPEN/pushed/app:1"
	: >"$WORLD/open/access"
	works push "$OPEN/pushed/app:1"
	[ "$(cut -d' ' -f1 "$WORLD/open/access" | sort -u)" = HTTP/2.0 ]
	rm -rf "$TARU_ROOT"
	works pull "$OPEN/pushed/app:1"
	is_whole "$OPEN/pushed/app:1"
}

# --- proxies ---

@test "HTTPS_PROXY: the proxy sees where it goes, and not who asks" {
	local name
	start_proxy
	for name in HTTPS_PROXY https_proxy ALL_PROXY; do
		rm -rf "$TARU_ROOT" "$T/proxy/log" "$T/proxy/tunnels"
		export "$name=http://$PROXY"
		works pull --creds alice:secret "$OPEN/team/app:1"
		unset "$name"
		is_whole "$OPEN/team/app:1"
		proxied "length >= 1 and all(.method == \"CONNECT\" and .target == \"$OPEN\") and
			all(.fields | keys | map(ascii_downcase) | contains([\"authorization\"]) | not)"
		run ! grep -a -e alice -e YWxpY2U6c2VjcmV0 -e team "$T/proxy/tunnels"
	done
}

@test "a proxy's own password goes to it alone" {
	start_proxy bob:hidden
	HTTPS_PROXY=http://bob:hidden@$PROXY works pull "$OPEN/team/app:1"
	proxied 'any(.fields["Proxy-Authorization"] == "Basic Ym9iOmhpZGRlbg==")'
	run ! grep -a Ym9iOmhpZGRlbg== "$T/proxy/tunnels"
}

@test "a proxy that says no is named as what it is, and is no reason to go without it" {
	start_proxy none:
	export HTTPS_PROXY=http://$PROXY
	SECONDS=0
	fails "proxy" pull "$OPEN/team/app:1"
	[[ "$stderr" = *403* ]]
	[ ! -s "$WORLD/open/access" ]
	stop_registry "$T/proxy"
	fails "proxy" pull "$OPEN/team/app:1"
	[ ! -s "$WORLD/open/access" ]
	[ "$SECONDS" -lt 30 ]
}

@test "NO_PROXY, and this machine itself, are asked without a proxy" {
	start_proxy
	export HTTPS_PROXY=http://$PROXY HTTP_PROXY=http://$PROXY
	NO_PROXY=$OUTSIDE works pull "$OPEN/team/app:1"
	no_proxy='x.example,10.99.0.0/24' works pull "$OPEN/team/app:1"
	works pull "$REGISTRY/team/app:1"
	trust "127.0.0.1:${OPEN#*:}"
	works pull "127.0.0.1:${OPEN#*:}/team/app:1"
	proxied '. == []'
}

@test "HTTP_PROXY is for a registry without TLS" {
	local plain name
	plain=$OUTSIDE:$(free_port)
	start_proxy
	sed "s/addr: .*/addr: $plain/" "$WORLD/registry/config.yml" >"$T/config.yml"
	mkdir "$T/other"
	docker-registry serve "$T/config.yml" >"$T/other/log" 2>&1 3>&- 4>&- &
	echo $! >"$T/other/pid"
	printf '[[registry]]\nlocation = "%s"\ninsecure = true\n' "$plain" >"$T/.config/containers/registries.conf"
	for name in HTTP_PROXY http_proxy; do
		rm -rf "$TARU_ROOT" "$T/proxy/log"
		touch "$T/proxy/log"
		export "$name=http://$PROXY"
		works pull "$plain/team/app:1"
		unset "$name"
		is_whole "$plain/team/app:1"
		proxied "length > 1 and all(.target | startswith(\"http://$plain/v2/\"))"
	done
	# What a web server calls a field of its client's request is no setting (CVE-2016-5385).
	rm "$T/proxy/log"
	touch "$T/proxy/log"
	REQUEST_METHOD=GET HTTP_PROXY=http://$PROXY works pull "$plain/team/app:1"
	proxied '. == []'
}

# --- certificates of clients ---

# client_certificate HOST NAME: is shown to the host.
client_certificate()
{
	cp "$WORLD/$2.pem" "$T/.config/containers/certs.d/$1/client.cert"
	cp "$WORLD/$2.key" "$T/.config/containers/certs.d/$1/client.key"
}

@test "a registry that wants a certificate of the client's gets it" {
	client_certificate "$CLOSED" client
	works pull "$CLOSED/team/app:1"
	is_whole "$CLOSED/team/app:1"
	[ "$(cut -d' ' -f3 "$WORLD/closed/access" | sort -u)" = SUCCESS ]
	# And nobody else does.
	rm -rf "$TARU_ROOT"
	works pull "$OPEN/team/app:1"
	[ "$(cut -d' ' -f3 "$WORLD/open/access" | sort -u)" = NONE ]
}

# start_strict: docker-registry itself, which wants one. Sets $STRICT.
start_strict()
{
	STRICT=$OUTSIDE:$(free_port)
	mkdir "$T/other"
	sed "s/addr: .*/addr: $STRICT/" "$WORLD/registry/config.yml" >"$T/config.yml"
	echo "  tls: { certificate: $WORLD/server.pem, key: $WORLD/server.key, clientcas: [ $WORLD/ca.pem ] }" \
		>>"$T/config.yml"
	docker-registry serve "$T/config.yml" >"$T/other/log" 2>&1 3>&- 4>&- &
	echo $! >"$T/other/pid"
	sleep 1
	trust "$STRICT"
}

@test "without one, or with somebody else's, what is missing is said" {
	local host
	start_strict
	mkdir "$T/foreign"
	make_ca "$T/foreign"
	make_certificate "$T/foreign" stranger "DNS:client"
	cp "$T/foreign/stranger.pem" "$T/foreign/stranger.key" "$WORLD/"
	for host in "$STRICT" "$CLOSED"; do
		fails "certificate" pull "$host/team/app:1"
		[[ "$stderr" = *certs.d* ]]
		[ "$(grep -c "^taru: " <<<"$stderr")" = 1 ]
		client_certificate "$host" stranger
		fails "certificate" pull "$host/team/app:1"
		[ "$(grep -c "^taru: " <<<"$stderr")" = 1 ]
		client_certificate "$host" client
		works pull "$host/team/app:1"
		rm "$T/.config/containers/certs.d/$host/client.key"
		fails "client.key" pull "$host/team/app:1"
		cp "$WORLD/server.key" "$T/.config/containers/certs.d/$host/client.key"
		fails "key" pull "$host/team/app:1"
		[ "$(grep -c "^taru: " <<<"$stderr")" = 1 ]
	done
}

@test "SSL_CERT_FILE and SSL_CERT_DIR say whose certificates are good" {
	rm -r "$T/.config/containers/certs.d"
	fails "certificate" pull "$OPEN/team/app:1"
	SSL_CERT_FILE=$WORLD/ca.pem works pull "$OPEN/team/app:1"
	rm -rf "$TARU_ROOT"
	mkdir "$T/certs"
	cp "$WORLD/ca.pem" "$T/certs/"
	openssl rehash "$T/certs"
	SSL_CERT_DIR=$T/certs works pull "$OPEN/team/app:1"
}
