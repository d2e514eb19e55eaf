#!/usr/bin/env bats
# fetch_push.bats - libexec/taru/fetch brings things to a registry, and checks signatures.

load fetch.bash

# push [FILTER]: a request to push the blob.
push()
{
	jq -nc --arg digest "sha256:$HEX" --arg file "$WORLD/blobs/$HEX" --argjson size "$SIZE" \
		'{ op: "push-blob", $digest, $size, $file } | '"${1:-.}"
}

# A request to push something that the faulty registry has not got.
push_new()
{
	push ". + { digest: \"sha256:$(sha256sum <"$WORLD/ca.pem" | cut -d' ' -f1)\", size: $(stat -c %s "$WORLD/ca.pem"),
		file: \"$WORLD/ca.pem\" }"
}

# to_registry REPOSITORY [FILTER]: Debian's registry as an endpoint.
to_registry()
{
	MORE='.push = true' session "$(jq -nc --arg host "$REGISTRY" --arg repository "$1" \
		'{ $host, $repository, plain: true } | '"${2:-.}")"
}

push_and_pull()
{
	ask "$(push)"
	is '.ok.how == "sent"'
	ask "$(push)" "{ \"op\": \"blob-head\", \"digest\": \"sha256:$HEX\" }"
	is '.ok.how == "there"'
	is ".ok == { there: true, size: $SIZE }" 2
	jq -nc --arg digest "sha256:$HEX" --argjson size "$SIZE" '{ schemaVersion: 2,
		mediaType: "application/vnd.oci.image.manifest.v1+json",
		config: { mediaType: "application/vnd.oci.image.config.v1+json", $digest, $size }, layers: [] }' >"$T/manifest"
	ask "{ \"op\": \"push-manifest\", \"reference\": \"v1\", \"file\": \"$T/manifest\",
		\"type\": \"application/vnd.oci.image.manifest.v1+json\" }"
	is ".ok.digest == \"sha256:$(sha256sum <"$T/manifest" | cut -d' ' -f1)\""
	ask "$(manifest '.reference = "v1"')" "$(blob ". + { file: \"$T/pulled\" }")" \
		"{ \"op\": \"tags\", \"file\": \"$T/tags\" }" "$(manifest '.reference = "v1" | .head = true | del(.file)')"
	cmp "$T/body" "$T/manifest"
	cmp "$T/pulled" "$WORLD/blobs/$HEX"
	is '.ok.type == "application/vnd.oci.image.manifest.v1+json"'
	is ".ok.size == $(stat -c %s "$T/manifest")" 4
	jq -e '. == ["v1"]' "$T/tags"
}

@test "what is pushed to docker-registry is pulled back byte for byte" {
	start_registry "$T"
	to_registry library/a
	push_and_pull
}

@test "the same over TLS and with a password" {
	start_registry "$T" --tls --auth
	MORE='.push = true' session "$(jq -nc --arg host "$REGISTRY" --rawfile ca "$T/ca.pem" '{ $host, $ca,
		repository: "library/a", user: "alice", password: "secret" }')"
	push_and_pull
	ask '{ "op": "login" }'
	is '.ok'
}

@test "docker-registry turns a wrong password away" {
	start_registry "$T" --auth
	to_registry library/a '. + { user: "alice", password: "wrong" }'
	ask "$(push)" '{ "op": "login" }'
	is '.error.kind == "unauthorized" and .error.status == 401' 1
	is '.error.kind == "unauthorized"' 2
}

@test "a blob that another repository has is mounted from there" {
	start_registry "$T"
	to_registry library/a
	ask "$(push)"
	to_registry library/b
	ask "$(push '.from = ["library/none", "library/a"]')"
	is '.ok == { how: "mounted", from: "library/a" }'
	ask "$(blob)"
	whole
}

@test "a blob that no other repository has is sent" {
	start_registry "$T"
	to_registry library/b
	ask "$(push '.from = ["library/none"]')"
	is '.ok.how == "sent"'
	ask "$(blob)"
	whole
}

@test "a registry that wants chunks gets them, no smaller than it wants" {
	truncate -s 45M "$T/large"
	hex=$(sha256sum <"$T/large" | cut -d' ' -f1)
	MORE='.push = true' opening chunks
	ask "$(push ". + { digest: \"sha256:$hex\", size: $((45 << 20)), file: \"$T/large\" }")"
	is '.ok.how == "sent"'
	cmp "$WORLD/plain/uploaded" "$T/large"
	logged 'map(select(.method == "PATCH") | ."content-range") == ["0-20971519", "20971520-41943039", "41943040-47185919"]'
	logged 'last.method == "PUT" and (last.path | contains("state=a%2Fb&digest=sha256"))'
}

@test "a registry that finds a blob too large gets it in chunks" {
	MORE='.push = true' opening small
	ask "$(push_new)"
	is '.ok.how == "sent"'
	cmp "$WORLD/plain/uploaded" "$WORLD/ca.pem"
	logged 'map(.method) == ["HEAD", "POST", "PUT", "POST", "PATCH", "PUT"]'
}

@test "a push that fails is tried again from the beginning" {
	MORE='.push = true' opening fail-push-once
	ask "$(push_new)"
	is '.ok.how == "sent"'
	cmp "$WORLD/plain/uploaded" "$WORLD/ca.pem"
	logged 'map(select(.method == "POST")) | length == 2'
}

@test "a file that is not as large as it should be is not sent" {
	MORE='.push = true' opening ok
	ask "$(push '.size = 5')"
	fails file "3000000 bytes and not 5"
}

# --- signatures ---

# verify FILE: with the key and signature of $T.
verify()
{
	OPENING='{ "user-agent": "t", "endpoints": [], "attempts": 1, "connect-seconds": 1, "silence-seconds": 1 }'
	ask "$(jq -nc --rawfile key "$T/public" --arg signature "$(base64 "$T/signature")" --arg file "$1" \
		'{ op: "verify", $key, $signature, $file }')"
}

good_and_bad()
{
	verify "$T/text"
	is '.ok == {}'
	echo other >"$T/other_text"
	verify "$T/other_text"
	fails signature "does not fit"
}

@test "a signature of ECDSA fits what was signed, and nothing else" {
	echo text >"$T/text"
	openssl ecparam -name prime256v1 -genkey -noout -out "$T/private"
	openssl pkey -in "$T/private" -pubout -out "$T/public"
	openssl dgst -sha256 -sign "$T/private" -out "$T/signature" "$T/text"
	good_and_bad
}

@test "a signature of RSA, in both paddings" {
	echo text >"$T/text"
	openssl genrsa -out "$T/private" 2048 2>/dev/null
	openssl pkey -in "$T/private" -pubout -out "$T/public"
	openssl dgst -sha256 -sign "$T/private" -out "$T/signature" "$T/text"
	good_and_bad
	openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sign "$T/private" -out "$T/signature" "$T/text"
	good_and_bad
}

@test "a signature of Ed25519" {
	echo text >"$T/text"
	openssl genpkey -algorithm ed25519 -out "$T/private"
	openssl pkey -in "$T/private" -pubout -out "$T/public"
	openssl pkeyutl -sign -rawin -in "$T/text" -inkey "$T/private" -out "$T/signature"
	good_and_bad
}

@test "who talks to a registry checks no signatures, and who checks them talks to nobody" {
	echo text >"$T/text"
	openssl genpkey -algorithm ed25519 -out "$T/private"
	openssl pkey -in "$T/private" -pubout -out "$T/public"
	openssl pkeyutl -sign -rawin -in "$T/text" -inkey "$T/private" -out "$T/signature"
	verify "$T/text"
	is '.ok == {}'
	# Its own filter comes on top of everybody's.
	[[ "$output" == *'"Seccomp_filters": ["2"]'* ]]
	ask "$(manifest)"
	fails request "no endpoint"
	opening ok
	ask "$(jq -nc --rawfile key "$T/public" --arg signature "$(base64 "$T/signature")" --arg file "$T/text" \
		'{ op: "verify", $key, $signature, $file }')"
	fails request "no endpoints"
}

@test "a key or signature that is none is told" {
	echo text >"$T/text"
	echo nonsense >"$T/public"
	head -c 70 /dev/urandom >"$T/signature"
	verify "$T/text"
	fails request "no public key"
	openssl genrsa 1024 2>/dev/null | openssl pkey -pubout -out "$T/public"
	verify "$T/text"
	fails signature "does not fit"
}
