# trust.bats - which images are let in: policy.json, and signatures that are kept beside the image as cosign makes them.
# shellcheck shell=bash disable=SC2154,SC2153

load store.bash

# The policy wants a signature of the key for all of this registry; signatures are looked for beside the images.
setup()
{
	store_setup
	local name
	for name in right wrong; do
		openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$T/$name.key" 2>/dev/null
		openssl pkey -in "$T/$name.key" -pubout -out "$T/$name.pub" 2>/dev/null
	done
	start_registry "$T/other"
	copy_to_registry "$WORLD/layout:app" "$REGISTRY/team/app:1"
	DIGEST=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$REGISTRY/team/app:1")
	mkdir -p "$T/.config/containers/registries.d"
	printf 'docker:\n  %s:\n    use-sigstore-attachments: true\n' "$REGISTRY" \
		>"$T/.config/containers/registries.d/test.yaml"
	jq -n --arg registry "$REGISTRY" --arg key "$T/right.pub" '{ default: [{ type: "reject" }], transports: { docker: {
		($registry): [{ type: "sigstoreSigned", keyPath: $key, signedIdentity: { type: "matchRepository" } }] } } }' \
		>"$T/.config/containers/policy.json"
}

# sign KEY REFERENCE DIGEST
sign()
{
	rm -rf "$T/signature"
	"$HERE/sign.py" "$T/signature" "$T/$1.key" "$2" "$3" "${DIGEST/:/-}.sig"
	copy_to_registry "$T/signature:${DIGEST/:/-}.sig" "$REGISTRY/team/app:${DIGEST/:/-}.sig"
}

nothing_came()
{
	[ -z "$(ls "$TARU_ROOT/layers" 2>/dev/null)" ]
	works images -q
	[ -z "$output" ]
}

@test "an image with a good signature is let in" {
	sign right "$REGISTRY/team/app" "$DIGEST"
	works pull "$REGISTRY/team/app:1"
	is_whole "$REGISTRY/team/app:1"
}

@test "another process than the one that talks to the registry says that a signature is good" {
	local verifier
	sign right "$REGISTRY/team/app" "$DIGEST"
	strace -f -o "$T/calls" -s 4096 -e trace=connect,socket,recvmsg "$TARU" pull -q "$REGISTRY/team/app:1"
	verifier=$(sed -n 's/^\([0-9]*\) .*recvmsg.*\\"op\\":\\"verify\\".*/\1/p' "$T/calls" | sort -u)
	[ "$(wc -w <<<"$verifier")" = 1 ]
	grep -q "connect(.*sin_port=htons(${REGISTRY##*:})" "$T/calls"
	run ! grep -E "^$verifier .*(connect|socket)\(" "$T/calls"
}

@test "one without a signature is not" {
	fails "wants a signature" pull "$REGISTRY/team/app:1"
	nothing_came
}

@test "one that somebody else has signed is not" {
	sign wrong "$REGISTRY/team/app" "$DIGEST"
	fails "no signature is what the policy" pull "$REGISTRY/team/app:1"
	nothing_came
}

@test "a signature of another image, or of another name, is none" {
	sign right "$REGISTRY/team/app" "sha256:$(printf '1%.0s' {1..64})"
	fails "no signature is what the policy" pull "$REGISTRY/team/app:1"
	sign right "$REGISTRY/team/other" "$DIGEST"
	fails "no signature is what the policy" pull "$REGISTRY/team/app:1"
	nothing_came
}

@test "where nothing says that signatures are beside the images, the file is named that would" {
	rm "$T/.config/containers/registries.d/test.yaml"
	sign right "$REGISTRY/team/app" "$DIGEST"
	fails "use-sigstore-attachments" pull "$REGISTRY/team/app:1"
	nothing_came
}

@test "archives are let in only where the policy says so" {
	skopeo copy --quiet --insecure-policy "oci:$WORLD/layout:app" "docker-archive:$T/a.tar:a:1"
	fails "policy.json" load -i "$T/a.tar"
	jq '.transports."docker-archive" = { "": [{ type: "insecureAcceptAnything" }] }' \
		"$T/.config/containers/policy.json" >"$T/new"
	mv "$T/new" "$T/.config/containers/policy.json"
	works load -i "$T/a.tar"
}
