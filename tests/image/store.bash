# store.bash - what the tests of the store and of pull share: a registry and images, made once for a file ($WORLD), and
# a store of its own for each test ($TARU_ROOT).
#
#	taru pull "$REGISTRY/team/app:1"		# as `run` of bats: $status, $output
#	is_whole					# nothing half done is left in the store
# shellcheck shell=bash disable=SC2034

bats_require_minimum_version 1.5.0
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${BUILD:=$HERE/../../build}"
TARU=${TARU:-$BUILD/taru}
PYTHON=/usr/bin/python3
[ -x "$PYTHON" ] || PYTHON=$(command -v python3)
# shellcheck source=tests/image/registry.bash
. "$HERE/registry.bash"

# make_image LAYOUT TAG SCRIPT…: an image of an OCI layout; each script changes the root file system, in which it is run, and
# makes a layer.
make_image()
{
	local layout=$1 tag=$2 script
	shift 2
	[ -e "$layout" ] || umoci init --layout "$layout" >/dev/null 2>&1
	umoci new --image "$layout:$tag" >/dev/null 2>&1
	for script; do
		rm -rf "$WORLD/bundle"
		umoci unpack --image "$layout:$tag" "$WORLD/bundle" >/dev/null 2>&1
		(cd "$WORLD/bundle/rootfs" && eval "$script")
		umoci repack --image "$layout:$tag" "$WORLD/bundle" >/dev/null 2>&1
	done
	umoci config --image "$layout:$tag" --config.cmd /bin/sh --config.env PATH=/bin >/dev/null 2>&1
	rm -rf "$WORLD/bundle"
}

# Three layers: files of all kinds; a whiteout and a directory that is emptied; a large one.
make_app()
{
	make_image "$1" app \
		'mkdir -p bin etc tmp usr/lib gone full; cp /bin/busybox bin/; ln -s busybox bin/sh; ln bin/busybox bin/ls
			ln -s usr/lib lib; chmod 1777 tmp; echo one >etc/one; echo two >gone/two; echo three >full/three
			chown 33:34 etc/one; chmod 4755 bin/busybox; touch -d "2001-02-03 04:05:06 UTC" etc/one' \
		'rm -r gone; rm etc/one; echo new >etc/new; rm -r full; mkdir full; echo four >full/four' \
		'head -c 6000000 /dev/urandom >usr/lib/large; echo 5 >lib/five'
}

# copy_to_registry LAYOUT:TAG NAME [OPTION…]
copy_to_registry()
{
	skopeo copy --quiet --insecure-policy --dest-tls-verify=false "${@:3}" "oci:$1" "docker://$2"
}

setup_file()
{
	store_setup_file
}

store_setup_file()
{
	[ "$(id -u)" = 0 ] || skip "this test needs root"
	WORLD=$(mktemp -d "${TMPDIR:-/tmp}/taru-store.XXXXXX")
	export WORLD
	chmod 755 "$WORLD"
	make_app "$WORLD/layout"
	start_registry "$WORLD/registry"
	export REGISTRY REGISTRY_OF_ALL=$REGISTRY
	copy_to_registry "$WORLD/layout:app" "$REGISTRY/team/app:1"
}

teardown_file()
{
	[ -n "${WORLD:-}" ] || return 0		# it was skipped
	stop_registry "$WORLD/registry"
	rm -rf "$WORLD"
}

setup()
{
	store_setup
}

store_setup()
{
	[ "$(id -u)" = 0 ] || skip "this test needs root"
	T=$(mktemp -d "$WORLD/t.XXXXXX")
	chmod 755 "$T"
	export TARU_ROOT=$T/store HOME=$T
	unset XDG_DATA_HOME XDG_RUNTIME_DIR XDG_CONFIG_HOME DOCKER_CONFIG REGISTRY_AUTH_FILE
	MOUNTS_BEFORE=$(</proc/self/mountinfo)
	AS=()
}

teardown()
{
	local wrong=0
	[ -n "${T:-}" ] || return 0
	[ "$MOUNTS_BEFORE" = "$(</proc/self/mountinfo)" ] || { echo "a mount was left behind"; wrong=1; }
	stop_registry "$T/other"
	if pgrep -f "TARU_TEST=$T" >/dev/null; then
		echo "a process was left behind"
		wrong=1
	fi
	rm -rf --one-file-system "$T" || wrong=1
	return $wrong
}

# taru WORD…: the program, as whom AS says.
taru()
{
	run --separate-stderr "${AS[@]}" "$TARU" "$@"
	printf '%s\n%s\n' "$output" "${stderr:-}"
}

works()
{
	taru "$@"
	[ "$status" = 0 ]
}

# fails WORDS… -- WORD…: the program does, with these words in its message and status 1.
fails()
{
	local words=$1
	shift
	taru "$@"
	[ "$status" = 1 ]
	[[ "$stderr" == *"$words"* ]]
}

# layer_of INDEX [NAME]: the folder of a layer of the image that `works inspect` knows.
layers_of()
{
	"$TARU" image inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' "$1" | sed '/^$/d'
}

# chains_of NAME: the folders of its layers, the lowest first.
chains_of()
{
	local chain='' diff
	while read -r diff; do
		chain=${chain:+sha256:$(printf '%s %s' "$chain" "$diff" | sha256sum | cut -d' ' -f1)}
		chain=${chain:-$diff}
		echo "$TARU_ROOT/layers/${chain#sha256:}/diff"
	done < <(layers_of "$1")
}

# is_whole: what is in the store has the digest of its name, and nothing half done lies about.
is_whole()
{
	local blob
	for blob in "$TARU_ROOT"/images/blobs/sha256/*; do
		[ "$(sha256sum <"$blob" | cut -d' ' -f1)" = "$(basename "$blob")" ] || { echo "$blob is damaged"; return 1; }
	done
	for blob in "$TARU_ROOT"/layers/*; do
		[ ! -e "$blob" ] || [ -s "$blob/layer.json" ] || { echo "$blob is half a layer"; return 1; }
	done
	[ -z "$(ls -A "$TARU_ROOT/layers" | grep '^\.')" ] || { ls -A "$TARU_ROOT/layers"; return 1; }
	skopeo inspect "oci:$TARU_ROOT/images:$1" >/dev/null
}
