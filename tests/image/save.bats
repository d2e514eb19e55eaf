#!/usr/bin/env bats
# Images that leave the store: what is written is what others read.
load archive_lib

layer_of()
{
	jq -r '.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] == "docker.io/library/two:latest").digest' \
		"$STORE/images/index.json" | sed s/sha256:// | {
		read -r manifest
		jq -r '.layers[1].digest' "$STORE/images/blobs/sha256/$manifest" | sed s/sha256://
	}
}

# same_image FROM TO: skopeo sees the same config behind both names.
same_image()
{
	[ "$(skopeo inspect --config --raw "$1")" = "$(skopeo inspect --config --raw "$2")" ]
	rm -rf copied
	skopeo copy -q "$2" dir:copied
}

@test "skopeo reads each image of a docker-archive" {
	needs_unpack
	archive save "$STORE" docker-archive a.tar one two localhost/plain:x empty
	for name in one:1 one:2 two:latest empty:latest; do
		same_image "oci:$STORE/images:docker.io/library/$name" "docker-archive:a.tar:$name"
	done
	same_image "oci:$STORE/images:localhost/plain:x" docker-archive:a.tar:localhost/plain:x
}

@test "an image without compression needs no helper to become a docker-archive" {
	TARU_LIBEXEC=/nowhere archive save "$STORE" docker-archive a.tar localhost/plain:x many
	same_image "oci:$STORE/images:localhost/plain:x" docker-archive:a.tar:localhost/plain:x
}

@test "podman loads a docker-archive, with the names it had" {
	needs_unpack
	[ -x "$(command -v podman)" ] || skip "podman is not installed"
	archive save "$STORE" docker-archive a.tar one two
	MOUNTED=
	podman --root "$T/root" --runroot "$T/run" --storage-driver vfs load -q -i a.tar
	run podman --root "$T/root" --runroot "$T/run" --storage-driver vfs images --format '{{.Repository}}:{{.Tag}}'
	findmnt -n "$T/root" >/dev/null && MOUNTED="$T/root"
	[ "$(sort <<<"$output")" = $'docker.io/library/one:1\ndocker.io/library/one:2\ndocker.io/library/two:latest' ]
}

@test "a layer of several images is in a docker-archive once" {
	needs_unpack
	archive save "$STORE" docker-archive a.tar one two localhost/plain:x
	[ "$(tar -tf a.tar | grep -c 'layer.tar$')" = 2 ]
	[ -z "$(tar -tf a.tar | sort | uniq -d)" ]
}

@test "repositories names the top layer of each tag" {
	archive save "$STORE" docker-archive a.tar localhost/plain:x
	top=$(tar -xOf a.tar manifest.json | jq -r '.[0].Layers[-1]')
	[ "$(tar -xOf a.tar repositories | jq -r '."localhost/plain".x')/layer.tar" = "$top" ]
}

@test "skopeo and umoci read an oci-archive and a folder" {
	archive save "$STORE" oci-archive a.tar one two empty
	archive save "$STORE" oci-dir folder one two empty
	for name in one:1 one:2 two:latest empty:latest; do
		same_image "oci:$STORE/images:docker.io/library/$name" "oci-archive:a.tar:docker.io/library/$name"
		same_image "oci:$STORE/images:docker.io/library/$name" "oci:folder:docker.io/library/$name"
	done
	umoci ls --layout folder | grep -qx docker.io/library/one:1
	umoci unpack --image folder:docker.io/library/one:1 bundle
	cmp bundle/rootfs/etc/changed "$MERGED/one/etc/changed"
	mkdir unpacked
	tar -C unpacked -xf a.tar
	diff -r unpacked folder
}

@test "the same images make the same bytes, in a file and on standard output" {
	needs_unpack
	for format in docker-archive oci-archive; do
		archive save "$STORE" $format a.tar one two
		archive save "$STORE" $format b.tar one two
		archive save "$STORE" $format - one two >c.tar
		cmp a.tar b.tar
		cmp a.tar c.tar
	done
}

@test "an image that is asked for by its ID has no name in the archive" {
	config=$(skopeo inspect --config --raw "oci:$STORE/images:localhost/plain:x" | sha256sum | cut -c1-20)
	archive save "$STORE" docker-archive a.tar "$config"
	[ "$(tar -xOf a.tar manifest.json | jq -c '.[0].RepoTags')" = null ]
	archive save "$STORE" oci-archive b.tar "$config"
	[ "$(tar -xOf b.tar index.json | jq -c '.manifests[0].annotations')" = null ]
}

@test "a blob that is missing is one error, before anything is written" {
	copy_store
	rm "$STORE/images/blobs/sha256/$(layer_of)"
	for format in docker-archive oci-archive oci-dir; do
		refuses "$(layer_of) is not in the store; pull the image again" archive save "$STORE" $format out one two
		[ "$(ls -A)" = store ]
	done
	refuses "is not in the store" archive save "$STORE" oci-archive - one two
	[ -z "$output" ]
}

@test "a blob that is cut short is no image" {
	copy_store
	truncate -s -1 "$STORE/images/blobs/sha256/$(layer_of)"
	refuses "is damaged" archive save "$STORE" oci-archive out two
	[ "$(ls -A)" = store ]
}

@test "a compressed layer whose bytes have changed leaves no archive" {
	needs_unpack
	copy_store
	"$PYTHON" "$HERE/spoil.py" "$STORE/images/blobs/sha256/$(layer_of)" 60
	refuses "the blob sha256:$(layer_of)" archive save "$STORE" docker-archive out two
	[ "$(ls -A)" = store ]
}

@test "an image that is not there is an error that names it" {
	refuses "no such image: nosuch" archive save "$STORE" oci-archive out one nosuch
	[ -z "$(ls -A)" ]
}

@test "a file that is there is replaced whole, a device is written to, and a folder is not" {
	echo before >out
	archive save "$STORE" oci-archive out one
	tar -tf out >/dev/null
	[ "$(stat -c %a out)" = 600 ]
	mkdir folder
	refuses "is a directory" archive save "$STORE" oci-archive folder one
	ln -s /dev/null device
	archive save "$STORE" oci-archive device one
	[ -c /dev/null ] && [ -L device ]
}

@test "a file that is there stays as it was when saving fails" {
	echo before >out
	refuses "no such image" archive save "$STORE" oci-archive out nosuch
	[ "$(cat out)" = before ]
}

@test "a full disk leaves no file" {
	mkdir small
	mount -t tmpfs -o size=64k tmpfs small
	MOUNTED=$T/small
	refuses "no space left" archive save "$STORE" oci-archive small/out many
	refuses "no space left" archive save "$STORE" oci-dir small/folder many
	[ -z "$(ls -A small)" ]
}

@test "a saver that is killed leaves no file" {
	archive save "$STORE" oci-archive whole many
	for delay in 0.03 0.05 0.07 0.09 0.12; do
		run timeout -s KILL $delay "$ARCHIVE" save "$STORE" oci-archive out many
		[ "$(ls -A)" = whole ] || cmp out whole
		statuses="${statuses:-} $status"
		rm -f out
	done
	[[ "$statuses" = *137* ]]
}

@test "a folder that has something in it is left alone" {
	mkdir folder
	echo mine >folder/file
	refuses "is there already, and not empty" archive save "$STORE" oci-dir folder one
	[ "$(ls -A)" = folder ]
	[ "$(ls -A folder)" = file ]
	rm folder/file
	archive save "$STORE" oci-dir folder one
	[ -e folder/oci-layout ]
}

@test "a terminal is refused" {
	run script -qec "$ARCHIVE save $STORE oci-archive - one" /dev/null
	[[ "$output" = *"refusing to write an archive to a terminal"* ]]
}
