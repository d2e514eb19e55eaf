# archive_lib.bash - what the tests of archives share: a store that taru did not make ($STORE, and $MERGED, what its
# images are as trees; see make_store.py), a folder for each test ($T), and that nothing is left behind.
# shellcheck shell=bash disable=SC2034

bats_require_minimum_version 1.5.0
HERE=$(cd "$(dirname "$BATS_TEST_FILENAME")" && pwd)
: "${BUILD:=$HERE/../../build}"
ARCHIVE=$BUILD/gcc/tests/image/archive
export TARU_LIBEXEC=${TARU_LIBEXEC:-$BUILD/libexec/taru}
PYTHON=/usr/bin/python3
[ -x "$PYTHON" ] || PYTHON=$(command -v python3)
ORDINARY=23456

setup_file()
{
	[ "$(id -u)" = 0 ] || skip "these tests need root"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
	"$PYTHON" "$HERE/make_store.py" "$BATS_FILE_TMPDIR/store" "$BATS_FILE_TMPDIR/merged"
}

setup()
{
	T=$(mktemp -d)
	chmod 755 "$T"
	cd "$T" || return 1
	STORE=$BATS_FILE_TMPDIR/store
	MERGED=$BATS_FILE_TMPDIR/merged
	MOUNTS_BEFORE=$(</proc/self/mountinfo)
}

teardown()
{
	local wrong=0 mount
	cd /
	for mount in ${MOUNTED:-}; do
		umount "$mount" || wrong=1
	done
	[ "$MOUNTS_BEFORE" = "$(</proc/self/mountinfo)" ] || { echo "a mount was left behind"; wrong=1; }
	[ -z "$(find "$STORE" -maxdepth 1 -name '.*' ! -path "$STORE")" ] || { echo "the store has a file more"; wrong=1; }
	rm -rf --one-file-system "$T" || wrong=1
	return $wrong
}

teardown_file()
{
	rm -rf --one-file-system "$BATS_FILE_TMPDIR/store" "$BATS_FILE_TMPDIR/merged"
}

needs_unpack()
{
	[ -x "$TARU_LIBEXEC/unpack" ] || skip "libexec/taru/unpack is not built"
}

archive()
{
	"$ARCHIVE" "$@"
}

# refuses WORDS COMMAND…: the command fails, and its message has these words.
refuses()
{
	run --separate-stderr "${@:2}"
	[ "$status" = 1 ] || { echo "status $status: $stderr"; return 1; }
	[[ "$stderr" = *"$1"* ]] || { echo "not '$1': $stderr"; return 1; }
}

# The entries of an archive, without that of the root.
list()
{
	"$PYTHON" "$HERE/list_tar.py" "$1" | grep -vF '"name": ".",' || true
}

# What GNU tar makes of a folder.
gnu_tar()
{
	tar --format=pax --xattrs --xattrs-include='*' --numeric-owner --sort=name --warning=no-timestamp -C "$1" -cf "$2" .
}

# is_tree ARCHIVE FOLDER: it says all that GNU tar says of the folder.
is_tree()
{
	gnu_tar "$2" expected.tar
	list expected.tar >expected
	list "$1" >got
	diff expected got
}

# copy_store: a store that a test may damage; without the image of many layers, which takes long.
copy_store()
{
	mkdir -m 700 store
	cp -a "$STORE/images" store/
	mkdir store/layers store/partial
	STORE=$T/store
}
