# attacks.bats - what images have done to other engines, each by its number: an image is data, and nothing of the host gets into
# it, is changed by it or is run for it. What is done by archives to who unpacks them is in unpack_hostile.bats.
# shellcheck shell=bash disable=SC2154,SC2153,SC2030,SC2031,SC2034,SC2016

load store.bash

setup_file()
{
	[ "$(id -u)" = 0 ] || skip "this test needs root"
	WORLD=$(mktemp -d "${TMPDIR:-/tmp}/taru-attacks.XXXXXX")
	export WORLD
	chmod 755 "$WORLD"
}

teardown_file()
{
	rm -rf "$WORLD"
}

# image_of FILTER SCRIPT…: a docker-archive in $T/image.tar, each script makes the files of a layer in an empty directory; the
# config is changed by a filter of jq.
image_of()
{
	local filter=$1 script layers=() names=() n=0
	shift
	rm -rf "$T/a"
	mkdir "$T/a"
	for script; do
		n=$((n + 1))
		mkdir "$T/a/d"
		(cd "$T/a/d" && eval "$script")
		tar -C "$T/a/d" --numeric-owner -cf "$T/a/$n.tar" .
		rm -r "$T/a/d"
		names+=("$n.tar")
		layers+=("sha256:$(sha256sum <"$T/a/$n.tar" | cut -d' ' -f1)")
	done
	jq -nc '{ os: "linux", architecture: "amd64", config: {}, rootfs: { type: "layers", diff_ids: $ARGS.positional } }
		| '"$filter" --args "${layers[@]}" >"$T/a/config.json"
	jq -nc '[{ Config: "config.json", RepoTags: ["evil:1"], Layers: $ARGS.positional }]' --args "${names[@]}" \
		>"$T/a/manifest.json"
	tar -C "$T/a" -cf "$T/image.tar" manifest.json config.json "${names[@]}"
}

# What attackers are after, outside of the store.
prepare_victim()
{
	mkdir -p "$T/outside/deep"
	echo hunter2 >"$T/outside/secret"
	cp "$T/outside/secret" "$T/outside/passwd"
	BEFORE=$(stat -c '%n %a %u %s %y %z %h' "$T"/outside{,/*})
}

unharmed()
{
	[ "$BEFORE" = "$(stat -c '%n %a %u %s %y %z %h' "$T"/outside{,/*})" ]
}

@test "Env is data: nothing of our environment gets into it (CVE-2020-14370, CVE-2021-3602, CVE-2026-57231)" {
	export TARU_SECRET=hunter2
	local env='["TARU_SECRET","TARU_*","*","HOME","A=$TARU_SECRET","B=${TARU_SECRET}","C=`env`","=x","TARU_SECRET=","D=*"]'
	image_of ".config.Env = $env" 'touch f'
	works load -q -i "$T/image.tar"
	works inspect evil:1
	jq -e --argjson env "$env" '.[0].Config.Env == $env' <<<"$output"
	[[ "$output" != *hunter2* ]]
	works save -o "$T/saved.tar" evil:1
	tar -C "$T" -xf "$T/saved.tar" manifest.json "$(tar -xOf "$T/saved.tar" manifest.json | jq -r '.[0].Config')"
	cmp "$T/a/config.json" "$T/$(jq -r '.[0].Config' "$T/manifest.json")"
	works export -o "$T/exported.tar" evil:1
	works import --change 'ENV A=$TARU_SECRET B="${TARU_SECRET}"' --change 'CMD $TARU_SECRET' "$T/exported.tar" more:1
	works inspect more:1
	[[ "$output" != *hunter2* ]]
	run ! grep -rqF hunter2 "$TARU_ROOT" "$T/saved.tar" "$T/exported.tar"
}

@test "nothing of an image is run, whatever it is called (CVE-2022-1227)" {
	image_of '.config.Entrypoint = ["/bin/sh"] | .config.Healthcheck = { Test: ["CMD-SHELL", "touch '"$T"'/run"] }' '
		mkdir -p bin usr/bin etc lib proc/self
		printf "#!/bin/sh\ntouch '"$T"'/run\n" >bin/sh
		chmod 755 bin/sh
		for name in unpack fetch taru tar gzip zstd nsenter newuidmap getent; do cp bin/sh bin/$name; cp bin/sh usr/bin/$name; done
		echo /bin/sh >etc/ld.so.preload
		cp bin/sh lib/ld-musl-x86_64.so.1; cp bin/sh proc/self/exe'
	cd "$T"
	local verb
	for verb in "load -q -i image.tar" "export -o out.tar evil:1" "save -o save.tar evil:1" "history evil:1" "inspect evil:1" \
		"import out.tar more:1" "rmi more:1"; do
		# shellcheck disable=SC2086
		strace -f -qq -e trace=execve,execveat -o calls "$TARU" $verb
		# What is run is ours: the program itself, and its helper.
		grep execve calls | grep -vE "execve\(\"$TARU\"|execveat\([0-9]+, \"\", \[\"unpack\"\]" >others || true
		[ ! -s others ] || { cat others; return 1; }
		grep -q execveat calls || [[ "$verb" != load* && "$verb" != import* ]]
	done
	[ ! -e run ]
}

# With the family of it: CVE-2024-1753, CVE-2024-9407, CVE-2024-9676, CVE-2024-11218, CVE-2025-9566.
@test "links in an image, VOLUME and WORKDIR lead to nothing of the host (CVE-2022-23648)" {
	prepare_victim
	local up=../../../../../../../../../../../..
	image_of '.config.Volumes = { "'"$up$T"'/outside": {}, "/volume": {}, "/volume/../../x": {} } | .config.WorkingDir = "/work"
		| .config.User = "../../secret"' \
		'ln -s '"$T"'/outside volume; ln -s '"$up$T"'/outside work; ln -s '"$T"'/outside etc; mkdir real; ln -s '"$T"'/outside/secret real/f
			ln -s '"$T"'/outside/deep gone; mkdir tmp' \
		'mkdir etc work; echo new >etc/passwd; echo new >work/secret; mkdir real; echo new >real/f; touch .wh.gone .wh.volume' \
		'mkdir -p etc/deep; echo new >etc/deep/file; ln -s '"$T"'/outside tmp'
	works load -q -i "$T/image.tar"
	unharmed
	works export -o "$T/out.tar" evil:1
	works save -o "$T/saved.tar" evil:1
	works save --format oci-dir -o "$T/saved" evil:1
	run ! grep -rqF hunter2 "$TARU_ROOT" "$T/out.tar" "$T/saved.tar" "$T/saved"
	unharmed
	# What the image says itself comes out: the directories that replace links are its own.
	mkdir "$T/tree"
	tar -C "$T/tree" -xf "$T/out.tar"
	[ "$(cat "$T/tree/etc/passwd" "$T/tree/real/f" "$T/tree/etc/deep/file")" = $'new\nnew\nnew' ]
	[ ! -L "$T/tree/volume" ]
	[ ! -e "$T/tree/volume" ]
	works rmi evil:1
	works image prune -a -f
	unharmed
}

@test "what says that it is large is not read into memory (CVE-2022-31030, CVE-2023-25153)" {
	image_of . 'touch f'
	local file
	for file in manifest.json config.json; do
		cp -r "$T/a" "$T/large"
		truncate -s 20G "$T/large/$file"
		run --separate-stderr timeout 30 prlimit --as=300000000 "$TARU" load -q -i "$T/large"
		[ "$status" = 1 ]
		[[ "$stderr" == *"$file"* && "$stderr" != *$'\n'*$'\n'* ]]
		# The same in an archive, which is as large as it says, but for holes.
		"$PYTHON" - "$T/large" "$T/large.tar" <<-'END'
		import sys, tarfile
		folder, out = sys.argv[1:]
		with open(out, "wb") as archive:
		    for name in ("manifest.json", "config.json", "1.tar"):
		        entry = tarfile.TarFile.gettarinfo(tarfile.open("/dev/null", "w"), folder + "/" + name, name)
		        archive.write(entry.tobuf(tarfile.GNU_FORMAT))
		        if entry.size < 1 << 20:
		            archive.write(open(folder + "/" + name, "rb").read())
		            archive.seek(-entry.size % 512, 1)
		        else:
		            archive.seek((entry.size + 511) // 512 * 512, 1)
		    archive.truncate(archive.tell() + 1024)
		END
		run --separate-stderr timeout 30 prlimit --as=300000000 "$TARU" load -q -i "$T/large.tar"
		echo "$stderr"
		[ "$status" = 1 ]
		[[ "$stderr" == *"$file"*"too large"* ]]
		rm -r "$T/large" "$T/large.tar"
	done
}

@test "labels and annotations of an image are no marks of the store's (CVE-2026-53488)" {
	local other=sha256:$(printf '5%.0s' {1..64}) marks manifest id
	marks='{ "dev.taru.id": "'"$other"'", "dev.taru.repo-digest": "'"$other"'", "dev.taru.created": "1", "dev.taru.size": "1",
		"org.opencontainers.image.ref.name": "docker.io/library/trusted:1" }'
	image_of ".config.Labels = $marks" 'echo file >f'
	skopeo copy --quiet --insecure-policy "docker-archive:$T/image.tar" "oci:$T/oci:evil:1"
	manifest=$(jq -r '.manifests[0].digest[7:]' "$T/oci/index.json")
	jq -c ".annotations = $marks | .config.annotations = $marks | .layers[0].annotations = $marks" \
		"$T/oci/blobs/sha256/$manifest" >"$T/manifest"
	manifest=$(sha256sum <"$T/manifest" | cut -d' ' -f1)
	cp "$T/manifest" "$T/oci/blobs/sha256/$manifest"
	jq -c --arg digest "sha256:$manifest" --argjson size "$(stat -c %s "$T/manifest")" ".manifests[0] |= (.digest = \$digest
		| .size = \$size | .annotations = ($marks + { \"org.opencontainers.image.ref.name\": \"evil:1\" }))" \
		"$T/oci/index.json" >"$T/index"
	cp "$T/index" "$T/oci/index.json"
	works load -q -i "$T/oci"
	id=$(jq -r .config.digest "$T/manifest")
	works images --no-trunc --digests --format '{{.Repository}}:{{.Tag}} {{.Digest}} {{.ID}} {{.Size}}'
	[ "$output" = "evil:1 <none> $id 5B" ]
	jq -e --arg id "$id" '.manifests | length == 1 and (.[0].annotations["dev.taru.id"] == $id)
		and (.[0].annotations | has("dev.taru.repo-digest") | not)' "$TARU_ROOT/images/index.json"
	fails "no such container, image, volume or network" inspect trusted:1
	fails "no such container, image, volume or network" inspect "$other"
	# They stay what they are: labels.
	works inspect --format '{{index .Config.Labels "dev.taru.size"}}' evil:1
	[ "$output" = 1 ]
}
