# chaos.bats - several processes change the store at once, and are killed at any moment: it stays whole, nothing is lost that was
# there, and nothing is left that nobody needs.
# shellcheck shell=bash disable=SC2154,SC2153

load store.bash

# CHAOS_ROUNDS for more.
ROUNDS=${CHAOS_ROUNDS:-24}

# One that is killed after a while, up to 0.4 s.
kill_one()
{
	"$TARU" "$@" >/dev/null 2>&1 3>&- &
	local pid=$!
	sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
	kill -KILL "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
}

# All images that index.json names can be read, and their layers are there.
all_are_whole()
{
	local name folder
	while read -r name; do
		is_whole "$name"
		while read -r folder; do
			[ -d "$folder" ] || { echo "$name has no $folder"; return 1; }
		done < <(chains_of "$name")
	done < <(jq -r '.manifests[].annotations["org.opencontainers.image.ref.name"] // empty' \
		"$TARU_ROOT/images/index.json")
}

setup_file()
{
	store_setup_file
	make_image "$WORLD/layout" second 'mkdir usr; head -c 4000000 /dev/urandom >usr/second' 'echo x >y'
	copy_to_registry "$WORLD/layout:second" "$REGISTRY/team/second:1"
	skopeo copy --quiet --insecure-policy "oci:$WORLD/layout:second" "docker-archive:$WORLD/second.tar:second:1"
}

@test "pull, load, rmi and prune, each killed at any moment: what is kept stays, what is not can be had again" {
	works pull -q "$REGISTRY/team/app:1"
	local i
	for ((i = 0; i < ROUNDS; i++)); do
		case $((RANDOM % 4)) in
		0) kill_one pull -q "$REGISTRY/team/second:1" ;;
		1) kill_one load -q -i "$WORLD/second.tar" ;;
		2) kill_one rmi -f second:1 "$REGISTRY/team/second:1" ;;
		3) kill_one image prune -f ;;
		esac
	done
	works pull -q "$REGISTRY/team/second:1"
	works load -q -i "$WORLD/second.tar"
	works image prune -f
	all_are_whole
	works images --format '{{.Repository}}'
	[ "${#lines[@]}" = 3 ]
	works rmi -f second:1 "$REGISTRY/team/second:1" "$REGISTRY/team/app:1"
	[ -z "$(ls -A "$TARU_ROOT/layers" "$TARU_ROOT/images/blobs/sha256" "$TARU_ROOT/partial" | grep -v : | grep .)" ]
}

# loop NAME: pulls it, looks at it, removes it.
loop()
{
	local round folder
	for ((round = 0; round < ROUNDS / 4; round++)); do
		"$TARU" pull -q "$1" >/dev/null || return 1
		while read -r folder; do
			[ -d "$folder" ] || { echo "$1 has no $folder"; return 1; }
		done < <(chains_of "$1")
		[ "$(chains_of "$1" | wc -l)" = 3 ] || return 1
		skopeo copy --quiet --insecure-policy "oci:$TARU_ROOT/images:$1" "dir:$T/${1##*:}" || return 1
		"$TARU" rmi "$1" >/dev/null || return 1
	done
}

@test "four names of one image are pulled and removed at once: who has pulled it has all of it" {
	local pids=() i
	works pull -q "$REGISTRY/team/second:1"
	for i in 2 3 4 5; do
		copy_to_registry "$WORLD/layout:app" "$REGISTRY/team/app:$i"
		loop "$REGISTRY/team/app:$i" >"$T/out.$i" 2>&1 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || { cat "$T"/out.*; return 1; }
	done
	all_are_whole
	works images --format '{{.Repository}}'
	[ "$output" = "$REGISTRY/team/second" ]
	works image prune -f
	[ "$(ls "$TARU_ROOT/layers" | wc -l)" = 2 ]
}
