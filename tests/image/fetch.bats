#!/usr/bin/env bats
# fetch.bats - libexec/taru/fetch against a registry that fails in every way that we could think of.

load fetch.bash

# --- bodies ---

@test "a blob arrives whole, and who reads it while it grows is woken" {
	opening ok
	ask "$(blob)"
	whole
	is '.ok.resumed == 0'
	[[ "$output" =~ \"woken\":\ ([0-9]+) ]]
	[ "${BASH_REMATCH[1]}" -ge 20 ]
	logged 'all(.agent == "taru/test")'
}

@test "a body that was cut off is asked for from there on" {
	opening cut-once
	ask "$(blob)"
	whole
	logged 'map(.range) == ["", "bytes=1500000-"]'
}

@test "a body that is cut off always is an error after the attempts, and what came stays" {
	opening cut-always
	ask "$(blob)"
	fails truncated '(3 times)'
	[ "$(stat -c %s "$T/out")" = 3000 ]
	cmp -n 3000 "$T/out" "$WORLD/blobs/$HEX"
}

@test "a blob goes on where another run was killed" {
	opening slow
	"$PYTHON" "$HERE/ask.py" "$FETCH" "$OPENING" "$(blob '. + { "kill-at": 700000 }')" || true
	size=$(stat -c %s "$T/out")
	[ "$size" -ge 700000 ]
	[ "$size" -lt "$SIZE" ]
	: >"$LOG"
	ask "$(blob)"
	whole
	is ".ok.resumed == $size"
	logged "map(.range) == [\"bytes=$size-\"]"
}

@test "what is whole already is not asked for" {
	cp "$WORLD/blobs/$HEX" "$T/out"
	opening ok
	ask "$(blob)"
	whole
	is ".ok.resumed == $SIZE"
	[ ! -s "$LOG" ]
}

@test "a beginning that is wrong is found out and thrown away" {
	head -c 1000 /dev/zero >"$T/out"
	opening ok
	ask "$(blob)"
	whole
	logged 'map(.range) == ["bytes=1000-", ""]'
}

@test "a file that is larger than the blob is thrown away" {
	head -c 4000000 /dev/zero >"$T/out"
	opening ok
	ask "$(blob)"
	whole
	logged 'map(.range) == [""]'
}

@test "a server that knows no ranges begins anew" {
	opening no-range
	ask "$(blob)"
	whole
	logged 'map(.range) == ["", "bytes=1500000-"]'
}

@test "416 begins anew" {
	opening unsatisfied
	ask "$(blob)"
	whole
	logged 'map(.range) == ["", "bytes=1500000-", ""]'
}

@test "a part that was not asked for is refused" {
	opening wrong-range
	ask "$(blob)"
	fails server "bytes 0-99"
	cmp -n 1500000 "$T/out" "$WORLD/blobs/$HEX"
}

@test "a wrong byte is found out: nothing of it is kept" {
	opening corrupt
	ask "$(blob)"
	fails digest "and not sha256:$HEX"
	[ ! -s "$T/out" ]
	logged 'length == 2'
}

@test "a byte that was wrong once is asked for again" {
	opening corrupt-once
	ask "$(blob)"
	whole
}

@test "a length that says more than comes ends as a body that is cut off" {
	opening length-lies-more
	ask "$(blob)"
	whole
	logged '.[1].range == "bytes=2999990-"'
}

@test "a length that says less than comes does not end the blob" {
	opening length-lies-less
	ask "$(blob)"
	whole
}

@test "a body without a length is counted" {
	opening no-length
	ask "$(blob)"
	whole
}

@test "a body that is longer than its descriptor says is refused, said or not" {
	opening too-long
	ask "$(blob)"
	fails too-large "3000004 bytes and not 3000000"
	opening too-long-unsaid
	ask "$(blob)"
	fails too-large "sends more than its 3000000 bytes"
	is '.error.host | startswith("127.0.0.1:")'
}

@test "a full file system is told, and is nobody's fault" {
	[ -w /dev/full ] || skip "there is no /dev/full"
	opening ok
	ask "$(manifest '. + { file: "/dev/full" }')"
	fails file "No space left on device"
	is '.error.host == ""'
}

@test "six blobs at once, each in its file" {
	opening ok
	requests=()
	for i in 1 2 3 4 5 6; do
		requests+=("$(blob ". + { file: \"$T/out$i\" }")")
	done
	ask "${requests[@]}"
	for i in 1 2 3 4 5 6; do
		is ".ok.size == $SIZE" $i
		cmp "$T/out$i" "$WORLD/blobs/$HEX"
	done
}

# --- time ---

@test "a server that is silent is left after a while, with its name and the reason" {
	opening silent
	ask "$(manifest)"
	fails unreachable "silent"
	is ".error.host == \"127.0.0.1:$PORT\""
	[ "$SECONDS" -le 12 ]
}

@test "who gives less than a KiB in a second is left after a while, and what it gave is kept" {
	MORE='.attempts = 2' opening drip
	ask "$(blob)"
	fails unreachable "less than 1024 bytes in a second for 2 s"
	fails unreachable "(2 times)"
	[ "$SECONDS" -lt 15 ]
	[ "$(stat -c %s "$T/out")" -gt 800 ]
	cmp -n "$(stat -c %s "$T/out")" "$T/out" "$WORLD/blobs/$HEX"
	logged '.[1].range | test("bytes=[1-9][0-9]*-")'
}

@test "a slow line that several share is not left" {
	MORE='."silence-seconds" = 4' opening narrow
		ask "$(blob)" "$(blob ".file = \"$T/second\"")" "$(blob ".file = \"$T/third\"")"
	whole
	whole "$T/third"
	is ".ok.size == $SIZE" 3
	[ "$SECONDS" -ge 7 ]
	logged 'map(.range) == ["", "", ""]'
}

@test "a server that trickles is as good as silent, in the body and in the header" {
	opening trickle
	ask "$(blob)"
	fails unreachable "as good as silent"
	opening trickle-header
	ask "$(manifest)"
	fails unreachable "as good as silent"
	[ "$SECONDS" -le 20 ]
}

@test "a body that stalls is asked for from there on" {
	MORE='.attempts = 2' opening stall
	ask "$(blob)"
	fails unreachable "silent"
	logged '.[1].range == "bytes=1000-"'
}

@test "nobody there: refused at once, and said so" {
	session "$(endpoint ok '.host = "127.0.0.1:1"')"
	ask "$(manifest)"
	fails unreachable "127.0.0.1"
	is '.error.host == "127.0.0.1:1"'
	[ "$SECONDS" -le 5 ]
}

@test "a name that is not there is told" {
	session "$(endpoint ok '.host = "no.such.host.invalid"')"
	ask "$(manifest)"
	fails unreachable "resolve"
}

@test "429 is waited for, as long as it says: in seconds or until a date" {
	opening busy-seconds
	ask "$(manifest)"
	is '.ok.size == 20'
	[ "$SECONDS" -ge 1 ]
	SECONDS=0
	opening busy-date
	ask "$(manifest)"
	is '.ok.size == 20'
	[ "$SECONDS" -ge 1 ]
}

@test "429 that says an hour is not waited for an hour, and its words are told" {
	opening busy-always
	ask "$(manifest)"
	fails busy "you have reached your pull rate limit"
	is '.error.status == 429'
	[ "$SECONDS" -le 8 ]
}

@test "500 is tried again, up to the attempts; what the server says is cut and cleaned" {
	opening fail-once
	ask "$(manifest)"
	is '.ok.size == 20'
	opening fail-always
	ask "$(manifest)"
	fails server "answered 500 (3 times): the disk ?[31mburns?!!!"
	is '.error.message | length <= 530'
}

@test "a server that hangs up, and one that speaks no HTTP" {
	opening hang-up
	ask "$(manifest)"
	is '.error.kind == "unreachable" or .error.kind == "truncated"'
	opening no-http
	ask "$(manifest)"
	is '.error.kind | IN("server", "unreachable")'
}

# --- sizes ---

@test "manifests end at 4 MiB, also when they have no end" {
	opening bomb
	ask "$(manifest)"
	fails too-large "4194304"
	opening endless
	ask "$(manifest)"
	fails too-large "4194304"
	[[ "$output" =~ \"peak-kib\":\ ([0-9]+) ]]
	[ "${BASH_REMATCH[1]}" -le 24000 ] || [ -n "${SANITIZED:-}" ]
	[ ! -s "$T/body" ]
}

@test "header fields end at 64 KiB" {
	opening headers
	ask "$(manifest)"
	fails server "more than 64 KiB of header fields"
}

@test "memory stays small while a blob is fetched" {
	[ -z "${SANITIZED:-}" ] || skip "the sanitizers take memory of their own"
	opening ok
	ask "$(blob)"
	[[ "$output" =~ \"peak-kib\":\ ([0-9]+) ]]
	[ "${BASH_REMATCH[1]}" -le 12288 ]
	rm "$T/out"
	session "$(tls_endpoint ok)"
	ask "$(blob)"
	whole
	[[ "$output" =~ \"peak-kib\":\ ([0-9]+) ]]
	echo "with TLS: ${BASH_REMATCH[1]} KiB"
	# The shared libcurl and what it brings alone take half of it.
	readelf -d "$FETCH" | grep -q 'libcurl' || [ "${BASH_REMATCH[1]}" -le 12288 ]
}

# --- redirects ---

@test "a password does not follow a redirect to another host" {
	opening away
	ask "$(blob)"
	whole
	logged "length == 2 and .[1].port == $AWAY and .[1].authorization == \"\""
}

@test "a password that was asked for does not follow either, and a token neither" {
	session "$(endpoint basic)"
	ask "$(manifest)" "$(blob)"
	: >"$LOG"
	rm "$T/out"
	session "$(endpoint away '. + { "registry-token": "t0ken" }')"
	ask "$(blob)"
	whole
	logged '.[0].authorization == "Bearer t0ken" and .[1].authorization == ""'
}

@test "a redirect on the same host keeps who we are" {
	opening near
	ask "$(blob)"
	whole
	logged 'last.authorization | startswith("Basic ")'
}

@test "redirects in a circle, and too many, end" {
	opening loop
	ask "$(manifest)"
	fails redirect "circle"
	logged 'length == 1'
	opening long-way
	ask "$(manifest)"
	fails redirect "more than 10"
	logged 'length == 12'
}

@test "a redirect goes to http and https alone, and to somewhere" {
	opening file
	ask "$(manifest)"
	fails redirect "no http or https URL"
	opening nowhere
	ask "$(manifest)"
	fails redirect "nowhere"
}

@test "a redirect from https to http is refused" {
	session "$(tls_endpoint away)"
	ask "$(blob)"
	fails redirect "from https to http"
	LOG=$WORLD/tls/log
	logged 'length == 1'
}

# --- who we are ---

@test "a password is sent when it is asked for, and not before" {
	opening basic
	ask "$(manifest)"
	is '.ok.size == 20'
	logged 'map(.authorization) == ["", "Basic YWxpY2U6c2VjcmV0"]'
}

@test "a wrong password is told, once" {
	opening basic '.password = "wrong"'
	ask "$(manifest)"
	fails unauthorized "answered 401: who are you?"
	logged 'length == 2'
}

@test "no password where one is wanted" {
	opening basic '.user = ""'
	ask "$(manifest)"
	fails unauthorized "answered 401"
	logged 'length == 1'
}

@test "a token is asked for once for many blobs" {
	opening token
	ask "$(manifest)" "$(blob)" "$(blob ". + { file: \"$T/second\" }")"
	is '.ok.size == 20' 1
	is ".ok.size == $SIZE" 2
	is ".ok.size == $SIZE" 3
	logged 'map(select(.path | startswith("/token"))) | length == 1 and
		(.[0].path | ascii_downcase | contains("service=faulty&scope=repository%3atoken%2fa%3apull"))'
}

@test "a token that is not taken any more is renewed" {
	opening token-short
	ask "$(manifest)" "$(blob '.after = 0')"
	is '.ok.size == 20'
	is ".ok.size == $SIZE" 2
	logged 'map(select(.path | startswith("/token"))) | length == 2'
}

@test "a token is renewed before it ends" {
	opening token-ends
	ask "$(manifest)" "$(blob '.after = 1')"
	is ".ok.size == $SIZE" 2
	# The first call, token, first call again; token, second call.
	logged 'map(.path | startswith("/token")) == [false, true, false, true, false]'
}

@test "a token of the wrong scope is told, and not asked for again and again" {
	opening token-wrong
	ask "$(manifest)"
	fails unauthorized "a token is wanted"
	logged 'map(select(.path | startswith("/token"))) | length == 1'
}

@test "a token server that speaks nonsense, or that would add a header field" {
	opening token-broken
	ask "$(manifest)"
	fails server "the token server"
	opening token-inject
	ask "$(manifest)"
	fails server "no token"
}

@test "a token server that knows no such password" {
	opening token '.password = "wrong"'
	ask "$(manifest)"
	fails unauthorized "incorrect username or password"
}

@test "a refresh token is sent in a form, and an unknown one is told" {
	opening token '."identity-token" = "refresh-1"'
	ask "$(manifest)"
	is '.ok.size == 20'
	logged 'any(.method == "POST" and .path == "/token" and .authorization == "")'
	opening token '."identity-token" = "refresh-2"'
	ask "$(manifest)"
	fails unauthorized "unknown refresh token"
}

@test "over TLS no password goes to a token server without it" {
	session "$(tls_endpoint token-away)"
	ask "$(manifest)"
	fails unauthorized "without TLS"
	LOG=$WORLD/tls/log
	logged 'length == 1'
}

@test "403 is told as what it is" {
	opening denied
	ask "$(manifest)"
	fails unauthorized "requested access to the resource is denied"
}

@test "login: a good password, a refresh token that comes with it, a wrong one" {
	opening ok
	ask '{ "op": "login" }'
	is '.ok."identity-token" == "refresh-1"'
	opening ok '.password = "wrong"'
	ask '{ "op": "login" }'
	fails unauthorized "incorrect username or password"
}

# --- TLS ---

@test "TLS with an authority of the endpoint's own" {
	session "$(tls_endpoint ok)"
	ask "$(blob)"
	whole
}

@test "an unknown authority is refused" {
	session "$(tls_endpoint ok '.ca = ""')"
	ask "$(manifest)"
	fails tls "certificate"
	is ".error.host == \"127.0.0.1:$TLS_PORT\""
	[ "$SECONDS" -le $((3 * ${TIME_SCALE:-1})) ]	# it is not tried again
}

@test "who is not to be verified is believed" {
	session "$(tls_endpoint ok '.ca = "" | .unverified = true')"
	ask "$(blob)"
	whole
}

@test "an expired certificate, and one of another name, are refused" {
	openssl x509 -req -in "$WORLD/server.csr" -CA "$WORLD/ca.pem" -CAkey "$WORLD/ca.key" -CAcreateserial -days -1 \
		-extfile <(echo subjectAltName=IP:127.0.0.1) -out "$T/expired.pem" 2>/dev/null
	start_faulty "$T/other" "$T/expired.pem" "$WORLD/server.key"
	read -r port _ <"$T/other/ports"
	session "$(tls_endpoint ok ".host = \"127.0.0.1:$port\"")"
	ask "$(manifest)"
	fails tls "expired"
	session "$(tls_endpoint ok ".host = \"localhost:$TLS_PORT\"")"
	ask "$(manifest)"
	fails tls "localhost"
}

@test "who asks for a certificate and cuts the connection off is taken to want one, since its alert may be lost" {
	start_faulty "$T/other" "$WORLD/server.pem" "$WORLD/server.key" "$WORLD/ca.pem"
	read -r port _ <"$T/other/ports"
	session "$(tls_endpoint reset ".host = \"127.0.0.1:$port\"")"
	ask "$(manifest)"
	fails certificate "asked for a certificate of one's own"
	[ "$(grep -c /reset/ "$T/other/log")" -gt 1 ]	# there may be another reason
	session "$(tls_endpoint reset)"
	ask "$(manifest)"
	is '.error.kind == "truncated"'			# this one has not asked for one
}

@test "TLS is not spoken where there is none, and is asked for where there is" {
	session "$(tls_endpoint ok ".host = \"127.0.0.1:$PORT\"")"
	ask "$(manifest)"
	is '.error.kind == "tls"'
	session "$(endpoint ok ".host = \"127.0.0.1:$TLS_PORT\"")"
	ask "$(manifest)"
	is '.error.kind | IN("unreachable", "truncated", "server")'
}

# --- mirrors ---

@test "a mirror that is not there, has not got it, or spoils it is passed over" {
	for fault in missing fail-always corrupt denied loop too-long; do
		rm -f "$T/out"
		MORE='.attempts = 1' session "$(endpoint $fault)" "$(endpoint ok)"
		ask "$(blob)"
		whole
		[[ "$output" == *'"note"'*"trying 127.0.0.1:$PORT"* ]]
	done
	session "$(endpoint ok '.host = "127.0.0.1:1"')" "$(endpoint ok)"
	ask "$(blob)" "$(manifest ". + { file: \"$T/manifest\" }")"
	is '.ok.endpoint == 1' 2
}

@test "what a mirror gave of a blob is not asked of the next" {
	MORE='.attempts = 1' session "$(endpoint cut-always)" "$(endpoint ok)"
	ask "$(blob)"
	whole
	logged '.[1].range == "bytes=1000-"'
}

@test "a manifest that is asked for by its digest and is another one is passed over" {
	hex=$(sha256sum <"$WORLD/manifests/latest" | cut -d' ' -f1)
	echo other >"$WORLD/manifests/$hex"
	opening ok
	ask "$(manifest ".reference = \"sha256:$hex\"")"
	rm "$WORLD/manifests/$hex"
	fails digest "and not sha256:$hex"
	[ ! -s "$T/body" ]
}

@test "a foreign layer is fetched from where its manifest says, and nobody there is told who we are" {
	opening missing
	ask "$(blob ".urls = [\"http://127.0.0.1:$AWAY/v2/missing/a/blobs/x\", \"http://127.0.0.1:$AWAY/v2/ok/a/blobs/$HEX\"]")"
	whole
	logged 'all(.authorization == "")'
	rm "$T/out"
	opening missing
	ask "$(blob '.urls = ["file:///etc/passwd"]')"
	is '.error.kind == "request"'
}

# --- lists ---

@test "tags and repositories come page by page" {
	opening ok
	ask "{ \"op\": \"tags\", \"file\": \"$T/tags\" }" "{ \"op\": \"catalog\", \"file\": \"$T/catalog\" }" \
		"{ \"op\": \"tags\", \"file\": \"$T/few\", \"limit\": 3 }"
	jq -e '. == ["v0", "v1", "v2", "v3", "v4", "v5", "v6"]' "$T/tags"
	jq -e '. == ["busybox", "library/busy", "other"]' "$T/catalog"
	jq -e '. == ["v0", "v1", "v2"]' "$T/few"
	is '.ok.count == 7' 1
}

@test "a list that breaks off at its second page begins anew elsewhere" {
	session "$(endpoint breaks)" "$(endpoint ok)"
	ask "{ \"op\": \"tags\", \"file\": \"$T/tags\" }" "{ \"op\": \"tags\", \"file\": \"$T/few\", \"limit\": 3 }"
	jq -e '. == ["v0", "v1", "v2", "v3", "v4", "v5", "v6"]' "$T/tags"
	jq -e '. == ["v0", "v1", "v2"]' "$T/few"
	is '.ok.count == 7' 1
	is '.ok.count == 3' 2
}

@test "pages that go in circles end" {
	opening circle
	ask "{ \"op\": \"tags\", \"file\": \"$T/tags\" }"
	fails server "circles"
}

@test "search: by Docker's API, and by the catalog where that is not there" {
	opening ok
	ask "{ \"op\": \"search\", \"query\": \"busy\", \"file\": \"$T/found\" }"
	jq -e '. == [{ name: "busybox", description: "a ä", stars: 7, official: true }]' "$T/found"
	session "$(endpoint ok ".host = \"127.0.0.1:$AWAY\"")"
	ask "{ \"op\": \"search\", \"query\": \"busy\", \"file\": \"$T/names\" }"
	jq -e 'map(.name) == ["busybox", "library/busy"]' "$T/names"
}

@test "where TLS has failed, it fails for the next request as well" {
	session "$(endpoint ok '.plain = false')"
	ask "$(manifest)" "$(blob '.after = 0.1')"
	is '.error.kind == "tls"' 1
	is '.error.kind == "tls"' 2
	[ ! -s "$LOG" ]
}

# --- rights ---

@test "who talks to a registry is nobody, and may do nothing" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	opening ok
	ask "$(manifest)"
	printf '%s\n' "$output" | jq -es 'map(.rights // empty) | .[0] | .Uid == ["65534", "65534", "65534", "65534"] and
		.Gid == ["65534", "65534", "65534", "65534"] and .Groups == [] and .NoNewPrivs == ["1"] and .Seccomp == ["2"] and
		([.CapInh, .CapPrm, .CapEff, .CapAmb] | all(. == ["0000000000000000"]))'
}

@test "an ordinary user's fetch does the same work" {
	[ "$(id -u)" = 0 ] || skip "needs root, to be an ordinary user"
	opening ok
	chmod 711 "$WORLD"
	chmod 777 "$T"
	run setpriv --reuid 12345 --regid 12345 --clear-groups "$PYTHON" "$HERE/ask.py" "$FETCH" "$OPENING" "$(blob)"
	echo "$output"
	whole
	printf '%s\n' "$output" | jq -es 'map(.rights // empty) | .[0] | .Uid[1] == "12345" and .CapEff == ["0000000000000000"]'
}

@test "what gets hold of fetch can start no program and write no file" {
	command -v gcc >/dev/null || skip "there is no compiler"
	cat >"$T/tries.c" <<-'END'
	#include "fetch/confine.h"
	#include <errno.h>
	#include <fcntl.h>
	#include <stdio.h>
	#include <sys/mman.h>
	#include <sys/mount.h>
	#include <sys/ptrace.h>
	#include <sys/socket.h>
	#include <unistd.h>
	#define MUST_FAIL(what) do { errno = 0; if ((what) != -1 || !errno) return printf("%s\n", #what), 1; } while (0)
	int main(void)
	{
		const char *what;
		char *args[] = { "true", NULL };

		if (confine(&what))
			return printf("%s\n", what), 2;
		MUST_FAIL(execv("/bin/true", args));
		MUST_FAIL(fork());
		MUST_FAIL(mount("x", "/", "tmpfs", 0, ""));
		MUST_FAIL(ptrace(PTRACE_TRACEME, 0, 0, 0));
		MUST_FAIL(open("/tmp", O_TMPFILE | O_RDWR, 0600));
		MUST_FAIL(open("/dev/null", O_WRONLY));
		MUST_FAIL(open("/tmp/x", O_RDONLY | O_CREAT, 0600));
		MUST_FAIL(unlink("/tmp/x"));
		MUST_FAIL(socket(AF_PACKET, SOCK_RAW, 0));
		MUST_FAIL(listen(socket(AF_INET, SOCK_STREAM, 0), 1));
		MUST_FAIL(setresuid(0, 0, 0));
		return open("/etc/passwd", O_RDONLY) < 0;
	}
	END
	root=$HERE/../..
	gcc -D_GNU_SOURCE -I"$root/src" -o "$T/tries" "$T/tries.c" "$root/src/fetch/confine.c" "$root/src/fetch/filter.c"
	run "$T/tries"
	echo "$output"
	[ "$status" = 0 ]
}

# --- bad words from taru ---

@test "a request that is not understood is an error, and not the end" {
	opening ok
	ask '{ "op": "dance" }' '{ "op": "blob", "digest": "md5:1", "size": 1 }' "$(manifest '.reference = "../x"')" \
		"$(manifest '.accept = ["a\r\nb"]')" "$(manifest)"
	is '.error.kind == "request"' 1
	is '.error.kind == "request"' 2
	is '.error.kind == "request"' 3
	is '.error.kind == "request"' 4
	is '.ok.size == 20' 5
}
