#!/usr/bin/env bats
# Attacks that worked on other runtimes, by their CVE numbers. Each is played as it was, and must
# fail. A comment says which defence holds; races are in races.bats. Others are where their subject is:
#
#	CVE-2014-8989			rootless.bats	setgroups
#	CVE-2017-5226, 2019-10063	terminal.bats, privileges.bats	TIOCSTI
#	CVE-2019-18837			mounts.bats	targets through links
#	CVE-2019-19921, 2023-27561, 2024-40635, 2021-43784	bad_input.bats, network.bats
#	CVE-2022-29162			privileges.bats	inheritable capabilities
load lib

prepare()
{
	# What an attacker is after: a file of the host, and a folder that must stay as it is.
	mkdir "$T/outside"
	echo "secret of the host" >"$T/outside/secret"
	OUTSIDE=$(outside)
}

outside()
{
	find "$T/outside" -printf '%P %y %M %U:%G %s %T@ %l\n'
	cat "$T/outside/secret"
}

untouched()
{
	is "$(outside)" "$OUTSIDE" "the folder outside"
}

# What is a matter of luck is tried again and again.
TRIES=${THOROUGH:+160}
TRIES=${TRIES:-40}

# A way up from any folder of the host.
UP=../../../../../../../../../../../../../..

@test "CVE-2016-9962: no descriptor of a process that joins leads to the host" {
	# Holds: set-up is not dumpable, so /proc/PID/fd of it is closed to a process of the same user;
	# and the container's lane holds no folder of the host.
	configure . /bin/probe steal-descriptors 60 "$UP$T/outside/secret"
	launch
	until_true printed ready
	local namespace
	namespace=/proc/$(container_pid)/ns/pid
	mkdir "$T/second"
	jq ".linux.namespaces |= map(if .type == \"pid\" then .path = \"$namespace\" else . end) | .process.args = [\"/bin/true\"]" \
		"$T/config.json" >"$T/second/config.json"
	local try
	for ((try = 0; try < TRIES; try++)); do
		"$TARU_OCI" run -b "$T/second" "$ID-$try" 3>&- 4>&-
	done
	kill -KILL "$(container_pid)"
	land
	lacks "$output" stole
	has "$output" denied
}

@test "CVE-2019-5736: the runtime's program cannot be overwritten from a container" {
	# Holds: what runs as set-up in a container is a sealed copy in memory, or cannot be written to.
	# The attacker has the rights that make it easiest.
	configure '.process.capabilities |= with_entries(.value += ["CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE"])' \
		/bin/probe overwrite-programs 60
	local sum inode
	sum=$(sha256sum <"$TARU_OCI")
	inode=$(stat -c %i "$TARU_OCI")
	launch
	until_true printed ready
	local namespace
	namespace=/proc/$(container_pid)/ns/pid
	mkdir "$T/second"
	jq ".linux.namespaces |= map(if .type == \"pid\" then .path = \"$namespace\" else . end) | .process.args = [\"/proc/self/exe\", \"--version\"]" \
		"$T/config.json" >"$T/second/config.json"
	local try
	for ((try = 0; try < TRIES; try++)); do
		"$TARU_OCI" run -b "$T/second" "$ID-$try" >/dev/null 2>&1 3>&- 4>&- || true
	done
	kill -KILL "$(container_pid)"
	land
	has "$output" tried
	lacks "$output" "wrote to $inode"
	is "$(sha256sum <"$TARU_OCI")" "$sum"
	"$TARU_OCI" --version >/dev/null
}

@test "CVE-2019-5736: an entry point that is #!/proc/self/exe gets nowhere" {
	own_rootfs
	printf '#!/proc/self/exe\n' >"$T/rootfs/entry"
	chmod 755 "$T/rootfs/entry"
	local sum
	sum=$(sha256sum <"$TARU_OCI")
	run_args "$OWN" /entry
	[ "$status" != 0 ]
	run_in "$OWN" 'exe=$(readlink /proc/self/exe); echo $exe'
	passes /bin/busybox
	is "$(sha256sum <"$TARU_OCI")" "$sum"
}

@test "CVE-2019-16884: a fake /proc does not get the kernel settings and labels" {
	# Holds: settings and labels are written through a procfs of the runtime's own.
	mkdir -p "$T/outside/sys/net/ipv4" "$T/outside/self/attr" "$T/outside/thread-self/attr"
	echo 0 >"$T/outside/sys/net/ipv4/ip_forward"
	: >"$T/outside/self/attr/exec"
	OUTSIDE=$(outside)
	run_in '.mounts |= map(select(.destination != "/proc")) | .mounts = [{destination: "/proc", type: "bind", source: "'"$T"'/outside", options: ["bind"]}] + .mounts
		| .linux.sysctl = {"net.ipv4.ip_forward": "1"} | del(.linux.maskedPaths, .linux.readonlyPaths)' 'cat /proc/sys/net/ipv4/ip_forward'
	untouched
	[ "$status" = 0 ] || refuses ''
	lacks "$output" 1
}

@test "CVE-2025-52881: settings do not go to files that a volume puts over /proc/sys" {
	mkdir -p "$T/outside/ipv4"
	echo 0 >"$T/outside/ipv4/ip_forward"
	OUTSIDE=$(outside)
	run_in '.mounts += [{destination: "/proc/sys/net", type: "bind", source: "'"$T"'/outside", options: ["bind"]}]
		| .linux.sysctl = {"net.ipv4.ip_forward": "1"} | .linux.readonlyPaths = [] | .process.capabilities |= with_entries(.value += ["CAP_SYS_ADMIN"])' \
		'umount /proc/sys/net && cat /proc/sys/net/ipv4/ip_forward'
	untouched
	# Either refused, or written to the real one.
	[ "$status" != 0 ] || passes 1
}

@test "CVE-2025-52881: a setting through a link that the container's /proc could not have" {
	mkdir -p "$T/outside/ipv4"
	ln -s "$T/outside/secret" "$T/outside/ipv4/ip_forward"
	OUTSIDE=$(outside)
	run_in '.mounts += [{destination: "/proc/sys/net", type: "bind", source: "'"$T"'/outside", options: ["bind"]}]
		| .linux.sysctl = {"net.ipv4.ip_forward": "1"} | .linux.readonlyPaths = []' 'true'
	untouched
}

@test "CVE-2021-30465, CVE-2024-45310: targets through links make no folder or file outside" {
	# Holds: openat2(RESOLVE_IN_ROOT) for every part of the way, and mounting by descriptor.
	own_rootfs
	ln -s "$T/outside" "$T/rootfs/link"
	ln -s "$UP$T/outside" "$T/rootfs/climb"
	ln -s /proc/self/root "$T/rootfs/magic"
	ln -s /proc/1/root "$T/rootfs/magic1"
	echo x >"$T/file"
	local target
	for target in /link/new/deep /climb/new /link/secret "/magic$T/outside/new" "/magic1$T/outside/new" /link/../outside/new; do
		run_in "$OWN"' | .mounts += [{destination: "'"$target"'", type: "tmpfs", source: "t"}]' true
		untouched
		run_in "$OWN"' | .mounts += [{destination: "'"$target"'", type: "bind", source: "'"$T"'/file", options: ["bind"]}]' true
		untouched
	done
}

@test "CVE-2025-31133: a null device that is a link does not unmask, nor give a file to write" {
	# Holds: the host's null device, opened and checked before, covers masked files. The link leads to
	# a setting that is the container's own, so that a runtime that loses harms nobody.
	local change look
	look='cat /proc/version | wc -c; (echo evil >/proc/version) 2>/dev/null; stat -c %t:%T /proc/version; cat /proc/sys/kernel/domainname'
	own_rootfs
	rm -rf "$T/rootfs/dev"
	mkdir "$T/rootfs/dev"
	ln -s /proc/sys/kernel/domainname "$T/rootfs/dev/null"
	change="$OWN"' | .linux.maskedPaths = ["/proc/version"] | .linux.readonlyPaths = [] | .domainname = "good"'
	run_in "$change"' | .mounts |= map(select(.destination | startswith("/dev") | not))' "$look"
	[ "$status" != 0 ] || is "$output" $'0\n1:3\ngood'
	# By a volume, which comes after the devices are made.
	mkdir "$T/dev"
	ln -s /proc/sys/kernel/domainname "$T/dev/null"
	run_in "$change"' | .mounts += [{destination: "/dev", type: "bind", source: "'"$T"'/dev", options: ["bind"]}]' "$look"
	[ "$status" != 0 ] || is "$output" $'0\n1:3\ngood'
}

@test "CVE-2025-52565: a console that is a link binds no file of the host's procfs" {
	own_rootfs
	rm -rf "$T/rootfs/dev"
	mkdir "$T/rootfs/dev"
	ln -s "$T/outside/secret" "$T/rootfs/dev/console"
	configure "$OWN"' | .process.terminal = true | .mounts |= map(select(.destination != "/dev"))' \
		/bin/sh -c 'echo evil >/dev/console; echo ran'
	output=$("$PYTHON" "$BATS_TEST_DIRNAME/pty.py" -- "$TARU_OCI" run -b "$T" "$ID") || has "$output" status
	untouched
}

@test "CVE-2026-41579, CVE-2026-47766: an image whose /dev is a link changes no device or file outside" {
	local how
	for how in "$T/outside" ../outside "/$UP$T/outside"; do
		rm -rf "$T/rootfs"
		own_rootfs
		rm -rf "$T/rootfs/dev"
		ln -s "$how" "$T/rootfs/dev"
		touch "$T/outside/"{ptmx,null,console,fd}
		OUTSIDE=$(outside)
		run_in "$OWN" true
		untouched
		# And where no mount covers it.
		run_in "$OWN"' | .mounts |= map(select(.destination | startswith("/dev") | not)) | .linux.devices = [{path: "/dev/evil", type: "c", major: 1, minor: 3}]' true
		untouched
	done
}

@test "CVE-2026-88264: devices are not made through links of the image" {
	# Holds: the last part of a device's path is never followed.
	own_rootfs
	rm -rf "$T/rootfs/dev"
	mkdir "$T/rootfs/dev"
	local name
	for name in null zero full random urandom tty console ptmx fd stdin stdout stderr pts shm mqueue; do
		ln -s "$T/outside/$name" "$T/rootfs/dev/$name"
	done
	ln -s "$T/outside/new" "$T/rootfs/dev/more"
	run_in "$OWN"' | .mounts |= map(select(.destination | startswith("/dev") | not)) | .linux.devices = [{path: "/dev/more", type: "c", major: 1, minor: 3}]' true
	untouched
	configure "$OWN"' | .process.terminal = true | .mounts |= map(select(.destination | startswith("/dev") | not))' /bin/true
	"$PYTHON" "$BATS_TEST_DIRNAME/pty.py" -- "$TARU_OCI" run -b "$T" "$ID" >/dev/null || true
	untouched
}

@test "CVE-2026-88265: closed standard streams do not become a file of the image or the host" {
	own_rootfs
	rm -rf "$T/rootfs/dev"
	mkdir "$T/rootfs/dev"
	ln -s "$T/outside/secret" "$T/rootfs/dev/null"
	configure "$OWN"' | .mounts |= map(select(.destination | startswith("/dev") | not))' \
		/bin/sh -c 'echo evil; echo evil >&2; ls -l /proc/self/fd >/tmp/fds 2>&1'
	"$TARU_OCI" run -b "$T" "$ID" <&- >&- 2>&- 3>&- 4>&- || true
	untouched
	configure . /bin/sh -c 'read -r line; echo "$line" >&2'
	"$TARU_OCI" run -b "$T" "$ID-2" <&- >&- 2>"$T/errors" 3>&- 4>&-
	is "$(cat "$T/errors")" ""
}

@test "CVE-2024-21626: a working directory by a leaked descriptor does not reach the host" {
	# Holds: no descriptor but 0 to 2 and no folder of the host is open in the container's lane, and
	# the working directory is looked at after it was entered.
	local fd
	exec 7</ 8<"$T"
	for fd in 3 4 5 6 7 8 9 10 11 12; do
		run_in ".process.cwd = \"/proc/self/fd/$fd\"" "cat $UP$T/outside/secret; cat outside/secret"
		lacks "$output" secret
		run_in ".process.cwd = \"/proc/self/fd/$fd/$UP$T\"" "cat outside/secret"
		lacks "$output" secret
		run_in ".process.cwd = \"/proc/1/fd/$fd\"" "cat $UP$T/outside/secret"
		lacks "$output" secret
		run_in ".process.cwd = \"/dev/fd/$fd\"" "cat $UP$T/outside/secret"
		lacks "$output" secret
	done
	exec 7<&- 8<&-
}

@test "CVE-2024-21626: the same by a link in the image, or by the caller's own working directory" {
	own_rootfs
	local fd
	exec 7</
	cd "$T/outside"
	for fd in 3 5 6 7 8 9 10; do
		rm -f "$T/rootfs/work"
		ln -s "/proc/self/fd/$fd" "$T/rootfs/work"
		run_in "$OWN | .process.cwd = \"/work\"" "cat $UP$T/outside/secret"
		lacks "$output" secret
	done
	for fd in /proc/self/cwd /proc/1/cwd /proc/self/root; do
		run_in "$OWN | .process.cwd = \"$fd\"" "cat secret $UP$T/outside/secret"
		lacks "$output" secret
	done
	exec 7<&-
}

@test "CVE-2024-21626: a program of the host is not run by a leaked descriptor" {
	local fd
	exec 7</
	for fd in 3 4 5 6 7 8 9 10; do
		run_args . "/proc/self/fd/$fd/$UP/bin/cat" "$T/outside/secret"
		lacks "$output" secret
		run_args . "/proc/self/fd/$fd/bin/bash" -c "echo escaped"
		lacks "$output" escaped
		[ "$status" != 0 ]
	done
	exec 7<&-
}

@test "CVE-2023-25809: without a cgroup namespace the host's cgroups cannot be written" {
	run_in '.linux.namespaces |= map(select(.type != "cgroup"))' \
		'for f in $(find /sys/fs/cgroup -name cgroup.procs -o -name release_agent -o -name notify_on_release); do (echo 0 >$f) 2>/dev/null && echo wrote $f; done; mkdir /sys/fs/cgroup/*/evil 2>/dev/null; echo done'
	is "$status" 0
	is "$output" done
}

@test "CVE-2022-0492: a container without rights cannot set a release agent by a mount of its own" {
	run_in . 'mkdir /dev/shm/c; mount -t cgroup -o memory none /dev/shm/c 2>/dev/null && echo mounted; unshare -UrmC true 2>/dev/null && echo nested; echo done'
	has "$output" done
	lacks "$output" mounted
}

@test "CVE-2020-14370: nothing of the caller's environment is seen, not even by process 1" {
	SECRET_TOKEN=swordfish run_in . 'cat /proc/1/environ /proc/self/environ | tr "\0" "\n"'
	is "$status" 0
	lacks "$output" swordfish
}

@test "the command line and files of the runtime are not to be seen inside" {
	run_in . 'cat /proc/*/cmdline | tr "\0" " "; readlink /proc/*/exe | sort -u; cat /proc/self/mountinfo'
	is "$status" 0
	lacks "$output" taru-oci
	# The root's own path is the exception that Linux shows: field 4 of its mountinfo line.
	lacks "$(awk '$5 != "/"' <<<"$output")" "$T"
}

@test "the container cannot see or reach the old root" {
	run_in '.process.capabilities |= with_entries(.value += ["CAP_SYS_ADMIN", "CAP_SYS_CHROOT", "CAP_DAC_READ_SEARCH", "CAP_SYS_PTRACE"])' \
		"cat $UP$T/outside/secret /proc/1/root$T/outside/secret /proc/1/cwd/$UP$T/outside/secret; umount -l / ; mkdir /dev/shm/x; chroot /dev/shm/x true; cat $UP$T/outside/secret"
	lacks "$output" "secret of the host"
	# The classic way out of a chroot.
	run_in '.process.capabilities |= with_entries(.value += ["CAP_SYS_CHROOT"])' \
		"mkdir /dev/shm/jail; cd /; chroot /dev/shm/jail /bin/true; cd $UP; ls; cat $UP$T/outside/secret"
	lacks "$output" "secret of the host"
}

@test "a path of a bind source is the host's, whatever the image has at it" {
	own_rootfs
	mkdir -p "$T/rootfs$T/data" "$T/data"
	echo image >"$T/rootfs$T/data/file"
	echo host >"$T/data/file"
	run_in "$OWN"' | .mounts += [{destination: "/opt", type: "bind", source: "'"$T"'/data", options: ["bind"]}]' 'cat /opt/file'
	passes host
}
