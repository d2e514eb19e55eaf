# fetch.bash - what the tests of libexec/taru/fetch share.
#
# For each file there is one faulty registry (faulty.py) without TLS and one with it, below $WORLD; each test has $T. A
# conversation is begun by `ask`, whose answers are in $output, a line of JSON each:
#
#	opening cut-once				# a registry that is faulty in this way
#	ask "$(blob)"					# one request, or several
#	is '.ok.size == 3000000'			# of the answer to the first one
# shellcheck shell=bash disable=SC2034

bats_require_minimum_version 1.5.0
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
FETCH=${FETCH:-${BUILD:-$HERE/../../build}/libexec/taru/fetch}
PYTHON=/usr/bin/python3
[ -x "$PYTHON" ] || PYTHON=$(command -v python3)
# shellcheck source=tests/image/registry.bash
. "$HERE/registry.bash"

# --- servers ---

setup_file()
{
	WORLD=$(mktemp -d "${TMPDIR:-/tmp}/taru-image.XXXXXX")
	export WORLD
	mkdir "$WORLD/blobs" "$WORLD/manifests"
	head -c 3000000 /dev/urandom >"$WORLD/blob"
	export HEX SIZE=3000000
	HEX=$(sha256sum <"$WORLD/blob" | cut -d' ' -f1)
	mv "$WORLD/blob" "$WORLD/blobs/$HEX"
	echo '{"schemaVersion":2}' >"$WORLD/manifests/latest"
	make_ca "$WORLD"
	make_certificate "$WORLD" server IP:127.0.0.1
	start_faulty "$WORLD/plain"
	start_faulty "$WORLD/tls" "$WORLD/server.pem" "$WORLD/server.key"
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
	T=$(mktemp -d "$WORLD/t.XXXXXX")
	read -r PORT AWAY <"$WORLD/plain/ports"
	read -r TLS_PORT TLS_AWAY <"$WORLD/tls/ports"
	LOG=$WORLD/plain/log
	: >"$LOG"
	: >"$WORLD/tls/log"
	SECONDS=0
}

teardown()
{
	stop_registry "$T"
	stop_registry "$T/other"
	rm -rf "$T"
}

# --- conversations ---

# endpoint FAULT [FILTER]: the plain registry, with alice's password; changed by a filter of jq.
endpoint()
{
	jq -nc --arg host "127.0.0.1:$PORT" --arg repository "$1/a" '{ $host, $repository, plain: true, user: "alice",
		password: "secret" } | '"${2:-.}"
}

# tls_endpoint FAULT [FILTER]: the one with TLS, whose authority is given.
tls_endpoint()
{
	jq -nc --arg host "127.0.0.1:$TLS_PORT" --arg repository "$1/a" --rawfile ca "$WORLD/ca.pem" '{ $host, $repository,
		$ca, user: "alice", password: "secret" } | '"${2:-.}"
}

# session ENDPOINT...: sets $OPENING. Waits are short. MORE is a filter for what is asked beyond that.
session()
{
	OPENING=$(printf '%s\n' "$@" | jq -sc '{ "user-agent": "taru/test", endpoints: ., attempts: 3,
		"connect-seconds": 2, "silence-seconds": 2 } | '"${MORE:-.}")
}

# opening FAULT [FILTER]
opening()
{
	session "$(endpoint "$@")"
}

# blob [FILTER]: a request for the blob, into $T/out.
blob()
{
	jq -nc --arg digest "sha256:$HEX" --arg file "$T/out" --argjson size "$SIZE" \
		'{ op: "blob", $digest, $size, $file, wake: true } | '"${1:-.}"
}

# manifest [FILTER]: a request for the manifest, into $T/body.
manifest()
{
	jq -nc --arg file "$T/body" '{ op: "manifest", reference: "latest", $file,
		accept: ["application/vnd.oci.image.manifest.v1+json"] } | '"${1:-.}"
}

# ask REQUEST...: all answers were there in time, and the helper ended well.
ask()
{
	ASK_SECONDS=${ASK_SECONDS:-20} run --separate-stderr "$PYTHON" "$HERE/ask.py" "$FETCH" "$OPENING" "$@"
	printf "%s\n" "$output" "$stderr"
	[ "$status" = 0 ]
	[[ "$output" == *'{"exit": 0'* ]]
}

# is FILTER [ID]: true of the last word about a request.
is()
{
	printf '%s\n' "$output" | jq -es --argjson id "${2:-1}" \
		'map(select(.id == $id and (.ok or .error))) | last | '"$1" >/dev/null
}

# fails KIND WORDS: the first request did, with these words in the message.
fails()
{
	is ".error.kind == \"$1\" and (.error.message | contains(\"$2\"))"
}

# whole [FILE]: the blob is there, byte for byte.
whole()
{
	is ".ok.size == $SIZE"
	cmp "${1:-$T/out}" "$WORLD/blobs/$HEX"
}

# logged FILTER: true of the list of requests that the server saw.
logged()
{
	jq -es "$1" "$LOG" >/dev/null || { cat "$LOG"; return 1; }
}
