#!/usr/bin/env bats
# Containerd with the runtime in runc's place, by its own command ctr: what is between the shim and the
# runtime, without Docker. The shim is io.containerd.runc.v2.
# Part of the tests with engines: tests/e2e/peers containerd
load docker

# Ctr leaves the pipes of an exec --detach. A test starts containerd again.
ENGINE_KEEPS='file: /run/containerd/fifo/[0-9]+[ /]|process: [0-9]+ .containerd. '
IMAGE=docker.io/library/box:latest

engine_start()
{
	start_containerd containerd "$ENGINE"
	make_image
	# What containerd makes once for all containers, it makes for the first one.
	ctr run --rm --runc-binary "${PEER:-runc}" "$IMAGE" first true || true
}

engine_stop()
{
	end_daemon containerd
	forget_engine
}

prepare()
{
	needs containerd ctr
	SAID=$(daemon_log containerd | wc -l)
}

cleanup()
{
	local name
	if [ -z "${BATS_TEST_COMPLETED:-}${BATS_TEST_SKIPPED:-}" ]; then
		echo "what containerd said:"
		daemon_log containerd | tail -n "+$((SAID + 1))" | tail -n 30
	fi
	for name in $(ctr container ls --quiet); do
		timeout -k 5 30 ctr task rm --force "$name" >/dev/null 2>&1 || true
		ctr container rm "$name"
	done
}

# An image as `docker save` writes it, of the one layer that there is.
make_image()
{
	local folder=$PEERS_FOLDER/image architecture=amd64
	[ "$(uname -m)" != aarch64 ] || architecture=arm64
	mkdir -p "$folder"
	cp "$PEERS_TAR" "$folder/layer.tar"
	jq -n --arg architecture "$architecture" --arg layer "sha256:$(sha256sum "$PEERS_TAR" | cut -d ' ' -f 1)" \
		'{$architecture, os: "linux", rootfs: {type: "layers", diff_ids: [$layer]},
		config: {Cmd: ["sh", "-c", "echo the command of the image"], Env: ["PATH=/bin", "OF=image"]}}' >"$folder/config.json"
	echo '[{"Config": "config.json", "RepoTags": ["box:latest"], "Layers": ["layer.tar"]}]' >"$folder/manifest.json"
	tar -C "$folder" -cf - manifest.json config.json layer.tar | ctr image import -
}

# container OPTION... -- COMMAND...: ctr run --rm, to its end.
container()
{
	options_before_dashes "$@"
	try ctr run --rm --runc-binary "$RUNTIME" "${OPTIONS[@]}" "$IMAGE" "$NAME" "${COMMAND[@]}"
}

# background OPTION... -- COMMAND...: ctr run --detach.
background()
{
	options_before_dashes "$@"
	must ctr run --detach --runc-binary "$RUNTIME" "${OPTIONS[@]}" "$IMAGE" "$NAME" "${COMMAND[@]}"
}

options_before_dashes()
{
	OPTIONS=()
	while [ "$1" != -- ]; do
		OPTIONS+=("$1")
		shift
	done
	COMMAND=("${@:2}")
}

# task_is STATUS [NAME]: as ctr task ls has it.
task_is()
{
	[ "$(ctr task ls | awk -v name="${2:-$NAME}" '$1 == name { print $3 }')" = "$1" ]
}

task_pid()
{
	ctr task ls | awk -v name="${1:-$NAME}" '$1 == name { print $2 }'
}

# Whether the container has this file, which its command makes when it is up.
has_file()
{
	[ -e "/proc/$(task_pid)/root/$1" ]
}

# --- run ---

@test "run: stdout, stderr and the exit status are those of the command" {
	container -- sh -c 'echo one; echo two >&2; exit 7'
	ends 7
	is "$output" one
	is "$errors" two
}

@test "run: the command reads what ctr reads" {
	seq 100 >"$T/in"
	# And no further: ctr does not pass on the end.
	INPUT=$T/in container -- head -n 1
	prints 1
}

@test "run: the command and the environment of the image" {
	container --
	prints "the command of the image"
	container --env MORE=too -- env
	has "$output" OF=image
	has "$output" MORE=too
	lacks "$output" TTRPC
	lacks "$output" GOMAXPROCS
}

@test "run: a root file system of the user's, and no snapshot" {
	mkdir "$T/rootfs"
	tar -C "$T/rootfs" -xf "$PEERS_TAR"
	try ctr run --rm --runc-binary "$RUNTIME" --rootfs --env PATH=/bin "$T/rootfs" "$NAME" \
		sh -c 'echo made >/made; cat /etc/passwd | wc -l'
	prints 2
	is "$(cat "$T/rootfs/made")" made
}

@test "run: no pivot_root, where it is said" {
	container --no-pivot -- sh -c 'ls / | grep -c proc'
	prints 1
}

@test "run: what cannot be started is named, once, and leaves nothing" {
	container -- nosuch
	ends 1
	has "$errors" 'exec: "nosuch": executable file not found in $PATH'
	container -- /etc/passwd
	ends 1
	has "$errors" "permission denied"
	container --mount type=bind,src=/no/such,dst=/mnt,options=rbind -- true
	ends 1
	has "$errors" /no/such
}

@test "run --tty: a terminal, its size, its mode and the exit status" {
	on_terminal --size 30x90 'expect:/ #' raw 'send:tty; until [ "$(stty size)" = "30 90" ]; do :; done; echo si""zed\n' \
		expect:sized resize:40x100 'send:until [ "$(stty size)" = "40 100" ]; do :; done; echo si""zed\n' expect:sized \
		'send:exit 9\n' -- ctr run --rm --tty --runc-binary "$RUNTIME" "$IMAGE" "$NAME" sh
	has "$output" "/dev/pts/0"
	has "$output" "status 9"
}

@test "run: --cwd, --read-only, --mount, --net-host and capabilities" {
	mkdir "$T/folder"
	container --cwd /var --read-only --net-host --mount "type=bind,src=$T/folder,dst=/mnt,options=rbind:rw" \
		--cap-drop CAP_CHOWN --cap-add CAP_SYS_TIME -- sh -c \
		'pwd; readlink /proc/self/ns/net; touch /mnt/file; touch /file 2>&1; grep CapEff /proc/self/status'
	ends 0
	has "$output" $'/var\n'"$(readlink /proc/self/ns/net)"$'\ntouch: /file: Read-only file system'
	# What containerd grants, without CHOWN (0), with SYS_TIME (25).
	has "$output" $'CapEff:\t00000000aa0425fa'
	[ -e "$T/folder/file" ]
}

@test "run: no new privileges unless it is said" {
	container -- grep NoNewPrivs /proc/self/status
	prints $'NoNewPrivs:\t1'
	container --allow-new-privs -- grep NoNewPrivs /proc/self/status
	prints $'NoNewPrivs:\t0'
}

@test "run --seccomp: containerd's profile, and one of the user's" {
	container --seccomp -- sh -c 'grep Seccomp: /proc/self/status; unshare -U true'
	ends 1
	has "$output" $'Seccomp:\t2'
	has "$errors" "Operation not permitted"
	profile_without_mkdir
	container --seccomp --seccomp-profile "$T/seccomp.json" -- mkdir /tmp/x
	ends 1
	has "$errors" "Operation not permitted"
}

@test "run --uidmap: root in the container is another user of the host" {
	container --uidmap 0:100000:65536 --gidmap 0:100000:65536 -- sh -c 'id -u; tr -s " " </proc/self/uid_map'
	prints $'0\n 0 100000 65536'
}

@test "run --device: with its numbers" {
	container --device /dev/full -- stat -c '%F %t:%T' /dev/full
	prints "character special file 1:7"
}

@test "run --privileged: all devices" {
	needs_peer privileged
	privileged
}

privileged()
{
	ctr run --rm --privileged --runc-binary "$RUNTIME" "$IMAGE" "$NAME" test -c /dev/kmsg
}

# --- a task's life ---

@test "run --detach, kill, delete: the task's status is there until it is asked for" {
	background -- sh -c 'trap "exit 5" TERM; touch /up; sleep 1000 & wait'
	until_true has_file up
	task_is RUNNING
	must ctr task kill "$NAME"
	until_true task_is STOPPED
	must ctr task delete "$NAME"
	has "$errors" "exit code 5"
}

@test "kill: any signal, by name and by number" {
	background -- sh -c 'trap "touch /hup" HUP; trap "touch /usr1" USR1; touch /up; while :; do sleep 1000 & wait; done'
	until_true has_file up
	must ctr task kill -s SIGHUP "$NAME"
	until_true has_file hup
	must ctr task kill -s 10 "$NAME"
	until_true has_file usr1
	must ctr task kill -s SIGKILL "$NAME"
	until_true task_is STOPPED
	must ctr task delete "$NAME"
	has "$errors" "exit code 137"
}

@test "kill --all: all processes, not the first alone" {
	needs_cgroups
	background -- sh -c 'trap "" TERM; sleep 2000 & exec sleep 1000'
	until_true sh -c "ctr task ps '$NAME' | grep -c '^[0-9]' | grep -qx 2"
	must ctr task kill --all -s SIGKILL "$NAME"
	until_true task_is STOPPED
}

@test "ps: all processes of the container, as the host knows them" {
	background -- sh -c 'sleep 2000 & touch /up; exec sleep 1000'
	until_true has_file up
	must ctr task ps "$NAME"
	has "$output" "$(task_pid)"
	is "$(grep -c '^[0-9]' <<<"$output")" 2 "processes"
}

@test "pause and resume" {
	local pid
	needs_cgroups
	background -- sh -c 'trap "touch /usr1" USR1; touch /up; while :; do sleep 1000 & wait; done'
	until_true has_file up
	pid=$(task_pid)
	must ctr task pause "$NAME"
	task_is PAUSED
	kill -USR1 "$pid"
	frozen "$pid"
	[ ! -e "/proc/$pid/root/usr1" ]
	must ctr task resume "$NAME"
	until_true has_file usr1
	task_is RUNNING
}

@test "delete --force: what runs, with all its processes" {
	local pid
	background -- sh -c 'sleep 2000 & exec sleep 1000'
	pid=$(task_pid)
	must ctr task rm --force "$NAME"
	[ ! -e "/proc/$pid" ]
}

@test "--rm: the snapshot and the container are gone with the task" {
	container -- true
	ends 0
	is "$(ctr container ls --quiet)" ""
	is "$(ctr snapshot ls | grep -c "$NAME" || true)" 0
}

@test "events: a task's create, start, exit with its status, and delete" {
	start_daemon events ctr events
	until_true container -- sh -c 'exit 3'
	container -- sh -c 'exit 3'
	ends 3
	until_true sh -c "grep -q tasks/delete '$T/daemons/events.log'"
	daemon_log events | grep tasks/create
	daemon_log events | grep tasks/start
	daemon_log events | grep tasks/exit | grep -q '"exit_status":3'
}

@test "checkpoint: a task goes on where it was" {
	needs_checkpoints
	needs_peer checkpoint
	checkpoint
}

checkpoint()
{
	NAME=$NAME-$RANDOM
	ctr run --detach --runc-binary "$RUNTIME" "$IMAGE" "$NAME" sleep 1000 &&
		ctr task checkpoint --image-path "$T/image.$RANDOM" "$NAME"
}

# --- exec ---

@test "exec: user, folder, input, output and exit status" {
	background --env OF=container -- sleep 1000
	echo typed >"$T/in"
	INPUT=$T/in try ctr task exec --exec-id one --user 1000:29 --cwd /var "$NAME" \
		sh -c 'id; pwd; echo $OF; cat; echo oops >&2; exit 4'
	ends 4
	is "$output" $'uid=1000(alice) gid=29(audio) groups=29(audio)\n/var\ncontainer\ntyped'
	is "$errors" oops
}

@test "exec: what is missing is named, and the task goes on" {
	background -- sleep 1000
	try ctr task exec --exec-id one "$NAME" nosuch
	ends 1
	has "$errors" 'executable file not found in $PATH'
	must ctr task exec --exec-id two "$NAME" echo well
	prints well
}

@test "exec --tty: a terminal of its own" {
	background -- sleep 1000
	on_terminal --size 30x90 'expect:/ #' raw 'send:tty; until [ "$(stty size)" = "30 90" ]; do :; done; echo si""zed\n' \
		expect:sized 'send:exit 6\n' -- ctr task exec --tty --exec-id one "$NAME" sh
	has "$output" "/dev/pts/0"
	has "$output" "status 6"
}

@test "exec --detach: goes on alone, and ends with the container" {
	background -- sleep 1000
	must ctr task exec --detach --exec-id one "$NAME" sh -c 'touch /up; exec sleep 2000'
	until_true has_file up
	must ctr task ps "$NAME"
	is "$(grep -c '^[0-9]' <<<"$output")" 2 "processes"
}

# --- more containers, more daemons ---

@test "a pod: two containers of one shim, in each other's namespaces" {
	local pid
	background --annotation io.containerd.runc.v2.group=pod -- sleep 1000
	pid=$(task_pid)
	must ctr run --detach --runc-binary "$RUNTIME" --annotation io.containerd.runc.v2.group=pod \
		--with-ns "network:/proc/$pid/ns/net" --with-ns "ipc:/proc/$pid/ns/ipc" --with-ns "pid:/proc/$pid/ns/pid" \
		"$IMAGE" "$NAME-two" sleep 2000
	is "$(awk '{ print $4 }' "/proc/$(task_pid "$NAME-two")/stat")" "$(awk '{ print $4 }' "/proc/$pid/stat")" "the shim"
	must ctr task exec --exec-id one "$NAME-two" \
		sh -c 'readlink /proc/self/ns/net; readlink /proc/self/ns/ipc; ps | grep -c "sleep [12]000"'
	prints "$(readlink "/proc/$pid/ns/net" "/proc/$pid/ns/ipc")"$'\n2'
	# The one that has the PID namespace ends last: with it all end.
	must ctr task rm --force "$NAME-two"
	task_is RUNNING
}

@test "containerd may be replaced while a task runs" {
	background -- sh -c 'trap "exit 5" TERM; touch /up; sleep 1000 & wait'
	until_true has_file up
	end_daemon containerd
	start_containerd containerd "$ENGINE"
	task_is RUNNING
	must ctr task exec --exec-id one "$NAME" true
	must ctr task kill "$NAME"
	until_true task_is STOPPED
	must ctr task delete "$NAME"
	has "$errors" "exit code 5"
}

# --- cgroups ---

@test "--memory-limit, --cpus and metrics" {
	needs_cgroups
	background --memory-limit $((64 << 20)) --cpus 0.5 --cgroup /cellar/one -- sleep 1000
	grep -q ':/cellar/one$' "/proc/$(task_pid)/cgroup"
	must ctr task metrics --format json "$NAME"
	has "$output" $((64 << 20))
	must ctr task rm --force "$NAME"
	# The parent is the user's, and stays.
	find /sys/fs/cgroup -depth -type d -name cellar -exec rmdir {} +
}
