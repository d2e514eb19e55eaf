#!/usr/bin/env bats
# service.bats - a container as a service of this machine: --sdnotify, --cgroups, and what a systemd in it finds (--systemd).
# shellcheck disable=SC2154,SC2016
load engine

# A service manager's socket, and what was said to it, a line each, with "self" for the number of the process that is `taru`.
manager()
{
	"$PYTHON" - "$T/manager" >"$T/said" 3>&- 4>&- <<'PYTHON' &
import socket, sys
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(sys.argv[1])
server.settimeout(20)
while True:
    print(server.recv(4096).decode(), end="", flush=True)
PYTHON
	MANAGER=$!
	PIDS+=("$MANAGER")
	until_true test -S "$T/manager"
	export NOTIFY_SOCKET=$T/manager
}

teardown()
{
	[ -z "${MANAGER:-}" ] || kill "$MANAGER"
	engine_teardown
}

# What a program does that is ready: busybox has no socket of that kind, so a program of this machine's is used.
notifying()
{
	cat >"$T/notify.c" <<'C'
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
int main(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	strcpy(to.sun_path, getenv("NOTIFY_SOCKET"));
	sendto(fd, "READY=1\nSTATUS=here", 19, 0, (void *)&to, sizeof(to));
	sleep(1);
	return 0;
}
C
	cc -static -o "$T/notify" "$T/notify.c"
}

@test "--sdnotify container, as usual: what it says of itself is passed on, and the manager goes on watching taru" {
	manager
	notifying
	works run --rm -v "$T/notify:/notify" box /notify
	grep -qx READY=1 "$T/said"
	grep -qx STATUS=here "$T/said"
	[ "$(grep -c '^MAINPID=' "$T/said")" = 1 ]
}

@test "--sdnotify conmon: ready as soon as the program runs, and it knows nothing of that" {
	manager
	works run --rm --sdnotify conmon box sh -c 'echo ${NOTIFY_SOCKET-none}'
	[ "$output" = none ]
	grep -qx READY=1 "$T/said"
	: >"$T/said"
	fails 127 "not found" -- run --rm --sdnotify conmon box nosuch
	[ ! -s "$T/said" ]
	# Its monitor too, where it has one.
	works run -d --name one --sdnotify conmon box sleep 100
	until_true grep -qx READY=1 "$T/said"
	works rm -f one
}

@test "--sdnotify ignore: nobody is told, and it is kept for a later start" {
	manager
	works create --name one --sdnotify ignore box sh -c 'echo ${NOTIFY_SOCKET-none}'
	works start -a one
	[ "$output" = none ]
	[ ! -s "$T/said" ]
	fails 125 "'--sdnotify' is container" -- run --rm --sdnotify sometimes box true
}

@test "--sdnotify healthy: ready when its health check says so, and not before" {
	manager
	works run -d --name one --sdnotify healthy --health-cmd 'test -e /tmp/works' --health-interval 100ms --health-start-period 1m \
		--health-start-interval 100ms box sleep 100
	until_true grep -q '^MAINPID=' "$T/said"
	until_true eval '"$TARU" inspect -f "{{len .State.Health.Log}}" one | grep -qv "^0"'
	not grep -q READY "$T/said"
	works exec one touch /tmp/works
	until_true grep -qx READY=1 "$T/said"
	# Who is to be watched looks after the container, and the container knows nothing of all that.
	[[ "$(tr '\0' ' ' <"/proc/$(sed -n 's/^MAINPID=//p' "$T/said")/cmdline")" == *monitor* ]]
	works exec one sh -c 'echo ${NOTIFY_SOCKET-none}; test ! -e /run/notify'
	[ "$output" = none ]
	works rm -f one
	fails 125 "option '--sdnotify healthy': it has no health check" -- run --rm --sdnotify healthy box true
}

@test "--cgroups disabled: it stays in the caller's cgroups; exec and removal work" {
	works run --rm --cgroups disabled box true
	background one --cgroups disabled box sleep 30
	local pid
	pid=$("$TARU" inspect -f '{{.State.Pid}}' one)
	[ "$(<"/proc/$pid/cgroup")" = "$(</proc/self/cgroup)" ]
	works exec one true
	works rm -f one
	works run --rm --cgroups no-conmon box true
	fails 125 "'--cgroups' is enabled" -- run --rm --cgroups some box true
}

@test "--cgroups split without cgroup v2, or in the root of it, is told" {
	[ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ] || [ "$(</proc/self/cgroup)" = 0::/ ] || skip "this is in a cgroup of v2"
	fails 125 "'--cgroups split'" -- run --rm --cgroups split box true
	[ -z "$("$TARU" ps -aq)" ]
}

@test "--systemd: by the name of the program, or always: places in memory, a word that it is a container, a signal to end" {
	local show='echo ${container-none}; grep -c -E " (/run|/run/lock|/tmp|/var/log/journal) tmpfs" /proc/mounts'
	works run --rm --systemd always box sh -c "$show"
	[ "$output" = $'taru\n4' ]
	works run --rm --systemd false box sh -c "$show || true"
	[ "$output" = $'none\n0' ]
	works create --name one box /sbin/init
	works inspect -f '{{.Config.StopSignal}}' one
	[ "$output" = 37 ]
	works create --name two --systemd always --stop-signal INT box sh
	works inspect -f '{{.Config.StopSignal}}' two
	[ "$output" = SIGINT ]
	works create --name three box sh
	works inspect -f '{{.Config.StopSignal}}' three
	[ "$output" = SIGTERM ]
	fails 125 "'--systemd' is true, false or always" -- run --rm --systemd maybe box true
	fails 125 "only one of them can be process 1" -- run --rm --init --systemd always box true
}
