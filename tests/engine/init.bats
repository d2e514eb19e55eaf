#!/usr/bin/env bats
# init.bats - `taru run --init`: process 1 is an init of taru's own, and the program its child.
# shellcheck disable=SC2154,SC2016
load engine

@test "the program is its child, which is reaped, and so is what loses its parent" {
	works run --rm --init box sh -c 'echo $$; cat /proc/1/comm; (sleep 0.1 & exec true); sleep 0.3; ps -o stat | grep -c Z || true'
	[ "${lines[0]}" != 1 ]
	[ "${lines[1]}" = taru-init ]
	[ "${lines[2]}" = 0 ]
}

@test "it ends as the program does: with its status, with 128 + the signal, with 127 and 126 where it cannot run" {
	taru run --rm --init box sh -c 'exit 7'
	[ "$status" = 7 ]
	taru run --rm --init box sh -c 'kill -9 $$'
	[ "$status" = 137 ]
	fails 127 'exec: "nosuch": executable file not found in $PATH' -- run --rm --init box nosuch
	fails 127 '/no/such' -- run --rm --init box /no/such
	fails 126 'ermission denied' -- run --rm --init box /etc/passwd
}

@test "signals reach a program that would not get them as process 1" {
	background one --init box sh -c 'sleep 30'
	"$TARU" kill -s TERM one
	wait "${PIDS[0]}" || status=$?
	[ "$status" = 143 ]
	works inspect -f '{{.State.ExitCode}} {{.Path}}' one
	[ "$output" = "143 sh" ]
}

@test "with a terminal the program is in front: it reads, and ^C is for it" {
	"$PYTHON" - "$TARU" <<'PYTHON' >"$T/out"
import os, pty, sys, time
pid, master = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], "run", "--rm", "--init", "-it", "box", "sh", "-c", "echo ready; read a; echo got $a; sleep 30"])
text = b""
def until(word):
    global text
    while word not in text:
        text += os.read(master, 1024)
until(b"ready")
os.write(master, b"word\n")
until(b"got word")
time.sleep(0.2)
os.write(master, b"\x03")
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PYTHON
	[ "$(<"$T/out")" = 130 ]
}

@test "in another's processes there is no process 1 to be" {
	fails 125 "'--init'" -- run --rm --init --pid host box true
	[ -z "$("$TARU" ps -aq)" ]
}

@test "nothing in the container can change it" {
	works run --rm --init box sh -c 'touch /run/taru-init; rm -f /run/taru-init; echo $?'
	[ "$output" = 1 ]
	[[ "$stderr" == *"touch: /run/taru-init: Read-only file system"* ]]
}

@test "--init: what stop sends right after the start is not lost" {
	local i
	works create --name one --init --network none box sleep 1000
	for i in {1..10}; do
		works start one
		works stop one
		# 128 + 15: not killed for its time was over.
		works inspect --format '{{.State.ExitCode}}' one
		[ "$output" = 143 ]
	done
}
