# debian.bats - a whole Debian of four layers, with a compiler, as people have them. Making it takes a mirror and some
# minutes, so that is not done here but once, by
#
#	tools/make-debian-image ~/.cache/taru/debian		# or DEBIAN_IMAGE=FOLDER, for both
# shellcheck shell=bash disable=SC2154,SC2153,SC2016,SC2034

load store.bash

# The tests' HOME is another.
DEBIAN_IMAGE=${DEBIAN_IMAGE:-${XDG_CACHE_HOME:-$(getent passwd "$(id -u)" | cut -d : -f 6)/.cache}/taru/debian}

setup_file()
{
	[ ! -e "$DEBIAN_IMAGE/index.json" ] || store_setup_file
}

setup()
{
	[ -e "$DEBIAN_IMAGE/index.json" ] || skip "there is no $DEBIAN_IMAGE; tools/make-debian-image makes it"
	store_setup
}

@test "a Debian with a compiler is pulled, and as overlayfs mounts it what umoci unpacks" {
	local lower
	copy_to_registry "$DEBIAN_IMAGE:big" "$REGISTRY/debian:big"
	works pull "$REGISTRY/debian:big"
	is_whole "$REGISTRY/debian:big"
	lower=$(chains_of "$REGISTRY/debian:big" | tac | paste -sd:)
	[ "$(tr -dc : <<<"$lower" | wc -c)" = 3 ]
	umoci unpack --image "$DEBIAN_IMAGE:big" "$T/bundle" 2>/dev/null
	"$PYTHON" "$HERE/walk.py" "$T/bundle/rootfs" >"$T/wanted"
	[ "$(wc -l <"$T/wanted")" -gt 5000 ]
	mkdir "$T/merged"
	unshare --mount sh -ec 'mount -t overlay -o ro,userxattr,lowerdir="$1" none "$2"; "$3" "$4" "$2"' sh \
		"$lower" "$T/merged" "$PYTHON" "$HERE/walk.py" >"$T/got"
	diff "$T/wanted" "$T/got"
}

@test "an archive of it by save is read by skopeo, and loaded again the same" {
	local id
	works load -i "$DEBIAN_IMAGE"
	id=$("$TARU" images -q --no-trunc)
	works save --format oci-archive -o "$T/archive.tar" "$id"
	skopeo inspect "oci-archive:$T/archive.tar" >/dev/null
	export TARU_ROOT=$T/other
	works load -i "$T/archive.tar"
	[ "$("$TARU" images -q --no-trunc)" = "$id" ]
	works export -o "$T/tree.tar" "$id"
	tar -tf "$T/tree.tar" >"$T/list"
	grep -qx usr/bin/gcc "$T/list"
	! grep -q '^usr/share/doc/' "$T/list"
}
