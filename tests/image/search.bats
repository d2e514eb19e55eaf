# search.bats - `taru search`: in a registry that has Docker's search, and in one that has only a list of its images.
# shellcheck shell=bash disable=SC2154

bats_require_minimum_version 1.5.0
HERE=$(cd "$(dirname "$BATS_TEST_FILENAME")" && pwd)
TARU=${TARU:-${BUILD:-$HERE/../../build}/taru}
PYTHON=/usr/bin/python3
[ -x "$PYTHON" ] || PYTHON=$(command -v python3)
# shellcheck source=tests/image/registry.bash
. "$HERE/registry.bash"

setup()
{
	local try
	T=$(mktemp -d)
	export HOME=$T XDG_RUNTIME_DIR=$T
	unset XDG_CONFIG_HOME DOCKER_CONFIG REGISTRY_AUTH_FILE
	mkdir "$T/index"
	cat >"$T/index/results" <<-'JSON'
	[ { "name": "busybox", "description": "Busybox base image.", "star_count": 3000, "is_official": true },
	  { "name": "team/busybox", "description": "A description that is longer than the forty-five of the table.",
	    "star_count": 7, "is_official": false },
	  { "name": "evil", "description": "two\nlines \u001b[31m\u009b31m", "star_count": 0, "is_official": false } ]
	JSON
	"$PYTHON" "$HERE/index.py" "$T/index" >"$T/index/log" 2>&1 3>&- 4>&- &
	echo $! >"$T/index/pid"
	for ((try = 0; try < 200; try++)); do
		[ ! -e "$T/index/port" ] || break
		sleep 0.05
	done
	INDEX=127.0.0.1:$(cat "$T/index/port")
}

teardown()
{
	stop_registry "$T/index"
	stop_registry "$T/registry"
	rm -rf "$T"
}

# taru STATUS WORD…
taru()
{
	run "-$1" --separate-stderr "$TARU" "${@:2}" 3>&- 4>&-
}

@test "search has docker's columns, and names that can be pulled" {
	taru 0 search "$INDEX/busybox"
	[[ "${lines[0]}" =~ ^"NAME "\ +"DESCRIPTION "\ +"STARS "\ +"OFFICIAL"$ ]]
	[[ "${lines[1]}" =~ ^"$INDEX/busybox "\ +"Busybox base image. "\ +"3000 "\ +"[OK]"$ ]]
	[[ "${lines[2]}" =~ ^"$INDEX/team/busybox "\ +"A description that is longer than the forty-…"\ +"7" ]]
	grep -q '^/v1/search?q=busybox&n=25$' "$T/index/asked"
}

@test "what a registry says cannot move the cursor of a terminal" {
	taru 0 search --no-trunc --format '{{.Name}}|{{.Description}}|' "$INDEX/x"
	[ "${lines[1]}" = "$INDEX/team/busybox|A description that is longer than the forty-five of the table.|" ]
	[ "${lines[2]}" = "$INDEX/evil|two lines  [31m 31m|" ]
}

@test "filters, a limit, and JSON" {
	taru 0 search --filter stars=7 --filter is-official=false --format '{{.Name}}' "$INDEX/x"
	[ "$output" = "$INDEX/team/busybox" ]
	taru 0 search -f is-official=true --format json "$INDEX/x"
	jq -e '.Description == "Busybox base image." and .StarCount == "3000" and .IsOfficial == "[OK]"' <<<"$output"
	taru 0 search --limit 1 --format '{{.Name}}' "$INDEX/x"
	[ "$output" = "$INDEX/busybox" ]
	grep -q '^/v1/search?q=x&n=1$' "$T/index/asked"
	taru 1 search --filter stars=many "$INDEX/x"
	[[ "$stderr" = *"'stars' is a number, not 'many'"* ]]
	taru 1 search --filter nosuch=1 "$INDEX/x"
	[[ "$stderr" = *"there is no filter 'nosuch'"* ]]
}

@test "a registry without a search is looked through, with the password that is kept" {
	start_registry "$T/registry" --auth
	umoci init --layout "$T/img"
	umoci new --image "$T/img:a"
	local name
	for name in busybox tools/busybox other; do
		skopeo copy --quiet --dest-tls-verify=false --dest-creds alice:secret "oci:$T/img:a" "docker://$REGISTRY/$name:1"
	done
	taru 1 search "$REGISTRY/busy"
	[[ "$stderr" = *"it may take 'taru login'"* ]]
	taru 0 login -u alice --password-stdin "$REGISTRY" <<<secret
	taru 0 search --format '{{.Name}}' "$REGISTRY/busy"
	[ "$output" = "$REGISTRY/busybox"$'\n'"$REGISTRY/tools/busybox" ]
}

@test "a registry that is blocked is not searched, and one that nobody is, is told" {
	mkdir -p "$T/.config/containers"
	printf '[[registry]]\nlocation = "docker.io"\nblocked = true\n' >"$T/.config/containers/registries.conf"
	taru 1 search busybox
	[[ "$stderr" = *blocked* ]]
	taru 1 search 127.0.0.1:1/busybox
	[[ "$stderr" = *"127.0.0.1:1"* ]]
}
