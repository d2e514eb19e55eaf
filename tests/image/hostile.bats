# hostile.bats - registries that mean harm: attacks that worked on other engines, by their CVE numbers.
# shellcheck shell=bash disable=SC2154,SC2153

load store.bash

setup_file()
{
	store_setup_file
	mkdir "$WORLD/blobs" "$WORLD/manifests"
	make_image "$WORLD/small" app 'mkdir -p etc; echo one >etc/one'
	for blob in "$WORLD"/small/blobs/sha256/*; do
		cp "$blob" "$WORLD/blobs/"
		cp "$blob" "$WORLD/manifests/"
	done
	start_faulty "$WORLD/faulty"
}

teardown_file()
{
	stop_registry "$WORLD/faulty"
	stop_registry "$WORLD/registry"
	rm -rf "$WORLD"
}

setup()
{
	store_setup
	read -r PORT AWAY <"$WORLD/faulty/ports"
	HOST=127.0.0.1:$PORT
	LOG=$WORLD/faulty/log
	: >"$LOG"
	MANIFEST=$WORLD/manifests/$(jq -r '.manifests[0].digest' "$WORLD/small/index.json" | cut -d: -f2)
}

teardown()
{
	stop_registry "$T/outside"
	stop_registry "$T/tls"
	[ -z "${LAYER:-}" ] || mv "$WORLD/blobs/elsewhere" "$LAYER"
	rm -rf --one-file-system "$T"
}

# logged FILTER: true of the list of requests that the registry saw.
logged()
{
	jq -es "$1" "$LOG" >/dev/null || { cat "$LOG"; return 1; }
}

# manifest_with TAG FILTER: one more, changed by a filter of jq.
manifest_with()
{
	jq -c --arg away "http://127.0.0.1:$AWAY" "$2" "$MANIFEST" >"$WORLD/manifests/$1"
}

# The registry has the layer under the name "elsewhere" alone, until the end of the test.
hide_layer()
{
	LAYER=$WORLD/blobs/$(jq -r '.layers[0].digest' "$MANIFEST" | cut -d: -f2)
	mv "$LAYER" "$WORLD/blobs/elsewhere"
}

nothing_came()
{
	[ -z "$(find "$TARU_ROOT/layers" "$TARU_ROOT/partial" -mindepth 1)" ]
	works images -q
	[ -z "$output" ]
}

# Digests that are none.
bad_digests()
{
	local hex
	hex=$(printf 'a%.0s' {1..64})
	printf '%s\n' 'sha256:../../x' "sha256:../../../../../../../../../$T/x" "sha256:${hex^^}" "sha256:${hex:1}" \
		"sha256:${hex}a" "sha256:" "$hex" "sha512:$hex$hex" "SHA256:$hex" "sha256:$hex/../x" "sha256:$hex?x=y" \
		"sha256:${hex:2}%2e" "sha256:${hex:1}é" " sha256:$hex" ''
}

@test "CVE-2024-3727: what is no digest in a manifest or an index is no path and no URL" {
	local digest where
	# shellcheck disable=SC2016
	local -A filter=(
		[config]='.config.digest = $digest'
		[layer]='.layers[0].digest = $digest'
		[index]='{ schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [{ $digest,
			size: 2, mediaType: "application/vnd.oci.image.manifest.v1+json",
			platform: { os: "linux", architecture: "amd64" } }] }'
	)
	mkdir -p "$TARU_ROOT"
	while IFS= read -r digest; do
		for where in "${!filter[@]}"; do
			: >"$LOG"
			jq -c --arg digest "$digest" "${filter[$where]}" "$MANIFEST" >"$WORLD/manifests/bad"
			fails "is no digest" pull "$HOST/image/a:bad"
			logged 'map(.path) - ["/v2/", "/v2/image/a/manifests/bad"] == []'
		done
	done < <(bad_digests)
	nothing_came
	[ ! -e "$T/x" ]
}

@test "CVE-2024-3727: what is no digest in a config, a header or a name" {
	local digest config
	while IFS= read -r digest; do
		jq -c --arg digest "$digest" '.rootfs.diff_ids[0] = $digest' \
			"$WORLD/blobs/$(jq -r .config.digest "$MANIFEST" | cut -d: -f2)" >"$T/config"
		config=$(sha256sum <"$T/config" | cut -d' ' -f1)
		cp "$T/config" "$WORLD/blobs/$config"
		manifest_with bad ".config.digest = \"sha256:$config\" | .config.size = $(stat -c %s "$T/config")"
		fails "is no digest" pull "$HOST/image/a:bad"
		: >"$LOG"
		[ "$digest" = "" ] || fails "" pull "$HOST/image/a@$digest"
		[ ! -s "$LOG" ]
	done < <(bad_digests)
	[ -z "$(ls "$TARU_ROOT/layers")" ]
	# The header is compared with the bytes, and never becomes a name.
	fails "the registry says its digest is sha256:bbbb" pull "$HOST/header-other/a:$(basename "$MANIFEST")"
	works pull "$HOST/header-bad/a:$(basename "$MANIFEST")"
	is_whole "$HOST/header-bad/a:$(basename "$MANIFEST")"
}

@test "CVE-2025-6032: a registry that is not of this machine is not spoken with without good TLS" {
	local address=10.99.0.1 port
	ip address add "$address/32" dev lo
	make_ca "$T"
	FAULTY_ADDRESS=$address start_faulty "$T/outside"
	read -r port _ <"$T/outside/ports"
	fails "$address:$port" pull "$address:$port/image/a:$(basename "$MANIFEST")"
	fails "$address:$port" login -u alice -p secret "$address:$port"
	# Not one request in the clear.
	[ ! -s "$T/outside/log" ]
	# A certificate of nobody's, and one for somebody else by the right authority.
	make_certificate "$T" server "IP:$address"
	make_certificate "$T" other "IP:10.99.0.2"
	FAULTY_ADDRESS=$address start_faulty "$T/tls" "$T/server.pem" "$T/server.key"
	read -r port _ <"$T/tls/ports"
	fails "certificate" pull "$address:$port/image/a:$(basename "$MANIFEST")"
	[ ! -s "$T/tls/log" ]
	mkdir -p "$T/.config/containers/certs.d/$address:$port"
	cp "$T/ca.pem" "$T/.config/containers/certs.d/$address:$port/ca.crt"
	works pull "$address:$port/image/a:$(basename "$MANIFEST")"
	stop_registry "$T/tls"
	FAULTY_ADDRESS=$address start_faulty "$T/tls2" "$T/other.pem" "$T/other.key"
	read -r port _ <"$T/tls2/ports"
	mkdir -p "$T/.config/containers/certs.d/$address:$port"
	cp "$T/ca.pem" "$T/.config/containers/certs.d/$address:$port/ca.crt"
	fails "10.99.0.1" pull "$address:$port/image/a:$(basename "$MANIFEST")"
	[ ! -s "$T/tls2/log" ]
	stop_registry "$T/tls2"
	ip address del "$address/32" dev lo
}

@test "CVE-2020-15157: who is named by a layer's url is not told the password, whatever it answers" {
	local fault
	hide_layer
	# It takes the password where it is told, and has a token server of its own.
	for fault in basic token-here; do
		: >"$LOG"
		manifest_with foreign ".layers[0].mediaType = \"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip\" |
			.layers[0].urls = [\$away + \"/v2/$fault/a/blobs/latest\"]"
		run --separate-stderr "$TARU" pull --creds alice:secret "$HOST/image/a:foreign"
		[ "$status" = 1 ]
		logged "any(.port == $AWAY) and (map(select(.port == $AWAY)) | all(.authorization == \"\")) and
			all(.path | startswith(\"/token\") | not)"
	done
}

@test "CVE-2020-15157: who is named by a redirect is not told the password, whatever it answers" {
	local fault
	for fault in away-basic away-token; do
		: >"$LOG"
		run --separate-stderr "$TARU" pull --creds alice:secret "$HOST/$fault/a:$(basename "$MANIFEST")"
		[ "$status" = 1 ]
		logged "any(.port == $AWAY) and (map(select(.port == $AWAY)) | all(.authorization == \"\")) and
			all(.path | startswith(\"/token\") | not)"
	done
}

@test "the urls of a layer are followed for foreign layers alone" {
	local type
	hide_layer
	for type in vnd.oci.image.layer.v1.tar+gzip vnd.docker.image.rootfs.diff.tar.gzip \
		vnd.oci.image.layer.nondistributable.v1.tarx; do
		: >"$LOG"
		manifest_with urls ".layers[0].mediaType = \"application/$type\" |
			.layers[0].urls = [\$away + \"/v2/image/a/blobs/elsewhere\"]"
		fails "answered 404" pull "$HOST/image/a:urls"
		logged "all(.port != $AWAY)"
	done
	for type in vnd.oci.image.layer.nondistributable.v1.tar+gzip vnd.docker.image.rootfs.foreign.diff.tar.gzip; do
		rm -rf "$TARU_ROOT"
		manifest_with urls ".layers[0].mediaType = \"application/$type\" |
			.layers[0].urls = [\$away + \"/v2/image/a/blobs/elsewhere\"]"
		works pull "$HOST/image/a:urls"
		is_whole "$HOST/image/a:urls"
		logged "any(.port == $AWAY)"
	done
}
