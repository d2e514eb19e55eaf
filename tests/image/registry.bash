# registry.bash - Debian's docker-registry on a free port of loopback, for a test.
#
#	start_registry FOLDER [--tls] [--auth]	# sets REGISTRY to host:port; with --tls the CA is in FOLDER/ca.pem; with
#						# --auth it knows alice, whose password is secret
#	stop_registry FOLDER
#
# All that it keeps is below FOLDER, of which each registry needs its own.
# shellcheck shell=bash

# make_ca FOLDER: an authority, at FOLDER/ca.pem and ca.key.
make_ca()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=authority of a test" \
		-keyout "$1/ca.key" -out "$1/ca.pem" 2>/dev/null
}

# make_certificate FOLDER NAME ALTERNATIVE [OPTION...]: FOLDER/NAME.pem and .key, signed by make_ca's. ALTERNATIVE is
# as in "IP:127.0.0.1"; options are those of `openssl x509`.
make_certificate()
{
	local folder=$1 name=$2 alternative=$3
	shift 3
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
		-keyout "$folder/$name.key" -out "$folder/$name.csr" 2>/dev/null
	openssl x509 -req -in "$folder/$name.csr" -CA "$folder/ca.pem" -CAkey "$folder/ca.key" -CAcreateserial \
		-extfile <(echo "subjectAltName=$alternative") -out "$folder/$name.pem" -days 2 "$@" 2>/dev/null
}

free_port()
{
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start_registry()
{
	local folder=$1 tls='' auth='' port try
	shift
	for option; do
		case $option in
		--tls) tls=yes ;;
		--auth) auth=yes ;;
		*) echo "start_registry: '$option' is unknown" >&2; return 1 ;;
		esac
	done
	mkdir -p "$folder/data"
	if [ -n "$tls" ] && ! [ -e "$folder/ca.pem" ]; then
		make_ca "$folder"
		make_certificate "$folder" server IP:127.0.0.1
	fi
	[ -z "$auth" ] || htpasswd -Bbn -C 4 alice secret >"$folder/htpasswd" 2>/dev/null
	# The port may be taken between the asking and the using.
	for try in 1 2 3; do
		port=$(free_port)
		write_config "$folder" "$port" "$tls" "$auth" >"$folder/config.yml"
		docker-registry serve "$folder/config.yml" >"$folder/log" 2>&1 3>&- 4>&- &
		echo $! >"$folder/pid"
		# shellcheck disable=SC2034
		REGISTRY=127.0.0.1:$port
		! await_port "$port" "$(cat "$folder/pid")" || return 0
	done
	cat "$folder/log" >&2
	return 1
}

write_config()
{
	cat <<-END
	version: 0.1
	log: { level: warn, accesslog: { disabled: false } }
	storage: { filesystem: { rootdirectory: $1/data }, delete: { enabled: true } }
	http:
	  addr: 127.0.0.1:$2
	  secret: test
	END
	[ -z "$3" ] || echo "  tls: { certificate: $1/server.pem, key: $1/server.key }"
	[ -z "$4" ] || echo "auth: { htpasswd: { realm: test, path: $1/htpasswd } }"
}

# await_port PORT PID: until somebody listens, up to 10 s; not longer than the process lives.
await_port()
{
	local try
	for ((try = 0; try < 200; try++)); do
		kill -0 "$2" 2>/dev/null || return 1
		! (exec 9<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || return 0
		sleep 0.05
	done
	return 1
}

stop_registry()
{
	local pid
	pid=$(cat "$1/pid" 2>/dev/null) || return 0
	kill -KILL "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	rm -f "$1/pid"
}

# start_faulty FOLDER [CERTIFICATE KEY]: faulty.py, with the blobs and manifests of $WORLD; its ports are in FOLDER/ports
# then. FAULTY_ADDRESS: where it listens.
start_faulty()
{
	local try
	mkdir -p "$1"
	ln -sfn "$WORLD/blobs" "$1/blobs"
	ln -sfn "$WORLD/manifests" "$1/manifests"
	"$PYTHON" "$HERE/faulty.py" "$@" >"$1/out" 2>&1 3>&- 4>&- &
	echo $! >"$1/pid"
	for ((try = 0; try < 200; try++)); do
		[ ! -e "$1/ports" ] || return 0
		sleep 0.05
	done
	cat "$1/out" >&2
	return 1
}
