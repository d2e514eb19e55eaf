#!/usr/bin/env bats
# tutorial.bats - docs/tutorial.md: each of its commands is run, as a reader would who goes from one block to the next, and
# prints what the page shows; and nothing of a chapter stays on the machine.
# shellcheck disable=SC2154
load engine

PAGE=$HERE/../../docs/tutorial.md

# A /run of its own, as `ip netns` mounts there and leaves that mount for good.
setup_file()
{
	local tool
	for tool in capsh setcap ping ip nft unshare busybox script pgrep; do
		command -v "$tool" >/dev/null || skip "$tool is not there"
	done
	# shellcheck disable=SC2153
	[ "$(id -u)" = 0 ] || skip "this test needs root"
	WORLD=$(mktemp -d "${TMPDIR:-/tmp}/taru-tutorial.XXXXXX")
	export WORLD TARU_ROOT=$WORLD/store TARU_RUN_ROOT=$WORLD/run TARU_LINGER=0
	chmod 755 "$WORLD"
	mkdir "$WORLD/store" "$WORLD/bin"
	ln -s "$(realpath "$TARU")" "$WORLD/bin/taru"
	export PATH=$WORLD/bin:$PATH
	mount -t tmpfs tmpfs /run
	ip netns add once
	ip netns delete once
}

teardown_file()
{
	umount --lazy /run/netns /run
	rm -rf --one-file-system "$WORLD"
}

# what_is_there: all that a chapter could have left.
what_is_there()
{
	ip -o link | cut -d: -f2
	ls /run/netns
	nft list tables
	find /sys/fs/cgroup -maxdepth 2 -name 'barrel*'
	find "$HOME" "$T"
	pgrep -x 'sleep|unshare' || true
	ipcs --shmems
	cat /proc/sys/net/ipv4/ping_group_range /proc/sys/net/ipv4/ip_forward
	hostname
}

reads()
{
	local before
	export HOME=$T
	before=$(what_is_there)
	"$PYTHON" "$HERE/tutorial.py" run "$PAGE" "$1"
	diff <(echo "$before") <(what_is_there)
}

@test "the tutorial: a name of its own" {
	reads "A name of its own"
}

@test "the tutorial: ids, and maps of them" {
	reads "Root, but only here"
}

@test "the tutorial: process 1 and /proc" {
	reads "Process number one"
}

@test "the tutorial: objects of IPC" {
	reads "Shared memory that is not shared"
}

@test "the tutorial: terminals" {
	reads "Terminals: what ptmx and pts are"
}

@test "the tutorial: limits" {
	reads "How much it may have"
}

@test "the tutorial: capabilities, and ping without one" {
	reads "Less than root: capabilities, and why ping works without one"
}

@test "the tutorial: out of a chroot, and not out of a pivoted root" {
	reads "chroot is no wall"
}

@test "the tutorial: a network" {
	# Tables of the engine's own stay where a container was; this one is only explained.
	reads "A wire to the outside"
}

@test "the tutorial: exec" {
	reads "exec is setns"
}

@test "the tutorial: why execve failed" {
	reads "execve '/bin/bash' failed!"
}

@test "the tutorial: step by step" {
	taru run --help
	[[ "$output" == *" --step"* ]] || skip "'taru run' has no --step"
	reads "Walk it step by step"
}

@test "the tutorial: each of its chapters is run here" {
	local chapter
	while read -r chapter; do
		case $chapter in
		"Before you begin" | "Putting the tools away") continue ;;
		esac
		grep -qxF "	reads \"$chapter\"" "$HERE/tutorial.bats" || { echo "nobody runs '$chapter'"; false; }
	done < <("$PYTHON" "$HERE/tutorial.py" chapters "$PAGE")
}

@test "the tutorial: a block that prints something else than is shown is found" {
	printf '## a\n```sh\ntrue\n```\n## b\n```sh\necho 12\n```\n```text\n%s\n```\n## c\n' 1… >"$T/right.md"
	"$PYTHON" "$HERE/tutorial.py" run "$T/right.md" b
	sed s/1…/2…/ "$T/right.md" >"$T/wrong.md"
	run "$PYTHON" "$HERE/tutorial.py" run "$T/wrong.md" b
	[ "$status" = 1 ]
	[[ "$output" == *"are to print:"*"2…"*"and printed, with status 0:"*12* ]]
	printf '## a\n```sh\nfalse\n```\n' >"$T/fails.md"
	run "$PYTHON" "$HERE/tutorial.py" run "$T/fails.md" a
	[ "$status" = 1 ]
}
