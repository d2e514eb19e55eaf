#!/usr/bin/env bats
# causes.bats - each cause of a failure with an image that fails in that way, and the sentence that is told: why a program
# could not be executed, what a mount failed of, and what `run --why` says of what the kernel refused.
# shellcheck disable=SC2154,SC2016
load engine
load ordinary

setup()
{
	engine_setup
	R=$T/image
	cp -r "$WORLD/box" "$R"
}

# program NAME: a file of the image, with what is read, that everybody may execute.
program()
{
	mkdir -p "$(dirname "$R/$1")"
	cat >"$R/$1"
	chmod 755 "$R/$1"
}

# image: what is in $R as the image `broken`.
image()
{
	tar -C "$R" -c . | "$TARU" import - broken >/dev/null
}

# tells STATUS WORDS -- WORD…: the run of a container fails so, with these words; `taru why` says them afterwards.
tells()
{
	local want=$1 words=$2
	shift 3
	fails "$want" "$words" -- run --network none --name one "$@"
	works why one
	[[ "$output" == "one could not be started:"*"$words"* ]]
	works rm one
}

# elf NAME INTERPRETER: a program that asks for that dynamic loader, as the linker makes it.
elf()
{
	mkdir -p "$(dirname "$R/$1")"
	echo 'void _start(void) { for (;;); }' | gcc -x c -nostdlib -fPIE -pie -Wl,--dynamic-linker="$2" -o "$R/$1" -
}

# --- exec ---

@test "a command that is nowhere, and one whose path is wrong, while there is one of that name elsewhere" {
	tells 127 'exec: "nosuch": executable file not found in $PATH; it is in none of /usr/local/sbin:' -- box nosuch
	tells 127 "'/usr/local/bin/sh' is not there, but there is '/bin/sh'; take that, or its name without a path" -- box /usr/local/bin/sh
	tells 127 "/nosuch: no such file or directory; '/nosuch' is not in the container; install it in the image, or correct the path" -- box /nosuch
	ln -s /opt/tool/run "$R/bin/tool"
	image
	tells 127 "'/bin/tool' is a symbolic link to what is not there, '/opt/tool/run'; install that" -- broken /bin/tool
}

@test "what may not be executed: no execute bit, a directory, a mount with noexec, another user's, a closed directory" {
	echo | program opt/data
	chmod 644 "$R/opt/data"
	echo | program opt/mine
	chmod 700 "$R/opt/mine"
	echo | program opt/closed/tool
	chmod 700 "$R/opt/closed"
	image
	tells 126 "'/opt/data' has no execute permission; chmod +x it" -- broken /opt/data
	tells 126 "'/opt' is a directory; name a program in it" -- broken /opt
	tells 126 "'/opt/mine' may not be executed by this user; chmod o+x" -- -u 1000 broken /opt/mine
	tells 126 "'/opt/closed/tool' is in a directory that is closed to this user; each directory" -- -u 1000 broken /opt/closed/tool
	mkfifo "$R/opt/pipe"
	image
	tells 126 "'/opt/pipe' is not a regular file" -- broken /opt/pipe
	mkdir "$T/bin"
	cp "$R/bin/busybox" "$T/bin/tool"
	tells 126 "'/mine/tool' is on a mount with noexec; mount that without" -- -v "$T/bin:/mine:noexec" box /mine/tool
	tells 126 "not a directory; a part of its path is a file" -- box /etc/passwd/x
}

@test "scripts: their interpreter is missing, closed, a directory, or a script without an end; line ends of Windows; no '#!'" {
	printf '#!/opt/python\n' | program bin/lost
	printf '#!/bin/sh\r\necho x\r\n' | program bin/windows
	printf 'echo x\n' | program bin/bare
	: | program bin/empty
	printf '#!\n' | program bin/nothing
	printf '#!/etc/passwd\n' | program bin/closed
	printf '#!/etc\n' | program bin/folder
	printf '#!/bin/round\n' | program bin/round
	image
	tells 127 "'/bin/lost' is there, but not the interpreter that it asks for, '/opt/python'; install that in the image, or correct the '#!' line" -- broken lost
	tells 127 "whose name ends in a carriage return (the script has the line ends of Windows); change its line ends (dos2unix" -- broken windows
	# Here the kernel finds its interpreter, which does not find what the line names.
	printf '#!/usr/bin/env sh\r\necho x\r\n' | program bin/env-windows
	mkdir -p "$R/usr/bin"
	ln -s /bin/busybox "$R/usr/bin/env"
	image
	taru run --network none --name two broken env-windows
	[ "$status" = 127 ]
	works why two
	[[ "$output" == *"/bin/env-windows has the line ends of Windows: the carriage return is taken for a part of the last word"*dos2unix* ]]
	tells 126 "exec format error; '/bin/bare' is neither a program nor a script that begins with '#!'; begin a script with" -- broken bare
	tells 126 "'/bin/empty' is an empty file" -- broken empty
	tells 126 "'/bin/nothing' is a script whose first line cannot be used" -- broken nothing
	tells 126 "'/bin/closed' is run by what may not be executed by this user, '/etc/passwd'" -- broken closed
	mkdir -p "$T/bin" "$R/opt/shut"
	cp "$R/bin/busybox" "$T/bin/sh"
	chmod 700 "$R/opt/shut"
	printf '#!/mine/sh\n' | program bin/mounted
	printf '#!/opt/shut/sh\n' | program bin/shut
	image
	tells 126 "'/bin/mounted' is run by what is on a mount with noexec, '/mine/sh'; mount that without" -- -v "$T/bin:/mine:noexec" broken mounted
	tells 126 "'/bin/shut' is run by what is out of reach for this user, '/opt/shut/sh'" -- -u 1000 broken shut
	tells 126 "'/bin/folder' names a directory as what it is run by, '/etc'" -- broken folder
	tells 126 "'/bin/round' is a script that is run by a script, and so on, '/bin/round'; the kernel follows five" -- broken round
}

@test "programs: for another CPU, for another C library, a missing loader, one that is a link to itself, damaged, cut off" {
	local loader=/lib64/ld-linux-x86-64.so.2 musl=/lib/ld-musl-x86_64.so.1 platform=linux/amd64 own=x86-64
	[ "$(uname -m)" = x86_64 ] || { loader=/lib/ld-linux-aarch64.so.1 musl=/lib/ld-musl-aarch64.so.1 platform=linux/arm64 own=arm64; }
	elf opt/foreign /lib/ld.so
	printf '\363' | dd of="$R/opt/foreign" bs=1 seek=18 conv=notrunc status=none
	cp "$R/opt/foreign" "$R/opt/unknown"
	printf '\064\022' | dd of="$R/opt/unknown" bs=1 seek=18 conv=notrunc status=none
	elf opt/lost /opt/ld.so
	elf opt/musl "$musl"
	elf opt/glibc "$loader"
	elf opt/round /lib/ld-round.so
	mkdir -p "$R/lib" "$R$(dirname "$loader")"
	ln -s ld-round.so "$R/lib/ld-round.so"
	head -c 40 "$R/bin/busybox" | program opt/cut
	: | program lib/ld-bad.so
	head -c 100 /dev/zero >"$R/lib/ld-bad.so"
	elf opt/bad /lib/ld-bad.so
	image
	tells 126 "'/opt/foreign' is a program for RISC-V, and this machine is $own; take an image for this CPU (--platform $platform)" -- broken /opt/foreign
	[[ "$stderr$output" != *"'#!'"* ]]
	tells 126 "'/opt/unknown' is a program for another kind of machine, and this one is $own; take an image for this CPU" -- broken /opt/unknown
	tells 127 "'/opt/lost' is there, but not the dynamic loader that it asks for, '/opt/ld.so'; install it in the image" -- broken /opt/lost
	tells 126 "'/opt/round' is run by a symbolic link without an end, '/lib/ld-round.so'; that leads back to itself" -- broken /opt/round
	tells 126 "'/opt/cut' is a damaged program" -- broken /opt/cut
	tells 126 "'/opt/bad' names as its dynamic loader what is damaged or for another machine, '/lib/ld-bad.so'" -- broken /opt/bad
	: | program "${loader#/}"
	image
	tells 127 "'/opt/musl' is for the C library musl, and the image has glibc, so its dynamic loader is not there, '$musl'" -- broken /opt/musl
	rm "$R$loader"
	: | program "${musl#/}"
	image
	tells 127 "'/opt/glibc' is for the C library glibc, and the image has musl, so its dynamic loader is not there, '$loader'" -- broken /opt/glibc
	ln -s back "$R/opt/forth"
	ln -s forth "$R/opt/back"
	image
	tells 126 "'/opt/back' leads through symbolic links without an end" -- broken /opt/back
}

@test "a program that somebody writes to, one with capabilities that it cannot have, and arguments that are too long" {
	mkdir "$T/bin"
	cp "$R/bin/busybox" "$T/bin/busy"
	cp "$R/bin/busybox" "$T/bin/raised"
	exec 9<>"$T/bin/busy"
	taru run --rm --network none -v "$T/bin:/mine" box /mine/busy true
	# Linux 6.11 and 6.12 let it pass.
	[ "$status" = 0 ] || tells 126 "text file busy; somebody has the file open for writing" -- -v "$T/bin:/mine" box /mine/busy true
	exec 9<&-
	setcap cap_sys_time+ep "$T/bin/raised"
	tells 126 "operation not permitted; the program needs a capability that is not in process.capabilities.bounding" -- -v "$T/bin:/mine" box /mine/raised true
	{ printf 'LONG='; head -c 200000 /dev/zero | tr '\0' x; } >"$T/env"
	tells 126 "argument list too long; the variable LONG of process.env has 200005 bytes, and the kernel takes 131071 in one" -- --env-file "$T/env" box true
	for name in {1..80}; do printf "V$name="; head -c 100000 /dev/zero | tr '\0' x; echo; done >"$T/env"
	tells 126 "argument list too long; process.args and process.env have 80" -- --env-file "$T/env" box true
}

@test "an ordinary user's start that fails is told in the same words, with the ids that its container has" {
	printf '#!/bin/sh\r\n' | program bin/windows
	echo | program opt/mine
	chmod 700 "$R/opt/mine"
	elf opt/lost /opt/ld.so
	tar -C "$R" -c . >"$T/broken.tar"
	as_user ranges import "$T/broken.tar" broken
	as_user ranges run --network none --name one broken windows
	[ "$status" = 127 ]
	[[ "$stderr" == *"(the script has the line ends of Windows); change its line ends"* ]]
	as_user ranges why one
	[[ "$output" == *"(the script has the line ends of Windows)"* ]]
	as_user ranges run --rm --network none -u 1000 broken /opt/mine
	[ "$status" = 126 ]
	[[ "$stderr" == *"'/opt/mine' may not be executed by this user"* ]]
	as_user ranges run --rm --network none broken /opt/lost
	[[ "$stderr" == *"not the dynamic loader that it asks for, '/opt/ld.so'"* ]]
	as_user ranges rm one
}

# --- mounts ---

# unmount_later DIR…: they are unmounted at the end of the test, however it ends.
teardown()
{
	local at
	for at in "$T"/mounted.*; do
		! mountpoint -q "$at" || umount -l "$at"
	done
	engine_teardown
}

@test "a source that is missing, or of another kind than its target; a part of a path that is a file" {
	mkdir "$T/dir"
	echo >"$T/file"
	fails 125 "option '--mount': the source '/nowhere' does not exist" -- run --rm --network none --mount type=bind,source=/nowhere,target=/x box true
	# It was there when the container was made.
	works create --network none --name gone -v "$T/dir:/x" box true
	rmdir "$T/dir"
	fails 125 "option '--volume' or '--mount', at '/x': '$T/dir' does not exist on the host; create it, or correct the path" \
		-- start -a gone
	works why gone
	[[ "$output" == *"'$T/dir' does not exist on the host"* ]]
	mkdir "$T/dir"
	tells 125 "'$T/file' is a file and '/tmp' is a folder; a file can only be bound to a file" -- -v "$T/file:/tmp" box true
	tells 125 "'$T/dir' is a folder and '/etc/passwd' is a file; a folder can only be bound to a folder" -- -v "$T/dir:/etc/passwd" box true
	tells 125 "a part of the path '/etc/passwd/x' is no folder; it is a file in the image" -- -v "$T/dir:/etc/passwd/x" box true
	fails 125 "what is before a '/' in it is no folder" -- run --rm --network none -v "$T/file/x:/x" box true
	ln -s round "$R/round"
	image
	tells 125 "'/round/x' leads through too many symbolic links" -- -v "$T/dir:/round/x" broken true
}

@test "ids that the file system of a source cannot map, and ids that are asked to be mapped where there are none" {
	mkdir "$T/mounted.ram"
	mount -t ramfs none "$T/mounted.ram"
	mkdir "$T/mounted.ram/v"
	tells 125 "the file system of '$T/mounted.ram/v' does not know idmapped mounts; ext4, xfs, btrfs" -- \
		--uidmap 0:200000:65536 -v "$T/mounted.ram/v:/x:idmap" box true
	fails 125 "'/x': 'idmap' shows files with the ids of the container's user namespace, and it has none" -- \
		run --rm --network none -v "$T/mounted.ram/v:/x:idmap" box true
	# The store itself, where a container has ids of its own.
	export TARU_ROOT=$T/mounted.ram/store
	tar -C "$R" -c . | "$TARU" import - box >/dev/null
	works run --rm --network none box true
	fails 125 "does not know idmapped mounts" -- run --rm --network none --uidmap 0:200000:65536 box true
	[[ "$stderr" == *"$T/mounted.ram/store/"* ]]
	rm -rf "$T/mounted.ram/store"
	export TARU_ROOT=$WORLD/store
}

@test "overlayfs: a store on an overlay, a store that is read-only, and one without room" {
	mkdir -p "$T/low" "$T/mounted.up"
	mkdir "$T/mounted.over" "$T/mounted.full"
	mount -t tmpfs none "$T/mounted.up"
	mkdir "$T/mounted.up/upper" "$T/mounted.up/work"
	mount -t overlay -o "lowerdir=$T/low,upperdir=$T/mounted.up/upper,workdir=$T/mounted.up/work" none "$T/mounted.over"
	export TARU_ROOT=$T/mounted.over/store
	tar -C "$R" -c . | "$TARU" import - box >/dev/null
	fails 125 "'$T/mounted.over/store' cannot hold what containers change; overlayfs wants a file system with extended attributes and d_type there, which is no overlayfs itself" -- \
		run --rm --network none box true
	export TARU_ROOT=$T/mounted.full/store
	mount -t tmpfs -o size=8m none "$T/mounted.full"
	tar -C "$R" -c . | "$TARU" import - box >/dev/null
	works run --rm --network none box true
	head -c 8m /dev/zero >"$T/mounted.full/rest" 2>/dev/null || true
	fails 125 "no space left on device" -- run --rm --network none box true
	[[ "$stderr" == *"cannot write '$T/mounted.full/store/containers/"* ]]
	rm "$T/mounted.full/rest"
	mount -o remount,ro "$T/mounted.full"
	fails 125 "read-only file system" -- run --rm --network none box true
	[[ "$stderr" == *"cannot make '$T/mounted.full/store/containers/"* ]]
	export TARU_ROOT=$WORLD/store
}

# --- what the kernel refuses: `run --why` ---

# refused WORDS… -- OPTIONS… IMAGE COMMAND: what is said at the end.
refused()
{
	local words=() word
	while [ "$1" != -- ]; do words+=("$1"); shift; done
	shift
	taru run --why --rm --network none "$@"
	for word in "${words[@]}"; do
		[[ "$stderr" == *"$word"* ]] || { echo "it does not say '$word', but: $stderr"; return 1; }
	done
}

@test "files of ids that are not the container's, setuid on a mount with nosuid, what is covered, what nobody may change" {
	mkdir "$T/v"
	echo >"$T/v/file"
	chown 7:7 "$T/v/file"
	chmod 600 "$T/v/file"
	refused "'/v/file' belongs to (not mapped):(not mapped) with mode 0600, and this process is 0:0" \
		"no capability of the container's counts for it" "-v SOURCE:TARGET:U" -- \
		--uidmap 0:200000:65536 -v "$T/v:/v" box cat /v/file
	[[ "$stderr" != *CAP_DAC_OVERRIDE* ]]
	refused "chmod" "EPERM" "Its owner is not mapped" -- --uidmap 0:200000:65536 -v "$T/v:/v" box chmod 644 /v/file
	cp "$(command -v busybox)" "$T/v/su"
	chmod 4755 "$T/v/su"
	refused "execve(2) of '/v/su' by su (process 1): it worked" "'/v/su' is setuid, and that does not count where it is." \
		"in the mount at '/v' (mounts[" "which has the option nosuid" -- -u 1000 -v "$T/v:/v:nosuid" box /v/su id
	refused "'/proc/keys' is covered in this container (linux.maskedPaths)" "--security-opt unmask=/proc/keys" -- box cat /proc/keys
	refused "in the mount at '/v' (mounts[" "which is read-only" "leave out 'ro'" -- -v "$T/v:/v:ro" box touch /v/new
	chattr +i "$T/v/file" 2>/dev/null || return 0
	refused "'/v/file' may not be changed by anybody" "chattr -i" -- -v "$T/v:/v" box rm -f /v/file || { chattr -i "$T/v/file"; return 1; }
	chattr -i "$T/v/file"
}

@test "ping without a raw socket: the sysctl refuses it by the group, or allows it without the capability" {
	gcc -static -O1 -x c -o "$T/ping" - <<-'C'
		#include <netinet/in.h>
		#include <sys/socket.h>
		int main(void) { return socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP) < 0; }
	C
	refused "socket(2) by ping (process 1): EACCES" "The group of the process is not in the range of the sysctl net.ipv4.ping_group_range (1 0)" -- \
		--cap-drop NET_RAW --sysctl net.ipv4.ping_group_range='1 0' -v "$T/ping:/ping" box /ping
	[ "$status" = 1 ]
	refused "It may ping without CAP_NET_RAW" "net.ipv4.ping_group_range (0 2147483647)" -- \
		--cap-drop NET_RAW --sysctl net.ipv4.ping_group_range='0 2147483647' -v "$T/ping:/ping" box /ping
	[ "$status" = 0 ]
	refused "refused nothing" -- --sysctl net.ipv4.ping_group_range='0 2147483647' -v "$T/ping:/ping" box /ping
}

@test "a security module: what none of capability, mode and mount explains" {
	gcc -static -O1 -w -x c -o "$T/locked" - <<-'C'
		#include <fcntl.h>
		#include <linux/landlock.h>
		#include <sys/prctl.h>
		#include <sys/syscall.h>
		#include <unistd.h>
		int main(void)
		{
			struct landlock_ruleset_attr rules = { .handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE };
			int fd = syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
			if (fd < 0)
				return 7;
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
			syscall(SYS_landlock_restrict_self, fd, 0);
			return open("/etc/passwd", O_RDONLY) >= 0;
		}
	C
	taru run --rm --network none -v "$T/locked:/locked" box /locked
	[ "$status" != 7 ] || skip "there is no Landlock here"
	[ "$status" = 0 ]
	refused "of '/etc/passwd' by locked (process 1): EACCES" "a security module of the host may be against it (dmesg; ausearch -m avc), or the program has forbidden it to itself (landlock(7))" -- \
		-v "$T/locked:/locked" box /locked
}

# --- bad input ---

@test "programs that are damaged at any place of their head: each start is told, and none is a fault of taru's" {
	local at told=0
	for at in 4 5 6 7 16 18 20 24 32 40 52 54 56 58 64 68 72 80 96 104; do
		mkdir "$R/$at"
		cp "$R/bin/busybox" "$R/$at"
		printf '\377\376\375' | dd of="$R/$at/busybox" bs=1 seek="$at" conv=notrunc status=none
	done
	image
	for at in 4 5 6 7 16 18 20 24 32 40 52 54 56 58 64 68 72 80 96 104; do
		taru run --network none --name one broken "/$at/busybox" true
		case $status in
		126 | 127) [[ "$stderr" == *"process.args[0]: exec: \"/$at/busybox\": "* ]]; told=$((told + 1)) ;;
		# The kernel takes it, or kills it once it is a program.
		*) [[ "$stderr" != *Sanitizer* && "$status" != 125 ]] ;;
		esac
		works why one
		works rm one
	done
	[ "$told" -gt 3 ]
}

@test "a program of 4 GB: what it lacks, what it is for and what it asks for are told as of a small one" {
	local program loader
	mkdir "$T/large"
	elf opt/lost /opt/ld.so
	cp "$R/opt/lost" "$T/large/lost"
	cp "$R/opt/lost" "$T/large/foreign"
	printf '\363' | dd of="$T/large/foreign" bs=1 seek=18 conv=notrunc status=none
	program=$(readlink -f "$(command -v ls)")
	loader=$(ldd "$program" | sed -n 's|^\s*\(/[^ ]*\) (.*|\1|p')
	cp "$program" "$T/large/ls"
	truncate -s 4G "$T"/large/*
	tells 127 "'/l/lost' is there, but not the dynamic loader that it asks for, '/opt/ld.so'" -- -v "$T/large:/l" box /l/lost
	tells 126 "'/l/foreign' is a program for RISC-V" -- -v "$T/large:/l" box /l/foreign
	[ -n "$loader" ] || return 0
	mkdir -p "$R$(dirname "$loader")"
	cp -L "$loader" "$R$loader"
	image
	taru run --network none --name two -v "$T/large:/l" broken /l/ls
	[ "$status" = 127 ]
	works why two
	[[ "$output" == *"/l/ls lacks shared libraries:"*"which /l/ls needs: it is nowhere"* ]]
}

@test "memory that runs out while the program runs is told by the option that limits it" {
	taru run --rm --network none --memory 8m box sh -c 'x=a; while :; do x=$x$x; done'
	[ "$status" = 137 ]
	[[ "$stderr" == *"it ran out of memory, and the kernel killed 1 of its processes; '--memory' is 8.0 MiB"* ]]
}

@test "memory that ran out before the program began is told with its limit" {
	local limit said=
	for limit in 64k 96k 128k 160k 192k; do
		taru run --rm --network none --memory "$limit" box true
		case $stderr in
		*"before its program began"*) said=$stderr ;;
		esac
	done
	[ -n "$said" ] || skip "this kernel takes no limit that a start does not fit into"
	[[ "$said" == *"it ran out of memory: '--memory' is "*" bytes" ]]
}
