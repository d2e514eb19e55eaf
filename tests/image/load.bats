# load.bats - archives that are not what they say, and a store that cannot be read: one clear error, and nothing half done.
# shellcheck shell=bash disable=SC2154,SC2153,SC2030,SC2031,SC2034

load store.bash

# docker_archive FILE FILTER: of the image of two layers, whose config is changed by a filter of jq.
docker_archive()
{
	rm -rf "$T/a"
	mkdir "$T/a"
	local layers=() name
	for name in one two; do
		mkdir -p "$T/a/$name.d"
		echo "$name" >"$T/a/$name.d/$name"
		tar -C "$T/a/$name.d" -cf "$T/a/$name.tar" "$name"
		layers+=("sha256:$(sha256sum <"$T/a/$name.tar" | cut -d' ' -f1)")
		rm -r "$T/a/$name.d"
	done
	jq -nc --arg one "${layers[0]}" --arg two "${layers[1]}" '{ os: "linux", architecture: "amd64",
		rootfs: { type: "layers", diff_ids: [$one, $two] } } | '"$2" >"$T/a/config.json"
	echo '[{"Config":"config.json","RepoTags":["two/layers:1"],"Layers":["one.tar","two.tar"]}]' >"$T/a/manifest.json"
	tar -C "$T/a" -cf "$1" manifest.json config.json one.tar two.tar
}

@test "a layer that is not what the config says fails alone: the other is whole or not there" {
	docker_archive "$T/bad.tar" '.rootfs.diff_ids[1] = "sha256:'"$(printf '1%.0s' {1..64})"'"'
	local i
	for i in 1 2 3 4 5 6; do
		fails "sha256:1111" load -q -i "$T/bad.tar"
		[[ "$stderr" != *": "$'\n'* ]]
		local blob
		for blob in "$TARU_ROOT"/images/blobs/sha256/*; do
			[ "$(sha256sum <"$blob" | cut -d' ' -f1)" = "$(basename "$blob")" ]
		done
		docker_archive "$T/good.tar" .
		works load -q -i "$T/good.tar"
		is_whole docker.io/two/layers:1
		works rmi two/layers:1
		rm -rf "$TARU_ROOT"
		docker_archive "$T/bad.tar" '.rootfs.diff_ids[1] = "sha256:'"$(printf '1%.0s' {1..64})"'"'
	done
}

@test "what was pulled and is loaded again keeps what the registry calls it" {
	works pull -q "$REGISTRY/team/app:1"
	works images --digests --format '{{.Digest}}'
	local digest=$output
	skopeo copy --quiet --insecure-policy "oci:$TARU_ROOT/images:$REGISTRY/team/app:1" \
		"oci-archive:$T/a.tar:$REGISTRY/team/app:1"
	works load -q -i "$T/a.tar"
	works images --digests --format '{{.Digest}}'
	[ "$output" = "$digest" ]
}

@test "a blob of the store that cannot be read is an error, and nobody waits for it" {
	AS=(setpriv --reuid 65533 --regid 65533 --clear-groups)
	install -d -o 65533 -g 65533 "$T/user"
	export TARU_ROOT=$T/user/store HOME=$T/user
	docker_archive "$T/a.tar" .
	chmod 644 "$T/a.tar"
	works load -q --ignore-chown -i "$T/a.tar"
	chmod 000 "$TARU_ROOT"/images/blobs/sha256/*
	chown root:root "$TARU_ROOT"/images/blobs/sha256/*
	run --separate-stderr timeout 20 "${AS[@]}" "$TARU" load -q --ignore-chown -i "$T/a.tar"
	echo "$stderr"
	[ "$status" = 1 ]
	[[ "$stderr" == *"permission denied"* ]]
}

@test "what is no file in a folder is refused at once: nobody waits for a FIFO" {
	docker_archive "$T/a.tar" .
	mkdir "$T/oci"
	skopeo copy --quiet --insecure-policy "oci:$WORLD/layout:app" "oci:$T/oci:app"
	local file files=(a/manifest.json a/config.json a/one.tar oci/index.json)
	files+=("oci/blobs/sha256/$(jq -r '.manifests[0].digest[7:]' "$T/oci/index.json")")
	files+=("oci/blobs/sha256/$(jq -r '.layers[2].digest[7:]' "$T/${files[4]}")")
	for file in "${files[@]}"; do
		mv "$T/$file" "$T/kept"
		mkfifo "$T/$file"
		run --separate-stderr timeout 20 "$TARU" load -q -i "$T/${file%%/*}"
		[ "$status" = 1 ]
		[[ "$stderr" == *"is no file that can be read"* ]]
		rm "$T/$file"
		[[ "$file" == *json ]] || { ln -s /dev/zero "$T/$file"; fails "" load -q -i "$T/${file%%/*}"; rm "$T/$file"; }
		mknod "$T/$file" c 1 5
		fails "is no file that can be read" load -q -i "$T/${file%%/*}"
		rm "$T/$file"
		mv "$T/kept" "$T/$file"
	done
	works load -q -i "$T/a"
	works load -q -i "$T/oci"
}

@test "an archive that becomes shorter while it is read is one error" {
	docker_archive "$T/a.tar" .
	# Between the list of its files and the first layer.
	strace -qq -o "$T/calls" -e trace=ftruncate -e inject=ftruncate:delay_exit=3000000:when=1 \
		"$TARU" load -q -i "$T/a.tar" 2>"$T/said" 3>&- &
	local loader=$! status=0 try
	for ((try = 0; try < 100; try++)); do
		[ -z "$(ls "$TARU_ROOT/partial" 2>/dev/null)" ] || break
		sleep 0.05
	done
	truncate -s 4096 "$T/a.tar"
	wait $loader || status=$?
	cat "$T/said"
	[ "$status" = 1 ]
	[ "$(wc -l <"$T/said")" = 1 ]
	grep -q "shorter while it was read" "$T/said"
}

@test "indexes that list each other a thousand times are each read once, and what they name stays" {
	works pull -q "$REGISTRY/team/app:1"
	# nest TARGETS…: an index that lists each of them a thousand times; its digest is in $digest.
	nest()
	{
		printf '%s\n' "$@" | jq -Rnc '[inputs] as $all | [range(1000) | $all[] | { digest: ., size: 1,
			mediaType: "application/vnd.oci.image.index.v1+json" }] | { schemaVersion: 2, manifests: . }' >"$T/index"
		digest=sha256:$(sha256sum <"$T/index" | cut -d' ' -f1)
		cp "$T/index" "$TARU_ROOT/images/blobs/sha256/${digest#sha256:}"
	}
	local digest level leaf
	nest "sha256:$(printf '7%.0s' {1..64})" "$(jq -r '.manifests[0].digest' "$TARU_ROOT/images/index.json")"
	leaf=${digest#sha256:}
	for level in 1 2 3; do
		nest "$digest"
	done
	jq -c --arg digest "$digest" '.manifests = [{ mediaType: "application/vnd.oci.image.index.v1+json", size: 1,
		$digest, annotations: { "org.opencontainers.image.ref.name": "nest" } }]' "$TARU_ROOT/images/index.json" >"$T/new"
	cp "$T/new" "$TARU_ROOT/images/index.json"
	run --separate-stderr timeout 20 "$TARU" image prune -f
	echo "$output $stderr"
	[ "$status" = 0 ]
	[ -e "$TARU_ROOT/images/blobs/sha256/$leaf" ]
	[ "$(find "$TARU_ROOT/images/blobs/sha256" -type f | wc -l)" = 9 ]
	works rmi nest
	[ -z "$(ls "$TARU_ROOT/images/blobs/sha256")" ]
}

@test "counts that do not fit are one error: layers of the config, of the manifest, and of the archive" {
	docker_archive "$T/a.tar" '.rootfs.diff_ids |= .[:1]'
	fails "config.json has 1 layers, but 2 are listed" load -q -i "$T/a.tar"
	docker_archive "$T/a.tar" '.rootfs.diff_ids += [.rootfs.diff_ids[0]]'
	fails "has 3 layers, but 2 are listed" load -q -i "$T/a.tar"
	docker_archive "$T/a.tar" 'del(.rootfs.diff_ids)'
	fails "has 0 layers, but 2 are listed" load -q -i "$T/a.tar"
	docker_archive "$T/a.tar" .
	rm "$T/a/two.tar"
	fails "two.tar" load -q -i "$T/a"
	[ -z "$("$TARU" images -q)" ]
	# An OCI layout whose manifest has a layer less than its config.
	local manifest new
	skopeo copy --quiet --insecure-policy "oci:$WORLD/layout:app" "oci:$T/oci:app"
	manifest=$(jq -r '.manifests[0].digest[7:]' "$T/oci/index.json")
	jq -c '.layers |= .[:2]' "$T/oci/blobs/sha256/$manifest" >"$T/manifest"
	new=$(sha256sum <"$T/manifest" | cut -d' ' -f1)
	cp "$T/manifest" "$T/oci/blobs/sha256/$new"
	sed -i "s/$manifest/$new/" "$T/oci/index.json"
	fails "the manifest has 2 layers, and the config 3" load -q -i "$T/oci"
	copy_to_registry "$T/oci:app" "$REGISTRY/team/less:1" 2>/dev/null || return 0
	fails "layers" pull -q "$REGISTRY/team/less:1"
}

@test "a history that does not fit the layers is shown as far as it goes" {
	docker_archive "$T/a.tar" '.history = [range(5) | { created_by: "step \(.)" }]'
	works load -q -i "$T/a.tar"
	works history --format '{{.CreatedBy}}' two/layers:1
	[ "$(wc -l <<<"$output")" = 5 ]
	docker_archive "$T/a.tar" '.history = [{ created_by: "none", empty_layer: true }]'
	works load -q -i "$T/a.tar"
	works history --format '{{.CreatedBy}} {{.Size}}' two/layers:1
	[ "$output" = "none 0B" ]
	docker_archive "$T/a.tar" '.history = null'
	works load -q -i "$T/a.tar"
	works history -q two/layers:1
	[ "$(wc -l <<<"$output")" = 2 ]
}

@test "a config of many steps is read, and one that is too large is one error" {
	docker_archive "$T/a.tar" '.history = [range(100000) | { empty_layer: true }]'
	works load -q -i "$T/a.tar"
	run timeout 30 "$TARU" history -q two/layers:1
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 100000 ]
	# As many values as there may be, and bytes: each alone.
	docker_archive "$T/a.tar" '.history = [range(1000000) | {}]'
	works load -q -i "$T/a.tar"
	fails "values" history -q two/layers:1
	docker_archive "$T/a.tar" '.history = [range(1100000) | {}]'
	fails "config.json" load -q -i "$T/a.tar"
	[ "$(wc -l <<<"$stderr")" = 1 ]
	docker_archive "$T/a.tar" '.comment = ("x" * 8400000)'
	fails "config.json" load -q -i "$T/a.tar"
	[ "$(wc -l <<<"$stderr")" = 1 ]
	docker_archive "$T/a.tar" '.comment = ("x" * 4200000)'
	works load -q -i "$T/a.tar"
	docker_archive "$T/a.tar" '.config.Env = [range(200000) | "A\(.)=b"]'
	works load -q -i "$T/a.tar"
}

@test "of files of one name in an archive the last counts, for the documents and for layers" {
	docker_archive "$T/a.tar" .
	mkdir "$T/first"
	echo '[{"Config":"none.json","RepoTags":["first/name:1"],"Layers":[]}]' >"$T/first/manifest.json"
	echo damaged >"$T/first/one.tar"
	tar -C "$T/first" -cf "$T/b.tar" manifest.json one.tar
	tar -C "$T/a" -rf "$T/b.tar" manifest.json config.json one.tar two.tar
	works load -q -i "$T/b.tar"
	works images --format '{{.Repository}}:{{.Tag}}'
	[ "$output" = two/layers:1 ]
	is_whole docker.io/two/layers:1
}

# many LAYERS: an archive $T/many.tar; its layers say of the lowest one what they do not have: a directory, and each
# second one a link to a file of it.
many()
{
	"$PYTHON" - "$1" "$T/many.tar" <<-'END'
	import hashlib, io, json, sys, tarfile
	count, out = int(sys.argv[1]), tarfile.open(sys.argv[2], "w")
	def put(archive, name, data=b"", **fields):
	    entry = tarfile.TarInfo(name)
	    entry.size = len(data)
	    for key, value in fields.items():
	        setattr(entry, key, value)
	    archive.addfile(entry, io.BytesIO(data))
	layers = []
	for i in range(count):
	    file = io.BytesIO()
	    with tarfile.open(fileobj=file, mode="w") as layer:
	        if i == 0:
	            put(layer, "d", type=tarfile.DIRTYPE, mode=0o1750, uid=7)
	            put(layer, "d/first", b"first")
	        else:
	            put(layer, f"d/{i}", b"%d" % i)
	        if i == count - 1:
	            put(layer, "d/link", type=tarfile.LNKTYPE, linkname="d/first")
	    layers.append(file.getvalue())
	config = {"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers",
	          "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest() for layer in layers]}}
	put(out, "config.json", json.dumps(config).encode())
	put(out, "manifest.json", json.dumps([{"Config": "config.json", "RepoTags": ["many:1"],
	    "Layers": [f"{i}.tar" for i in range(count)]}]).encode())
	for i, layer in enumerate(layers):
	    put(out, f"{i}.tar", layer)
	out.close()
	END
}

@test "500 layers are loaded, and one more is an error" {
	many 501
	fails "501 layers; at most 500" load -q -i "$T/many.tar"
	many 500
	works load -q -i "$T/many.tar"
	works export -o "$T/out.tar" many:1
	mkdir "$T/tree"
	tar -C "$T/tree" -xf "$T/out.tar"
	[ "$(find "$T/tree/d" -type f | wc -l)" = 501 ]
	[ "$(cat "$T/tree/d/link" "$T/tree/d/499")" = first499 ]
	[ "$(stat -c '%a %u' "$T/tree/d")" = "1750 7" ]
}

@test "prune removes what pulls that did not end have left" {
	works pull -q "$REGISTRY/team/app:1"
	head -c 1000000 /dev/zero >"$TARU_ROOT/partial/$(printf '1%.0s' {1..64})"
	mkdir "$TARU_ROOT/layers/.new-1-2"
	touch "$TARU_ROOT/images/index.json.new-999999999" "$TARU_ROOT/images/blobs/sha256/$(printf '2%.0s' {1..64})"
	works image prune -f
	[[ "$output" == *"1MB"* || "$output" == *"1.0"*"MB"* ]]
	[ -z "$(ls -A "$TARU_ROOT/partial")" ]
	is_whole "$REGISTRY/team/app:1"
	[ ! -e "$TARU_ROOT/images/index.json.new-999999999" ]
}

@test "half a layer, as a machine without power leaves it, is unpacked again" {
	works pull -q "$REGISTRY/team/app:1"
	local folder
	folder=$(chains_of "$REGISTRY/team/app:1" | tail -1)
	: >"$folder/../layer.json"
	: >"$folder/usr/lib/large"
	works pull -q "$REGISTRY/team/app:1"
	is_whole "$REGISTRY/team/app:1"
	[ "$(stat -c %s "$folder/usr/lib/large")" = 6000000 ]
}

@test "a folder of the store is for its owner alone" {
	works pull -q "$REGISTRY/team/app:1"
	[ "$(stat -c %a "$TARU_ROOT" "$TARU_ROOT/layers" "$TARU_ROOT/partial" | tr '\n' ' ')" = "700 700 700 " ]
}
