#!/usr/bin/env bats
# Podman with the runtime: what its users do, as root and without. Podman starts conmon, which starts the
# runtime (create, exec); Podman itself starts it for the rest (start, kill, delete …). Each test removes
# its containers, and each --rm container has to remove itself.
#
# The file runs twice (peers), since Podman tells more to a runtime whose name it knows: under the
# runtime's own name it reads what the runtime prints, under the name crun it asks for a log in JSON.
load peers

# What Podman makes with the first container and keeps: locks, networks, the mount of its storage, the groups
# that those of containers are in (of a pod's, those in hierarchies without a controller), caches. A runtime may
# keep the folder of its states, empty.
ENGINE_KEEPS='file: /run/[a-z-]* d
file: /run/(containers|netns)
file: /(run/lock|tmp|dev/shm)/[a-z_.-]*(podman|libpod|netavark|containers)
file: /var/(cache|lib|tmp)(/containers.*)?\s
mount: .* (/run/netns|/mnt/.*/storage/overlay) rw
cgroup: .*/libpod_parent(/conmon)?$
cgroup: /sys/fs/cgroup/(systemd|unified)/libpod_parent/[0-9a-f]{64}$'

# --- Podman, with storage, state and configuration of its own ---

engine_start()
{
	make_podman "$PEERS_FOLDER/podman" podman ''
	# The same for an ordinary user.
	mkdir "$PEERS_FOLDER/tester"
	make_podman "$PEERS_FOLDER/tester/podman" rootless \
		"setpriv --reuid tester --regid tester --init-groups env -i RUNTIME=\"\$RUNTIME\" PATH=\"\$PATH\" \\
	HOME=$PEERS_FOLDER/tester XDG_RUNTIME_DIR=$PEERS_FOLDER/tester/podman/run TMPDIR=$PEERS_FOLDER/tester \\
	"
	chown -R tester:tester "$PEERS_FOLDER/tester"
	export PATH=$PEERS_FOLDER/bin:$PATH
	podman import --quiet --change 'CMD ["/bin/sh"]' "$PEERS_TAR" busybox
	rootless import --quiet --change 'CMD ["/bin/sh"]' "$PEERS_TAR" busybox
	rootless system migrate
	# What Podman makes once and keeps is there before the first test then.
	RUNTIME=${PEER:-$RUNTIME} podman run --rm busybox true
	RUNTIME=${PEER:-$RUNTIME} podman pod create --name warm
	RUNTIME=${PEER:-$RUNTIME} podman pod rm -f warm
}

# The rules that Podman keeps are the same for all containers; those of one would be seen after its test.
engine_stop()
{
	nft flush ruleset
}

# make_podman FOLDER NAME PREFIX: a command of this name that is a Podman of its own.
make_podman()
{
	mkdir -p "$1/run" "$1/tmp" "$PEERS_FOLDER/bin"
	chmod 700 "$1/run"
	# The limits are here because Podman would raise them, which not every machine permits.
	cat >"$1/containers.conf" <<-END
		[containers]
		log_driver = "k8s-file"
		default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
		[network]
		network_backend = "netavark"
		network_config_dir = "$1/networks"
		[engine]
		cgroup_manager = "cgroupfs"
		events_logger = "file"
		events_logfile_path = "$1/events"
	END
	cat >"$1/storage.conf" <<-END
		[storage]
		driver = "overlay"
		graphroot = "$1/storage"
		rootless_storage_path = "$1/storage"
		runroot = "$1/run"
	END
	cat >"$PEERS_FOLDER/bin/$2" <<-END
		#!/bin/sh
		cd /
		exec $3env CONTAINERS_CONF=$1/containers.conf CONTAINERS_STORAGE_CONF=$1/storage.conf \\
			/usr/bin/podman --root $1/storage --runroot $1/run --tmpdir $1/tmp \\
			--cgroup-manager cgroupfs --runtime "\$RUNTIME" "\$@"
	END
	chmod 755 "$PEERS_FOLDER/bin/$2"
}

# A container that is there for one command. Without a network it starts faster.
RUN=(podman run --rm --network none --label once)

cleanup()
{
	local wrong=0
	remove_all podman || wrong=1
	if [ -n "${ROOTLESS:-}" ]; then
		remove_all rootless || wrong=1
		# An ordinary user's Podman keeps a process that holds its user namespace, until this.
		rootless system migrate || wrong=1
	fi
	return $wrong
}

# remove_all PODMAN: what the test left on purpose. A container for one command has to go by itself, soon.
remove_all()
{
	local left end=$((SECONDS + 10))
	while left=$("$1" ps --all --pod --format '{{.ID}} pod={{.Pod}} {{.Labels}}') && [[ $left = *once* ]]; do
		if [ $SECONDS -ge $end ]; then
			echo "leftover: a container that was to remove itself: $left"
			break
		fi
		sleep 0.1
	done
	[[ $left != *pod=?* ]] || "$1" pod rm --force --all >/dev/null || return 1
	[ -z "$left" ] || "$1" rm --force --all --time 0 >/dev/null || return 1
	[[ $left != *once* ]]
}

# A container that stays, called c: background [OPTION...] -- COMMAND...
background()
{
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	must podman run --detach --name c --network none "${options[@]}" busybox "$@"
}

inspect()
{
	podman inspect --format "{{$1}}" "${2:-c}"
}

is_in_state()
{
	[ "$(inspect .State.Status)" = "$1" ]
}

has_logged()
{
	podman logs c 2>&1 | grep -q -- "$1"
}

# --- run ---

@test "run: output and errors come apart, and the exit status is the command's" {
	try "${RUN[@]}" busybox sh -c 'echo out; echo err >&2; exit 7'
	ends 7
	is "$output" out stdout
	is "$errors" err stderr
}

@test "run: what is typed into a pipe reaches the container, a megabyte and its end" {
	head -c 1000000 /dev/urandom >"$T/data"
	INPUT=$T/data try "${RUN[@]}" --interactive busybox md5sum
	prints "$(md5sum <"$T/data")"
}

@test "run: a megabyte of output comes out whole" {
	try "${RUN[@]}" busybox sh -c 'head -c 1000000 /dev/zero | tr "\0" x'
	ends 0
	is "${#output}" 1000000 "length of the output"
}

@test "run: a command that is not there is 127, and the message names it" {
	try "${RUN[@]}" busybox nosuchcommand
	ends 127
	has "$errors" nosuchcommand
	try "${RUN[@]}" busybox /no/such/command
	ends 127
	has "$errors" /no/such/command
}

@test "run: a command that may not be run is 126" {
	try "${RUN[@]}" busybox /etc/passwd
	ends 126
	try "${RUN[@]}" busybox /etc
	ends 126
	not_for crun "does not name the file"
	has "$errors" /etc
}

@test "run: a fault of the setup is not said to be a missing command, 127" {
	not_for runc "says that a file is missing, which Podman takes for the command"
	not_for crun "says that a file is missing, which Podman takes for the command"
	try "${RUN[@]}" --sysctl net.ipv4.nosuch=1 busybox true
	ends 126
	has "$errors" "OCI runtime error"
	has "$errors" net.ipv4.nosuch
}

@test "run: the container sees three descriptors, and no more" {
	try "${RUN[@]}" busybox sh -c 'ls /proc/$$/fd; true'
	prints $'0\n1\n2'
}

@test "run: the environment is the image's and Podman's, nothing of conmon's or the runtime's" {
	try "${RUN[@]}" --hostname h --env A=1 busybox sh -c 'tr "\0" "\n" </proc/$$/environ | cut -d = -f 1 | sort'
	prints $'A\nHOME\nHOSTNAME\nPATH\nTERM\ncontainer'
}

@test "run: no signal is blocked or ignored, though conmon ignores some" {
	try "${RUN[@]}" busybox grep -E '^Sig(Blk|Ign)' /proc/self/status
	prints $'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000'
}

@test "run: --preserve-fds hands on a descriptor at its number" {
	echo through >"$T/file"
	try bash -c 'exec "$@" 3<'"$T/file" bash "${RUN[@]}" --preserve-fds 1 busybox sh -c 'cat <&3; ls /proc/$$/fd; true'
	prints $'through\n0\n1\n2\n3'
}

@test "run: a signal that Podman gets reaches the container" {
	start_daemon run "${RUN[@]}" busybox sh -c 'trap "echo got it; exit 5" USR1; echo up; while :; do sleep 0.1; done'
	until_true grep -q up "$T/daemons/run.log"
	kill -USR1 "$(daemon_pid run)"
	wait "$(daemon_pid run)" || status=$?
	ends 5
	has "$(daemon_log run)" "got it"
}

@test "run: children that the command leaves behind end with it" {
	try "${RUN[@]}" busybox sh -c 'sleep 1000 & echo $$'
	prints 1
}

@test "run: --rootfs takes a folder, absolute, instead of an image" {
	mkdir "$T/rootfs"
	tar -C "$T/rootfs" -xf "$PEERS_TAR"
	echo mine >"$T/rootfs/etc/mine"
	try "${RUN[@]}" --rootfs "$T/rootfs" cat /etc/mine
	prints mine
}

@test "run: six containers at once, each with its own output and status" {
	local number pids=()
	for number in 1 2 3 4 5 6; do
		"${RUN[@]}" busybox sh -c "echo $number; exit $number" >"$T/$number" 2>&1 3>&- 4>&- </dev/null &
		pids+=($!)
	done
	for number in 1 2 3 4 5 6; do
		status=0
		wait "${pids[number - 1]}" || status=$?
		is "$status" "$number" "exit status"
		is "$(<"$T/$number")" "$number" "output"
	done
}

# --- terminals ---

@test "run -it: a terminal of the right size, which follows the window, takes ^C, and is put back" {
	on_terminal --size 30x100 'expect:30 100' raw resize:40x120 'expect:40 120' 'send:\x03' -- \
		"${RUN[@]}" -it busybox sh -c 'trap "exit 9" INT; trap "stty size" WINCH; tty; stty size
			while :; do sleep 0.1; done'
	has "$output" /dev/pts/0
	has "$output" "status 9"
	has "$output" "mode same"
}

@test "run -it: the terminal is the controlling one of a session of its own, and /dev/console" {
	on_terminal -- "${RUN[@]}" -it busybox sh -c 'echo here >/dev/tty; ls -l /dev/console | cut -c 1
		cut -d " " -f 6 /proc/$$/stat'
	has "$output" $'here\nc\n1\n'
}

@test "exec -it: a terminal, its size, what is typed, the exit status" {
	background -- sleep 1000
	on_terminal --size 30x100 'expect:30 100' 'send:word\n' 'expect:<word>' resize:40x120 'expect:40 120' \
		'send:\x03' -- podman exec -it c sh -c 'trap "exit 9" INT; trap "stty size" WINCH; stty size
			until read -r word && [ "$word" ]; do :; done	# a change of the size interrupts it
			echo "<$word>"; while :; do sleep 0.1; done'
	has "$output" "status 9"
	has "$output" "mode same"
}

@test "attach: to the terminal of a container that runs, and away from it by a key" {
	background -it -- sh -c 'while read -r word; do echo "<$word>"; done'
	on_terminal raw 'send:word\n' 'expect:<word>' 'send:\x18' -- podman attach --detach-keys ctrl-x c
	has "$output" "status 0"
	is "$(inspect .State.Status)" running "state"
}

# --- the life of a container ---

@test "run -d: the state, the pid and the command that inspect tells are true" {
	local pid
	background -- sleep 1000
	is "$(inspect .State.Status)" running "state"
	pid=$(inspect .State.Pid)
	is "$(tr '\0' ' ' <"/proc/$pid/cmdline")" "sleep 1000 " "command of pid $pid"
	is "$(awk '/^NSpid/ { print $NF }' "/proc/$pid/status")" 1 "pid inside"
}

@test "create, init, start: init makes the container, and only start runs the command" {
	must podman create --name c --network none busybox sh -c 'echo ran; sleep 1000'
	must podman init c
	is "$(inspect .State.Status)" initialized "state"
	[ -d "/proc/$(inspect .State.Pid)" ]
	is "$(podman logs c 2>&1)" "" "log before the start"
	must podman start c
	until_true has_logged ran
	is "$(inspect .State.Status)" running "state"
}

@test "rm: a container that was made and never started goes away" {
	must podman create --name c --network none busybox true
	must podman init c
	must podman rm --force --time 0 c
	is "$(podman ps --all --quiet)" "" "containers"
}

@test "start -a: a container that has ended runs again, with its files" {
	must podman create --name c --network none busybox sh -c 'echo >>/count; wc -l </count'
	must podman start --attach c
	is "$output" 1
	must podman start --attach c
	is "$output" 2
}

@test "wait: gives the exit status of a container in the background" {
	background -- sh -c 'exit 42'
	try podman wait c
	prints 42
	is "$(inspect .State.ExitCode)" 42 "exit code"
}

@test "logs: both streams, in order, of a container that has ended" {
	background -- sh -c 'echo one; echo two >&2; echo three'
	must podman wait c
	try podman logs c
	is "$output" $'one\nthree' stdout
	is "$errors" two stderr
}

@test "stop: the command gets SIGTERM, and its answer is the exit status" {
	background -- sh -c 'trap "echo ending; exit 3" TERM; echo up; while :; do sleep 0.1; done'
	until_true has_logged up
	must podman stop --time 20 c
	is "$(inspect .State.ExitCode)" 3 "exit code"
	has "$(podman logs c)" ending
}

@test "stop: a command that does not listen is killed, 137" {
	background -- sleep 1000
	must podman stop --time 0 c
	is "$(inspect .State.ExitCode)" 137 "exit code"
	is "$(inspect .State.Status)" exited "state"
}

@test "kill: a signal by name reaches the command; SIGKILL ends it" {
	background -- sh -c 'trap "echo got it" USR1; echo up; while :; do sleep 0.1; done'
	until_true has_logged up
	must podman kill --signal USR1 c
	until_true has_logged "got it"
	is "$(inspect .State.Status)" running "state"
	must podman kill c
	until_true is_in_state exited
	is "$(inspect .State.ExitCode)" 137 "exit code"
}

@test "restart: another process, the same files" {
	local before
	background -- sh -c 'echo >>/count; sleep 1000'
	before=$(inspect .State.Pid)
	must podman restart --time 0 c
	[ "$(inspect .State.Pid)" != "$before" ]
	until_true podman exec c sh -c '[ "$(wc -l </count)" = 2 ]'
}

@test "rm -f: a running container goes away" {
	background -- sleep 1000
	must podman rm --force --time 0 c
	is "$(podman ps --all --quiet)" "" "containers"
}

@test "pause, unpause: the processes stand still, exec is refused, and all goes on" {
	needs_cgroups
	background -- sleep 1000
	must podman pause c
	is "$(inspect .State.Status)" paused "state"
	is_frozen
	try podman exec c true
	[ "$status" != 0 ]
	must podman unpause c
	is "$(inspect .State.Status)" running "state"
	must podman exec c true
}

is_frozen()
{
	local path
	path=$(inspect .State.CgroupPath)
	grep -qx -e FROZEN "/sys/fs/cgroup/freezer$path/freezer.state" 2>/dev/null ||
		grep -qx -e 'frozen 1' "/sys/fs/cgroup$path/cgroup.events"
}

@test "checkpoint, restore: a counter goes on where it was" {
	needs criu
	needs_peer checkpoint_and_restore
	checkpoint_and_restore
}

checkpoint_and_restore()
{
	local before after
	background -- sh -c 'i=0; while :; do i=$((i + 1)); echo $i >/count; sleep 0.1; done'
	until_true podman exec c test -s /count
	podman container checkpoint c
	is "$(inspect .State.Status)" exited "state"
	before=$(podman start --help >/dev/null && cat "$(podman mount c)/count")
	podman container restore c
	is "$(inspect .State.Status)" running "state"
	after=$(podman exec c cat /count)
	podman rm --force --time 0 c
	[ "$after" -ge "$before" ]
}

@test "hooks: get the container's state, and its end" {
	needs_hooks
	make_hooks createRuntime poststop
	must podman --hooks-dir "$T/hooks" run --name c --network none busybox true
	must podman --hooks-dir "$T/hooks" rm c
	is "$(jq -r .id <"$T/createRuntime")" "$(jq -r .id <"$T/poststop")" "id"
	[ "$(jq .pid <"$T/createRuntime")" -gt 0 ]
	is "$(jq -r .status <"$T/poststop")" stopped "status"
	not_for crun "says created where the specification has creating"
	is "$(jq -r .status <"$T/createRuntime")" creating "status"
}

# Hooks that write the state that they get to a file with their name.
make_hooks()
{
	local name
	mkdir "$T/hooks"
	for name; do
		jq -n --arg name "$name" --arg file "$T/$name" '{version: "1.0.0", when: {always: true}, stages: [$name],
			hook: {path: "/bin/sh", args: ["sh", "-c", "cat >\($file)"]}}' >"$T/hooks/$name.json"
	done
}

# --- exec ---

@test "exec: user, groups, environment, folder and exit status are as asked for" {
	background --env FROM=container -- sleep 1000
	try podman exec --user alice --env ADDED=1 --workdir /tmp c sh -c 'id; echo $FROM $ADDED; pwd; exit 3'
	ends 3
	is "$output" $'uid=1000(alice) gid=1000(alice) groups=29(audio),1000(alice)\ncontainer 1\n/tmp' ||
		is "$output" $'uid=1000(alice) gid=1000(alice) groups=29(audio)\ncontainer 1\n/tmp'
}

@test "exec: output and errors come apart, and what is typed arrives" {
	background -- sleep 1000
	echo typed >"$T/in"
	INPUT=$T/in try podman exec --interactive c sh -c 'cat; echo err >&2'
	is "$output" typed stdout
	is "$errors" err stderr
}

@test "exec: 127 for a command that is not there, 126 for one that may not be run" {
	background -- sleep 1000
	try podman exec c nosuchcommand
	ends 127
	has "$errors" nosuchcommand
	try podman exec c /etc/passwd
	ends 126
}

@test "exec: is in all the namespaces, the root and the group of the container" {
	local kind
	background -- sleep 1000
	for kind in cgroup ipc mnt net pid uts; do
		is "$(podman exec c readlink "/proc/self/ns/$kind")" "$(readlink "/proc/$(inspect .State.Pid)/ns/$kind")" "$kind"
	done
	is "$(podman exec c cat /proc/self/cgroup)" "$(podman exec c cat /proc/1/cgroup)" "cgroups"
}

@test "exec: has no more rights than the container, which --privileged gives" {
	local status_of='grep -E ^(Cap|NoNewPrivs|Seccomp:) /proc/self/status'
	background --cap-drop all --cap-add chown --security-opt no-new-privileges -- sleep 1000
	# The words of a command.
	# shellcheck disable=SC2086
	is "$(podman exec c $status_of)" "$(podman exec c grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/1/status)" "rights"
	# shellcheck disable=SC2086
	lacks "$(podman exec --privileged c $status_of)" $'CapEff:\t0000000000000001'
}

@test "exec -d: comes back at once, the command runs" {
	background -- sleep 1000
	must podman exec --detach c sh -c 'echo ran >/made; sleep 1000'
	until_true podman exec c grep ran /made
}

@test "exec: --preserve-fds hands on a descriptor, without it there are three" {
	background -- sleep 1000
	echo through >"$T/file"
	try bash -c 'exec "$@" 3<'"$T/file" bash podman exec --preserve-fds 1 c sh -c 'cat <&3; ls /proc/$$/fd; true'
	prints $'through\n0\n1\n2\n3'
	try podman exec c sh -c 'ls /proc/$$/fd; true'
	prints $'0\n1\n2'
}

@test "exec: sessions that run end with the container" {
	background -- sleep 1000
	must podman exec --detach c sleep 2000
	must podman exec --detach c sleep 3000
	must podman stop --time 0 c
	is "$(inspect .State.Status)" exited "state"
}

@test "healthcheck run: tells healthy from not" {
	background --health-cmd 'test -e /tmp/healthy' --health-interval disable -- sleep 1000
	try podman healthcheck run c
	ends 1
	must podman exec c touch /tmp/healthy
	must podman healthcheck run c
}

@test "top: the processes of the container, with their pids inside and outside" {
	background --user alice -- sh -c 'sleep 1000; true'
	until_true podman exec c pidof sleep
	try podman top c pid hpid user comm
	is "$(awk 'NR > 1 { print $1, $3, $4 }' <<<"$output")" "1 alice sh"$'\n'"$(podman exec c pidof sleep) alice sleep"
	is "$(awk '$1 == 1 { print $2 }' <<<"$output")" "$(inspect .State.Pid)" "pid outside"
}

@test "cp: into a running container and out of it" {
	background -- sleep 1000
	echo text >"$T/in"
	must podman cp "$T/in" c:/tmp/file
	is "$(podman exec c cat /tmp/file)" text
	must podman exec c sh -c 'echo more >>/tmp/file'
	must podman cp c:/tmp/file "$T/out"
	is "$(<"$T/out")" $'text\nmore'
}

# --- namespaces and networks ---

@test "network: by default one of its own with an address, made by Podman and entered by the runtime" {
	try podman run --rm --label once busybox sh -c 'ip -o -4 addr show eth0; ip route; ping -c 1 -W 5 "$(ip route | cut -d " " -f 3 | head -n 1)"'
	ends 0
	has "$output" "inet 10.88."
	has "$output" "default via 10.88.0.1"
	has "$output" "1 packets received"
}

@test "network: a published port reaches the container" {
	must podman run --detach --name c --publish 127.0.0.1:8080:80 busybox sh -c 'while :; do echo hello | nc -l -p 80; done'
	until_true podman exec c sh -c 'netstat -ltn | grep -q :80'
	try busybox nc -w 5 127.0.0.1 8080
	prints hello
}

@test "network none: the loopback is up, nothing else is there" {
	try "${RUN[@]}" busybox sh -c 'ls /sys/class/net; ping -c 1 -W 5 127.0.0.1 >/dev/null && echo up'
	prints $'lo\nup'
}

# A script that prints the namespaces that it is in, one on a line.
NAMESPACES='for name in ipc mnt net pid uts; do readlink "/proc/self/ns/$name"; done'

@test "--network, --pid, --ipc, --uts host: the namespace is the host's, and all others are not" {
	local option
	for option in network=net pid=pid ipc=ipc uts=uts; do
		local network=(--network none)
		[ "$option" != network=net ] || network=()
		try podman run --rm --label once "${network[@]}" "--${option%=*}" host busybox sh -c "$NAMESPACES"
		ends 0
		is "$(grep -xF "$(sh -c "$NAMESPACES")" <<<"$output")" "$(readlink "/proc/self/ns/${option#*=}")" "$option"
	done
}

@test "--pid host: the container's end is the end of all its processes" {
	needs_cgroups
	background --pid host -- sh -c 'sleep 4444 & sleep 5555'
	until_true pgrep -f 'sleep 4444'
	must podman rm --force --time 0 c
	until_true eval '! pgrep -f "sleep 4444"'
}

@test "--network, --pid, --ipc container:ID: the namespaces are the other container's" {
	background --ipc shareable -- sleep 1000
	try podman run --rm --label once --network container:c --pid container:c --ipc container:c busybox sh -c "$NAMESPACES"
	ends 0
	is "$(grep -xF "$(podman exec c sh -c "$NAMESPACES")" <<<"$output" | cut -d : -f 1)" $'ipc\nnet\npid' "shared namespaces"
	try podman run --rm --label once --network none --pid container:c busybox cat /proc/1/comm
	prints sleep
}

@test "--hostname: is the container's own, in /etc/hostname too" {
	try "${RUN[@]}" --hostname barrel busybox sh -c 'hostname; cat /etc/hostname'
	prints $'barrel\nbarrel'
	is "$(hostname)" host "hostname of the host"
}

@test "pod: two containers share network, host name and IPC, and not their files" {
	must podman pod create --name p
	must podman run --detach --pod p --name c busybox sh -c 'touch /mine; while :; do echo hello | nc -l -p 8000; done'
	until_true podman exec c sh -c 'netstat -ltn | grep -q :8000'
	try podman run --rm --label once --pod p busybox sh -c 'nc 127.0.0.1 8000 </dev/null; hostname; ls /mine 2>&1; readlink /proc/self/ns/ipc'
	is "$output" "hello
p
ls: /mine: No such file or directory
$(podman exec c readlink /proc/self/ns/ipc)"
	must podman pod stop --time 0 p
	must podman pod rm p
	is "$(podman ps --all --quiet)" "" "containers"
}

@test "play kube: makes and removes what the file says" {
	cat >"$T/pod.yaml" <<-END
		apiVersion: v1
		kind: Pod
		metadata: {name: p}
		spec:
		  containers:
		  - {name: c, image: localhost/busybox:latest, imagePullPolicy: Never, command: [/bin/sleep, "1000"],
		     securityContext: {readOnlyRootFilesystem: true, runAsUser: 1000}}
	END
	must podman play kube "$T/pod.yaml"
	is "$(podman exec p-c id -u)" 1000 "user"
	try podman exec p-c touch /a
	has "$errors" "Read-only file system"
	must podman play kube --down "$T/pod.yaml"
	is "$(podman ps --all --quiet)" "" "containers"
}

# --- users ---

@test "--user: ids and groups by name and by number" {
	try "${RUN[@]}" --user alice --group-add 77 busybox sh -c 'id -u; id -g; grep Groups /proc/self/status'
	ends 0
	has "$output" $'1000\n1000\nGroups:\t29 77 '
	try "${RUN[@]}" --user 5:6 busybox sh -c 'id -u; id -g'
	prints $'5\n6'
}

@test "--uidmap: root inside is another outside, and its files are its own" {
	try "${RUN[@]}" --uidmap 0:100000:5000 busybox sh -c 'cat /proc/self/uid_map; id -u; touch /mine; stat -c %u /mine /etc/passwd'
	ends 0
	is "$(tr -s ' ' <<<"$output")" $' 0 100000 5000\n0\n0\n0'
}

@test "--uidmap: the process outside has the mapped id, and exec goes in" {
	background --uidmap 0:100000:5000 --user alice -- sleep 1000
	is "$(stat -c %u "/proc/$(inspect .State.Pid)")" 101000 "uid outside"
	is "$(podman exec c id -u)" 1000 "uid of exec"
	is "$(podman exec --user root c id -u)" 0 "uid of exec as root"
}

@test "--userns auto: ids that nobody else has" {
	try "${RUN[@]}" --userns auto:size=5000 busybox cat /proc/self/uid_map
	ends 0
	is "$(tr -s ' ' <<<"$output")" " 0 300000 5000"
}

@test "--privileged: all rights, no filter, nothing masked" {
	local command=("${RUN[@]}" --privileged busybox cat /proc/self/status)
	needs_peer "${command[@]}"
	try "${command[@]}"
	ends 0
	has "$output" "Seccomp:	0"
	has "$output" "CapEff:	$(sed -n 's/^CapBnd:\t//p' /proc/self/status)"
}

# --- rights ---

@test "--cap-drop all: no capability is in any set" {
	try "${RUN[@]}" --cap-drop all busybox grep ^Cap /proc/self/status
	is "$(cut -f 2 <<<"$output" | sort -u)" 0000000000000000 "capabilities"
}

@test "--cap-add: adds exactly that one" {
	try "${RUN[@]}" --cap-drop all --cap-add sys_chroot busybox grep -E '^Cap(Prm|Eff|Bnd)' /proc/self/status
	is "$(cut -f 2 <<<"$output" | sort -u)" 0000000000040000 "capabilities"
}

@test "a user other than root has no effective capability, and the bounding set stays" {
	try "${RUN[@]}" --user alice --cap-drop all --cap-add chown busybox grep -E '^Cap(Eff|Bnd)' /proc/self/status
	has "$output" "CapBnd:	0000000000000001"
	background --user alice -- sleep 1000
	is "$(podman exec c sed -n 's/^CapEff:\t//p' /proc/self/status)" 0000000000000000 "effective"
}

@test "--security-opt seccomp=FILE: the file's rule is what the kernel answers" {
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir", "mkdirat"],
		"action": "SCMP_ACT_ERRNO", "errnoRet": 39}]}' >"$T/profile.json"
	try "${RUN[@]}" --security-opt "seccomp=$T/profile.json" busybox mkdir /new
	ends 1
	has "$errors" "Directory not empty"
}

@test "seccomp: Podman's profile is on, and unconfined is off" {
	try "${RUN[@]}" busybox grep ^Seccomp: /proc/self/status
	prints "Seccomp:	2"
	try "${RUN[@]}" --security-opt seccomp=unconfined busybox grep ^Seccomp: /proc/self/status
	prints "Seccomp:	0"
}

@test "--security-opt no-new-privileges: is on when asked for, and only then" {
	try "${RUN[@]}" --security-opt no-new-privileges busybox grep NoNewPrivs /proc/self/status
	prints "NoNewPrivs:	1"
	try "${RUN[@]}" busybox grep NoNewPrivs /proc/self/status
	prints "NoNewPrivs:	0"
}

@test "masked and read-only paths: Podman's are shut, and unmask=all opens them" {
	try "${RUN[@]}" busybox sh -c 'head -c 1 /proc/timer_list | wc -c; ls /sys/firmware | wc -l; echo 1 >/proc/sys/kernel/panic'
	is "$output" $'0\n0'
	has "$errors" "Read-only file system"
	try "${RUN[@]}" --security-opt unmask=all busybox sh -c 'head -c 1 /proc/timer_list | wc -c'
	prints 1
}

@test "--ulimit: soft and hard" {
	try "${RUN[@]}" --ulimit nofile=64:128 --ulimit core=0 --ulimit nproc=4096 busybox sh -c 'ulimit -Sn; ulimit -Hn; ulimit -c'
	prints $'64\n128\n0'
}

@test "--sysctl: is the namespace's own, and the host's stays" {
	local before
	before=$(cat /proc/sys/kernel/msgmax)
	try "${RUN[@]}" --sysctl net.ipv4.ip_default_ttl=77 --sysctl kernel.msgmax=4321 busybox cat /proc/sys/net/ipv4/ip_default_ttl /proc/sys/kernel/msgmax
	prints $'77\n4321'
	is "$(cat /proc/sys/kernel/msgmax)" "$before" "msgmax of the host"
}

@test "--umask and --oom-score-adj: are the process's" {
	try "${RUN[@]}" --umask 0027 --oom-score-adj 321 busybox sh -c 'umask; cat /proc/self/oom_score_adj'
	prints $'0027\n321'
}

@test "--init: process 1 is the init, which takes care of orphans" {
	needs catatonit
	try "${RUN[@]}" --init busybox sh -c 'cat /proc/1/comm; sh -c "true &"; sh -c "sleep 0 & exit"
		while grep -l "State:.Z" /proc/[0-9]*/status; do sleep 0.1; done 2>/dev/null; echo $$'
	ends 0
	has "$output" podman-init
	lacks "$output" $'\n1'
}

# --- files ---

@test "--read-only: the root is, /tmp and /run are not" {
	try "${RUN[@]}" --read-only busybox sh -c 'touch /tmp/a /run/a && touch /a'
	ends 1
	is "$errors" "touch: /a: Read-only file system" stderr
}

@test "--tmpfs: with size, mode and flags" {
	try "${RUN[@]}" --tmpfs /scratch:size=64k,mode=700,noexec busybox sh -c 'stat -c %a /scratch; grep " /scratch " /proc/self/mountinfo
		cp /bin/busybox /scratch/; echo'
	has "$output" $'700\n'
	has "$output" size=64k
	has "$output" noexec
	has "$errors" "No space left on device"
}

@test "--shm-size: is the size of /dev/shm" {
	try "${RUN[@]}" --shm-size 2m busybox sh -c 'df -k /dev/shm | tail -n 1 | tr -s " " | cut -d " " -f 2'
	prints 2048
}

@test "volumes: a folder of the host, for writing and for reading, and a single file" {
	mkdir "$T/v"
	echo host >"$T/v/file"
	try "${RUN[@]}" --volume "$T/v:/v" --volume "$T/v:/ro:ro" --volume "$T/v/file:/etc/one:ro" busybox sh -c \
		'cat /v/file /etc/one; echo container >/v/new; touch /ro/new || echo refused'
	prints $'host\nhost\nrefused'
	is "$(<"$T/v/new")" container
}

@test "volumes: a named one begins with what the image has there, and stays" {
	try "${RUN[@]}" --volume kept:/etc busybox sh -c 'grep -c alice /etc/passwd; echo new >/etc/new'
	prints 1
	try "${RUN[@]}" --volume kept:/data busybox cat /data/new
	prints new
	must podman volume rm kept
}

@test "volumes: an overlay takes what is written, and the folder stays as it was" {
	mkdir "$T/v"
	echo host >"$T/v/file"
	try "${RUN[@]}" --volume "$T/v:/v:O" busybox sh -c 'echo changed >/v/file; cat /v/file'
	prints changed
	is "$(<"$T/v/file")" host
}

@test "volumes: a later mount of the host arrives where rslave is asked for, and only there" {
	mkdir -p "$T/v/sub"
	background --volume "$T/v:/slave:rslave" --volume "$T/v:/private" -- sleep 1000
	mount_here -t tmpfs later "$T/v/sub"
	touch "$T/v/sub/seen"
	is "$(podman exec c ls /slave/sub /private/sub)" $'/private/sub:\n\n/slave/sub:\nseen'
}

@test "--device: the node has the host's numbers under its new name" {
	try "${RUN[@]}" --device /dev/zero:/dev/mine busybox sh -c 'stat -c "%F %t:%T" /dev/mine; head -c 2 /dev/mine | od -An -tx1'
	prints $'character special file 1:5\n 00 00'
}

@test "--device: what is given for reading only cannot be written, and others not at all" {
	needs_cgroups
	# One that is not among those that every container may use.
	(: <>/dev/fuse) 2>/dev/null || skip "there is no /dev/fuse here"
	try "${RUN[@]}" --cap-add mknod --device /dev/fuse:/dev/mine:r busybox sh -c 'mknod /disk b 7 0
		for file in /dev/mine /disk; do (: <$file) && echo "reads $file"; (: >>$file) && echo "writes $file"; done'
	is "$output" "reads /dev/mine"
	is "$(grep -c "Operation not permitted" <<<"$errors")" 3 "refusals"
}

@test "--systemd always: /run, /tmp and the groups are as systemd wants them" {
	try "${RUN[@]}" --systemd always busybox sh -c 'for folder in /run /run/lock /tmp; do
			stat -f -c "$folder %T" $folder; done; grep -o "cgroup2* .*rw" /proc/self/mountinfo | head -n 1 | cut -c 1-6; echo $container'
	prints $'/run tmpfs\n/run/lock tmpfs\n/tmp tmpfs\ncgroup\npodman'
}

# --- cgroups ---

# controller_file V1 V2: the file of the limit, of the container c, whichever version of cgroups this machine has.
controller_file()
{
	local path
	path=$(inspect .State.CgroupPath)
	cat "/sys/fs/cgroup/${1%%/*}$path/${1#*/}" 2>/dev/null || cat "/sys/fs/cgroup$path/$2"
}

@test "limits: memory, processes and share of the processor are in the container's group" {
	needs_cgroups
	background --memory 64m --pids-limit 33 --cpus 0.5 -- sleep 1000
	is "$(controller_file memory/memory.limit_in_bytes memory.max)" 67108864 "memory"
	is "$(controller_file pids/pids.max pids.max)" 33 "pids"
	has "$(controller_file cpu/cpu.cfs_quota_us cpu.max)" 50000
}

@test "limits: the container's processes are in its group, those of exec too" {
	needs_cgroups
	background --pids-limit 33 -- sleep 1000
	must podman exec --detach c sleep 2000
	until_true eval '[ "$(controller_file pids/pids.current pids.current)" = 2 ]'
}

@test "limits: more memory than allowed is the end of the command" {
	needs_cgroups
	try "${RUN[@]}" --memory 16m busybox tail /dev/zero
	ends 137
}

@test "limits: Podman learns that it was the limit on memory" {
	needs_cgroups
	needs_peer told_of_memory
	told_of_memory
}

told_of_memory()
{
	must podman run --name o --network none --memory 16m busybox sh -c 'tail /dev/zero; true'
	try podman inspect --format '{{.State.OOMKilled}}' o
	podman rm o
	is "$output" true "OOMKilled"
}

@test "stats: reads the group that the runtime made" {
	needs_cgroups
	background --memory 64m -- sleep 1000
	try podman stats --no-stream --format '{{.PIDs}} {{.MemUsage}}' c
	ends 0
	has "$output" "1 "
	has "$output" "67.11MB"
}

@test "update: changes a limit of a running container" {
	needs_cgroups
	background --memory 64m -- sleep 1000
	must podman update --memory 128m c
	is "$(controller_file memory/memory.limit_in_bytes memory.max)" 134217728 "memory"
}

@test "--cgroupns private: the container's group looks like the root" {
	needs_cgroups
	try "${RUN[@]}" --cgroupns private busybox sh -c 'cut -d : -f 3 /proc/self/cgroup | sort -u'
	prints /
}

@test "--cgroups disabled: the container stays in the caller's groups" {
	try "${RUN[@]}" --cgroups disabled busybox sh -c 'grep -c libpod- /proc/self/cgroup'
	case $errors in *"not compatible with NoCgroups"*) skip "Podman asks this only of runtimes that are called crun" ;; esac
	is "$output" 0
}

# --- as an ordinary user ---

# What works without a helper for networks is tried: no network, or the host's.
ROOTLESS_RUN=(rootless run --rm --network none --label once)

@test "rootless: run gives output and status, the user is root inside, others are of its subordinate ids" {
	ROOTLESS=1
	try "${ROOTLESS_RUN[@]}" busybox sh -c 'id -u; tr -s " " </proc/self/uid_map; exit 7'
	ends 7
	is "$output" $'0\n 0 12345 1\n 1 200000 65536' stdout
	is "$errors" "" stderr
}

@test "rootless: 127 and 126 for a command that is not there, or may not be run" {
	ROOTLESS=1
	try "${ROOTLESS_RUN[@]}" busybox nosuchcommand
	ends 127
	has "$errors" nosuchcommand
	try "${ROOTLESS_RUN[@]}" busybox /etc/passwd
	ends 126
}

@test "rootless: run -d, exec as another user, logs, top, stop, start, rm" {
	ROOTLESS=1
	must rootless run --detach --name c --network none busybox sh -c 'echo up; sleep 1000; true'
	is "$(stat -c %U "/proc/$(rootless inspect --format '{{.State.Pid}}' c)")" tester "user outside"
	until_true eval 'rootless logs c | grep up'
	is "$(rootless exec --user alice c id -u)" 1000 "user of exec"
	has "$(rootless top c pid comm)" sleep
	must rootless stop --time 0 c
	is "$(rootless inspect --format '{{.State.ExitCode}}' c)" 137 "exit code"
	must rootless start c
	must rootless kill c
	must rootless rm --force --time 0 c
	is "$(rootless ps --all --quiet)" "" "containers"
}

@test "rootless: run -it and exec -it have a terminal" {
	local sized='until [ "$(stty size)" = "24 80" ]; do sleep 0.05; done; echo sized'
	ROOTLESS=1
	# Podman may set the size after the program has begun.
	on_terminal expect:sized 'send:word\n' 'expect:<word>' -- \
		"${ROOTLESS_RUN[@]}" -it busybox sh -c "$sized; "'read -r word; echo "<$word>"; exit 4'
	has "$output" "status 4"
	must rootless run --detach --name c --network none busybox sleep 1000
	on_terminal expect:sized -- rootless exec -it c sh -c "$sized; exit 5"
	has "$output" "status 5"
}

@test "rootless: --userns keep-id has the user's own id inside" {
	ROOTLESS=1
	try "${ROOTLESS_RUN[@]}" --userns keep-id busybox id -u
	prints 12345
}

@test "rootless: --network host is the host's network" {
	ROOTLESS=1
	try rootless run --rm --label once --network host busybox readlink /proc/self/ns/net
	prints "$(readlink /proc/self/ns/net)"
}

@test "rootless: a volume's files are the user's own" {
	ROOTLESS=1
	mkdir "$T/v"
	chown tester:tester "$T/v"
	try "${ROOTLESS_RUN[@]}" --volume "$T/v:/v" busybox sh -c 'touch /v/root; touch /v/alice; chown alice /v/alice'
	ends 0
	is "$(stat -c %u "$T/v/root" "$T/v/alice")" $'12345\n200999' "owners outside"
}

@test "rootless: a device of the host is bound, not made" {
	ROOTLESS=1
	try "${ROOTLESS_RUN[@]}" --device /dev/zero:/dev/mine busybox sh -c 'head -c 2 /dev/mine | od -An -tx1'
	prints " 00 00"
}

@test "rootless: --read-only, --tmpfs, --cap-drop, --ulimit, --hostname and seccomp hold" {
	ROOTLESS=1
	try "${ROOTLESS_RUN[@]}" --read-only --tmpfs /scratch:size=64k --cap-drop all --ulimit nofile=64:128 --hostname barrel busybox sh -c \
		'grep -c size=64k /proc/self/mountinfo; sed -n "s/^CapEff:.//p; s/^Seccomp:.//p" /proc/self/status; ulimit -Hn; hostname; touch /a'
	is "$output" $'1\n0000000000000000\n2\n128\nbarrel' stdout
	is "$errors" "touch: /a: Read-only file system" stderr
}

@test "rootless: a pod without a network shares what it has" {
	ROOTLESS=1
	must rootless pod create --name p --network none
	must rootless run --detach --pod p --name c busybox sleep 1000
	try rootless run --rm --label once --pod p busybox sh -c "$NAMESPACES"
	ends 0
	is "$(grep -xF "$(rootless exec c sh -c "$NAMESPACES")" <<<"$output" | cut -d : -f 1)" $'ipc\nnet\nuts' "shared namespaces"
	must rootless pod rm --force p
}
