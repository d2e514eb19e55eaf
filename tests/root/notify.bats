#!/usr/bin/env bats
# Services that tell their manager when they are ready (NOTIFY_SOCKET, sd_notify(3)) and that get their sockets from it
# (LISTEN_FDS, sd_listen_fds(3)): both with the runtime between them.
load lib
load life

prepare()
{
	export T
	CONFIG='.mounts += [{destination: "/run", type: "tmpfs", source: "t"}, {destination: "/tmp", type: "bind", source: $ENV.T, options: ["bind"]}]'
}

# A manager that listens at this socket. What it hears is in $T/heard.
manager()
{
	export NOTIFY_SOCKET=$1
	"$PYTHON" "$BATS_TEST_DIRNAME/manager.py" "$1" >"$T/heard" 3>&- 4>&- &
	PIDS+=("$!")
	until_true grep -qx listening "$T/heard"
}

heard()
{
	sed 1d "$T/heard"
}

has_heard()
{
	grep -qxF -- "$1" "$T/heard"
}

# A program that says it is ready when $T/go is there.
WHEN_TOLD='echo begun; until [ -e /tmp/go ]; do sleep 0.02; done; probe notify READY=1 >/dev/null; exec sleep 100'

# In the background, its pid in $runtime_pid, what it says in $T.out and $T.err.
runtime_aside()
{
	"$TARU_OCI" "$@" </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- &
	runtime_pid=$!
	PIDS+=("$runtime_pid")
}

@test "run passes on what a container says, with the pid that its manager is to watch" {
	manager "$T/manager"
	configure "$CONFIG" /bin/sh -c 'echo $NOTIFY_SOCKET; probe notify STATUS=half READY=1 "STATUS=up
ERRNO=2" WATCHDOG=1; until [ -e /tmp/go ]; do sleep 0.02; done'
	export -n T
	"$TARU_OCI" run --pid-file "$T/pid" -b "$T" "$ID" </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- &
	runtime_pid=$!
	PIDS+=("$runtime_pid")
	until_true has_heard 'WATCHDOG=1|'
	is "$(heard)" "STATUS=half|
READY=1|MAINPID=$(cat "$T/pid")|
STATUS=up|ERRNO=2|
WATCHDOG=1|"
	: >"$T/go"
	land
	passes "/run/notify/notify.sock
notify: 11
notify: 7
notify: 17
notify: 10"
}

@test "what would mean a process or a descriptor of the sender's is not passed on" {
	manager "$T/manager"
	configure "$CONFIG" /bin/sh -c 'probe notify MAINPID=1 "MAINPID=4711
STATUS=kept" FDSTORE=1 FDNAME=x BARRIER=1 MAINPIDFDID=5 "no assignment" "" "READY=1
MAINPID=1"; sleep 0.2'
	start
	ends 0
	is "$(heard | sed 's/MAINPID=[0-9]*/MAINPID=it/')" 'STATUS=kept|
READY=1|MAINPID=it|'
	lacks "$(heard)" 'MAINPID=1|'
}

@test "create does not wait, and start does until the container is ready" {
	manager "$T/manager"
	configure "$CONFIG" /bin/sh -c "$WHEN_TOLD"
	create
	passes
	is "$(heard)" ""
	runtime_aside start "$ID"
	until_true has_said begun
	lives "$runtime_pid"
	status_is running
	: >"$T/go"
	land
	passes ""
	is "$(heard)" "READY=1|MAINPID=$(state_of pid)|"
	works delete --force "$ID"
}

@test "run --detach waits until the container is ready" {
	manager "$T/manager"
	configure "$CONFIG" /bin/sh -c "echo begun >/tmp/begun; $WHEN_TOLD"
	runtime_aside run --detach -b "$T" "$ID"
	until_true test -e "$T/begun"
	lives "$runtime_pid"
	status_is running
	: >"$T/go"
	land
	is "$status" 0
	is "$(heard)" "READY=1|MAINPID=$(state_of pid)|"
	works delete --force "$ID"
}

@test "a container that ends and was never ready holds nobody up" {
	manager "$T/manager"
	configure "$CONFIG" /bin/sh -c 'probe notify STATUS=lost >/dev/null; exit 3'
	start
	ends 3
	create
	passes
	works start "$ID"
	becomes stopped
	works delete "$ID"
	run_detached
	passes
	becomes stopped
	works delete "$ID"
	until_true test "$(heard | grep -c 'STATUS=lost|')" = 3
	lacks "$(heard)" READY
}

@test "start can be interrupted while it waits, and the container goes on" {
	manager "$T/manager"
	created "$CONFIG" /bin/sh -c "$WHEN_TOLD"
	runtime_aside start "$ID"
	until_true has_said begun
	kill -TERM "$runtime_pid"
	land
	ends 143
	status_is running
	works delete --force "$ID"
	there_is_none
}

@test "a manager with an abstract socket" {
	manager "@manager-$ID"
	run_in "$CONFIG" 'probe notify READY=1'
	passes 'notify: 7'
	has "$(heard)" 'READY=1|MAINPID='
}

@test "a long id and a deep folder are no matter, though a socket's path must be short" {
	ID=$ID-$(printf 'x%.0s' {1..200})
	manager "$T/manager"
	GLOBAL=(--root "$T/$(printf 'deep%.0s' {1..30})/$(printf 'er%.0s' {1..60})")
	configure "$CONFIG" /bin/sh -c 'probe notify READY=1; exec sleep 100'
	create
	passes
	works start "$ID"
	has "$(heard)" "READY=1|MAINPID=$(state_of pid)|"
	works delete --force "$ID"
	is "$(find "$T" -name notify)" ""
}

@test "any user of the container can say it, and nobody can change the folder of the socket" {
	manager "$T/manager"
	run_in "$CONFIG"' | .process.user = {uid: 1000, gid: 1000}' 'probe notify READY=1; (: >/run/notify/x) 2>/dev/null || echo no'
	passes $'notify: 7\nno'
	run_in "$CONFIG" '(: >/run/notify/x) 2>/dev/null || echo no; rm -f /run/notify/notify.sock 2>/dev/null || echo no; ls /run/notify'
	passes $'no\nno\nnotify.sock'
}

@test "an ordinary user's container can say it too" {
	as_ordinary
	"${AS[@]}" unshare --user true 2>/dev/null || skip "ordinary users may not make user namespaces here"
	manager "$T/manager"
	chmod 777 "$T/manager"
	configure "$ROOTLESS | $CONFIG" /bin/sh -c 'probe notify READY=1; exec sleep 100'
	create
	passes
	works start "$ID"
	has "$(heard)" "READY=1|MAINPID=$(state_of pid)|"
	works delete --force "$ID"
}

@test "a manager that nobody listens for, or whose name is none, is no fault of the container's" {
	local name
	for name in "$T/absent" @nobody relative '' "/$(printf 'x%.0s' {1..200})"; do
		export NOTIFY_SOCKET=$name
		run_in "$CONFIG" 'if [ -n "$NOTIFY_SOCKET" ]; then probe notify READY=1 >/dev/null; fi; echo done'
		passes "done"
		configure "$CONFIG" /bin/sh -c 'if [ -n "$NOTIFY_SOCKET" ]; then probe notify READY=1; fi; exec sleep 100'
		run_detached
		passes
		works delete --force "$ID"
	done
}

@test "one that was created without a manager has none at start either" {
	created "$CONFIG" /bin/sh -c 'echo "socket: $NOTIFY_SOCKET"; exec sleep 100'
	manager "$T/manager"
	works start "$ID"
	until_true has_said '^socket: $'
	is "$(heard)" ""
	unset NOTIFY_SOCKET
	works delete --force "$ID"
	# And the other way round: nobody passes on what is said.
	manager "$T/other"
	created "$CONFIG" /bin/sh -c 'probe notify READY=1; exec sleep 100'
	unset NOTIFY_SOCKET
	works start "$ID"
	until_true has_said 'notify: '
	works delete --force "$ID"
}

@test "LISTEN_FDS: the sockets of the caller are the container's, whose first process is 1" {
	echo three >"$T/3"
	echo four >"$T/4"
	echo five >"$T/5"
	local show='echo "$LISTEN_FDS $LISTEN_PID $LISTEN_FDNAMES"; probe fds | tr "\n" " "; cat <&3; cat <&4; cat <&5 2>/dev/null'
	export LISTEN_FDS=2 LISTEN_FDNAMES=a:b
	configure "$CONFIG" /bin/sh -c "$show"
	is "$("$TARU_OCI" run -b "$T" "$ID" 3<"$T/3" 4<"$T/4" 5<"$T/5" </dev/null)" $'2 1 a:b\n0 1 2 3 4 three\nfour'
	"$TARU_OCI" create --preserve-fds 1 -b "$T" "$ID" 3<"$T/3" 4<"$T/4" 5<"$T/5" 6<"$T" </dev/null >"$T/said"
	(
		unset LISTEN_FDS LISTEN_FDNAMES
		works start "$ID"
	)
	becomes stopped
	is "$(said)" $'2 1 a:b\n0 1 2 3 4 5 three\nfour\nfive'
	works delete "$ID"
	# Those that are for another process are not.
	is "$(LISTEN_PID=1 "$TARU_OCI" run -b "$T" "$ID" 3<"$T/3" 4<"$T/4" </dev/null 2>/dev/null | head -n 2)" $'  \n0 1 2 '
	LISTEN_FDS=9 "$TARU_OCI" run -b "$T" "$ID" 3<"$T/3" 4<"$T/4" </dev/null >"$T.out" 2>"$T.err" && return 1
	status=1
	collect
	refuses 'LISTEN_FDS'
}
