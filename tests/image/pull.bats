# pull.bats - `taru pull`: from a real registry into a store that other tools read.
# shellcheck shell=bash disable=SC2154,SC2153,SC2016,SC2034,SC2030,SC2031

load store.bash

@test "an image is pulled, shown, and read by skopeo and umoci" {
	works pull "$REGISTRY/team/app:1"
	[[ "$output" == *"Status: Downloaded newer image for $REGISTRY/team/app:1"* ]]
	[ "${lines[-1]}" = "$REGISTRY/team/app:1" ]
	works images --format '{{.Repository}} {{.Tag}}'
	[ "$output" = "$REGISTRY/team/app 1" ]
	is_whole "$REGISTRY/team/app:1"
	umoci unpack --image "$TARU_ROOT/images:$REGISTRY/team/app:1" "$T/bundle"
	[ -e "$T/bundle/rootfs/etc/new" ]
}

@test "what is pulled is an event, by the name that the registry has it under" {
	works pull "$REGISTRY/team/app:1"
	works events --no-stream --format '{{.Type}} {{.Action}} {{.ID}} {{.Actor.Attributes.name}}'
	[ "$output" = "image pull $REGISTRY/team/app:1 $REGISTRY/team/app" ]
	fails "" pull "$REGISTRY/team/none:1"
	works events --no-stream --format '{{.Action}}'
	[ "$output" = pull ]
}

@test "the unpacked layers, as overlayfs mounts them, are what umoci unpacks" {
	works pull "$REGISTRY/team/app:1"
	local lower
	lower=$(chains_of "$REGISTRY/team/app:1" | tac | paste -sd:)
	umoci unpack --image "$WORLD/layout:app" "$T/bundle" 2>/dev/null
	"$PYTHON" "$HERE/walk.py" "$T/bundle/rootfs" >"$T/wanted"
	mkdir "$T/merged"
	unshare --mount sh -ec 'mount -t overlay -o ro,userxattr,lowerdir="$1" none "$2"; "$3" "$4" "$2"' sh \
		"$lower" "$T/merged" "$PYTHON" "$HERE/walk.py" >"$T/got"
	diff "$T/wanted" "$T/got"
}

@test "a layer that speaks of files below it: through a link there, into a directory there, a hard link to a file there" {
	cp -a "$WORLD/layout" "$T/layout"
	"$PYTHON" - "$T/layer.tar" <<'PYTHON'
import io, sys, tarfile
with tarfile.open(sys.argv[1], "w") as tar:
    for name in ("lib/x.so", "tmp/f"):
        entry = tarfile.TarInfo(name)
        entry.size = 3
        tar.addfile(entry, io.BytesIO(b"new"))
    link = tarfile.TarInfo("bin/busy")
    link.type, link.linkname = tarfile.LNKTYPE, "bin/busybox"
    tar.addfile(link)
PYTHON
	umoci raw add-layer --image "$T/layout:app" "$T/layer.tar"
	copy_to_registry "$T/layout:app" "$REGISTRY/team/below:1"
	works pull "$REGISTRY/team/below:1"
	local top
	top=$(chains_of "$REGISTRY/team/below:1" | tail -1)
	[ "$(cat "$top/usr/lib/x.so")" = new ]
	[ ! -e "$top/lib" ]
	[ "$(stat -c %a "$top/tmp")" = 1777 ]
	[ "$(stat -c %a "$top/bin/busy")" = 4755 ]
	cmp "$top/bin/busy" /bin/busybox
	umoci unpack --image "$T/layout:app" "$T/bundle" 2>/dev/null
	[ "$(cat "$T/bundle/rootfs/usr/lib/x.so")" = new ]
}

@test "a layer that hides all that is below it" {
	cp -a "$WORLD/layout" "$T/layout"
	"$PYTHON" - "$T/layer.tar" <<'PYTHON'
import sys, tarfile
with tarfile.open(sys.argv[1], "w") as tar:
    for name in (".wh..wh..opq", "only"):
        tar.addfile(tarfile.TarInfo(name))
PYTHON
	umoci raw add-layer --image "$T/layout:app" "$T/layer.tar"
	copy_to_registry "$T/layout:app" "$REGISTRY/team/hides:1"
	works pull "$REGISTRY/team/hides:1"
	works export -o "$T/all.tar" "$REGISTRY/team/hides:1"
	[ "$(tar -tf "$T/all.tar" | grep -v '/$')" = only ]
}

@test "what is there is not fetched again" {
	works pull "$REGISTRY/team/app:1"
	touch -d 2001-01-01 "$TARU_ROOT"/images/blobs/sha256/*
	works pull "$REGISTRY/team/app:1"
	[[ "$output" == *"Image is up to date"* ]]
	[[ "$output" == *"Already exists"* ]]
	[ -z "$(find "$TARU_ROOT/images/blobs" -type f -newermt 2002-01-01)" ]
}

@test "by digest, and only what has that digest" {
	local digest
	digest=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$REGISTRY/team/app:1")
	works pull "$REGISTRY/team/app@$digest"
	works images --digests --format '{{.Tag}} {{.Digest}}'
	[ "$output" = "<none> $digest" ]
	fails "$REGISTRY" pull "$REGISTRY/team/app@sha256:$(printf '0%.0s' {1..64})"
}

@test "what is not there is said, with the registry" {
	fails "$REGISTRY" pull "$REGISTRY/team/nothing:1"
	[ -z "$(ls "$TARU_ROOT/partial")" ]
	works images -q
	[ -z "$output" ]
}

@test "a registry that nobody is" {
	SECONDS=0
	fails "127.0.0.1:1" pull 127.0.0.1:1/a/b
	[ "$SECONDS" -lt 60 ]
}

@test "over TLS with an authority of one's own, and a password from a file" {
	start_registry "$T/other" --tls --auth
	skopeo copy --quiet --dest-tls-verify=false --dest-creds alice:secret "oci:$WORLD/layout:app" "docker://$REGISTRY/app:1"
	fails "certificate" pull --tls-verify=true "$REGISTRY/app:1"
	mkdir "$T/certs"
	cp "$T/other/ca.pem" "$T/certs/ca.crt"
	works pull --tls-verify=true --cert-dir "$T/certs" --creds alice:secret "$REGISTRY/app:1"
	works rmi "$REGISTRY/app:1"
	works login --cert-dir "$T/certs" -u alice -p secret --authfile "$T/auth.json" "$REGISTRY"
	fails "option '--cert-dir': '$T/none' is no directory that is there" pull --cert-dir "$T/none" "$REGISTRY/app:1"
	fails "option '--cert-dir': '$T/certs/ca.crt' is no directory that is there" pull --cert-dir "$T/certs/ca.crt" "$REGISTRY/app:1"
	# What it has is believed, and no other: the folder of this registry is not looked at.
	mkdir -p "$T/empty" "$T/.config/containers/certs.d/$REGISTRY"
	cp "$T/other/ca.pem" "$T/.config/containers/certs.d/$REGISTRY/ca.crt"
	fails "certificate" pull --tls-verify=true --cert-dir "$T/empty" --creds alice:secret "$REGISTRY/app:1"
	rm -r "$T/.config/containers/certs.d"
	mkdir -p "$T/.config/containers/certs.d/$REGISTRY"
	cp "$T/other/ca.pem" "$T/.config/containers/certs.d/$REGISTRY/ca.crt"
	fails "taru login" pull "$REGISTRY/app:1"
	works pull --creds alice:secret "$REGISTRY/app:1"
	works rmi "$REGISTRY/app:1"
	mkdir -p "$T/.docker"
	echo "{\"auths\":{\"$REGISTRY\":{\"auth\":\"$(printf alice:secret | base64)\"}}}" >"$T/.docker/config.json"
	works pull "$REGISTRY/app:1"
	is_whole "$REGISTRY/app:1"
}

@test "push without TLS, with a password, several blobs at once; and mounted from a repository that has them" {
	start_registry "$T/other" --auth
	works pull "$REGISTRY_OF_ALL/team/app:1"
	works tag "$REGISTRY_OF_ALL/team/app:1" "$REGISTRY/team/app:1"
	fails "taru login" push "$REGISTRY/team/app:1"
	works push --creds alice:secret "$REGISTRY/team/app:1"
	[ "$(grep -c ': Pushed' <<<"$output")" = 3 ]
	works tag "$REGISTRY/team/app:1" "$REGISTRY/other/app:2"
	works push --creds alice:secret "$REGISTRY/other/app:2"
	[ "$(grep -c ': Mounted from team/app' <<<"$output")" = 3 ]
	skopeo inspect --tls-verify=false --creds alice:secret "docker://$REGISTRY/other/app:2" >/dev/null
}

@test "an index: the manifest for this machine, or the one that is asked for" {
	make_image "$T/multi" here 'echo here >where'
	make_image "$T/multi" other 'echo other >where'
	umoci config --image "$T/multi:other" --architecture s390x 2>/dev/null
	"$PYTHON" - "$T/multi" <<'PYTHON'
import hashlib, json, os, sys
layout = sys.argv[1]
index = json.load(open(layout + "/index.json"))
for row, architecture in zip(index["manifests"], [os.uname().machine.replace("x86_64", "amd64").replace("aarch64", "arm64"), "s390x"]):
    row["platform"] = {"os": "linux", "architecture": architecture}
    row.pop("annotations")
index["mediaType"] = "application/vnd.oci.image.index.v1+json"
text = json.dumps(index).encode()
digest = hashlib.sha256(text).hexdigest()
open(f"{layout}/blobs/sha256/{digest}", "wb").write(text)
json.dump({"schemaVersion": 2, "manifests": [{"mediaType": index["mediaType"], "digest": "sha256:" + digest,
    "size": len(text), "annotations": {"org.opencontainers.image.ref.name": "multi"}}]}, open(layout + "/index.json", "w"))
PYTHON
	copy_to_registry "$T/multi:multi" "$REGISTRY/team/multi:1" --all
	works pull "$REGISTRY/team/multi:1"
	[ "$(cat "$(chains_of "$REGISTRY/team/multi:1")/where")" = here ]
	works pull --platform linux/s390x "$REGISTRY/team/multi:1"
	[ "$(cat "$(chains_of "$REGISTRY/team/multi:1")/where")" = other ]
	fails "riscv64" pull --platform linux/riscv64 "$REGISTRY/team/multi:1"
}

@test "eight at once pull the same image, and fetch each blob once" {
	local pids=() i
	for i in 1 2 3 4 5 6 7 8; do
		"$TARU" pull -q "$REGISTRY/team/app:1" >"$T/out.$i" 2>&1 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	is_whole "$REGISTRY/team/app:1"
	works images -q
	[ "${#lines[@]}" = 1 ]
}

@test "killed at any moment: the next pull goes on, and nothing half done stays" {
	local i pid
	for i in {1..16}; do
		"$TARU" pull -q "$REGISTRY/team/app:1" >/dev/null 2>&1 3>&- &
		pid=$!
		sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
		kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
		[ $((i % 4)) != 0 ] || rm -rf "$TARU_ROOT"
	done
	works pull -q "$REGISTRY/team/app:1"
	works image prune -f
	is_whole "$REGISTRY/team/app:1"
}

@test "a full disk is said, and the store stays whole" {
	mkdir "$T/small"
	run --separate-stderr unshare --mount sh -ec '
		mount -t tmpfs -o size=5m none "$1"
		TARU_ROOT=$1/store
		export TARU_ROOT
		! "$2" pull -q "$3/team/app:1" || exit 3
		"$2" images -q
		find "$1/store/images/blobs/sha256" -type f -exec sh -c "sha256sum <\$1 | grep -q \$(basename \$1)" sh {} \; ' sh \
		"$T/small" "$TARU" "$REGISTRY"
	echo "$stderr"
	[ "$status" = 0 ]
	[[ "$stderr" == *"o space left"* ]]
	[ -z "$output" ]
}

@test "a blob that was changed at the registry is not taken" {
	local digest file
	start_registry "$T/other"
	copy_to_registry "$WORLD/layout:app" "$REGISTRY/app:1"
	digest=$(skopeo inspect --tls-verify=false --format '{{index .Layers 2}}' "docker://$REGISTRY/app:1")
	file=$T/other/data/docker/registry/v2/blobs/sha256/${digest:7:2}/${digest:7}/data
	"$PYTHON" "$HERE/spoil.py" "$file" 100000
	fails "$digest" pull "$REGISTRY/app:1"
	[ ! -e "$TARU_ROOT/images/blobs/sha256/${digest:7}" ]
	works images -q
	[ -z "$output" ]
}

@test "the policy of this machine is kept: reject" {
	mkdir -p "$T/.config/containers"
	echo '{"default":[{"type":"insecureAcceptAnything"}],"transports":{"docker":{"'"$REGISTRY"'":[{"type":"reject"}]}}}' \
		>"$T/.config/containers/policy.json"
	fails "policy.json" pull "$REGISTRY/team/app:1"
	[ -z "$(ls "$TARU_ROOT/images/blobs/sha256" 2>/dev/null)" ]
}

@test "an ordinary user with ids of its own, and one without" {
	AS=(setpriv --reuid 65533 --regid 65533 --clear-groups)
	install -d -o 65533 -g 65533 "$T/user"
	export TARU_ROOT=$T/user/store HOME=$T/user
	fails "etc/one" pull "$REGISTRY/team/app:1"
	[[ "$stderr" == */etc/subuid* ]]
	works pull --ignore-chown "$REGISTRY/team/app:1"
	[ "$(stat -c %u "$(chains_of "$REGISTRY/team/app:1" | head -1)/etc/one")" = 65533 ]
	works rmi "$REGISTRY/team/app:1"
	[ -z "$(ls -A "$T/user/store/layers")" ]
}

# says LINE…: that is the output.
says()
{
	[ "$output" = "$(printf '%s\n' "$@")" ]
}

# As docker's image_delete.go has it: a digest is a name of its own, beside the tag.
@test "rmi of a name by digest leaves the tag, and that of the last tag takes names by digest with it" {
	local name=$REGISTRY/team/app digest id
	works pull -q "$name:1"
	works images --digests --format '{{.Digest}}'
	digest=$output
	works rmi "$name@$digest"
	says "Untagged: $name@$digest"
	works images --digests --format '{{.Repository}}:{{.Tag}} {{.Digest}}'
	says "$name:1 <none>"
	fails "no such image" rmi "$name@$digest"
	# Each is a row of its own.
	works pull -q "$name:1"
	works pull -q "$name@$digest"
	works rmi "$name@$digest"
	says "Untagged: $name@$digest"
	works images --format '{{.Repository}}:{{.Tag}}'
	says "$name:1"
	works pull -q "$name@$digest"
	works images -q --no-trunc
	id=${output%%$'\n'*}
	works rmi "$name:1"
	[[ "$output" == "Untagged: $name:1"$'\n'"Untagged: $name@$digest"$'\n'"Deleted: $id"$'\n'* ]]
	[ -z "$("$TARU" images -q)" ]
}

@test "rmi by ID takes a tag and names by digest of one repository without --force" {
	local name=$REGISTRY/team/app digest id
	works pull -q "$name:1"
	works images --digests --format '{{.Digest}}'
	digest=$output
	works pull -q "$name@$digest"
	works images -q
	id=${output%%$'\n'*}
	works rmi "$id"
	[[ "$output" == "Untagged: $name:1"$'\n'"Untagged: $name@$digest"$'\n'"Deleted: sha256:$id"* ]]
	[ -z "$("$TARU" images -q)" ]
	# A name in another repository is one more.
	works pull -q "$name@$digest"
	works tag "$id" other:1
	fails "several names" rmi "$id"
	works rmi "other:1"
	says "Untagged: other:1"
	works rmi "$id"
	# And so is a second tag.
	works pull -q "$name:1"
	works tag "$name:1" "$name:2"
	fails "several names" rmi "$id"
	works rmi -f "$id"
	[ -z "$("$TARU" images -q)" ]
}
