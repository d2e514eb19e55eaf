#!/usr/bin/env bats
# The verbs as their callers see them: what they print, how they end, and one clear line where they can't.
# What runc prints as well is compared with runc, where it works here.
load lib

prepare()
{
	ROOT=$T/root
	PEER_ROOT=$T/peer
}

# call WORD...: runs a verb to its end: $status, $output, $errors. Set WITH to run it by something else (an
# array: env PATH=…).
WITH=()
call()
{
	status=0
	"${WITH[@]}" "$TARU_OCI" --root "$ROOT" "$@" </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
	collect
}

# The same for what must work, and says nothing but what it prints.
does()
{
	call "$@"
	if [ "$status" != 0 ] || [ -n "$errors" ]; then
		echo "this failed: $*"
		told
		return 1
	fi
}

# The same for the other runtime.
peer()
{
	status=0
	"$PEER" --root "$PEER_ROOT" "$@" </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
	collect
}

# Skips where there is no runc that can make a container here. It is told of cgroups, and ours leaves them out.
needs_runc()
{
	PEER=$(command -v runc) || skip "there is no runc here"
	configure . /bin/true
	peer run -b "$T" "$ID-try"
	[ "$status" = 0 ] || skip "runc cannot make a container here: ${errors:0:80}"
}

cleanup()
{
	local id
	for id in $("$TARU_OCI" --root "$ROOT" list -q 2>/dev/null); do
		"$TARU_OCI" --root "$ROOT" delete --force "$id"
	done
	[ -z "${PEER:-}" ] || for id in $("$PEER" --root "$PEER_ROOT" list -q 2>/dev/null); do
		"$PEER" --root "$PEER_ROOT" delete --force "$id"
	done
}

# Starts a container in the background that sleeps. Set FILTER to change its config.
sleeper()
{
	configure "${FILTER:-.}" sleep 1000
	does run -d -b "$T" "$ID"
}

status_of()
{
	"$TARU_OCI" --root "$ROOT" state "${1:-$ID}" | jq -r .status
}

stopped()
{
	[ "$(status_of "$@")" = stopped ]
}

# One line, this status, this in it.
says()
{
	is "$status" "$1" "exit status"
	is "$output" "" "stdout"
	[ -n "$errors" ]
	is "$(wc -l <<<"$errors")" 1 "lines of error"
	has "$errors" "$2"
}

# --- the life of a container ---

@test "created, running, stopped, gone: state and list tell each" {
	configure '.annotations = {"org.test.a": "1"}' /bin/sh -c 'echo begun; exec sleep 1000'
	does create -b "$T" --pid-file "$T/pid" "$ID"
	is "$output" "" "what create prints"
	is "$(status_of)" created
	does state "$ID"
	is "$(jq -c keys_unsorted <<<"$output")" \
		'["ociVersion","id","pid","status","bundle","rootfs","created","annotations","owner"]'
	is "$(jq -c '[.id, .bundle, .rootfs, .owner, .annotations]' <<<"$output")" \
		"[\"$ID\",\"$T\",\"$ROOTFS\",\"root\",{\"org.test.a\":\"1\"}]"
	is "$(jq .pid <<<"$output")" "$(cat "$T/pid")"
	[[ $(jq -r .created <<<"$output") =~ ^20[0-9-]+T[0-9:.]+Z$ ]]
	does start "$ID"
	is "$(status_of)" running
	call start "$ID"
	says 1 "container '$ID' cannot be started: it is running already"
	call delete "$ID"
	says 1 "container '$ID' cannot be deleted: it is not stopped but running"
	does kill "$ID" KILL
	until_true stopped
	does list
	is "$(sed 1d <<<"$output" | awk '{print $1, $2, $3}')" "$ID 0 stopped"
	call kill "$ID" TERM
	says 1 "container not running"
	call start "$ID"
	says 1 "it is stopped"
	does delete "$ID"
	call state "$ID"
	says 1 "container '$ID' does not exist"
	does delete --force "$ID"
	does list --format json
	is "$output" "[]"
}

@test "run --keep leaves the container, and run does not" {
	configure . /bin/sh -c 'exit 3'
	call run -b "$T" "$ID"
	ends 3
	call state "$ID"
	says 1 "does not exist"
	call run --keep -b "$T" "$ID"
	ends 3
	is "$(status_of)" stopped
	call run -b "$T" "$ID"
	says 1 "container '$ID' exists already"
}

@test "an ordinary user has containers of one's own" {
	as_ordinary
	configure "$ROOTLESS" sleep 1000
	chmod 644 "$T/config.json"
	"${AS[@]}" "$TARU_OCI" run -d -b "$T" "$ID" </dev/null >"$T/out" 2>&1
	is "$("${AS[@]}" "$TARU_OCI" list -q)" "$ID"
	is "$("${AS[@]}" "$TARU_OCI" state "$ID" | jq -r .owner)" "#$ORDINARY"
	is "$("${AS[@]}" "$TARU_OCI" exec "$ID" id -u)" 0
	"${AS[@]}" "$TARU_OCI" delete --force "$ID"
	is "$(ls -A "$T/xdg/taru-oci")" ""
}

# --- side by side with runc ---

# both WORD...: the two must end alike and print the same. What differs by nature is put out of sight.
both()
{
	local ours our_status
	call "$@"
	ours=$(plain) our_status=$status
	peer "$@"
	is "$ours" "$(plain)" "what '$*' prints (runc's is expected)"
	is "$our_status" "$status" "how '$*' ends (as runc does)"
}

# A time has up to nine digits behind the second, and its column is as wide.
plain()
{
	sed -E -e 's/20[0-9]{2}-[0-9T:.-]+Z */TIME /g' -e 's/CREATED +/CREATED /' -e 's/"pid": ?[1-9][0-9]*/"pid":PID/' \
		-e 's/("owner": )"(root)?"/\1OWNER/' -e 's/"ociVersion": ?"[^"]*"/VERSION/' \
		-e "s/^($ID +)[1-9][0-9]* */\1PID /" <<<"$output"
}

@test "state, list and ps print what runc prints" {
	needs_runc
	configure '.annotations = {"a": "1", "b": "\"2\""} | .hostname = "h"' sleep 1000
	both list
	both list -q
	both run -d -b "$T" "$ID"
	both state "$ID"
	both list
	both list -q
	both list -f json
	both kill "$ID" 0
	both exec "$ID" sh -c 'echo $0 $PWD; exit 7'
	both exec --user 1000:29 -e A=1 -e B=2 --cwd /tmp "$ID" sh -c 'id -u; id -g; id -G; pwd; echo $A$B'
	both exec -g 100 -g 200 "$ID" id -G
	both exec "$ID" sh -c 'kill -9 $$'
	both exec --cap CAP_NET_RAW "$ID" grep Cap /proc/self/status
	both kill "$ID" KILL
	until_true stopped
	sleep 0.1
	both state "$ID"
	both list
	both list -f json
	both delete "$ID"
	both delete --force "$ID"
}

@test "the tables have runc's columns, whatever is in them" {
	needs_runc
	local name
	for name in "$T/b" "$T/a-bundle-whose-name-is-long-enough-for-a-wider-column" "$T/ümläut"; do
		mkdir "$name"
		configure . sleep 1000
		mv "$T/config.json" "$name/"
		call create -b "$name" "$ID-${#name}"
		peer create -b "$name" "$ID-${#name}"
	done
	call list
	local ours
	ours=$(sed -E 's/[0-9]+ +created/PID created/; s/20[0-9T:.Z-]+ */TIME /; s/CREATED +/CREATED /' <<<"$output")
	peer list
	is "$ours" "$(sed -E 's/[0-9]+ +created/PID created/; s/20[0-9T:.Z-]+ */TIME /; s/CREATED +/CREATED /' <<<"$output")"
}

@test "where runc fails, so do we: the same exit status" {
	needs_runc
	local words
	for words in "state $ID" "start $ID" "kill $ID" "exec $ID true" "delete $ID" "ps $ID" "state a/b" \
		"delete --force a/b" "list --format xml" "create -b $T/absent $ID" "state --nonsense $ID"; do
		# shellcheck disable=SC2086
		call $words
		local ours=$status
		# shellcheck disable=SC2086
		peer $words
		is "$ours" "$status" "the exit status of '$words' (runc's is expected)"
	done
}

# --- list, ps ---

@test "a damaged record is a warning of list, and the others are shown" {
	configure . sleep 1000
	does create -b "$T" "$ID"
	does create -b "$T" --pid-file "$T/pid" "$ID-2"
	does create -b "$T" "$ID-3"
	head -c 100 "$ROOT/$ID-2/state.json" >"$T/half"
	cp "$T/half" "$ROOT/$ID-2/state.json"
	call list
	ends 0
	is "$(sed 1d <<<"$output" | awk '{print $1}')" "$ID"$'\n'"$ID-3"
	has "$errors" "container '$ID-2': its record is damaged"
	is "$(wc -l <<<"$errors")" 1 "lines of warning"
	call state "$ID-2"
	says 1 "its record is damaged"
	kill -KILL "$(cat "$T/pid")"
	does delete --force "$ID-2"
}

@test "ps shows the processes of the container, and takes the options of ps(1)" {
	needs ps
	configure . /bin/sh -c 'sleep 1000 & exec sleep 1000'
	does run -d -b "$T" "$ID"
	until_true test "$("$TARU_OCI" --root "$ROOT" ps -f json "$ID" | jq length)" = 2
	does ps --format json "$ID"
	[[ $output =~ ^\[[0-9]+,[0-9]+\]$ ]]
	does ps "$ID"
	is "$(head -1 <<<"$output" | awk '{print $1, $2, $NF}')" "UID PID CMD"
	is "$(sed 1d <<<"$output" | awk '{print $NF}' | sort -u)" 1000
	is "$(wc -l <<<"$output")" 3 "lines"
	does ps "$ID" -e -o comm,pid
	is "$(awk '{print $1}' <<<"$output" | sort | uniq -c | awk '{print $1, $2}')" $'1 COMMAND\n2 sleep'
	call ps "$ID" -o comm
	says 1 "no column PID"
	call ps "$ID" --nonsense
	is "$status" 1
	has "$errors" "ps(1) failed: "
	WITH=(env PATH=/nonexistent)
	call ps "$ID"
	says 1 "cannot run ps(1): it does not exist"
	does ps -f json "$ID"
	WITH=()
	does kill "$ID" KILL
	until_true stopped
	does ps -f json "$ID"
	is "$output" "[]"
}

# --- kill, delete ---

@test "kill takes signals by every name that people use" {
	configure . /bin/sh -c 'trap "echo USR1" USR1; trap "echo 37" 37; trap "echo TERM; exit" TERM; echo ready
		while :; do sleep 0.05; done'
	"$TARU_OCI" --root "$ROOT" run -d -b "$T" "$ID" >"$T.out" 2>&1 </dev/null
	until_true printed ready
	local word
	for word in USR1 SIGUSR1 usr1 10; do
		: >"$T.out"
		plainly kill "$ID" "$word"
		until_true printed USR1
	done
	for word in RTMIN+3 sigrtmin+3 37; do
		: >"$T.out"
		plainly kill "$ID" "$word"
		until_true printed 37
	done
	for word in NOSUCH 65 -1 SIG 1x ''; do
		status=0
		errors=$("$TARU_OCI" --root "$ROOT" kill -- "$ID" "$word" 2>&1 </dev/null) || status=$?
		output=''
		[ -z "$word" ] || says 1 "'$word' is not a signal"
	done
	plainly kill "$ID"
	until_true stopped
	printed TERM
}

# While what the container prints is collected.
plainly()
{
	"$TARU_OCI" --root "$ROOT" "$@" </dev/null
}

@test "kill and delete take regular expressions" {
	local name
	configure . sleep 1000
	for name in a1 a2 b1; do
		does run -d -b "$T" "$ID-$name"
	done
	does kill --regex -- "-a[0-9]\$" KILL
	until_true stopped "$ID-a1"
	until_true stopped "$ID-a2"
	is "$(status_of "$ID-b1")" running
	call delete -r "$ID"
	ends 0
	has "$errors" "warning: container '$ID-b1' cannot be deleted"
	does list -q
	is "$output" "$ID-b1"
	does delete --force --regex "^$ID-b"
	does list -q
	is "$output" ""
	call kill --regex '(' TERM
	says 1 "'(' is no extended regular expression"
}

@test "kill --all reaches every process, also without a PID namespace" {
	configure '.linux.namespaces |= map(select(.type != "pid"))' /bin/sh -c 'sleep 1001 & sleep 1001 & wait'
	does run -d -b "$T" "$ID"
	until_true test "$("$TARU_OCI" --root "$ROOT" ps -f json "$ID" | jq length)" = 3
	does kill --all "$ID" KILL
	until_true stopped
	until_true no_sleepers
}

no_sleepers()
{
	! pgrep -f '^sleep 1001$'
}

# --- exec ---

@test "exec ends as the process does, and with 255 where there is none" {
	sleeper
	call exec "$ID" sh -c 'exit 9'
	ends 9
	call exec "$ID" sh -c 'kill -TERM $$'
	ends 143
	call exec "$ID" /nosuch
	is "$status" 255
	has "$errors" "no such file or directory"
	call exec "$ID" nosuch
	is "$status" 255
	has "$errors" "executable file not found in"
	call exec "$ID" /etc
	is "$status" 255
	has "$errors" "permission denied"
	does exec "$ID" -- echo -n x
	is "$output" x
	call exec "$ID"
	says 255 "exec: missing COMMAND"
	does exec -d --pid-file "$T/pid" "$ID" sleep 77
	is "$(tr '\0' ' ' <"/proc/$(cat "$T/pid")/cmdline")" "sleep 77 "
	does kill "$ID" KILL
	until_true stopped
	call exec "$ID" true
	says 255 "is stopped"
}

@test "exec: the options change the process" {
	FILTER='.process.env += ["A=0"]' sleeper
	does exec -e A=1 -e B= "$ID" sh -c 'echo "$A$B"; env | grep -c "^A="'
	is "$output" $'1\n1'
	does exec --cwd /tmp -u 1000 "$ID" sh -c 'pwd; id -u; id -g'
	is "$output" $'/tmp\n1000\n0'
	call exec -u 1000x "$ID" true
	says 255 "option '--user': '1000x' is not UID or UID:GID"
	call exec --cwd tmp "$ID" true
	says 255 "process.cwd: 'tmp' is not an absolute path"
	call exec -e A "$ID" true
	says 255 "is not of the form NAME=value"
	call exec --cap CAP_FOO "$ID" true
	says 255 "option '--cap': 'CAP_FOO' is not a capability"
	# CVE-2022-29162: neither inheritable nor ambient.
	does exec --cap CAP_CHOWN --cap net_raw "$ID" grep Cap /proc/self/status
	is "$(awk '/Inh|Amb/ {print $2}' <<<"$output" | sort -u)" 0000000000000000
	(( 0x$(awk '/Eff/ {print $2}' <<<"$output") & (1 << 13) ))
	does exec --no-new-privs=false "$ID" grep NoNewPrivs /proc/self/status
	is "$output" $'NoNewPrivs:\t0'
	does exec --no-new-privs "$ID" grep NoNewPrivs /proc/self/status
	is "$output" $'NoNewPrivs:\t1'
}

@test "exec --process takes the process from a file" {
	sleeper
	jq '.process | .args = ["sh", "-c", "echo $A$B; id -u"] | .env = ["A=5"] | .user = {uid: 7, gid: 7}' \
		"$T/config.json" >"$T/process.json"
	does exec --process "$T/process.json" --env B=6 --user 8 "$ID"
	is "$output" $'5\n7'
	call exec -p "$T/process.json" "$ID" true
	says 255 "beside '--process'"
	call exec -p "$T/absent" "$ID"
	says 255 "option '--process': cannot read '$T/absent': it does not exist"
	local bad
	for bad in '' '{' '[]' '{"args": 1}' '{"args": ["true"], "cwd": "/", "user": {"uid": "0"}}' '{"cwd": "/"}'; do
		printf '%s' "$bad" >"$T/bad"
		call exec -p "$T/bad" "$ID"
		says 255 ""
	done
}

@test "explain exec shows what exec would do" {
	sleeper
	does explain exec --format sh -u 5 "$ID" sh -c 'echo x'
	has "$output" "taru-oci exec -u 5 $ID sh -c 'echo x'"
	does explain --format json exec "$ID" true
	is "$(jq -r .id <<<"$output")" "$ID"
	does explain --format text exec "$ID" true
	call explain exec "$ID-none" true
	says 1 "does not exist"
	does explain run -b "$T" x
	has "$output" "taru-oci run -b $T x"
	call explain --format xml
	says 1 "option '--format' is sh, text, json or html"
}

# --- descriptors and terminals ---

@test "sockets of systemd and preserved descriptors get to the process, and no others" {
	configure . /bin/sh -c 'echo "$LISTEN_FDS:$LISTEN_PID:$LISTEN_FDNAMES"; ls /proc/self/fd | wc -l; cat <&3; cat <&4'
	echo three >"$T/3"
	echo four >"$T/4"
	# shellcheck disable=SC2016
	output=$(LISTEN_FDS=1 LISTEN_FDNAMES=web "$TARU_OCI" --root "$ROOT" run -b "$T" --preserve-fds 1 "$ID" \
		3<"$T/3" 4<"$T/4" 5</dev/null 9</dev/null)
	is "$output" $'1:1:web\n6\nthree\nfour'
	# Those of somebody else are not for us.
	output=$(LISTEN_FDS=1 LISTEN_PID=1 "$TARU_OCI" --root "$ROOT" run -b "$T" --preserve-fds 2 "$ID" \
		3<"$T/3" 4<"$T/4")
	is "$output" $'::\n6\nthree\nfour'
	sleeper
	output=$("$TARU_OCI" --root "$ROOT" exec --preserve-fds 1 "$ID" sh -c 'cat <&3; ls /proc/self/fd | wc -l' \
		3<"$T/3" 4<"$T/4")
	is "$output" $'three\n5'
	call exec --preserve-fds 1 "$ID" true
	says 255 "option '--preserve-fds': descriptor 3 is not open"
	WITH=(env LISTEN_FDS=2)
	call create -b "$T" "$ID-2"
	says 1 "environment variable LISTEN_FDS is 2"
}

@test "terminals, detaching and --console-socket must agree" {
	configure '.process.terminal = true' sleep 1000
	call create -b "$T" "$ID"
	says 1 "process.terminal: "
	has "$errors" "needs '--console-socket'"
	call run -d -b "$T" "$ID"
	says 1 "needs '--console-socket'"
	call run --console-socket "$T/socket" -b "$T" "$ID"
	says 1 "in the foreground the terminal is the caller's"
	configure . sleep 1000
	call create --console-socket "$T/socket" -b "$T" "$ID"
	says 1 "option '--console-socket': there is no terminal to pass on"
	sleeper
	call exec -t -d "$ID" sh
	says 255 "needs '--console-socket'"
	call exec -d --console-socket "$T/socket" "$ID" sh
	says 255 "there is no terminal to pass on"
	# An empty path is none, as engines give it.
	does exec --console-socket "" --pid-file= "$ID" true
}

# --- faults ---

@test "verbs say what is wrong with an id, an option, a count" {
	local verb words failure id
	for verb in state start kill delete ps pause resume update events exec; do
		failure=1
		words=()
		if [ "$verb" = exec ]; then
			failure=255
			words=(true)
		fi
		call "$verb" "$ID" "${words[@]}"
		says "$failure" "container '$ID' does not exist"
		for id in a/b .. . '' 'a b' "$(printf '%01025d' 0)"; do
			call "$verb" "$id" "${words[@]}"
			says "$failure" "container id '"
		done
	done
	for verb in create start run exec state list ps kill delete pause resume update events spec features check; do
		call "$verb" --nonsense x
		says 1 "unknown option '--nonsense'; see 'taru-oci $verb --help'"
		[ "$verb" = list ] || [ "$verb" = spec ] || [ "$verb" = features ] || [ "$verb" = check ] || {
			call "$verb"
			says 1 "$verb: missing ID"
		}
		does "$verb" --help
		has "$output" "Usage: taru-oci $verb "
	done
	call list x
	says 1 "list: unexpected 'x'"
	call state "$ID" x
	says 1 "state: unexpected 'x'"
	call kill "$ID" 9 x
	says 1 "kill: unexpected 'x'"
	call nosuch
	says 1 "unknown command 'nosuch'"
	call
	says 1 "no command given"
}

@test "options about cgroups are checked, and are known before every verb" {
	local verb
	sleeper
	call update --memory much "$ID"
	says 1 "option '--memory' takes a number of bytes"
	call update --cpu-share -1 "$ID"
	says 1 "option '--cpu-share' takes a number"
	call events --interval 5 "$ID"
	says 1 "option '--interval' takes a time"
	call exec --cgroup x "$ID" true
	says 255 "/x' does not exist"
	WITH=(env DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent)
	call --systemd-cgroup create -b "$T" "$ID-2"
	says 1 "'/nonexistent'"
	call --cgroup-manager systemd run -b "$T" "$ID-2"
	says 1 "'/nonexistent'"
	WITH=()
	call --cgroup-manager other state "$ID"
	says 1 "option '--cgroup-manager' is cgroupfs, disabled or systemd, not 'other'"
	for verb in --systemd-cgroup --cgroup-manager=cgroupfs --cgroup-manager=disabled --rootless=auto --criu=x; do
		does "$verb" state "$ID"
	done
	call --rootless maybe state "$ID"
	says 1 "option '--rootless' is true, false or auto"
}

# --- the log ---

@test "the log has the whole diagnosis in one last record" {
	configure '.mounts += [{destination: "/x", type: "bind", source: "/absent", options: ["bind"]}]' true
	call --log "$T/log" --log-format json create -b "$T" "$ID"
	says 1 "/absent"
	is "$(tail -1 "$T/log" | jq -r .level)" error
	is "taru-oci: $(tail -1 "$T/log" | jq -r .msg)" "$errors"
	is "$(tail -1 "$T/log" | jq -c keys_unsorted)" '["level","msg","time"]'
	is "$(jq -r 'select(.level == "error") | .level' "$T/log" | wc -l)" 1
	# To the same file again.
	call --log "file:$T/log" state "$ID"
	has "$(tail -1 "$T/log")" "level=error msg=\"container '$ID' does not exist\""
	is "$(wc -l <"$T/log")" 2
	call --log "$T/absent/log" list
	says 1 "option '--log': cannot open '$T/absent/log': it does not exist"
}

@test "warnings are in the log alone, and only where the level has them" {
	configure '.hooks.poststop = [{path: "/bin/false"}]' true
	call --log "$T/log" run -b "$T" "$ID"
	is "$errors" "" "stderr"
	has "$(cat "$T/log")" "level=warning"
	rm "$T/log"
	call --log "$T/log" --log-level error run -b "$T" "$ID"
	is "$errors" "" "stderr"
	is "$(cat "$T/log")" ""
	call run -b "$T" "$ID"
	has "$errors" "warning: hooks.poststop[0]: "
	call --debug run -b "$T" "$ID"
	has "$errors" "debug: "
}

# hears PATH WORD...: calls a verb while somebody listens at the path, for one datagram: $T/heard. In a mount
# namespace of its own, since the path is the host's.
hears()
{
	unshare --mount "$PYTHON" - "$T/heard" "$@" <<-'PYTHON'
		import os, socket, subprocess, sys
		heard, path, words = sys.argv[1], sys.argv[2], sys.argv[3:]
		top = "/" + path.split("/")[1]
		subprocess.run(["mount", "-t", "tmpfs", "tmpfs", top], check=True)
		os.makedirs(os.path.dirname(path), exist_ok=True)
		server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		server.bind(path)
		server.settimeout(10)
		subprocess.run([os.environ["TARU_OCI"], *words], stderr=subprocess.PIPE)
		open(heard, "wb").write(server.recv(65536))
	PYTHON
}

@test "the journal gets a record of its own form, and syslog one of its" {
	export TARU_OCI
	hears /run/systemd/journal/socket --root "$ROOT" --log journald:pod state "$ID"
	"$PYTHON" - "$T/heard" "container '$ID' does not exist" <<-'PYTHON'
		import struct, sys
		heard = open(sys.argv[1], "rb").read()
		message = sys.argv[2].encode()
		assert heard.startswith(b"PRIORITY=3\nSYSLOG_IDENTIFIER=taru-oci\nID=pod\nMESSAGE\n"), heard
		assert heard.endswith(b"MESSAGE\n" + struct.pack("<Q", len(message)) + message + b"\n"), heard
	PYTHON
	hears /dev/log --root "$ROOT" --log syslog:pod state "$ID"
	is "$(cat "$T/heard")" "<11>pod: container '$ID' does not exist"
	hears /dev/log --root "$ROOT" --log syslog: --log-format json state "$ID"
	is "$(sed 's/^<11>taru-oci: //' "$T/heard" | jq -r .msg)" "container '$ID' does not exist"
	call --log journald: state "$ID"
	says 1 "option '--log': cannot open 'journald:': it does not exist"
}

# --- what it is ---

@test "version and features are what engines read" {
	does --version
	[[ $output =~ ^taru-oci\ version\ [0-9.]+$'\n'commit:\ .+$'\n'spec:\ 1\.3\.[0-9]+$'\n'\+ ]]
	local first=$output
	does -v
	is "$output" "$first"
	does -V
	is "$output" "$first"
	does features
	is "$(jq -c .hooks <<<"$output")" \
		'["prestart","createRuntime","createContainer","startContainer","poststart","poststop"]'
	is "$(jq '.mountOptions | index("rro") != null' <<<"$output")" true
	is "$(jq .linux.mountExtensions.idmap.enabled <<<"$output")" true
	is "$(jq '.linux.seccomp | (.knownFlags | length) > 3 and .supportedFlags == .knownFlags' <<<"$output")" true
	is "$(jq .linux.cgroup.v2 <<<"$output")" true
	is "$(jq -c '[.ociVersionMin, .ociVersionMax]' <<<"$output")" '["1.0.0","1.3.0"]'
}
