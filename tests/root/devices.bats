#!/usr/bin/env bats
# /dev: its devices, links and what else is in it; and paths that are covered.
load lib

@test "the usual devices are there with their numbers, modes and owners" {
	run_in . 'for d in null zero full random urandom tty; do stat -c "%n %F %t:%T %a %u:%g" /dev/$d; done'
	passes '/dev/null character special file 1:3 666 0:0
/dev/zero character special file 1:5 666 0:0
/dev/full character special file 1:7 666 0:0
/dev/random character special file 1:8 666 0:0
/dev/urandom character special file 1:9 666 0:0
/dev/tty character special file 5:0 666 0:0'
}

@test "the usual devices work" {
	run_in . 'echo x >/dev/null && head -c 3 /dev/zero | od -An -tx1; head -c 8 /dev/urandom | wc -c; (echo x >/dev/full) 2>&1 | grep -o "No space.*"'
	passes $' 00 00 00\n8\nNo space left on device'
}

@test "the usual links are there" {
	run_in . 'for l in fd stdin stdout stderr ptmx; do echo $l $(readlink /dev/$l); done; ls /dev/core 2>/dev/null | head -n 1'
	has "$output" $'fd /proc/self/fd\nstdin /proc/self/fd/0\nstdout /proc/self/fd/1\nstderr /proc/self/fd/2\nptmx pts/ptmx'
}

@test "nothing of the host's /dev is there" {
	run_in . 'ls /dev'
	local name
	for name in $output; do
		case $name in
		core|fd|full|mqueue|null|ptmx|pts|random|shm|stderr|stdin|stdout|tty|urandom|zero|console) ;;
		*) is "$name" "no such device" ;;
		esac
	done
}

@test "/dev/pts is the container's own, with a ptmx that all may use" {
	run_in . 'ls /dev/pts; stat -c %a /dev/pts/ptmx; stat -L -c "%t:%T" /dev/ptmx'
	passes $'ptmx\n666\n5:2'
}

@test "more devices are made with the mode and owner that the config says" {
	run_in '.linux.devices = [{path: "/dev/one", type: "c", major: 1, minor: 3, fileMode: 432, uid: 5, gid: 6},
		{path: "/dev/sub/two", type: "b", major: 7, minor: 1, fileMode: 384}, {path: "/dev/three", type: "p", fileMode: 438},
		{path: "/dev/four", type: "u", major: 1, minor: 5}]' \
		'stat -c "%n %F %t:%T %a %u:%g" /dev/one /dev/sub/two /dev/four; stat -c "%n %F %a" /dev/three'
	passes '/dev/one character special file 1:3 660 5:6
/dev/sub/two block special file 7:1 600 0:0
/dev/four character special file 1:5 666 0:0
/dev/three fifo 666'
}

@test "a mode is exact whatever the caller's umask is" {
	(
		umask 077
		run_in '.linux.devices = [{path: "/dev/one", type: "c", major: 1, minor: 3, fileMode: 438}]' \
			'stat -c %a /dev/one /dev/null'
		passes $'666\n666'
	)
}

@test "in a user namespace devices are bound from the host" {
	run_in '.linux.namespaces += [{type: "user"}]
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.devices = [{path: "/dev/random2", type: "c", major: 1, minor: 8}]' \
		'stat -c "%n %t:%T" /dev/null /dev/zero; echo x >/dev/null && echo written'
	if [ "$status" = 0 ]; then
		passes $'/dev/null 1:3\n/dev/zero 1:5\nwritten'
	else
		# There is no /dev/random2 on the host to bind.
		refuses 'linux.devices[0]'
	fi
	run_in '.linux.namespaces += [{type: "user"}]
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.devices = [{path: "/dev/kmsg", type: "c", major: 1, minor: 11}]' \
		'stat -c "%n %t:%T" /dev/null /dev/kmsg; echo x >/dev/null && echo written'
	passes $'/dev/null 1:3\n/dev/kmsg 1:b\nwritten'
}

@test "a device without numbers, of an unknown type or without a path is refused" {
	run_in '.linux.devices = [{path: "/dev/x", type: "z", major: 1, minor: 3}]' true
	refuses 'linux.devices[0].type'
	run_in '.linux.devices = [{path: "dev/x", type: "c", major: 1, minor: 3}]' true
	refuses 'linux.devices[0].path'
	run_in '.linux.devices = [{type: "c", major: 1, minor: 3}]' true
	refuses 'linux.devices[0].path'
	run_in '.linux.devices = [{path: "/dev/x", type: "c"}]' true
	refuses 'linux.devices[0].m'
}

@test "a root without its own /dev gets the devices in the image, and through no link" {
	own_rootfs
	run_in "$OWN | .mounts |= map(select(.destination | startswith(\"/dev\") | not))" \
		'stat -c "%n %t:%T" /dev/null; readlink /dev/fd'
	passes $'/dev/null 1:3\n/proc/self/fd'
}

@test "masked files read empty and masked folders are empty" {
	run_in '.linux.maskedPaths = ["/proc/version", "/proc/sys", "/etc/passwd", "/etc", "/not/there"]' \
		'wc -c </proc/version; ls -A /proc/sys | wc -l; ls -A /etc | wc -l; stat -c "%F %t:%T" /proc/version'
	passes $'0\n0\n0\ncharacter special file 1:3'
}

@test "masked paths cannot be written and stay masked" {
	run_in '.linux.maskedPaths = ["/proc/version", "/proc/sys"]
		| .process.capabilities |= with_entries(.value += ["CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE"])' \
		'(: >/proc/sys/x) 2>/dev/null || echo closed; ls -A /proc/sys; wc -c </proc/version'
	passes $'closed\n0'
}

@test "read-only paths can be read and not written" {
	run_in '.linux.readonlyPaths = ["/proc/sys", "/dev/shm", "/not/there"]' \
		'cat /proc/sys/kernel/ostype; (echo x >/proc/sys/kernel/hostname) 2>&1 | grep -o "Read-only.*"; (: >/dev/shm/x) 2>&1 | grep -o "Read-only.*"'
	passes $'Linux\nRead-only file system\nRead-only file system'
}

@test "read-only paths keep the other options of the mount they are cut from" {
	run_in '.linux.readonlyPaths = ["/proc/sys"]' 'awk "\$5 == \"/proc/sys\" { print \$6 }" /proc/self/mountinfo'
	is "$status" 0
	has "$output" ro
	has "$(run_in '.linux.readonlyPaths = ["/dev/shm"]' 'awk "\$5 == \"/dev/shm\" { line = \$6 } END { print line }" /proc/self/mountinfo'; echo "$output")" nosuid,nodev,noexec
}

@test "masked paths through a symbolic link of the image cover what it leads to, inside" {
	own_rootfs
	mkdir "$T/rootfs/real"
	echo secret >"$T/rootfs/real/file"
	ln -s /real "$T/rootfs/link"
	run_in "$OWN | .linux.maskedPaths = [\"/link/file\"]" 'cat /real/file | wc -c'
	passes 0
}

@test "the proposal masks and protects what Docker's does" {
	run_in . 'for p in /proc/kcore /proc/keys /proc/timer_list; do [ ! -e $p ] || wc -c <$p; done | sort -u; for p in bus fs irq sys sysrq-trigger; do [ ! -e /proc/$p ] || awk -v at=/proc/$p "\$5 == at { print substr(\$6, 1, 2); found = 1 } END { if (!found) print at }" /proc/self/mountinfo; done | sort -u'
	passes $'0\nro'
}
