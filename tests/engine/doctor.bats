#!/usr/bin/env bats
# doctor.bats - `taru doctor`: whether this machine runs containers, on this one as it is and on copies of it with a fault.
# shellcheck disable=SC2154,SC2016
load engine
load ordinary

# answers: what was printed as JSON, as lines "CHECK ANSWER"; each finding has all that it is to have.
answers()
{
	"$PYTHON" -c '
import json, sys
report = json.load(sys.stdin)
names = [check["Check"] for check in report["Checks"]]
assert len(names) == len(set(names)) > 30, names
for check in report["Checks"]:
    assert set(check) == {"Check", "Answer", "Necessary", "For", "Found", "Mend"}, check
    assert check["For"] and check["Found"] and check["Answer"] in ("yes", "partly", "no"), check
    assert check["Mend"] or check["Answer"] != "no", check
    print(check["Check"], check["Answer"])
lacking = [check for check in report["Checks"] if check["Necessary"] and check["Answer"] == "no"]
assert report["Runs"] == (not lacking), lacking' <<<"$output" >"$T/answers"
	cat "$T/answers"
}

says()
{
	grep -qx "$1" "$T/answers" || { echo "it does not say '$1'"; return 1; }
}

has_not()
{
	! grep -q "^$1 " "$T/answers"
}

# with PATH FILE WORD…: while a file of this machine is covered by another.
with()
{
	local path=$1 file=$2 result=0
	shift 2
	mount --bind "$file" "$path"
	"$@" || result=$?
	umount "$path"
	return $result
}

@test "root of a machine that runs containers is told so, in lines, as JSON and by a template" {
	works doctor
	[ "${lines[-1]}" = "Containers run here." ]
	[[ "$output" == "yes "*" kernel "*"Linux $(uname -r)"* ]]
	works doctor --json
	answers
	says "kernel yes"
	says "trial yes"
	says "overlay yes"
	says "store yes"
	has_not subuid
	has_not pasta
	works doctor --format '{{.Runs}} {{(index .Checks 0).Check}}'
	[ "$output" = "true kernel" ]
	works doctor --wrong
	! grep '^yes ' <<<"$output" || false
	fails 1 "Nonsense" -- doctor --format '{{.Nonsense}}'
	fails 125 "doctor" -- doctor word
}

@test "nothing is made or loaded, and no process stays" {
	cut -d ' ' -f 1 /proc/modules >"$T/before" 2>/dev/null || true
	TARU_ROOT=$T/none/store TARU_RUN_ROOT=$T/none/run works doctor
	[ ! -e "$T/none" ]
	cut -d ' ' -f 1 /proc/modules >"$T/after" 2>/dev/null || true
	cmp "$T/before" "$T/after"
	! pgrep -P $$ taru || false
}

@test "a store that cannot be written to, or is on a file system without what layers need" {
	mkdir "$T/disk"
	mount -t tmpfs -o ro none "$T/disk"
	TARU_ROOT=$T/disk/store taru doctor --json
	umount "$T/disk"
	[ "$status" = 1 ]
	answers
	says "store no"
	TARU_ROOT=/proc/store taru doctor
	[ "$status" = 1 ]
	[[ "${lines[-1]}" == "Containers do not run here, for want of: "*store* ]]
	mount -t tmpfs -o size=64m none "$T/disk"
	TARU_RUN_ROOT=$T/disk/run taru doctor --json
	umount "$T/disk"
	[ "$status" = 0 ]
	answers
	says "run-root yes"
}

@test "where run fails for its folders, containers are not said to run: the kernel's file systems, and full ones" {
	local place
	for place in /proc/x /sys/x; do
		TARU_RUN_ROOT=$place fails 125 "$place" -- run --rm --network none box true
		TARU_RUN_ROOT=$place taru doctor
		[ "$status" = 1 ]
		[[ "${lines[-1]}" == "Containers do not run here, for want of: "*run-root* ]]
	done
	mkdir "$T/disk"
	mount -t tmpfs -o size=4k none "$T/disk"
	TARU_ROOT=$T/disk/store taru doctor --json
	[ "$status" = 1 ]
	answers
	says "store no"
	TARU_RUN_ROOT=$T/disk/run taru doctor --json
	umount "$T/disk"
	[ "$status" = 1 ]
	answers
	says "run-root no"
}

@test "root without the firewall's program: networks need it" {
	local nft
	nft=$(command -v nft) || skip "nft is not installed"
	with "$nft" /dev/null taru doctor --json
	[ "$status" = 1 ]
	answers
	says "nft no"
	has_not others-rules
}

@test "programs of taru's own that are missing" {
	mkdir "$T/libexec"
	cp "$BUILD"/libexec/taru/* "$T/libexec"
	rm "$T/libexec/init"
	chmod -x "$T/libexec/unpack"
	TARU_LIBEXEC=$T/libexec taru doctor --json
	[ "$status" = 1 ]
	answers
	says "unpack no"
	says "init no"
	says "fetch yes"
}

@test "an ordinary user, with subordinate ids and without: one works as the other does, with fewer ids" {
	as_user ranges doctor --json
	[ "$status" = 0 ]
	answers
	says "subuid yes"
	says "subgid yes"
	says "newuidmap yes"
	says "user-namespaces yes"
	says "trial yes"
	has_not nft
	has_not rights
	as_user doctor --json
	[ "$status" = 0 ]
	answers
	says "subuid no"
	says "subgid no"
	as_user doctor
	[[ "$output" == *"ordinary:100000:65536 in /etc/subuid"*"Containers run here." ]]
	[ -z "$(ls -A "$T/home")" ]
}

@test "an ordinary user without newuidmap, with one that has no rights, and with one on a mount where these do not count" {
	local tool
	tool=$(command -v newuidmap) || skip "newuidmap is not installed"
	with "$tool" /dev/null as_user ranges doctor --json
	answers
	says "newuidmap no"
	[[ "$output" == *"not installed"* ]]
	install -m 755 "$tool" "$T/newuidmap"
	with "$tool" "$T/newuidmap" as_user ranges doctor --json
	answers
	says "newuidmap no"
	says "newgidmap yes"
	[[ "$output" == *"cap_setuid+ep $tool"* ]]
	mkdir "$T/nosuid"
	mount -t tmpfs -o nosuid none "$T/nosuid"
	install -m 4755 "$tool" "$T/nosuid/newuidmap"
	with "$tool" "$T/nosuid/newuidmap" as_user ranges doctor --json
	umount "$T/nosuid"
	answers
	says "newuidmap no"
	[[ "$output" == *"remount,suid"* ]]
}

@test "an ordinary user without a folder for what runs, and one that may make no user namespaces" {
	chmod 755 "$T"
	mkdir -p "$T/run"
	as_user ranges --run-root /proc/nowhere doctor --json
	[ "$status" = 1 ]
	answers
	says "run-root no"
	echo 0 >"$T/zero"
	with /proc/sys/user/max_user_namespaces "$T/zero" as_user ranges doctor --json
	[ "$status" = 1 ]
	answers
	says "user-namespaces no"
	[[ "$output" == *"sysctl -w user.max_user_namespaces='15000'"* ]]
	# What covers a file of /proc keeps others from mounting a whole one: the kernel says so, no file does.
	says "mounts no"
	[[ "$output" == *"systempaths=unconfined"* ]]
}

@test "in a container, which has not the rights for more: what is missing is told, and how to get it" {
	taru run --rm --network none -v "$BUILD:/build:ro" host /build/taru --root /tmp/store --run-root /tmp/run doctor --json
	[ "$status" = 1 ]
	answers
	says "rights no"
	says "trial no"
	has_not mounts
	[[ "$output" == *"--privileged"* ]]
	# A filter of system calls is known by what it forbids.
	echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["openat2","pidfd_open"],"action":"SCMP_ACT_ERRNO"}]}' >"$T/filter"
	taru run --rm --network none --security-opt "seccomp=$T/filter" -v "$BUILD:/build:ro" host \
		/build/taru --root /tmp/store --run-root /tmp/run doctor
	[ "$status" = 1 ]
	[[ "$output" == *"a filter around this process forbids openat2 pidfd_open"* ]]
	echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["open_tree"],"action":"SCMP_ACT_KILL_PROCESS"}]}' >"$T/filter"
	taru run --rm --network none --security-opt "seccomp=$T/filter" -v "$BUILD:/build:ro" host \
		/build/taru --root /tmp/store --run-root /tmp/run doctor
	[ "$status" = 1 ]
	[[ "$output" == *"a filter around this process ends who makes them"* ]]
}

@test "on a terminal of 80 columns no line is broken but between words, and what follows stands below its column" {
	"$PYTHON" - "$TARU" >"$T/terminal" <<-'END'
		import fcntl, os, pty, struct, sys, termios
		end, other = pty.openpty()
		fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
		if os.fork() == 0:
		    os.dup2(other, 1)
		    os.execv(sys.argv[1], ["taru", "doctor"])
		os.close(other)
		try:
		    while data := os.read(end, 4096):
		        sys.stdout.buffer.write(data.replace(b"\r\n", b"\n"))
		except OSError:
		    pass
	END
	cat "$T/terminal"
	grep -E '^.{81}' "$T/terminal" | not grep -vE '^ +[^ ]+$'
	grep -q '^                          [^ ]' "$T/terminal"
	# Who reads it by a pipe gets whole lines.
	taru doctor
	diff <(tr -cs 'A-Za-z/_=-' '\n' <"$T/terminal") <(tr -cs 'A-Za-z/_=-' '\n' <<<"$output")
	grep -Eq '^.{81}' <<<"$output"
}
