#!/usr/bin/env bats
# Docker with the runtime in runc's place: what its users do all day, with a dockerd and a containerd
# that are started for this file.
# Part of the tests with engines: tests/e2e/peers docker
load docker

# Dockerd unmounts the network namespaces of ended containers at once and removes their files a minute later; containerd
# keeps a folder for each of its users. Tests start the daemons again.
ENGINE_KEEPS='file: /run/engine/(dockerd/(netns|libnetwork)/|[^ ]*/remapped )|process: [0-9]+ .(dockerd|containerd). '

# --- the daemons ---

engine_start()
{
	make_bridge
	start_containerd containerd "$ENGINE"
	the_dockerd
	docker import "$PEERS_TAR" box >/dev/null
	# What dockerd makes once for all containers, it makes for the first ones.
	docker run --rm --runtime peer box true || true
	docker run --rm --runtime peer --network host box true || true
	docker run --rm box true || true
}

the_dockerd()
{
	start_dockerd dockerd "$ENGINE" --bridge "$BRIDGE" --experimental "$@"
}

engine_stop()
{
	end_daemon dockerd
	end_daemon containerd
	forget_engine
}

prepare()
{
	needs dockerd containerd docker
	# Dockerd gives a container its network by a prestart hook, also where that is none.
	needs_hooks
	SAID=$(daemon_log dockerd | wc -l)
}

cleanup()
{
	local containers
	if [ -z "${BATS_TEST_COMPLETED:-}${BATS_TEST_SKIPPED:-}" ]; then
		echo "what dockerd said:"
		daemon_log dockerd | tail -n "+$((SAID + 1))" | tail -n 30
	fi
	containers=$(docker ps --all --quiet) || return
	# One word for each.
	# shellcheck disable=SC2086
	[ -z "$containers" ] || timeout -k 5 60 docker rm -f $containers >/dev/null
	end_remapped
	end_ours
}

# --- run ---

@test "run: stdout, stderr and the exit status are those of the command" {
	container box sh -c 'echo one; echo two >&2; exit 7'
	ends 7
	is "$output" one
	is "$errors" two
}

@test "run -i: the command reads what docker reads, to its end" {
	seq 100000 >"$T/in"
	INPUT=$T/in container -i box sh -c 'tail -n 1; wc -c'
	prints $'100000\n0'
}

@test "run: much output arrives whole" {
	container box sh -c 'yes 0123456789abcde | head -n 500000; echo end' >/dev/null
	ends 0
	is "${#output}" $((500000 * 16 + 3)) "length"
}

@test "run: ends with the command, though others in the container hold its output" {
	container box sh -c 'sleep 1000 & echo done'
	prints "done"
}

@test "run: a command that is missing is 127, and named" {
	container box nosuch
	ends 127
	has "$errors" 'exec: "nosuch": executable file not found in $PATH'
	container box /no/such
	ends 127
	has "$errors" "no such file or directory"
}

@test "run: what cannot be executed is 126" {
	container box /etc/passwd
	ends 126
	has "$errors" "permission denied"
	container box /etc
	ends 126
}

@test "run: docker keeps the failed start in its record" {
	choose_runtime
	must docker create --name "$NAME" "${BY[@]}" box nosuch
	try docker start "$NAME"
	ends 1
	is "$(state .State.ExitCode)" 127
	is "$(state .State.Status)" created
	has "$(state .State.Error)" nosuch
}

@test "run: a start that the runtime refuses is 125, and leaves nothing" {
	# More than the kernel's nr_open, which nobody may have.
	container --ulimit nofile=2147483584:2147483584 box true
	ends 125
	has "${errors,,}" rlimit
}

@test "run: a file cannot be mounted on a folder: 125, both named, and nothing about the command" {
	echo x >"$T/file"
	container -v "$T/file:/tmp" box true
	ends 125
	has "$errors" "$T/file"
	has "$errors" /tmp
}

@test "run: an interrupted docker run ends its container" {
	choose_runtime
	docker run --rm --name "$NAME" "${BY[@]}" box sh -c "$POLITE" >"$T/log" 2>&1 3>&- 4>&- &
	until_true grep -q up "$T/log"
	kill -TERM $!
	status=0
	wait $! || status=$?
	ends 5
}

@test "run: six at once, each with its own status" {
	local pid pids=() n
	choose_runtime
	for n in 1 2 3 4 5 6; do
		docker run --rm "${BY[@]}" box sh -c "echo $n; exit $n" >"$T/$n" 2>&1 3>&- 4>&- &
		pids+=($!)
	done
	for n in 1 2 3 4 5 6; do
		status=0
		wait "${pids[n - 1]}" || status=$?
		is "$status" $n
		is "$(cat "$T/$n")" $n
	done
}

@test "run --user, --group-add and -w: ids, names and the folder, which is made" {
	container --user 1000:29 box id
	prints "uid=1000(alice) gid=29(audio) groups=29(audio)"
	container --user alice --group-add 12 -w /deep/down box sh -c 'id; pwd'
	prints $'uid=1000(alice) gid=1000(alice) groups=12,29(audio),1000(alice)\n/deep/down'
}

@test "run -e: the environment is what docker says, and nothing of its own" {
	container -e GREETING="hello world" --hostname h box env
	is "$(sort <<<"$output")" "$(printf '%s\n' 'GREETING=hello world' HOME=/root HOSTNAME=h \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)"
}

@test "run: no descriptor of the engine or of the runtime reaches the container" {
	container box sh -c 'ls -l /proc/self/fd | sed -n "s/.* \([0-9]*\) -> .*/\1/p"'
	# The folder that ls has open is gone when it looks.
	prints $'0\n1\n2'
}

@test "run: the standard streams can be opened again by an ordinary user" {
	container --user alice box sh -c 'echo out >/dev/stdout; echo err >/dev/stderr'
	ends 0
	is "$output" out
	is "$errors" err
}

@test "run --init: docker-init is the first process, and passes signals on" {
	background --init box sleep 1000
	is "$(docker exec "$NAME" cat /proc/1/comm)" docker-init
	must docker stop -t 20 "$NAME"
	is "$(state .State.ExitCode)" 143
}

@test "build: RUN, USER and WORKDIR" {
	cat >"$T/Dockerfile" <<-'END'
		FROM box
		RUN mkdir /work && chown alice /work
		USER alice
		WORKDIR /work
		RUN id -un >made
		CMD ["cat", "made"]
	END
	must env DOCKER_BUILDKIT=0 docker build --tag built "$T"
	container built
	prints alice
	must docker rmi built
}

# --- terminals ---

@test "run -it: a terminal, its size, its mode and the exit status" {
	choose_runtime
	on_terminal --size 30x90 'expect:/ #' raw 'send:tty; until [ "$(stty size)" = "30 90" ]; do :; done; echo si""zed\n' \
		expect:sized resize:40x100 'send:until [ "$(stty size)" = "40 100" ]; do :; done; echo si""zed\n' expect:sized \
		'send:exit 9\n' -- docker run --rm -it "${BY[@]}" box sh
	has "$output" "/dev/pts/0"
	has "$output" "status 9"
	has "$output" "mode same"
}

@test "run -t: lines end in docker's log as a terminal ends them" {
	background -t box printf 'one\ntwo\n'
	until_true state_is .State.Running false
	must docker logs "$NAME"
	is "$(printf '%s' "$output" | od -An -c | tr -d ' ')" 'one\r\ntwo\r'
}

@test "run -it: interrupts and detaches by keys, and can be attached to again" {
	choose_runtime
	on_terminal 'expect:/ #' 'send:trap "echo inter""rupted" INT\n' 'expect:/ #' 'send:\x03' expect:interrupted \
		'send:\x10\x11' -- docker run -it --name "$NAME" "${BY[@]}" box sh
	has "$output" "status 0"
	is "$(state .State.Running)" true
	on_terminal 'send:echo ag""ain\n' expect:again 'send:exit 3\n' -- docker attach "$NAME"
	has "$output" "status 3"
}

# --- exec ---

@test "exec: user, environment, folder, input and exit status" {
	background -e KEPT=yes box sleep 1000
	echo typed >"$T/in"
	INPUT=$T/in try docker exec -i -u alice -e ADDED=too -w /var/tmp "$NAME" \
		sh -c 'id; echo $KEPT $ADDED; pwd; cat; echo oops >&2; exit 4'
	ends 4
	is "$output" $'uid=1000(alice) gid=1000(alice) groups=29(audio),1000(alice)\nyes too\n/var/tmp\ntyped'
	is "$errors" oops
}

@test "exec: is in all namespaces and in the cgroups of the container" {
	background box sleep 1000
	must docker exec "$NAME" sh -c 'for kind in cgroup ipc mnt net pid uts; do
			[ "$(readlink /proc/self/ns/$kind)" = "$(readlink /proc/1/ns/$kind)" ] || echo $kind
		done'
	prints ""
	must docker exec "$NAME" sh -c 'diff /proc/1/cgroup /proc/self/cgroup'
}

@test "exec: has no more rights than the container" {
	profile_without_mkdir
	background --cap-drop ALL --security-opt no-new-privileges --security-opt seccomp="$T/seccomp.json" \
		--ulimit nofile=100:200 box sleep 1000
	try docker exec "$NAME" sh -c \
		'grep -E "^(Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp):" /proc/self/status | cut -f 2; ulimit -Hn; mkdir /tmp/x'
	ends 1
	is "${output//$'\n'/ }" "0000000000000000 0000000000000000 0000000000000000 0000000000000000 1 2 200"
	has "$errors" "Operation not permitted"
}

@test "exec: what is missing or cannot be executed is 126, and the container goes on" {
	background box sleep 1000
	try docker exec "$NAME" nosuch
	ends 126
	has "$output" 'executable file not found in $PATH'
	try docker exec "$NAME" /etc/passwd
	ends 126
	has "$output" "permission denied"
	is "$(docker exec "$NAME" echo well)" well
}

@test "exec -it: a terminal of its own" {
	background box sleep 1000
	on_terminal --size 30x90 'expect:/ #' raw 'send:tty; until [ "$(stty size)" = "30 90" ]; do :; done; echo si""zed\n' \
		expect:sized 'send:exit 6\n' -- docker exec -it "$NAME" sh
	has "$output" "/dev/pts/0"
	has "$output" "status 6"
	has "$output" "mode same"
}

@test "exec -d: goes on after docker has ended, and ends with the container" {
	background box sleep 1000
	must docker exec -d "$NAME" sh -c 'echo here >/tmp/mark; exec sleep 2000'
	until_true docker exec "$NAME" grep -q here /tmp/mark
	docker top "$NAME" | grep -q 'sleep 2000'
}

@test "exec: many after one another and at once" {
	local n pids=() pid
	background box sleep 1000
	for n in 1 2 3 4; do
		docker exec "$NAME" sh -c "echo $n >/tmp/$n" 3>&- 4>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	is "$(docker exec "$NAME" sh -c 'cat /tmp/[1-4]')" $'1\n2\n3\n4'
}

@test "exec --privileged: all capabilities that there are" {
	needs_peer exec_privileged
	exec_privileged
}

exec_privileged()
{
	choose_runtime
	NAME=$NAME-$RANDOM
	docker run -d --name "$NAME" "${BY[@]}" box sleep 1000 &&
		docker exec --privileged "$NAME" grep -x "$(grep CapBnd: /proc/self/status)" /proc/self/status
}

# --- a container's life ---

@test "run -d: what docker knows of a container that runs, and of one that has ended" {
	local pid
	background box sh -c 'echo started; until [ -e /tmp/end ]; do sleep 0.1; done; exit 3'
	is "$(state .State.Status)" running
	pid=$(state .State.Pid)
	is "$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c -6)" "sh -c "
	must docker exec "$NAME" touch /tmp/end
	must docker wait "$NAME"
	prints 3
	is "$(state .State.Status)" exited
	is "$(state .State.Pid)" 0
	is "$(state .State.ExitCode)" 3
}

@test "logs: both streams, apart, and followed until the end" {
	background box sh -c 'echo out; echo err >&2; until [ -e /tmp/end ]; do sleep 0.1; done; echo last'
	docker logs -f "$NAME" >"$T/followed" 2>"$T/errors" 3>&- 4>&- &
	until_true grep -q out "$T/followed"
	must docker exec "$NAME" touch /tmp/end
	wait $!
	is "$(cat "$T/followed")" $'out\nlast'
	is "$(cat "$T/errors")" err
}

@test "stop: asks by SIGTERM, and the container's answer is its status" {
	background box sh -c "$POLITE"
	until_true logged up
	must docker stop -t 20 "$NAME"
	is "$(state .State.ExitCode)" 5
}

@test "stop: kills what does not answer" {
	# The first process of a PID namespace ignores what it does not handle.
	background box sleep 1000
	must docker stop -t 1 "$NAME"
	is "$(state .State.ExitCode)" 137
}

@test "stop: sends the signal that the container asks for" {
	background --stop-signal USR2 box sh -c 'trap "exit 12" USR2; echo up; sleep 1000 & wait'
	until_true logged up
	must docker stop -t 20 "$NAME"
	is "$(state .State.ExitCode)" 12
}

@test "kill: any signal, by name and by number" {
	background box sh -c 'trap "echo hup" HUP; trap "echo usr1" USR1; echo up; while :; do sleep 1000 & wait; done'
	until_true logged up
	must docker kill -s HUP "$NAME"
	until_true logged hup
	must docker kill -s 10 "$NAME"
	until_true logged usr1
	must docker kill "$NAME"
	until_true state_is .State.Running false
	is "$(state .State.ExitCode)" 137
}

@test "restart and start: the same container again, with its files" {
	local pid
	background box sh -c 'echo x >>/tmp/starts; wc -l </tmp/starts; '"$POLITE"
	until_true logged up
	pid=$(state .State.Pid)
	must docker restart -t 20 "$NAME"
	until_true logged 2
	[ "$(state .State.Pid)" != "$pid" ]
	must docker stop -t 20 "$NAME"
	must docker start "$NAME"
	until_true logged 3
}

@test "create, then start -a: the output and the status" {
	choose_runtime
	must docker create --name "$NAME" "${BY[@]}" box sh -c 'echo hello; exit 8'
	try docker start -a "$NAME"
	ends 8
	is "$output" hello
}

@test "pause and unpause: nothing in the container runs in between" {
	local pid
	needs_cgroups
	background box sh -c 'trap "echo usr1" USR1; echo up; while :; do sleep 1000 & wait; done'
	until_true logged up
	must docker pause "$NAME"
	is "$(state .State.Status)" paused
	pid=$(state .State.Pid)
	# Not by docker kill, which lets it run again.
	kill -USR1 "$pid"
	frozen "$pid"
	must docker unpause "$NAME"
	until_true logged usr1
}

@test "stop: also what is paused" {
	needs_cgroups
	background box sh -c "$POLITE"
	until_true logged up
	must docker pause "$NAME"
	must docker stop -t 20 "$NAME"
	is "$(state .State.ExitCode)" 5
}

@test "top: all processes of the container, as the host knows them" {
	local pid
	background box sh -c 'sleep 2000 & sleep 1000; true'
	until_true docker exec "$NAME" pidof sleep
	pid=$(state .State.Pid)
	must docker top "$NAME" -o pid,args
	has "$output" "$pid"
	has "$output" "sleep 1000"
	has "$output" "sleep 2000"
	is "$(wc -l <<<"$output")" 4 "lines"
}

@test "rm -f: ends and removes a container that runs, with all its processes" {
	local pid
	background box sh -c 'sleep 2000 & sleep 1000; true'
	pid=$(state .State.Pid)
	must docker rm -f "$NAME"
	[ ! -e "/proc/$pid" ]
	try docker inspect "$NAME"
	ends 1
}

@test "--restart=on-failure: again as often as was said" {
	background --restart on-failure:2 box sh -c 'echo again; exit 3'
	until_true state_is .RestartCount 2
	until_true state_is .State.Status exited
	is "$(state .State.ExitCode)" 3
	is "$(docker logs "$NAME")" $'again\nagain\nagain'
}

@test "healthcheck: a command in the container, by its status" {
	background --health-cmd 'test -e /tmp/well' --health-interval 1s --health-retries 1 box \
		sh -c 'touch /tmp/well; sleep 1000'
	until_true state_is .State.Health.Status healthy
	must docker exec "$NAME" rm /tmp/well
	until_true state_is .State.Health.Status unhealthy
}

@test "cp: into and out of a container, running or not" {
	echo sent >"$T/file"
	background box sleep 1000
	must docker cp "$T/file" "$NAME:/tmp/in"
	is "$(docker exec "$NAME" cat /tmp/in)" sent
	must docker exec "$NAME" sh -c 'echo back >/tmp/out'
	must docker cp "$NAME:/tmp/out" "$T/back"
	is "$(cat "$T/back")" back
	must docker kill "$NAME"
	must docker cp "$NAME:/tmp/out" "$T/again"
	is "$(cat "$T/again")" back
}

@test "commit: what a container wrote is in the image" {
	background box sh -c 'echo mine >/tmp/file'
	must docker wait "$NAME"
	must docker commit "$NAME" committed
	container committed cat /tmp/file
	must docker rm -f "$NAME"
	must docker rmi committed
	is "$(docker images --quiet committed)" ""
}

@test "checkpoint and restore: a container goes on where it was" {
	needs_checkpoints
	needs_peer checkpoint_and_restore
	checkpoint_and_restore
}

checkpoint_and_restore()
{
	choose_runtime
	NAME=$NAME-$RANDOM
	docker run -d --name "$NAME" --network none --security-opt seccomp=unconfined "${BY[@]}" box \
		sh -c 'n=0; while :; do n=$((n + 1)); echo $n; sleep 0.1; done' &&
		until_true logged 3 && docker checkpoint create "$NAME" one && state_is .State.Running false &&
		docker start --checkpoint one "$NAME" && state_is .State.Running true
}

# --- the root file system and mounts ---

@test "--read-only: only what is mounted can be written" {
	mkdir "$T/data"
	container --read-only --tmpfs /scratch -v "$T/data:/data" box sh -c \
		'touch /file 2>&1; touch /scratch/file /data/file /dev/shm/file && echo well'
	prints $'touch: /file: Read-only file system\nwell'
	[ -e "$T/data/file" ]
}

@test "--tmpfs: size, mode and flags" {
	container --tmpfs /scratch:size=64k,mode=1750,noexec,uid=1000 box sh -c \
		'grep " /scratch " /proc/mounts | cut -d " " -f 3,4; stat -c "%a %u" /scratch
		head -c 100000 /dev/zero >/scratch/x 2>/dev/null || echo full'
	ends 0
	has "$output" "tmpfs rw,nosuid,nodev,noexec,relatime,size=64k,mode=1750,uid=1000"
	has "$output" $'1750 1000\nfull'
}

@test "-v: a folder, a file, and read-only ones" {
	mkdir "$T/folder"
	echo text >"$T/file"
	container -v "$T/folder:/folder" -v "$T/file:/etc/one" -v "$T/file:/etc/two:ro" box sh -c \
		'echo made >/folder/new; cat /etc/one; echo x >>/etc/one; { echo y >/etc/two; } 2>&1'
	ends 1
	is "$output" $'text\nsh: can\'t create /etc/two: Read-only file system'
	is "$(cat "$T/folder/new")" made
	is "$(cat "$T/file")" $'text\nx'
}

@test "-v: mounts pass from the host into a slave, and both ways where it is shared" {
	mkdir "$T/slave" "$T/shared"
	mkdir "$T/slave/sub" "$T/shared/sub"
	background --cap-add SYS_ADMIN -v "$T/slave:/slave:rslave" -v "$T/shared:/shared:rshared" box sleep 1000
	mount -t tmpfs tmpfs "$T/slave/sub"
	echo here >"$T/slave/sub/file"
	try docker exec "$NAME" cat /slave/sub/file
	umount "$T/slave/sub"
	prints here
	must docker exec "$NAME" mount -t tmpfs tmpfs /shared/sub
	mountpoint -q "$T/shared/sub"
	must docker exec "$NAME" umount /shared/sub
	try mountpoint -q "$T/shared/sub"
	[ "$status" != 0 ]
}

@test "volumes: a named one is filled from the image, and shared by --volumes-from" {
	background -v "$NAME:/etc" box sh -c 'echo more >/etc/more; sleep 1000'
	until_true docker exec "$NAME" test -e /etc/more
	container --volumes-from "$NAME" box sh -c 'cat /etc/more; grep -c alice /etc/passwd'
	must docker rm -f "$NAME"
	must docker volume rm "$NAME"
	is "$(docker volume ls --quiet)" ""
}

@test "--mount: a tmpfs, and a bind that is read-only with all below it" {
	mkdir "$T/folder"
	container --mount type=tmpfs,destination=/scratch,tmpfs-size=65536 \
		--mount "type=bind,source=$T/folder,destination=/folder,readonly" box \
		sh -c 'grep -c "tmpfs /scratch.*size=64k" /proc/mounts; touch /folder/x 2>&1'
	ends 1
	is "$output" $'1\ntouch: /folder/x: Read-only file system'
}

@test "--device: under its name, with its numbers, for all who may use it" {
	container --device /dev/full:/dev/mine --user alice box sh -c 'stat -c "%F %t:%T" /dev/mine; echo x >/dev/mine'
	ends 1
	has "$output" "character special file 1:7"
	has "$errors" "No space left on device"
}

@test "devices that docker does not allow can be made but not opened" {
	needs_cgroups
	container box sh -c 'mknod /tmp/kmsg c 1 11 && cat /tmp/kmsg'
	ends 1
	has "$errors" "Operation not permitted"
	container --device /dev/kmsg:/dev/mine:w --cap-add SYSLOG box sh -c ': >/dev/mine && echo writes; : </dev/mine'
	ends 1
	is "$output" writes
	has "$errors" "Operation not permitted"
}

@test "/proc and /sys: what docker covers is empty, what it protects is read-only, and the rest is there" {
	container box sh -c '
		for file in /proc/kcore /proc/keys /proc/timer_list /proc/latency_stats /proc/sched_debug; do
			[ ! -e $file ] || [ "$(head -c 1 $file | wc -c)" = 0 ] || echo $file
		done
		for folder in /proc/acpi /proc/scsi /sys/firmware; do
			[ ! -e $folder ] || ls $folder
		done
		for file in /proc/sys/kernel/hostname /sys/kernel/mm/ksm/run; do
			{ echo x >$file; } 2>&1 | grep -v "Read-only file system"
		done
		cat /proc/sys/kernel/hostname'
	ends 0
	is "$(wc -l <<<"$output")" 1 "lines"
	container --security-opt systempaths=unconfined box grep -c ' /proc/' /proc/mounts
	is "$output" 0 "mounts in /proc"
}

@test "--shm-size: that much, and no more" {
	container --shm-size 1m box sh -c 'df -k /dev/shm | tail -n 1 | awk "{ print \$2 }"'
	prints 1024
}

# --- rights ---

@test "--cap-drop ALL and --cap-add: exactly those" {
	container --cap-drop ALL box sh -c 'grep -E "^Cap" /proc/self/status | cut -f 2 | sort -u'
	prints 0000000000000000
	# NET_ADMIN is number 12, SYS_TIME 25.
	container --cap-drop ALL --cap-add NET_ADMIN --cap-add SYS_TIME box \
		sh -c 'grep -E "^Cap(Prm|Eff|Bnd):" /proc/self/status | cut -f 2 | sort -u'
	prints 0000000002001000
}

@test "--user: no capability in effect" {
	container --user alice box sh -c 'grep -E "^Cap(Inh|Prm|Eff|Amb):" /proc/self/status | cut -f 2 | sort -u'
	prints 0000000000000000
}

@test "--privileged: all capabilities, all devices, no filter" {
	needs_peer privileged
	privileged
}

privileged()
{
	choose_runtime
	docker run --rm --privileged "${BY[@]}" box sh -c 'grep -q "Seccomp:.0" /proc/self/status && [ -c /dev/kmsg ]'
}

@test "seccomp: docker's own profile, a file, and none" {
	profile_without_mkdir
	container box sh -c 'grep "^Seccomp:" /proc/self/status; unshare -U true'
	ends 1
	is "$output" $'Seccomp:\t2'
	has "$errors" "Operation not permitted"
	container --security-opt seccomp="$T/seccomp.json" box sh -c 'mkdir /tmp/x'
	ends 1
	has "$errors" "Operation not permitted"
	container --security-opt seccomp=unconfined box sh -c 'mkdir /tmp/x; grep "^Seccomp:" /proc/self/status'
	prints $'Seccomp:\t0'
}

@test "no-new-privileges: a program that is setuid stays who it was" {
	cat >"$T/Dockerfile" <<-'END'
		FROM box
		RUN sed -i s/^root:x/root:/ /etc/passwd && chmod 4755 /bin/busybox
		USER alice
	END
	must env DOCKER_BUILDKIT=0 docker build --tag setuid "$T"
	container setuid su root -c "id -u"
	prints 0
	container --security-opt no-new-privileges setuid su root -c "id -u"
	ends 1
	has "$errors" "must be suid"
	must docker rmi setuid
}

@test "--ulimit: soft and hard" {
	container --ulimit nofile=100:200 --ulimit core=0 --ulimit nproc=1000 box \
		sh -c 'ulimit -n; ulimit -Hn; ulimit -c; grep processes /proc/self/limits | tr -s " "'
	prints $'100\n200\n0\nMax processes 1000 1000 processes '
}

@test "--sysctl: of the container's namespaces alone" {
	local before
	before=$(cat /proc/sys/kernel/msgmax)
	container --sysctl kernel.msgmax=12345 --sysctl net.ipv4.ip_default_ttl=33 box \
		cat /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ip_default_ttl
	prints $'12345\n33'
	is "$(cat /proc/sys/kernel/msgmax)" "$before"
}

@test "--oom-score-adj: for the container's processes" {
	container --oom-score-adj 500 box cat /proc/self/oom_score_adj
	prints 500
}

# --- namespaces ---

@test "namespaces: new ones, or the host's where it is said" {
	local kind own
	for kind in net pid ipc uts; do
		own=$(readlink "/proc/self/ns/$kind")
		container box readlink "/proc/self/ns/$kind"
		ends 0
		[ "$output" != "$own" ]
		[ "$kind" != net ] || continue
		container "--$kind" host box readlink "/proc/self/ns/$kind"
		prints "$own"
	done
	container --network host box readlink /proc/self/ns/net
	prints "$(readlink /proc/self/ns/net)"
}

@test "--hostname and --domainname" {
	container --hostname barrel --domainname cellar box \
		sh -c 'hostname; cat /proc/sys/kernel/domainname; grep -c barrel /etc/hosts'
	prints $'barrel\ncellar\n1'
	is "$(hostname)" host
}

@test "--network none: the loopback alone, and it is up" {
	container --network none box sh -c 'ls /sys/class/net; ping -c 1 127.0.0.1 >/dev/null && echo up'
	prints $'lo\nup'
}

@test "--network container: the same links, by ping and by TCP" {
	background box sh -c 'echo hello | nc -l -p 77'
	container --network "container:$NAME" box sh -c 'until nc 127.0.0.1 77; do sleep 0.1; done'
	prints hello
}

@test "bridge: two containers reach each other, by ping and by TCP" {
	local address
	background box sh -c 'ping -c 1 "$(hostname -i)" >/dev/null; while :; do echo hello | nc -l -p 77; done'
	address=$(state .NetworkSettings.IPAddress)
	has "$address" 10.213.0.
	container box sh -c "until ping -c 1 -W 1 $address >/dev/null; do :; done; until nc $address 77; do sleep 0.1; done"
	prints hello
}

@test "a network of the user's: containers find each other by name" {
	must docker network create --subnet 10.213.7.0/24 "$NAME"
	background --network "$NAME" box sleep 1000
	container --network "$NAME" box sh -c "until ping -c 1 -W 1 $NAME >/dev/null; do :; done; echo found"
	must docker rm -f "$NAME"
	must docker network rm "$NAME"
	is "$(docker network ls --quiet --filter "name=$NAME")" ""
}

@test "network connect: a link more for a container that runs" {
	must docker network create --subnet 10.213.7.0/24 "$NAME"
	background box sleep 1000
	must docker network connect "$NAME" "$NAME"
	must docker exec "$NAME" ls /sys/class/net
	must docker network disconnect "$NAME" "$NAME"
	must docker network rm "$NAME"
	is "$(docker exec "$NAME" ls /sys/class/net)" $'eth0\nlo'
}

@test "-p: a port of the host's loopback is the container's" {
	background -p 127.0.0.1:18080:80 box sh -c 'mkdir /www; echo page >/www/index.html; exec httpd -f -p 80 -h /www'
	until_true busybox wget -q -O "$T/page" http://127.0.0.1:18080/
	is "$(cat "$T/page")" page
}

@test "--pid container: sees the other's processes, and outlives it not" {
	background box sleep 1234
	container --pid "container:$NAME" box sh -c 'ps -o pid,args | grep "1 sleep 123[4]" | tr -s " "'
	ends 0
	has "$output" "1 sleep 1234"
}

@test "--pid host: the end of the first process is the end of the others" {
	needs_cgroups
	container --pid host box sh -c 'sleep 4321 & echo $!'
	ends 0
	[ ! -e "/proc/$output" ]
}

@test "--ipc container: the other's shared memory" {
	background --ipc shareable box sh -c 'echo mine >/dev/shm/file; sleep 1000'
	until_true docker exec "$NAME" test -e /dev/shm/file
	container --ipc "container:$NAME" box cat /dev/shm/file
	prints mine
}

@test "--cgroupns private: the container sees its cgroup as the root" {
	needs_cgroups
	container --cgroupns private box cut -d : -f 3 /proc/self/cgroup
	is "$(sort -u <<<"$output")" /
}

# --- limits ---

# limit CONTROLLER FILE-OF-VERSION-1 FILE-OF-VERSION-2: what the container sees itself.
limit()
{
	docker exec "$NAME" sh -c "cat /sys/fs/cgroup/$1/$2 2>/dev/null || cat /sys/fs/cgroup/$3"
}

@test "limits: memory, processes and CPUs, as the container sees them" {
	needs_cgroups
	background --memory 64m --pids-limit 77 --cpus 0.5 --cpuset-cpus 0 box sleep 1000
	is "$(limit memory memory.limit_in_bytes memory.max)" $((64 << 20))
	is "$(limit pids pids.max pids.max)" 77
	is "$(limit cpu cpu.cfs_quota_us cpu.max | cut -d ' ' -f 1)" 50000
	is "$(limit cpuset cpuset.cpus cpuset.cpus)" 0
}

@test "update: other limits for a container that runs" {
	needs_cgroups
	background --memory 64m --memory-swap 64m box sleep 1000
	must docker update --memory 96m --memory-swap 96m --pids-limit 55 "$NAME"
	is "$(limit memory memory.limit_in_bytes memory.max)" $((96 << 20))
	is "$(limit pids pids.max pids.max)" 55
}

@test "stats: the memory and the processes of a container" {
	needs_cgroups
	background --memory 64m box sh -c 'sleep 2000 & sleep 1000; true'
	until_true docker exec "$NAME" pidof sleep
	must docker stats --no-stream --format '{{.Name}} {{.PIDs}} {{.MemUsage}}' "$NAME"
	has "$output" "$NAME 3 "
	has "$output" "/ 64MiB"
	lacks "$output" " 0B / 64MiB"
}

@test "--cgroup-parent: the container's cgroup is below it" {
	needs_cgroups
	background --cgroup-parent /cellar box sleep 1000
	grep -q "/cellar/$(state .Id)\$" "/proc/$(state .State.Pid)/cgroup"
	must docker rm -f "$NAME"
	# The parent is the user's, and stays.
	find /sys/fs/cgroup -depth -type d -name cellar -exec rmdir {} +
}

# --- daemons that end ---

@test "live-restore: containers outlive dockerd, which finds them again" {
	local pid
	end_daemon dockerd
	the_dockerd --live-restore
	background box sh -c 'trap "exit 5" TERM; echo up; until [ -e /tmp/go ]; do sleep 0.1; done
		echo gone on; sleep 1000 & wait'
	until_true logged up
	pid=$(state .State.Pid)
	end_daemon dockerd
	[ -e "/proc/$pid" ]
	the_dockerd --live-restore
	is "$(state .State.Pid)" "$pid"
	must docker exec "$NAME" touch /tmp/go
	until_true logged "gone on"
	must docker stop -t 20 "$NAME"
	is "$(state .State.ExitCode)" 5
	must docker rm "$NAME"
	end_daemon dockerd
	the_dockerd
}

@test "dockerd's end is that of its containers, and --restart=always has them back" {
	background --restart always box sh -c "$POLITE"
	until_true logged up
	end_daemon dockerd
	the_dockerd
	until_true state_is .State.Running true
	until_true docker exec "$NAME" true
}

@test "containerd may be replaced while containers run" {
	background box sh -c "$POLITE"
	until_true logged up
	end_daemon containerd
	start_containerd containerd "$ENGINE"
	until_true docker exec "$NAME" true
	must docker stop -t 20 "$NAME"
	is "$(state .State.ExitCode)" 5
}

@test "a shim that is killed takes its container with it" {
	local pid shim
	background box sleep 1000
	pid=$(state .State.Pid)
	shim=$(awk '{ print $4 }' "/proc/$pid/stat")
	grep -q containerd-shim "/proc/$shim/cmdline"
	kill -KILL "$shim"
	until_true state_is .State.Running false
	until_true test ! -e "/proc/$pid"
	# Its own, which it could not remove; no container runs.
	rm -f /run/containerd/s/*
}

# --- user namespaces ---

# A second dockerd, for the test, whose containers' root is the user 100000 of the host.
remapped_dockerd()
{
	printf '%s:100000:65536\n' nobody nogroup >"$T/ids"
	mount --bind "$T/ids" /etc/subuid
	mount --bind "$T/ids" /etc/subgid
	REMAPPED=$T/engine
	status=0
	start_dockerd remapped "$REMAPPED" --userns-remap nobody:nogroup --bridge none --iptables=false \
		--containerd-namespace remapped --containerd-plugins-namespace remapped-plugins || status=1
	umount /etc/subuid /etc/subgid
	[ "$status" = 0 ]
	export DOCKER_HOST=unix://$REMAPPED/docker.sock
	must docker import "$PEERS_TAR" box
}

end_remapped()
{
	[ -n "${REMAPPED:-}" ] || return 0
	end_daemon remapped
	unmount_namespaces "$REMAPPED"
}

@test "--userns-remap: the container's root is an ordinary user of the host" {
	remapped_dockerd
	background box sh -c 'id -u; cut -c -33 /proc/self/uid_map | tr -s " "; sleep 1000'
	until_true logged 100000
	is "$(docker logs "$NAME")" $'0\n 0 100000 65536'
	is "$(stat -c %u "/proc/$(state .State.Pid)")" 100000
	must docker exec "$NAME" sh -c 'id -u; cut -c -33 /proc/self/uid_map | tr -s " "; touch /file && stat -c "%u" /file'
	prints $'0\n 0 100000 65536\n0'
	must docker stop -t 1 "$NAME"
}

@test "--userns-remap: --userns host, terminals, and volumes of the host's root" {
	remapped_dockerd
	echo text >"$T/file"
	container -v "$T/file:/file" box sh -c 'stat -c %u /file; echo x >>/file'
	ends 1
	has "$output" 65534
	has "$errors" "Permission denied"
	container --userns host box readlink /proc/self/ns/user
	prints "$(readlink /proc/self/ns/user)"
	choose_runtime
	on_terminal 'expect:/ #' 'send:tty; exit 9\n' -- docker run --rm -it "${BY[@]}" box sh
	has "$output" "/dev/pts/0"
	has "$output" "status 9"
}

# --- taru's networks beside docker's ---

# OURS: taru, with a store of the test's and no bridge that outlives its containers.
our_engine()
{
	needs "$TARU"
	export TARU_LINGER=0
	OURS=("$TARU" --root "$T/store" --run-root "$T/run")
	must "${OURS[@]}" import "$PEERS_TAR" box
	# As dockerd has it on a machine that did not forward before.
	POLICY=$(iptables -S FORWARD | sed -n 's/^-P FORWARD //p')
	iptables -P FORWARD DROP
}

# The table of our engine's firewall stays, without elements.
end_ours()
{
	[ -n "${OURS:-}" ] || return 0
	# One word for each.
	# shellcheck disable=SC2046
	timeout -k 5 60 "${OURS[@]}" rm -f $("${OURS[@]}" ps -aq) >/dev/null
	nft delete table inet taru 2>/dev/null || true
	iptables -P FORWARD "$POLICY"
	[ -n "${THERE:-}" ] || return 0
	kill "$THERE"
	wait "$THERE" || true
	ip link delete out 2>/dev/null || true
}

# THERE: a process of another machine, 10.9.0.2; this one is 10.9.0.1 there. `there COMMAND…` runs something on it.
other_machine()
{
	unshare --net sleep 1000 3>&- 4>&- &
	THERE=$!
	until_true eval '! [ "/proc/$THERE/ns/net" -ef /proc/self/ns/net ]'
	ip link add out type veth peer name eth0 netns "$THERE"
	ip address add 10.9.0.1/24 dev out
	ip link set out up
	there sh -c 'ip address add 10.9.0.2/24 dev eth0; ip link set eth0 up; ip route add default via 10.9.0.1'
}

there()
{
	nsenter --net="/proc/$THERE/ns/net" "$@"
}

# Gives a page with this word on it, at port 80.
PAGE='mkdir /www; echo "$0" >/www/index.html; exec httpd -f -p 80 -h /www'

@test "ports that docker and taru publish are all reached; a port that docker has is told; each leaves the other's rules" {
	local before docker_rules
	our_engine
	# Each with what it is told to do about the other, which docker's policy makes necessary.
	background -p 18080:80 box sh -c "$PAGE" docker
	docker_rules=$(nft -s list table ip nat 2>&1; nft -s list table ip filter 2>&1)
	try "${OURS[@]}" run -d --name web -p 18081:80 box sh -c "$PAGE" taru
	ends 0
	has "$errors" "Docker's firewall drops what the network forwards"
	has "$errors" "iptables -I DOCKER-USER -i taru0 -j ACCEPT"
	until_true busybox wget -q -O "$T/docker" http://127.0.0.1:18080/
	until_true busybox wget -q -O "$T/taru" http://127.0.0.1:18081/
	is "$(cat "$T/docker" "$T/taru")" $'docker\ntaru'
	try "${OURS[@]}" run --rm -p 18080:80 box true
	ends 125
	has "$errors" "18080"
	is "$(nft -s list table ip nat 2>&1; nft -s list table ip filter 2>&1)" "$docker_rules" "docker's rules"
	before=$(nft -s list table inet taru)
	must docker rm -f "$NAME"
	is "$(nft -s list table inet taru)" "$before" "taru's rules"
	busybox wget -q -O "$T/taru" http://127.0.0.1:18081/
}

@test "from another machine: what docker's policy drops of taru's is let through by the commands that taru names" {
	local line
	our_engine
	other_machine
	background -p 18080:80 box sh -c "$PAGE" docker
	try "${OURS[@]}" run -d --name web -p 18081:80 box sh -c "$PAGE" taru
	ends 0
	has "$errors" "DOCKER-USER"
	line=$(grep -o 'iptables -I DOCKER-USER.*' <<<"$errors" | head -1)
	until_true there timeout 3 busybox wget -q -O "$T/docker" http://10.9.0.1:18080/
	try nsenter --net="/proc/$THERE/ns/net" timeout 3 busybox wget -q -O "$T/taru" http://10.9.0.1:18081/
	[ "$status" != 0 ]
	eval "$line"
	until_true there timeout 3 busybox wget -q -O "$T/taru" http://10.9.0.1:18081/
	is "$(cat "$T/docker" "$T/taru")" $'docker\ntaru'
	eval "${line//-I DOCKER-USER/-D DOCKER-USER}"
}

# --- how its containers are isolated ---

@test "taru xray of Docker's containers: what docker was told is what is seen, and what is weak about it" {
	local one
	needs "$TARU"
	background --memory 64m --pids-limit 50 --cap-drop NET_RAW --security-opt no-new-privileges box sleep 1000
	one=$(state .State.Pid)
	must "$TARU" xray --format json "$one"
	"$PYTHON" - 3<<<"$output" <<-'END'
		import json, os
		x = json.load(os.fdopen(3))
		assert not any(x["namespaces"][kind]["host"] for kind in ("mount", "pid", "network", "ipc", "uts"))
		assert x["capabilities"]["belowDefault"] == ["CAP_NET_RAW"] and not x["capabilities"]["beyondDefault"]
		assert x["noNewPrivileges"] is True and x["seccomp"]["mode"] == 2
		assert x["limits"]["memory"] in (64 << 20, None) and x["limits"]["pids"] in (50, None)
		assert "/proc/keys" in {mount["target"] for mount in x["mounts"] if mount["masked"]}
		assert not [risk for risk in x["risks"] if risk["severity"] in ("critical", "high")], x["risks"]
	END
	must docker rm -f "$NAME"
	background --cap-add SYS_ADMIN --pid host -v "$ENGINE/docker.sock:/s:ro" -v /etc:/e box sleep 1000
	must "$TARU" xray --risks "$(state .State.Pid)"
	has "$output" "critical  engine-socket: the host's '$ENGINE/docker.sock' is mounted at '/s'"
	has "$output" "critical  host-folder: the host's '/etc' is mounted at '/e', writable"
	has "$output" "high      host-pid"
	has "$output" "critical  capability: it has CAP_SYS_ADMIN"
	must "$TARU" xray --spec "$(state .State.Pid)"
}

# --- images ---

@test "docker load reads what taru save writes, and taru load what docker save writes" {
	needs "$TARU"
	must docker tag box saved:by-docker
	must docker save --output "$T/docker.tar" saved:by-docker
	must docker rmi saved:by-docker
	must "$TARU" --root "$T/store" load --input "$T/docker.tar"
	must "$TARU" --root "$T/store" tag saved:by-docker saved:by-taru
	must "$TARU" --root "$T/store" save --output "$T/taru.tar" saved:by-taru
	is "$("$TARU" --root "$T/store" images --quiet --no-trunc saved:by-taru)" \
		"$(docker images --quiet --no-trunc box)" "IDs"
	must docker load --input "$T/taru.tar"
	prints "Loaded image: saved:by-taru"
	is "$(docker images --quiet --no-trunc saved:by-taru)" "$(docker images --quiet --no-trunc box)" "IDs"
	must docker rmi saved:by-taru
}

@test "docker load reads several layers and names of one archive by taru save, and runs what is in them" {
	needs "$TARU"
	must docker run --name "$NAME" box sh -c 'echo second >/two; rm /etc/group'
	must docker commit --change 'CMD ["cat", "/two"]' "$NAME" two:layers
	must docker save --output "$T/docker.tar" two:layers box
	must docker rmi two:layers
	must "$TARU" --root "$T/store" load --input "$T/docker.tar"
	must "$TARU" --root "$T/store" save --output "$T/taru.tar" two:layers box
	must docker load --input "$T/taru.tar"
	container two:layers
	prints second
	container two:layers ls /etc/group
	ends 1
	docker rm -f "$NAME" >/dev/null
	must docker rmi two:layers
}
