# unpack.bash - what the tests of unpacking share: a folder of their own ($T), the helper, archives made by a script.
#
#	make_tar a.tar 'file("x", b"content")'	# an archive, by tests/image/odd.py
#	unpack a.tar				# into $T/t; its answer is in $output
#	answers '.unpacked.entries' 1		# jq
#	refused path 'leads out'		# the kind and a part of the message
# shellcheck shell=bash disable=SC2034

bats_require_minimum_version 1.5.0
HERE=$(cd "$(dirname "$BATS_TEST_FILENAME")" && pwd)
: "${BUILD:=$HERE/../../build}"
export UNPACK=${UNPACK:-$BUILD/libexec/taru/unpack}
PYTHON=/usr/bin/python3
[ -x "$PYTHON" ] || PYTHON=$(command -v python3)

setup()
{
	[ "$(id -u)" = 0 ] || skip "this test needs root"
	T=$(mktemp -d)
	chmod 755 "$T"
	cd "$T" || return 1
	MOUNTED=()
	MOUNTS_BEFORE=$(</proc/self/mountinfo)
}

teardown()
{
	local wrong=0 mount
	[ -n "${T:-}" ] || return 0
	cd /
	for mount in "${MOUNTED[@]}"; do
		umount "$mount" || wrong=1
	done
	[ "$MOUNTS_BEFORE" = "$(</proc/self/mountinfo)" ] || { echo "a mount was left behind"; wrong=1; }
	if pgrep -f "^$UNPACK" >/dev/null; then
		echo "a process was left behind"
		wrong=1
	fi
	rm -rf --one-file-system "$T" || wrong=1
	return $wrong
}

make_tar()
{
	"$PYTHON" "$HERE/odd.py" "$@"
}

# unpack ARCHIVE [WORD…]: into the directory t, which is made.
unpack()
{
	mkdir -p t
	run --separate-stderr "$PYTHON" "$HERE/driver.py" layer "$1" t "${@:2}"
}

# into DIR ARCHIVE [WORD…]
into()
{
	mkdir -p "$1"
	run --separate-stderr "$PYTHON" "$HERE/driver.py" layer "$2" "$1" "${@:3}"
}

answers()
{
	[ "$(jq -sr "last | $1" <<<"$output")" = "$2" ] || { echo "$1 is not $2 in: $output"; return 1; }
}

well()
{
	[ "$status" = 0 ] || { echo "failed: $output ${stderr:-}"; return 1; }
}

refused()
{
	[ "$status" = 1 ] || { echo "status $status: $output"; return 1; }
	answers .error.kind "$1" || return 1
	[[ "$(jq -sr 'last | .error.message' <<<"$output")" = *"$2"* ]] || { echo "not '$2': $output"; return 1; }
}

walk()
{
	"$PYTHON" "$HERE/walk.py" "$1"
}

# is PATH FORMAT WORDS: as stat(1) prints them
is()
{
	[ "$(stat -c "$2" "$1")" = "$3" ] || { echo "$1: $(stat -c "$2" "$1"), not $3"; return 1; }
}

# The helper runs as root of a user namespace with many ids, whose first is 100000 outside.
in_user_namespace()
{
	export UNPACK_IDS=100000
}
