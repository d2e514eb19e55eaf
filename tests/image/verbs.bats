#!/usr/bin/env bats
# verbs.bats - taru's verbs for the images that are in a store, which skopeo has filled: what they print is what docker's
# documentation shows, and what they leave is what skopeo reads.

# Words in quotes are meant as they stand.
# shellcheck disable=SC2076
bats_require_minimum_version 1.5.0
TARU=${TARU:-${BUILD:-$BATS_TEST_DIRNAME/../../build}/taru}

# An image layout with two images, made once: $WORLD/img, tags `one` (two layers, labels) and `two`.
setup_file()
{
	export WORLD
	WORLD=$(mktemp -d "${TMPDIR:-/tmp}/taru-verbs.XXXXXX")
	cd "$WORLD" || return
	umoci init --layout img
	umoci new --image img:one
	umoci unpack --rootless --image img:one work
	mkdir -p work/rootfs/bin
	cp "$(command -v busybox)" work/rootfs/bin/busybox
	umoci repack --image img:one work
	umoci config --image img:one --config.env A=b --config.label made=here --config.cmd sh \
		--created 2024-01-02T03:04:05Z --author Ann
	umoci config --image img:one --tag two --config.label made=there --created 2023-01-02T03:04:05Z
	rm -rf work
}

teardown_file()
{
	rm -rf "$WORLD"
}

setup()
{
	T=$(mktemp -d "$WORLD/test.XXXXXX")
	export TARU_ROOT=$T/store TZ=UTC
	mkdir -p "$TARU_ROOT"/{images,layers,partial}
	put one docker.io/library/busybox:latest
}

teardown()
{
	rm -rf "$T"
}

# put TAG NAME: another tool puts an image into the store.
put()
{
	skopeo copy --quiet "oci:$WORLD/img:$1" "oci:$TARU_ROOT/images:$2"
}

id_of()
{
	skopeo inspect --raw "oci:$WORLD/img:$1" | jq -r .config.digest
}

# line N: of the output.
line()
{
	sed -n "$1p" <<<"$output"
}

blobs()
{
	find "$TARU_ROOT/images/blobs/sha256" -type f | wc -l
}

@test "images has docker's columns, and an image with two names has two lines" {
	"$TARU" tag busybox foo/bar:1.0
	run -0 "$TARU" images
	id=$(id_of one)
	[[ "$(line 1)" =~ ^"REPOSITORY   TAG       IMAGE ID       CREATED       SIZE"$ ]]
	[[ "$(line 3)" =~ ^"busybox      latest    ${id:7:12}   "[0-9]+" years ago   "[0-9.]+[kM]B$ ]]
	[[ "$(line 2)" =~ ^"foo/bar      1.0       ${id:7:12}   " ]]
	[ "$("$TARU" image ls)" = "$output" ]
	[ "$("$TARU" image list)" = "$output" ]
}

@test "where there is no store there are no images, and none is made" {
	rm -rf "$TARU_ROOT"
	run -0 "$TARU" images
	[ "$output" = "REPOSITORY   TAG       IMAGE ID   CREATED   SIZE" ]
	run -1 "$TARU" tag busybox x
	[ "$output" = "taru: no such image: busybox" ]
	run -1 "$TARU" rmi busybox
	[ ! -e "$TARU_ROOT" ]
}

@test "images -q, --no-trunc, --digests, --format" {
	[ "$("$TARU" images -q --no-trunc)" = "$(id_of one)" ]
	[ "$("$TARU" images --format '{{.Repository}}:{{.Tag}} {{.CreatedAt}}')" = \
		"busybox:latest 2024-01-02 03:04:05 +0000 UTC" ]
	[ "$("$TARU" images --format 'table {{.Tag}}\t{{upper .Repository}}')" = $'TAG       REPOSITORY\nlatest    BUSYBOX' ]
	"$TARU" images --format json | jq -e '.Repository == "busybox" and .Tag == "latest" and .Digest == "<none>"'
	run -0 "$TARU" images --digests
	[[ "$(line 1)" =~ ^"REPOSITORY   TAG       DIGEST    IMAGE ID " ]]
	run -1 "$TARU" images --format '{{.Nmae}}'
	[[ "$output" =~ "column 3: there is no field 'Nmae'; known are: Containers CreatedAt" ]]
}

@test "filters choose by label, reference, time, and what has no name" {
	put two docker.io/library/older:1
	names()
	{
		"$TARU" images --format '{{.Repository}}' "$@"
	}
	[ "$(names)" = $'busybox\nolder' ]
	[ "$(names -f label=made=there)" = older ]
	[ "$(names -f 'label!=made=there')" = busybox ]
	[ "$(names -f reference='b*y*')" = busybox ]
	[ "$(names -f before=busybox)" = older ]
	[ "$(names -f since=older:1)" = busybox ]
	[ "$(names -f until=2023-06-01)" = older ]
	[ "$(names 'old*')" = older ]
	[ "$(names busybox:nosuch)" = "" ]
	[ "$(names -f dangling=true)" = "" ]
	# The name goes to another image, and the one that had it has none.
	"$TARU" tag older:1 busybox
	[ "$("$TARU" images -f dangling=true -q --no-trunc)" = "$(id_of one)" ]
	run -125 "$TARU" images --nosuch
	run -1 "$TARU" images -f nosuch=1
	[ "$output" = "taru: option '--filter': there is no filter 'nosuch'; known are: before dangling label reference since until" ]
}

@test "inspect has docker's keys" {
	run -0 "$TARU" inspect busybox
	jq -e --arg id "$(id_of one)" '.[0] | .Id == $id and .RepoTags == ["busybox:latest"] and .Os == "linux" and
		.Created == "2024-01-02T03:04:05Z" and .Author == "Ann" and .Config.Env == ["A=b"] and
		.Config.Labels == { made: "here" } and .RootFS.Type == "layers" and (.RootFS.Layers | length) == 1 and
		.Config.Entrypoint == null and has("Metadata") and (.Size > 1000)' <<<"$output"
	[ "$(line 3)" = "        \"Id\": \"$(id_of one)\"," ]
	id=$(id_of one)
	[ "$("$TARU" image inspect -f '{{join .Config.Cmd ","}} {{.Config.Labels.made}} {{len .RootFS.Layers}}' "${id:7:5}")" = \
		"sh here 1" ]
	[ "$("$TARU" inspect -f '{{json .Config.Env}}' "$id")" = '["A=b"]' ]
}

@test "inspect shows what is there and tells what is not" {
	run -1 --separate-stderr "$TARU" inspect nosuch busybox
	jq -e 'length == 1' <<<"$output"
	# shellcheck disable=SC2154
	[ "$stderr" = "taru: no such container, image, volume or network: nosuch" ]
}

@test "history goes from the last step to the first" {
	run -0 "$TARU" history --no-trunc busybox
	[[ "$(line 1)" =~ ^"IMAGE "\ +"CREATED "\ +"CREATED BY "\ +"SIZE "\ +"COMMENT"$ ]]
	[[ "$(line 2)" =~ ^"$(id_of one) "\ +.*"umoci config "\ +"0B " ]]
	[[ "$(line 3)" =~ ^"<missing> "\ +.*"umoci repack "\ +[0-9.]+[kM]B ]]
	[[ "$("$TARU" history --human=false --format '{{.Size}}' busybox | tail -n 1)" =~ ^[0-9]{5,}$ ]]
}

@test "a tag is a name that skopeo finds" {
	"$TARU" tag busybox localhost:5000/team/app:v1
	skopeo inspect --raw "oci:$TARU_ROOT/images:localhost:5000/team/app:v1" | jq -e .config
	run -1 "$TARU" tag nosuch x
	[ "$output" = "taru: no such image: nosuch" ]
	run -1 "$TARU" tag busybox "x@$(id_of one)"
	run -1 "$TARU" tag busybox 'x/UPPER'
}

@test "rmi takes names, and the image with its last one" {
	"$TARU" tag busybox foo/bar:1
	run -0 "$TARU" rmi foo/bar:1
	[ "$output" = "Untagged: foo/bar:1" ]
	run -0 "$TARU" rmi busybox
	[ "$(line 1)" = "Untagged: busybox:latest" ]
	[ "$(line 2)" = "Deleted: $(id_of one)" ]
	[ "$(blobs)" = 0 ]
	[ -z "$("$TARU" images -q)" ]
}

@test "rmi by ID needs -f where the image has several names" {
	id=$(id_of one)
	"$TARU" tag busybox foo/bar:1
	run -1 "$TARU" rmi "${id:7:12}"
	[ "$output" = "taru: ${id:7:12}: the image has several names (busybox:latest, foo/bar:1); remove them one by one, or all with '--force'" ]
	run -0 "$TARU" rmi -f "${id:7:12}"
	[[ "$output" =~ "Untagged: busybox:latest" ]]
	[[ "$output" =~ "Deleted: $id" ]]
	run -1 "$TARU" rmi busybox
	run -0 "$TARU" rmi -f busybox
	[ "$output" = "taru: no such image: busybox" ]
}

@test "layers that another image needs stay" {
	put two docker.io/library/older:1
	run -0 "$TARU" rmi busybox
	skopeo copy --quiet "oci:$TARU_ROOT/images:docker.io/library/older:1" "dir:$T/out"
}

@test "image prune asks, and removes what has no name" {
	put two docker.io/library/older:1
	"$TARU" tag older:1 busybox
	run -0 "$TARU" image prune <<<n
	[[ "$output" =~ "WARNING! This will remove all dangling images." ]]
	[ "$("$TARU" images -f dangling=true -q | wc -l)" = 1 ]
	run -0 "$TARU" image prune <<<y
	[[ "$output" =~ "deleted: $(id_of one)" ]]
	[[ "$output" =~ "Total reclaimed space: "[0-9.]+k?B ]]
	run -0 "$TARU" image prune -a -f --filter label=made=nowhere
	[ "$output" = "Total reclaimed space: 0B" ]
	run -0 "$TARU" image prune -a -f
	[[ "$output" =~ "untagged: busybox:latest" ]]
	[ "$(blobs)" = 0 ]
}

@test "system df counts what images share once" {
	one=$("$TARU" system df --format '{{.TotalCount}} {{.Size}}')
	"$TARU" tag busybox again
	[ "$("$TARU" system df --format '{{.TotalCount}} {{.Size}}')" = "$one" ]
	put two docker.io/library/older:1
	run -0 "$TARU" system df
	[ "$(line 1)" = "TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE" ]
	[[ "$(line 2)" =~ ^"Images          2         0         "[0-9.]+"MB "\ +[0-9.]+"MB (100%)"$ ]]
	[ "$(line 3)" = "Local Volumes   0         0         0B        0B" ]
	run -0 "$TARU" system df -v --format '{{.SharedSize}} {{.UniqueSize}}'
	[[ "$(line 1)" =~ ^[0-9.]+"MB "[0-9.]+k?B$ ]]
}

@test "what save writes, other tools and load read" {
	run -0 "$TARU" save -o "$T/docker.tar" busybox
	[ -z "$output" ]
	[ "$(skopeo inspect --raw --config "docker-archive:$T/docker.tar:busybox:latest" | jq -r .author)" = Ann ]
	"$TARU" image save busybox | cmp - "$T/docker.tar"
	"$TARU" save --format oci-archive busybox >"$T/oci.tar"
	[ "$(skopeo inspect --raw --config "oci-archive:$T/oci.tar" | jq -r .author)" = Ann ]
	"$TARU" save --format oci-dir -o "$T/dir" busybox
	[ "$(skopeo inspect --raw --config "oci:$T/dir" | jq -r .author)" = Ann ]
	"$TARU" --root "$T/store2" load -q -i "$T/docker.tar"
	[ "$("$TARU" --root "$T/store2" images -q --no-trunc)" = "$(id_of one)" ]
}

@test "save of what cannot be leaves no file" {
	run -1 "$TARU" save -o "$T/x.tar" busybox nosuch
	[ "$output" = "taru: no such image: nosuch" ]
	run -1 "$TARU" save --format zip -o "$T/x.tar" busybox
	[[ "$output" =~ "zip" ]]
	run -1 "$TARU" save --format oci-dir busybox
	run -1 "$TARU" save -o "$T/no/x.tar" busybox
	run -1 "$TARU" export -o "$T/x.tar" nosuch
	[ "$output" = "taru: no such container or image: nosuch" ]
	[ ! -e "$T/x.tar" ]
	run -125 "$TARU" save
}

@test "archives do not go to a terminal" {
	run -1 script -qec "'$TARU' save busybox" /dev/null </dev/null
	[[ "$output" =~ "terminal" ]]
}

@test "export writes the files of an image, import makes one of them" {
	[ "$(id -u)" = 0 ] || skip "this test needs root"
	"$TARU" save -o "$T/docker.tar" busybox
	"$TARU" --root "$T/store2" load -q -i "$T/docker.tar"
	"$TARU" --root "$T/store2" export -o "$T/root.tar" busybox
	tar -xOf "$T/root.tar" bin/busybox | cmp - "$(command -v busybox)"
	"$TARU" --root "$T/store2" export busybox | cmp - "$T/root.tar"
	"$TARU" --root "$T/store2" import "$T/root.tar" again:1
	"$TARU" --root "$T/store2" export again:1 | tar -xO bin/busybox | cmp - "$(command -v busybox)"
	# Nothing but its blobs is there of an image that skopeo has put in.
	run -1 "$TARU" export -o "$T/x.tar" busybox
	[[ "$output" =~ "is not unpacked in the store; pull the image again" ]]
	[ ! -e "$T/x.tar" ]
}

@test "import says what is wrong with its options before it reads" {
	local try
	mkfifo "$T/endless"
	exec {endless}<>"$T/endless"
	for try in "--platform=no/such/thing/at/all" "--platform=nonsense" "--change=NOSUCH x"; do
		run -1 --separate-stderr timeout 20 "$TARU" import "$try" - x:1 <&"$endless"
		[[ "$stderr" = *"${try#*=}"* || "$stderr" = *NOSUCH* ]]
	done
	exec {endless}>&-
}

# Nothing of it is more than ASCII or the three dots of what is cut.
is_plain()
{
	[[ "${output//…/}" != *[^[:print:][:space:]]* ]]
}

@test "what an image says cannot move the cursor, nor turn the direction of writing" {
	# ESC, U+009B, U+202E, U+2066, U+200F, U+061C
	local config manifest text=$'x\e[31m\xc2\x9b31m\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f\xd8\x9cy'
	manifest=$(jq -r '.manifests[0].digest[7:]' "$TARU_ROOT/images/index.json")
	config=$(jq -r '.config.digest[7:]' "$TARU_ROOT/images/blobs/sha256/$manifest")
	jq --arg text "$text" '.config.Labels.evil = $text | .history[-1] |= (.created_by = $text | .comment = $text)' \
		"$TARU_ROOT/images/blobs/sha256/$config" >"$T/config"
	config=$(sha256sum <"$T/config" | cut -d' ' -f1)
	jq --arg digest "sha256:$config" --argjson size "$(stat -c %s "$T/config")" '.config += { $digest, $size }' \
		"$TARU_ROOT/images/blobs/sha256/$manifest" >"$T/manifest"
	manifest=$(sha256sum <"$T/manifest" | cut -d' ' -f1)
	cp "$T/config" "$TARU_ROOT/images/blobs/sha256/$config"
	cp "$T/manifest" "$TARU_ROOT/images/blobs/sha256/$manifest"
	jq --arg digest "sha256:$manifest" --argjson size "$(stat -c %s "$T/manifest")" --arg text "$text" '.manifests[0]
		|= (.digest = $digest | .size = $size | .annotations["org.opencontainers.image.ref.name"] = "evil:\($text)")' \
		"$TARU_ROOT/images/index.json" >"$T/index"
	cp "$T/index" "$TARU_ROOT/images/index.json"
	run -0 "$TARU" history --format '{{.CreatedBy}}|{{.Comment}}' "$config"
	[ "$(line 1)" = "x [31m 31m    y|x [31m 31m    y" ]
	run -0 "$TARU" inspect "$config"
	is_plain
	jq -e --arg text "$text" '.[0].Config.Labels.evil == $text' <<<"$output"
	run -1 "$TARU" history "nosuch$text"
	is_plain
	run -0 "$TARU" rmi "$config"
	[ "$(line 1)" = "Untagged: evil:x [31m 31m    y" ]
}

@test "a word that is no command is told, with the one that was meant" {
	run -1 "$TARU" imges
	[ "$output" = "taru: unknown command 'imges'; did you mean 'images'? see 'taru --help'" ]
	run -1 "$TARU" image prne
	[ "$output" = "taru: unknown command 'image prne'; did you mean 'image prune'? see 'taru image --help'" ]
	run -1 "$TARU" frobnicate
	[ "$output" = "taru: unknown command 'frobnicate'; see 'taru --help'" ]
	run -125 "$TARU" -H tcp://127.0.0.1:2375 images
	[[ "$output" =~ "there is no daemon to talk to" ]]
	run -125 "$TARU" rmi
	run -0 "$TARU" image
	[[ "$output" =~ "Usage: taru image COMMAND" ]]
}

@test "an image that cannot be read is a warning, and the others are shown" {
	put two docker.io/library/older:1
	"$TARU" images >/dev/null
	rm "$TARU_ROOT/images/blobs/sha256/$(skopeo inspect --raw "oci:$WORLD/img:two" | sha256sum | cut -d' ' -f1)"
	run -0 --separate-stderr "$TARU" images --format '{{.Repository}}'
	[ "$output" = busybox ]
	[[ "$stderr" =~ "this image cannot be read" ]]
}
