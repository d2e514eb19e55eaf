#!/usr/bin/env bats
# A container's life in steps: create, start, kill, delete, and what each refuses. Records that are damaged
# are in records.bats, what is tried at the same time in concurrent.bats, hooks in hooks.bats.
load lib
load life

prepare()
{
	export T ID
}

# What a program finds, as text that is the same for two containers of one config.
VIEW='echo "arguments: $0 $*"; env | sort; pwd; id; umask; hostname; ulimit -n; probe fds; probe signals
probe session | sed "s/foreground.*//"; grep -E "Cap|NoNew|Seccomp" /proc/self/status
cut -d " " -f 5,6 /proc/self/mountinfo; cat /proc/self/oom_score_adj; tr "\0" " " </proc/1/cmdline; echo'

# --- create and start ---

@test "what create and start make is what run makes" {
	local by_run config='.hostname = "same" | .process.user = {uid: 1000, gid: 1000, umask: 7, additionalGids: [29]}
		| .process.env += ["A=1", "A=2"] | .process.cwd = "/tmp" | .process.oomScoreAdj = 500
		| .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir"], action: "SCMP_ACT_ERRNO"}]}'
	configure "$config" /bin/sh -c "$VIEW" zero one 'two words'
	start
	passes
	by_run=$output
	has "$by_run" 'arguments: zero one two words'
	create
	passes
	works start "$ID"
	becomes stopped
	diff <(echo "$by_run") "$T/said"
	works delete "$ID"
}

@test "a created process has begun nothing, and start lets it become the program" {
	local pid
	created . /bin/sh -c "touch /dev/shm/made; $UNTIL_TERM"
	pid=$(state_of pid)
	status_is created
	lives "$pid"
	is "$(said)" ""
	[ ! -e "/proc/$pid/root/dev/shm/made" ]
	# It is the runtime still, with nothing open that leads to the host but the ways to `start`.
	lacks "$(tr '\0' ' ' <"/proc/$pid/cmdline")" /bin/sh
	is "$(find "/proc/$pid/fd" -type l -lname '/*' ! -lname /dev/null ! -lname "$T*" -printf '%l\n' | sort)" \
		"$STATES/$ID/answer"$'\n'"$STATES/$ID/start"
	works start "$ID"
	status_is running
	is "$(state_of pid)" "$pid" "the pid"
	until_true has_said begun
	[ -e "/proc/$pid/root/dev/shm/made" ]
	works kill "$ID" TERM
	becomes stopped
	works delete "$ID"
	there_is_none
}

@test "start ends while its program goes on, and leaves nobody behind who has its streams" {
	# An engine waits for the end of what it called, and then for the pipes to close.
	created . /bin/sleep 100
	is "$("$TARU_OCI" start "$ID" </dev/null 2>&1 | cat)" "" "what start said"
	is "$("$TARU_OCI" delete --force "$ID" </dev/null 2>&1 | cat)" "" "what delete said"
	there_is_none
}

@test "the state tells all of a container, at each status" {
	configure '.annotations = {"org.test.a": "b", "empty": "", "quoted": "\"\\ \u00e9"}
		| .hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", "exec \"$0\" state \"$1\" >\"$2\"", $ENV.TARU_OCI,
			$ENV.ID, $ENV.T + "/creating"]}]' /bin/sh -c "$UNTIL_TERM"
	create
	passes
	is "$(jq -r .status "$T/creating")" creating
	verb state "$ID"
	passes
	is "$(jq -c 'del(.pid, .created)' <<<"$output")" \
		"$(jq -nc '{ociVersion: $v, id: $id, status: "created", bundle: $t, rootfs: $r,
			annotations: {"org.test.a": "b", "empty": "", "quoted": "\"\\ \u00e9"}, owner: "root"}' \
			--arg v "$(jq -r .ociVersion "$T/config.json")" --arg id "$ID" --arg t "$T" --arg r "$ROOTFS")"
	is "$(jq -r .pid <<<"$output")" "$(jq -r .pid "$T/creating")" "the pid from creating to created"
	is "$(readlink "/proc/$(state_of pid)/ns/uts" | cut -d : -f 1)" uts
	[ "$(readlink "/proc/$(state_of pid)/ns/uts")" != "$(readlink /proc/self/ns/uts)" ]
	local created
	created=$(state_of created)
	[[ $created =~ ^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]+Z$ ]]
	[ $(($(date +%s) - $(date -d "$created" +%s))) -lt 1000 ]
	works start "$ID"
	status_is running
	until_true has_said begun
	works kill "$ID"
	becomes stopped
	is "$(state_of pid)" 0 "the pid of what is stopped"
	is "$(state_of created)" "$created"
	is "$(state_of annotations.empty)" ""
	works delete "$ID"
}

@test "a config.json that is changed or removed after create has no effect" {
	created '.hostname = "first" | .process.env = ["A=first", "PATH=/bin"]' /bin/sh -c 'hostname; echo $A'
	configure '.hostname = "second" | .process.env = ["A=second"] | .annotations = {x: "y"}' /bin/false
	is "$(state_of annotations)" null
	rm "$T/config.json"
	works start "$ID"
	becomes stopped
	is "$(said)" $'first\nfirst'
	works delete "$ID"
}

@test "start, exec, kill and delete work when the bundle is gone" {
	local all=$T
	mkdir "$T/bundle"
	T=$T/bundle
	OUT=$all/deleted configure '.hooks.poststop = [{path: "/bin/touch", args: ["touch", $ENV.OUT]}]' \
		/bin/sh -c "$UNTIL_TERM"
	create
	passes
	T=$all
	rm -r "$T/bundle"
	works state "$ID"
	works start "$ID"
	works exec "$ID" echo inside
	is "$output" inside
	works kill "$ID"
	becomes stopped
	works delete "$ID"
	# The hook was run, wherever it was run.
	[ -e "$T/deleted" ]
	there_is_none
}

@test "a created container whose process is killed is stopped, and cannot be started" {
	local pid
	created . /bin/true
	pid=$(state_of pid)
	kill -KILL "$pid"
	becomes stopped
	verb start "$ID"
	refuses 'stopped'
	exec_refuses 'stopped' "$ID" true
	status_is stopped
	works delete "$ID"
	there_is_none
}

@test "two containers at once have nothing to do with each other" {
	created . /bin/sh -c 'echo one; exec sleep 100'
	configure . /bin/sh -c 'echo two; exec sleep 100'
	mv "$T/said" "$T/said.one"
	create_as "$ID-b"
	passes
	[ "$(state_of pid)" != "$(state_of pid "$ID-b")" ]
	works list -q
	is "$output" "$ID"$'\n'"$ID-b"
	works start "$ID-b"
	status_is created
	status_is running "$ID-b"
	works list
	is "$(awk '{ print $1, $3 }' <<<"$output")" "ID STATUS"$'\n'"$ID created"$'\n'"$ID-b running"
	works list -f json
	is "$(jq -c '[.[] | [.id, .status]]' <<<"$output")" "[[\"$ID\",\"created\"],[\"$ID-b\",\"running\"]]"
	works delete -f "$ID-b"
	there_is_none "$ID-b"
	status_is created
	works start "$ID"
	until_true grep -qx one "$T/said.one"
	works delete -f "$ID"
}

# --- what is refused ---

@test "what is there cannot be created again, and is not touched by the attempt" {
	local pid record
	running . /bin/sleep 100
	pid=$(state_of pid)
	record=$(cat "$STATES/$ID/state.json")
	configure . /bin/true
	create --pid-file "$T/pid"
	refuses "container '$ID' exists"
	run_detached
	refuses "container '$ID' exists"
	start
	refuses "container '$ID' exists"
	[ ! -e "$T/pid" ]
	status_is running
	lives "$pid"
	is "$(cat "$STATES/$ID/state.json")" "$record"
	works kill "$ID" KILL
	becomes stopped
	create
	refuses "container '$ID' exists"
	works delete "$ID"
	create
	passes
	works delete -f "$ID"
}

@test "what is started cannot be started again, nor what is stopped or killed" {
	running . /bin/sh -c "$UNTIL_TERM"
	until_true has_said begun
	verb start "$ID"
	refuses "container '$ID'"
	has "$errors" running
	status_is running
	works kill "$ID"
	becomes stopped
	is "$(said)" $'begun\nterm'
	verb start "$ID"
	refuses "container '$ID'"
	has "$errors" stopped
	is "$(said)" $'begun\nterm'
	works delete "$ID"
}

@test "delete wants a stopped container, or --force" {
	local pid
	created . /bin/sleep 100
	pid=$(state_of pid)
	verb delete "$ID"
	refuses created
	works start "$ID"
	verb delete "$ID"
	refuses running
	lives "$pid"
	status_is running
	works kill "$ID" KILL
	becomes stopped
	works delete "$ID"
	there_is_none
	# As engines do it: once more, to be sure.
	verb delete "$ID"
	refuses 'does not exist'
	works delete --force "$ID"
	is "$output" ""
}

@test "delete --force ends what is created, what runs and what is stopped, and is quiet about what is not there" {
	local pid
	works delete --force "$ID"
	created . /bin/sleep 100
	pid=$(state_of pid)
	works delete --force "$ID"
	has_ended "$pid"
	there_is_none
	running . /bin/sh -c 'trap "" TERM; sleep 100 & sleep 100 & wait'
	pid=$(state_of pid)
	works delete --force "$ID"
	has_ended "$pid"
	there_is_none
	running . /bin/true
	becomes stopped
	works delete --force "$ID"
	there_is_none
	works delete --force "$ID"
	works delete -f "$ID"
}

@test "delete --force ends a creation that hangs" {
	local pid
	configure '.hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", "echo $$ >\"$0\"; exec sleep 1000", $ENV.T + "/hook"]}]' \
		/bin/true
	"$TARU_OCI" create -b "$T" "$ID" </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- &
	runtime_pid=$!
	PIDS+=("$runtime_pid")
	until_true test -s "$T/hook"
	status_is creating
	exec_refuses creating "$ID" true
	# What hangs there is no process of the container's: the test ends it, when that is gone.
	pid=$(state_of pid)
	(until_true has_ended "$pid" && kill -KILL "$(cat "$T/hook")") 3>&- 4>&- &
	works delete --force "$ID"
	wait $!
	land
	fails_in_one_line ''
	there_is_none
}

@test "kill signals by name and number, and says what is not running" {
	running . /bin/probe wait-for-signals
	until_true has_said ready
	local signal
	for signal in USR1 SIGUSR2 1 sigint RTMIN+1; do
		works kill "$ID" "$signal"
	done
	works kill --all "$ID" CONT
	until_true has_said 'got HUP'
	until_true has_said 'got INT'
	until_true has_said 'got USR1'
	until_true has_said 'got USR2'
	until_true has_said 'got CONT'
	for signal in NOSUCH 65 9x TERM,KILL ''; do
		verb kill "$ID" "$signal"
		refuses ''
	done
	status_is running
	works kill "$ID"
	becomes stopped
	verb kill "$ID" TERM
	refuses 'container not running'
	verb kill --all "$ID" KILL
	refuses 'container not running'
	verb kill "$ID" 0
	refuses 'container not running'
	works delete "$ID"
	# A created one can be ended as well.
	created . /bin/sleep 100
	works kill "$ID" KILL
	becomes stopped
	works delete "$ID"
}

@test "what is unknown does not exist, in the words that engines look for" {
	local words
	for words in "state $ID" "start $ID" "kill $ID" "kill -a $ID 9" "delete $ID" "ps $ID"; do
		verb $words
		refuses "container '$ID' does not exist"
	done
	exec_refuses "container '$ID' does not exist" "$ID" true
	[ ! -e "$STATES/$ID" ]
	# So it is where there is no folder for containers at all.
	GLOBAL=(--root "$T/absent")
	for words in "state $ID" "delete $ID"; do
		verb $words
		refuses "container '$ID' does not exist"
	done
	works delete -f "$ID"
	works list -q
	is "$output" ""
	[ ! -e "$T/absent" ]
}

@test "an id that is a path, empty, too long or of other letters is refused by every command" {
	local id
	configure . /bin/true
	mkdir -p "$T/outside" "$STATES/$ID.d/inside"
	touch "$T/outside/file"
	for id in '' . .. ../x ../../"${T#/}/outside" "$T/outside" x/y "$ID.d/inside" .x 'a b' $'a\nb' a: 'a*' $'\xc3\xa9' \
		"$(printf 'x%.0s' {1..1025})"; do
		begin_as "$id" create
		refuses 'container id'
		begin_as "$id" run
		refuses 'container id'
		for words in state start kill delete 'delete --force' ps; do
			verb $words -- "$id"
			refuses 'container id'
		done
		exec_refuses 'container id' -- "$id" true
	done
	[ -e "$T/outside/file" ]
	rmdir "$STATES/$ID.d/inside" "$STATES/$ID.d"
}

@test "an id as long as a folder's name may be works, and one that is longer is told so" {
	local long
	long=$FAMILY-$(printf 'x%.0s' {1..255})
	configure . /bin/true
	create_as "${long:0:255}"
	passes
	works start "${long:0:255}"
	becomes stopped "${long:0:255}"
	works delete "${long:0:255}"
	there_is_none "${long:0:255}"
	create_as "${long:0:256}"
	refuses 'container '
	verb state "${long:0:256}"
	refuses 'does not exist'
	works delete --force "${long:0:256}"
	create_as "+a-._Z9$FAMILY"
	passes
	works delete --force "+a-._Z9$FAMILY"
}

# --- run ---

@test "run --keep leaves a stopped container, for as long as it is not deleted" {
	configure . /bin/sh -c 'exit 5'
	start --keep
	ends 5
	is "$errors" ""
	status_is stopped
	start
	refuses exists
	works delete "$ID"
	there_is_none
	start
	ends 5
	there_is_none
}

@test "run removes its container, and one that is deleted meanwhile is no fault" {
	configure . /bin/sh -c 'echo ready; sleep 100'
	launch
	until_true printed ready
	status_is running
	works exec "$ID" echo hello
	is "$output" hello
	works delete --force "$ID"
	land
	ends 137
	is "$errors" ""
	there_is_none
}

@test "run --detach ends when the program runs, which goes on" {
	local pid
	configure . /bin/sh -c "$UNTIL_TERM"
	run_detached --pid-file "$T/pid"
	passes
	pid=$(state_of pid)
	is "$(cat "$T/pid")" "$pid"
	status_is running
	is "$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c 1-10)" '/bin/sh -c'
	until_true has_said begun
	works kill "$ID"
	becomes stopped
	works delete "$ID"
	[ -e "$T/pid" ]
	# A program that cannot be run is told at once, and nothing is left.
	configure . /bin/absent
	run_detached --pid-file "$T/pid2"
	fails_in_one_line 'no such file or directory'
	[ ! -e "$T/pid2" ]
	there_is_none
}

# --- the pid file ---

@test "a pid file has the pid and nothing else, and is never half written" {
	local pid
	configure . /bin/sleep 100
	echo old >"$T/pid"
	ln "$T/pid" "$T/old"
	create --pid-file "$T/pid"
	passes
	pid=$(state_of pid)
	is "$(od -An -c "$T/pid" | tr -d ' \n')" "$pid"
	is "$(stat -c %a "$T/pid")" 644
	# Another file has taken the name.
	is "$(cat "$T/old")" old
	works delete -f "$ID"
	# A link is replaced, not followed; and the name may be relative.
	ln -sf old "$T/pid"
	(cd "$T" && create --pid-file pid && passes)
	[ ! -L "$T/pid" ]
	is "$(cat "$T/old")" old
	is "$(cat "$T/pid")" "$(state_of pid)"
	works delete -f "$ID"
	is "$(find "$T" -name 'pid?*')" ""
}

@test "a pid file that cannot be written ends the creation, which leaves nothing" {
	configure . /bin/sleep 100
	mkdir "$T/folder"
	: >"$T/file"
	local path
	for path in "$T/absent/pid" "$T/folder" "$T/file/pid" /proc/pid /dev/null/pid; do
		create --pid-file "$path"
		refuses "$path"
		run_detached --pid-file "$path"
		refuses "$path"
		there_is_none
	done
	is "$(find "$T/folder")" "$T/folder"
}

@test "the pid file of a start that fails is removed, one that was there before the attempt is not" {
	printf 'neither a program nor a script\n' >"$T/data"
	chmod 755 "$T/data"
	configure '.mounts += [{destination: "/tmp", type: "bind", source: $ENV.T, options: ["bind"]}]' /tmp/data
	start --pid-file "$T/pid"
	fails_in_one_line 'exec format error'
	[ ! -e "$T/pid" ]
	run_detached --pid-file "$T/pid"
	fails_in_one_line 'exec format error'
	[ ! -e "$T/pid" ]
	echo old >"$T/pid"
	configure . /bin/absent
	create --pid-file "$T/pid"
	fails_in_one_line 'no such file or directory'
	is "$(cat "$T/pid")" old
}

# --- the folder of all containers ---

@test "nobody else can look into the folder of containers (CVE-2024-25621)" {
	STATES=$T/made/states
	GLOBAL=(--root "$STATES")
	created . /bin/sleep 100
	is "$(stat -c '%a %u' "$T/made" "$STATES" "$STATES/$ID")" $'700 0\n700 0\n700 0'
	is "$(find "$STATES/$ID" -mindepth 1 ! -type l -perm /077)" ""
	AS=(setpriv --reuid "$ORDINARY" --regid "$ORDINARY" --clear-groups)
	for words in state start kill delete 'delete --force' ps; do
		verb $words "$ID"
		refuses "$ID"
	done
	exec_refuses "$ID" "$ID" true
	AS=()
	status_is created
	works delete -f "$ID"
}

@test "a root folder may be given relative to where one is, and is made with what leads to it" {
	configure . /bin/sleep 100
	mkdir "$T/here"
	cd "$T/here"
	GLOBAL=(--root a/b/../c)
	create
	passes
	works delete --force "$ID"
	[ -d a/c ]
	GLOBAL=(--root a/b)
	create
	passes
	cd /
	GLOBAL=(--root "$T/here/a/b")
	is "$(stat -c %a "$T/here/a" "$T/here/a/b" "$T/here/a/b/$ID")" $'700\n700\n700'
	works start "$ID"
	cd "$T"
	GLOBAL=(--root ./here//a/b/)
	status_is running
	works list -q
	is "$output" "$ID"
	works exec "$ID" echo hello
	is "$output" hello
	works delete -f "$ID"
	is "$(ls -A "$T/here/a/b")" ""
	cd /
}

@test "the same id in two root folders is two containers" {
	created . /bin/sleep 100
	GLOBAL=(--root "$T/other")
	configure '.hostname = "other"' /bin/sh -c 'hostname; exec sleep 100'
	# Their cgroups would be called alike as well.
	create
	refuses "has processes in it already"
	configure ".hostname = \"other\" | .linux.cgroupsPath = \"$ID-other\"" /bin/sh -c 'hostname; exec sleep 100'
	create
	passes
	works start "$ID"
	until_true has_said other
	works delete -f "$ID"
	GLOBAL=()
	status_is created
	works delete -f "$ID"
}

@test "a root folder that is none, or may not be written to, is told" {
	configure . /bin/true
	: >"$T/file"
	GLOBAL=(--root "$T/file")
	create
	refuses "$T/file"
	verb state "$ID"
	refuses "$T/file"
	verb list
	refuses "$T/file"
	GLOBAL=(--root "$T/file/x")
	create
	refuses "$T/file/x"
	GLOBAL=(--root /proc/x)
	create
	refuses /proc/x
}

# --- what cannot be run ---

# tells_the_same PHRASE COMMAND...: `create` says of this program what `run` says, and leaves nothing.
tells_the_same()
{
	local phrase=$1 by_run
	configure "${CHANGE:-.}" "${@:2}"
	start
	fails_in_one_line "$phrase"
	by_run=$errors
	create --pid-file "$T/pid"
	fails_in_one_line "$phrase"
	is "$errors" "$by_run"
	[ ! -e "$T/pid" ]
	there_is_none
	run_detached
	is "$errors" "$by_run"
	there_is_none
}

@test "create tells what cannot be run as run does, in the phrases that engines look for" {
	own_rootfs
	CHANGE=$OWN
	printf '#!/bin/sh\necho x\n' >"$T/rootfs/bin/plain"
	mkdir "$T/rootfs/bin/folder"
	ln -s nowhere "$T/rootfs/bin/dangling"
	tells_the_same 'executable file not found in $PATH' absent
	tells_the_same 'no such file or directory' /bin/absent
	tells_the_same 'no such file or directory' /bin/dangling
	tells_the_same 'permission denied' /bin/plain
	tells_the_same 'permission denied' plain
	tells_the_same 'permission denied' /bin/folder
	tells_the_same 'permission denied' /etc/passwd
	CHANGE="$OWN | .process.user = {uid: 1000, gid: 1000}"
	chmod 700 "$T/rootfs/bin/plain"
	tells_the_same 'permission denied' /bin/plain
	CHANGE="$OWN | .process.env = [\"PATH=/nowhere\"]"
	tells_the_same 'executable file not found in $PATH' sh
}

# start_tells_the_same PHRASE COMMAND...: what only the attempt can tell, `start` tells as `run` does.
start_tells_the_same()
{
	local phrase=$1
	configure "$OWN" "${@:2}"
	start
	fails_in_one_line "$phrase"
	by_run=$errors
	create
	passes
	verb start "$ID"
	is "$errors" "$by_run"
	fails_in_one_line "$phrase"
	becomes stopped
	verb start "$ID"
	refuses stopped
	works delete "$ID"
	there_is_none
}

@test "start tells what only the attempt could show, as run does, and the container is stopped" {
	own_rootfs
	printf 'neither a program nor a script\n' >"$T/rootfs/bin/data"
	printf '#!/bin/none\n' >"$T/rootfs/bin/lost"
	printf '#!/bin/sh\r\necho x\r\n' >"$T/rootfs/bin/windows"
	: >"$T/rootfs/bin/empty"
	chmod 755 "$T/rootfs/bin/"{data,lost,windows,empty}
	start_tells_the_same 'exec format error' /bin/data
	has "$by_run" "begins with '#!'"
	start_tells_the_same 'exec format error' data
	start_tells_the_same 'exec format error' /bin/empty
	start_tells_the_same 'no such file or directory' /bin/lost
	has "$by_run" "'/bin/none'"
	start_tells_the_same 'no such file or directory' /bin/windows
	has "$by_run" 'Windows'
}

# --- nothing stays of what failed ---

@test "a creation that fails, wherever it does, leaves no folder, pid file or process" {
	local filter tries=0
	while read -r filter; do
		configure "$filter" /bin/sleep 100
		create --pid-file "$T/pid"
		fails_in_one_line ''
		run_detached --pid-file "$T/pid"
		fails_in_one_line ''
		[ ! -e "$T/pid" ]
		is "$(ls -A "$STATES")" "" "what is left for: $filter"
		tries=$((tries + 1))
	done <<-'END'
		.linux.namespaces |= map(if .type == "ipc" then .path = "/run/absent" else . end)
		.mounts += [{destination: "/opt", type: "bind", source: "/run/absent", options: ["bind"]}]
		.mounts += [{destination: "/opt", type: "absentfs", source: "x"}]
		.linux.devices = [{path: "/proc/x", type: "c", major: 1, minor: 3}]
		.root.path = "absent"
		.linux.sysctl = {"net.ipv4.ip_forward": "many"}
		.process.scheduler = {policy: "SCHED_DEADLINE", runtime: 10, deadline: 5, period: 1}
		.linux.netDevices = {"absent0": {}}
		.process.cwd = "/etc/passwd"
		.process.args = ["absent"]
		.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerPath: "/run/absent", syscalls: [{names: ["mkdir"], action: "SCMP_ACT_NOTIFY"}]}
		.linux.intelRdt = {closID: "absent"}
		.process.terminal = true
		.process.apparmorProfile = "absent"
	END
	is "$tries" 14
}

@test "a root folder on a full disk refuses what is new, and lets go of what is there" {
	local inodes bytes made=0 refused=0
	mkdir "$T/small"
	configure '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir"], action: "SCMP_ACT_ERRNO"}]}' \
		/bin/sleep 100
	GLOBAL=(--root "$T/small")
	# The folder, the record, both pipes, the filter: each of them is what there is no room for.
	for inodes in 1 2 3 4 5 6 7 8; do
		mount -t tmpfs -o "size=64k,nr_inodes=$inodes" tmpfs "$T/small"
		create --pid-file "$T/pid"
		if [ "$status" = 0 ]; then
			made=$((made + 1))
			works state "$ID"
			works start "$ID"
			works exec "$ID" true
			works delete --force "$ID"
		else
			refused=$((refused + 1))
			refuses "$T/small"
			[ ! -e "$T/pid" ]
		fi
		is "$(ls -A "$T/small")" "" "left with $inodes inodes"
		rm -f "$T/pid"
		umount "$T/small"
	done
	[ "$made" -ge 1 ]
	[ "$refused" -ge 5 ]
	# No room for what is in the files.
	mount_here -t tmpfs -o size=20k tmpfs "$T/small"
	for bytes in 20480 16384 12288 8192; do
		head -c "$bytes" /dev/zero >"$T/small/.rest" || true
		create
		[ "$status" != 0 ] || break
		refuses "$T/small"
		is "$(ls -A "$T/small")" .rest
	done
	passes
	head -c 20480 /dev/zero >>"$T/small/.rest" 2>/dev/null || true
	status_is created
	works start "$ID"
	status_is running
	works exec "$ID" true
	works delete --force "$ID"
	is "$(ls -A "$T/small")" .rest
}

@test "a root folder that has become read-only: what is there can be seen and ended, and deleted later" {
	mkdir "$T/ro"
	mount_here -t tmpfs tmpfs "$T/ro"
	GLOBAL=(--root "$T/ro")
	created . /bin/sh -c 'echo begun; exec sleep 100'
	mount -o remount,ro "$T/ro"
	create_as "$ID-b"
	refuses "$T/ro"
	status_is created
	works start "$ID"
	until_true has_said begun
	status_is running
	works exec "$ID" true
	works kill "$ID" KILL
	becomes stopped
	verb delete "$ID"
	refuses "$T/ro/$ID"
	verb delete --force "$ID"
	refuses "$T/ro/$ID"
	status_is stopped
	mount -o remount,rw "$T/ro"
	works delete "$ID"
	is "$(ls -A "$T/ro")" ""
}

# --- without root ---

# An ordinary user's container, as `running` makes it.
prepare_rootless()
{
	as_ordinary
	"${AS[@]}" unshare --user true 2>/dev/null || skip "ordinary users may not make user namespaces here"
	STATES=$T/xdg/taru-oci
}

@test "an ordinary user has a container's whole life below XDG_RUNTIME_DIR" {
	prepare_rootless
	configure "$ROOTLESS" /bin/sh -c "id -u; $UNTIL_TERM"
	create --pid-file "$T/pid"
	passes
	is "$(stat -c '%a %u' "$STATES" "$STATES/$ID")" "700 $ORDINARY"$'\n'"700 $ORDINARY"
	is "$(cat "$T/pid")" "$(state_of pid)"
	status_is created
	works start "$ID"
	until_true has_said begun
	is "$(said)" $'0\nbegun'
	status_is running
	works exec "$ID" sh -c 'id -u; readlink /proc/self/ns/user'
	is "$output" "0"$'\n'"$(readlink "/proc/$(state_of pid)/ns/user")"
	works list
	has "$output" "$ID"
	verb delete "$ID"
	refuses running
	works kill "$ID"
	becomes stopped
	works delete "$ID"
	run_detached
	passes
	works delete --force "$ID"
	there_is_none
	is "$(ls -A "$STATES")" ""
	is "$(ls -A /run/taru-oci)" ""
}

@test "an ordinary user without XDG_RUNTIME_DIR is told what to do" {
	prepare_rootless
	configure "$ROOTLESS" /bin/true
	unset XDG_RUNTIME_DIR
	create
	refuses XDG_RUNTIME_DIR
	verb state "$ID"
	refuses XDG_RUNTIME_DIR
	GLOBAL=(--root "$T/xdg/states")
	create
	passes
	works delete --force "$ID"
}

@test "who is root in a user namespace alone has its containers below XDG_RUNTIME_DIR too" {
	# As Podman without root calls its runtime.
	prepare_rootless
	AS+=(unshare --user --map-root-user)
	configure '.linux.namespaces |= map(select(.type != "network" and .type != "cgroup"))
		| .mounts |= map(select(.type != "cgroup" and .type != "sysfs" and .type != "mqueue")
			| .options |= (. // [] | map(select(startswith("gid=") | not))))' /bin/sleep 100
	create
	passes
	[ -e "$STATES/$ID/state.json" ]
	works delete --force "$ID"
	is "$(ls -A "$STATES")" ""
}
