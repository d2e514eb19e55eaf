#!/usr/bin/env bats
# Descriptors, when the runtime ends and the container goes on: those that are handed to engines (the terminal's
# master side, a pidfd), those that the container is given, and those that nobody must have any more.
load lib
load live

TERMINAL='.process.terminal = true'
listener=

# Has somebody listen at $T/socket who plays these actions (receiver.py); received waits for it to end.
listen()
{
	rm -f "$T/socket"
	"$PYTHON" "$BATS_TEST_DIRNAME/receiver.py" "$T/socket" "$@" >"$T/received" 2>&1 3>&- 4>&- &
	listener=$!
	PIDS+=("$listener")
	until_true test -S "$T/socket"
}

received()
{
	local result=0
	wait "$listener" || result=$?
	listener=
	is "$result" 0 "$(cat "$T/received")"
}

# alone [PID...]: of the processes that have begun since the test did, these alone are there.
alone()
{
	local list
	list=$(new_processes)
	is "$(cut -d' ' -f1 <<<"$list" | sort)" "$(printf '%s\n' "$listener" "$@" | grep . | sort)" "the processes that are left"
}

# --- the terminal goes to a socket ---

@test "create --console-socket: the master side is sent, and works" {
	OPTIONS=(--console-socket "$T/socket")
	listen facts type:'hello\n' expect:'got <hello>' resize:40x100 type:'size\n' expect:'40 100'
	created "$TERMINAL | .process.consoleSize = {height: 11, width: 22}" /bin/sh -c 'probe terminal; tty; stat -c "%F %t" /dev/console
		echo by-console >/dev/console; echo by-tty >/dev/tty; probe session
		read -r line; echo "got <$line>"; read -r line; stty size; exec sleep 1000'
	until_true grep -q terminal "$T/received"
	# The descriptor, one of it, and the end of the connection; the size of the config; "\n" as the
	# kernel has it, which engines expect.
	is "$(cat "$T/received")" $'text /dev/ptmx descriptors 1\nterminal 0 rows 11 columns 22 onlcr 1'
	call start "$ID"
	passes ''
	received
	output=$(cat "$T/received")
	has "$output" "tty 1 1 1"
	has "$output" "rows 11 columns 22 onlcr 1"
	has "$output" /dev/pts/0
	# 88: the major number of the slaves of a devpts.
	has "$output" "character special file 88"
	has "$output" by-console
	has "$output" by-tty
	has "$output" "session 1 group 1 foreground 1"
}

@test "run --detach and exec --tty --detach: the master side is sent, and works" {
	listen facts type:'hello\n' expect:'got <hello>'
	configure "$TERMINAL" /bin/sh -c 'tty; read -r line; echo "got <$line>"; exec sleep 1000'
	call run --detach --bundle "$T" --console-socket "$T/socket" --pid-file "$T/pid" "$ID"
	passes ''
	received
	has "$(cat "$T/received")" $'text /dev/ptmx descriptors 1\nterminal 0 '
	has "$(cat "$T/received")" /dev/pts/0
	listen facts type:'hello\n' expect:'got <hello>' expect:'end'
	call exec --tty --detach --console-socket "$T/socket" --pid-file "$T/second" "$ID" \
		/bin/sh -c 'trap "" HUP; tty; probe terminal; read -r line; echo "got <$line>"; echo end; exec sleep 1000'
	passes ''
	received
	has "$(cat "$T/received")" "onlcr 1"
	has "$(cat "$T/received")" "tty 1 1 1"
	has "$(cat "$T/received")" /dev/pts/
	alone "$(cat "$T/pid")" "$(cat "$T/second")"
	# As engines call it.
	jq -n '{terminal: true, consoleSize: {height: 12, width: 34}, cwd: "/", args: ["/bin/sh", "-c", "probe terminal; exec sleep 1000"], user: {uid: 0, gid: 0}}' >"$T/process.json"
	listen facts expect:'rows 12 columns 34'
	call exec --process "$T/process.json" --detach --console-socket "$T/socket" "$ID"
	passes ''
	received
	has "$(cat "$T/received")" "rows 12 columns 34 onlcr 1"
}

@test "a terminal that is sent is nobody else's: closing it hangs the container up" {
	listen expect:ready close
	configure "$TERMINAL" /bin/sh -c 'trap "exit 0" HUP; echo ready; while :; do sleep 0.05; done'
	call run --detach --bundle "$T" --console-socket "$T/socket" "$ID"
	passes ''
	received
	until_true has_status stopped
}

@test "the socket may be named from where the caller is, or through a link" {
	listen facts expect:ready
	configure "$TERMINAL" /bin/sh -c 'echo ready; exec sleep 1000'
	(cd "$T" && "$TARU_OCI" run --detach --console-socket socket "$ID") </dev/null 3>&- 4>&-
	received
	ln -s "$T/socket" "$T/link"
	listen facts expect:ready
	call exec --tty --detach --console-socket "$T/link" "$ID" /bin/sh -c 'echo ready; exec sleep 1000'
	passes ''
	received
}

# each_refuses SOCKET PART: create, run --detach and exec fail, say so, and leave nothing.
each_refuses()
{
	call create --bundle "$T" --console-socket "$1" --pid-file "$T/failed" "$ID-2"
	fails_with 1 "$2"
	call run --detach --bundle "$T" --console-socket "$1" --pid-file "$T/failed" "$ID-2"
	fails_with 1 "$2"
	call exec --tty --detach --console-socket "$1" --pid-file "$T/failed" "$ID" /bin/sleep 1000
	fails_with 255 "$2"
	is "$("$TARU_OCI" list -q)" "$ID"
	[ ! -e "$T/failed" ]
	alone "$pid"
}

@test "a console socket that is none, or where nobody listens, is told, and nothing is left" {
	alive
	configure "$TERMINAL" /bin/sleep 1000
	each_refuses "$T/absent" "option '--console-socket': '$T/absent' does not exist"
	listen facts
	kill -KILL "$listener"
	wait "$listener" || true
	listener=
	each_refuses "$T/socket" "option '--console-socket': "
	has "$errors" "$T/socket"
	echo text >"$T/file"
	each_refuses "$T/file" "option '--console-socket': "
	each_refuses "$T" "option '--console-socket': "
	each_refuses "$T/$(printf 'x%.0s' {1..120})" "option '--console-socket': "
	is "$(cat "$T/file")" text
}

@test "a console socket that nobody takes from is given up in its time, and nothing is left" {
	local n waiting=() deaf
	alive
	configure "$TERMINAL" /bin/sleep 1000
	listen deaf
	until_true grep -q ready "$T/received"
	deaf=$listener
	mv "$T/socket" "$T/deaf"
	set -- "create --bundle $T --pid-file $T/failed-1" "run --detach --bundle $T --pid-file $T/failed-2" "exec --tty --detach --pid-file $T/failed-3"
	for n in 1 2 3; do
		# shellcheck disable=SC2086 # words
		timeout -k 1 60 "$TARU_OCI" $1 --console-socket "$T/deaf" "$ID$( ((n == 3)) || echo "-$n")" $( ((n < 3)) || echo /bin/sleep 1000) \
			</dev/null >"$T/out-$n" 2>"$T/err-$n" 3>&- 4>&- &
		waiting+=("$!")
		shift
	done
	# Meanwhile one who takes the connection and reads nothing: what is sent fits in.
	listen slow
	call exec --tty --detach --console-socket "$T/socket" --pid-file "$T/second" "$ID" /bin/sleep 1000
	passes ''
	for n in 1 2 3; do
		status=0
		wait "${waiting[n - 1]}" || status=$?
		mv "$T/out-$n" "$T.out"
		mv "$T/err-$n" "$T.err"
		collect
		fails_with $((n == 3 ? 255 : 1)) "option '--console-socket': "
		has "$errors" "$T/deaf"
		[ ! -e "$T/failed-$n" ]
	done
	alone "$pid" "$deaf" "$(cat "$T/second")"
}

@test "a console socket and a terminal go together" {
	listen facts
	configure . /bin/sleep 1000
	call create --bundle "$T" --console-socket "$T/socket" "$ID"
	fails_with 1 "option '--console-socket': there is no terminal"
	configure "$TERMINAL" /bin/sleep 1000
	call create --bundle "$T" "$ID"
	fails_with 1 process.terminal
	call run --detach --bundle "$T" "$ID"
	fails_with 1 process.terminal
	call run --bundle "$T" --console-socket "$T/socket" "$ID"
	fails_with 1 "option '--console-socket': in the foreground"
	is "$("$TARU_OCI" list -q)" ""
	is "$(cat "$T/received")" "" "what was sent all the same"
}

# --- the process goes to a socket ---

@test "--pidfd-socket: create, run and exec send their process, which can be waited for" {
	local verb
	listen facts wait
	OPTIONS=(--pidfd-socket "$T/socket")
	created
	until_true grep -q process "$T/received"
	is "$(cat "$T/received")" $'text pidfd descriptors 1\nprocess '"$pid"
	call delete --force "$ID"
	passes ''
	received
	has "$(cat "$T/received")" ended
	listen facts wait
	configure . /bin/sleep 1000
	call run --detach --bundle "$T" --pidfd-socket "$T/socket" --pid-file "$T/pid" "$ID"
	passes ''
	until_true grep -q process "$T/received"
	has "$(cat "$T/received")" "process $(cat "$T/pid")"
	kill -KILL "$(cat "$T/pid")"
	received
	call delete "$ID"
	passes ''
	alive
	listen facts wait
	call exec --detach --pidfd-socket "$T/socket" --pid-file "$T/second" "$ID" /bin/sleep 1000
	passes ''
	until_true grep -q process "$T/received"
	has "$(cat "$T/received")" "process $(cat "$T/second")"
	kill -KILL "$(cat "$T/second")"
	received
	# In the foreground it is sent while the process runs.
	listen facts wait
	call exec --pidfd-socket "$T/socket" "$ID" /bin/sleep 0.1
	passes ''
	received
	has "$(cat "$T/received")" ended
}

@test "a pidfd socket that is not there is told, and what had begun is ended" {
	alive
	call create --bundle "$T" --pidfd-socket "$T/absent" --pid-file "$T/failed" "$ID-2"
	fails_with 1 "option '--pidfd-socket': '$T/absent' does not exist"
	call run --detach --bundle "$T" --pidfd-socket "$T/absent" --pid-file "$T/failed" "$ID-2"
	fails_with 1 "option '--pidfd-socket': '$T/absent' does not exist"
	call exec --detach --pidfd-socket "$T/absent" --pid-file "$T/failed" "$ID" /bin/sleep 1000
	fails_with 255 "option '--pidfd-socket': '$T/absent' does not exist"
	is "$("$TARU_OCI" list -q)" "$ID"
	[ ! -e "$T/failed" ]
	alone "$pid"
}

# --- what the container is given, and what not ---

# A program that tells its descriptors and what is in 3 and 4, where the test finds it.
TELL='(probe fds; cat <&3; echo hello >&4) >/dev/shm/new 2>/dev/null; mv /dev/shm/new /dev/shm/told; exec sleep 1000'

told_by()
{
	until_true test -e "/proc/$1/root/dev/shm/told"
	cat "/proc/$1/root/dev/shm/told"
}

@test "--preserve-fds: create, run and exec give these and no others, whoever else leaks some" {
	local verb
	echo from-outside >"$T/three"
	configure . /bin/sh -c "$TELL"
	for verb in create run exec; do
		: >"$T/four"
		case $verb in
		create) "$TARU_OCI" create -b "$T" --preserve-fds 2 --pid-file "$T/pid" "$ID" ;;
		run) "$TARU_OCI" run -d -b "$T" --preserve-fds 2 --pid-file "$T/pid" "$ID" ;;
		exec)
			rm "/proc/$(cat "$T/pid")/root/dev/shm/told"
			"$TARU_OCI" exec -d --preserve-fds 2 "$ID" /bin/sh -c "$TELL" ;;
		esac 3<"$T/three" 4>"$T/four" 5</ 6</etc/hostname 19>"$T/leak" </dev/null >/dev/null
		if [ "$verb" = create ]; then
			# Those of start are not the container's business either.
			"$TARU_OCI" start "$ID" 3<"$T" 4<"$T" 5</ 6</etc/hostname </dev/null
		fi
		is "$(told_by "$(cat "$T/pid")")" $'0\n1\n2\n3\n4\nfrom-outside'
		is "$(cat "$T/four")" hello
		[ "$verb" != create ] || delete_all
	done
}

# Runs the runtime as a caller does who has many descriptors open that are none of its business.
leaking()
{
	"$TARU_OCI" "$@" 3</ 4<"$T" 7</ 8</etc/hostname 19>"$T/leak" </dev/null >/dev/null
}

@test "without --preserve-fds create, start, run and exec give none" {
	configure . /bin/sh -c "$TELL"
	leaking create -b "$T" --pid-file "$T/pid" "$ID"
	leaking start "$ID"
	is "$(told_by "$(cat "$T/pid")")" $'0\n1\n2'
	rm "/proc/$(cat "$T/pid")/root/dev/shm/told"
	leaking exec -d "$ID" /bin/sh -c "$TELL"
	is "$(told_by "$(cat "$T/pid")")" $'0\n1\n2'
}

# What a process holds beyond its standard streams, one word each: kinds of what has no name, names of files.
holds()
{
	local fd
	for fd in /proc/"$1"/fd/*; do
		((${fd##*/} <= 2)) || readlink "$fd" | sed 's/:\[.*//; s|.*/||'
	done
}

@test "a container that waits for start holds nothing but the two pipes it waits with" {
	# Not the lock of its folder, nor a folder or mount of the runtime's, nor what the caller has open. (The socket is its
	# end of the connection to the runtime, whose other end is gone.)
	configure . /bin/sleep 1000
	leaking create -b "$T" --pid-file "$T/pid" "$ID"
	pid=$(cat "$T/pid")
	is "$(holds "$pid" | sort)" $'answer\nsocket\nstart'
	flock --nonblock "/run/taru-oci/$ID" true
	# Also by the long way: a user namespace, a terminal, a listener.
	delete_all
	listen facts
	OPTIONS=(--console-socket "$T/socket")
	created "$TERMINAL"' | .linux.namespaces += [{type: "user"}, {type: "time"}] | .linux.timeOffsets = {boottime: {secs: 1000, nanosecs: 0}}
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir"], action: "SCMP_ACT_ERRNO"}]}'
	is "$(holds "$pid" | sort)" $'answer\nsocket\nstart'
	flock --nonblock "/run/taru-oci/$ID" true
}

# Who has this file open for writing: pids.
writers()
{
	local entry process
	find /proc/[0-9]*/fd -lname "$1" 2>/dev/null | while IFS=/ read -r _ _ process _ entry; do
		! grep -q 'flags:.*[12]$' "/proc/$process/fdinfo/$entry" || echo "$process"
	done | sort -u
}

@test "create and run --detach: the caller's streams are the container's process's alone, and end when it closes them" {
	local verb
	for verb in create run; do
		# It has no children while it is looked at: they would have its streams as well.
		configure . /bin/sh -c 'echo begun; until [ -e /dev/shm/go ]; do :; done; exec sleep 1000 >/dev/null 2>&1'
		mkfifo "$T/pipe"
		{ cat "$T/pipe" >"$T/said"; : >"$T/said.end"; } 3>&- 4>&- &
		PIDS+=("$!")
		exec 9>"$T/pipe"
		if [ "$verb" = create ]; then
			"$TARU_OCI" create -b "$T" --pid-file "$T/pid" "$ID" </dev/null >&9 2>&9 3>&- 4>&- 9>&-
		else
			"$TARU_OCI" run -d -b "$T" --pid-file "$T/pid" "$ID" </dev/null >&9 2>&9 3>&- 4>&- 9>&-
		fi
		pid=$(cat "$T/pid")
		exec 9>&-
		is "$(writers "$T/pipe")" "$pid" "who can write to the caller's pipe after $verb"
		[ "$verb" = run ] || "$TARU_OCI" start "$ID" </dev/null 3>&- 4>&-
		until_true grep -q begun "$T/said"
		[ ! -e "$T/said.end" ]
		: >"/proc/$pid/root/dev/shm/go"
		until_true test -e "$T/said.end"
		has_status running
		is "$(cat "$T/said")" begun
		delete_all
		rm "$T/pipe" "$T/said" "$T/said.end"
	done
}

@test "create with a terminal: nobody holds the caller's streams, so who reads them is not kept waiting" {
	listen expect:ready
	configure "$TERMINAL" /bin/sh -c 'echo ready; exec sleep 1000'
	is "$("$TARU_OCI" create -b "$T" --console-socket "$T/socket" --pid-file "$T/pid" "$ID" </dev/null 2>&1 3>&- 4>&- | cat)" ""
	has_status created
	is "$("$TARU_OCI" start "$ID" </dev/null 2>&1 | cat)" ""
	received
	listen expect:ready
	is "$("$TARU_OCI" exec -t -d --console-socket "$T/socket" "$ID" /bin/sh -c 'echo ready; exec sleep 1000' </dev/null 2>&1 3>&- 4>&- | cat)" ""
	received
	# And without a terminal, start has no part in the container's streams.
	delete_all
	created . /bin/sh -c 'exec sleep 1000'
	is "$("$TARU_OCI" start "$ID" </dev/null 2>&1 | cat)" ""
	has_status running
}

@test "no process of the runtime stays: create, start, run --detach, exec --detach" {
	created
	alone "$pid"
	call start "$ID"
	passes ''
	alone "$pid"
	call exec --detach --pid-file "$T/second" "$ID" /bin/sleep 1000
	passes ''
	alone "$pid" "$(cat "$T/second")"
	delete_all
	alone ''
	# By the long way, where one process takes over from another.
	alive '.linux.namespaces += [{type: "user"}, {type: "time"}] | .linux.timeOffsets = {boottime: {secs: 1000, nanosecs: 0}}
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]'
	alone "$pid"
	call exec --detach --pid-file "$T/second" "$ID" /bin/sleep 1000
	passes ''
	alone "$pid" "$(cat "$T/second")"
}

@test "create whose caller has closed its streams: none of the container's is a file of the runtime's" {
	configure . /bin/sh -c 'probe fds >/dev/shm/new; mv /dev/shm/new /dev/shm/told; exec sleep 1000'
	"$TARU_OCI" create -b "$T" --pid-file "$T/pid" "$ID" <&- >&- 2>&- 3>&- 4>&-
	"$TARU_OCI" start "$ID" <&- >&- 2>&- 3>&- 4>&-
	is "$(told_by "$(cat "$T/pid")")" 1
	is "$(holds "$(cat "$T/pid")")" ""
}
