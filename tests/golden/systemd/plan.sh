#!/bin/sh
# The container 'systemd' as a shell script, which does what this does:
#
#	taru-oci --systemd-cgroup create -b /bundle systemd
#
# Run it as the user that the container is for, root as a rule. It needs util-linux, coreutils
# and, for the network, iproute2.
#
# Two shells work side by side. The RUNTIME is this one: it stays on the host, and does what only
# somebody outside may do. The CONTAINER is started by it in new namespaces; it makes its own world
# and at last turns into the program.
# Where one has to wait for the other stands a gate. Above each
# command is the key of config.json that asked for it; «always» is what every container gets.
set -eu
umask 022
PATH=$PATH:/usr/sbin:/sbin
export PATH

# A function, so that the shell has read all of it when it starts: then the container can have
# standard input, also in `… | sh`.
main() {

# A folder for the pipes, the container's lane and some mount points; it goes away at the end,
# however that comes.
work=$(mktemp -d)
job='' child='' holder='' made=''
# shellcheck disable=SC2317 # called by the trap
clean_up() {
	status=$?
	trap - EXIT
	for process in $holder $child $job; do kill -KILL "$process" 2>/dev/null || :; done
	[ -z "$job" ] || wait "$job" || :
	rm -r "$work"
	printf %s "$made" | while IFS= read -r path; do rmdir "$path"; done
	exit "$status"
}
trap clean_up EXIT
trap 'exit 143' HUP INT TERM
chmod 755 "$work"
mkdir "$work/tools" "$work/empty" "$work/held"
mkfifo "$work/to-container" "$work/to-runtime" "$work/held-open"
export work

# Gates: one lane writes the name of a gate into a pipe, the other waits until it comes. If the
# other lane ends, so does this one.
open_gate() { echo "$1" >&9; }
await_gate() {
	gate=''
	read -r gate <&8 || :
	[ "$gate" = "$1" ] || exit 1
}

# root.path
rootfs=$(cd /bundle/rootfs && pwd -P)
export rootfs

# --- the lane CONTAINER -------------------------------------------------------------

cat >"$work/container" <<'CONTAINER'
# shellcheck shell=sh disable=SC2016,SC2154
# (what is in single quotes is for later; work and rootfs come from the runtime's shell)
# Gates: one lane writes the name of a gate into a pipe, the other waits until it comes. If the
# other lane ends, so does this one.
open_gate() { echo "$1" >&9; }
await_gate() {
	gate=''
	read -r gate <&8 || :
	[ "$gate" = "$1" ] || exit 1
}

# place PATH: sets $at to where PATH leads within the container's root. A symbolic link in there
# means a place in there, but this shell is still on the host and would follow it on the host.
place() {
	rest=$1/ at=$rootfs links=0
	while [ -n "$rest" ]; do
		name=${rest%%/*} rest=${rest#*/}
		case $name in
		'' | .) continue ;;
		..)
			[ "$at" = "$rootfs" ] || at=${at%/*}
			continue
			;;
		esac
		at=$at/$name
		[ -L "$at" ] || continue
		links=$((links + 1))
		if [ "$links" -gt 40 ]; then
			echo "$1: too many symbolic links" >&2
			return 1
		fi
		name=$(readlink "$at")
		case $name in
		/*) at=$rootfs ;;
		*) at=${at%/*} ;;
		esac
		rest=$name/$rest
	done
}
# The same, and makes what is not there yet: a directory, an empty file, what suits a source, or
# only what leads to it.
place_dir() { place "$1" && mkdir -p "$at"; }
place_file() { place "$1" && mkdir -p "${at%/*}" && { [ -e "$at" ] || : >"$at"; }; }
place_like() { if [ -d "$1" ]; then place_dir "$2"; else place_file "$2"; fi; }
place_new() { place_dir "${1%/*}" && at=$at/${1##*/}; }

# find_program PATH...: whether one of them is a program, as seen from the container's root.
find_program() {
	for path; do
		place "$path"
		if [ -f "$at" ] && [ -x "$at" ]; then return 0; fi
	done
	echo "${1##*/}: there is no such program" >&2
	return 1
}

# place_plain PATH: place_dir, but no symbolic link may be on the way. Else proc and sysfs could be
# made to land elsewhere, and what is then written to /proc would go to a file of the image.
place_plain() {
	place "$1"
	if [ "$links" -ne 0 ]; then
		echo "$1: a symbolic link leads there" >&2
		return 1
	fi
	mkdir -p "$at"
}

# make_node PATH MODE OWNER TYPE [MAJOR MINOR]: a device, or a pipe. What is there already must be
# that device.
make_node() {
	place_new "$1"
	mode=$2 owner=$3
	shift 3
	if [ -e "$at" ] || [ -L "$at" ]; then
		[ ! -L "$at" ]
		test "-$1" "$at"
		[ $# -eq 1 ] || [ "$(stat -c '%t %T' "$at")" = "$(printf '%x %x' "$2" "$3")" ]
	else
		mknod "$at" "$@"
		chown "$owner" "$at"
		chmod "$mode" "$at"
	fi
}

# make_link PATH TO: a symbolic link, unless there is something.
make_link() {
	place_new "$1"
	[ -e "$at" ] || [ -L "$at" ] || ln -s "$2" "$at"
}

# Tells the runtime which process this is, in the host's count.
read -r pid _ </proc/self/stat
echo "$pid" >&9

# always
await_gate in-its-cgroup
# always: signals that the caller ignored are taken again: env --default-signal, in the last
# command
# always: nobody else may trace this process while it is set up (prctl(2), PR_SET_DUMPABLE):
# shell has no word for it
# always: the process gets a session keyring of its own, '_ses.systemd' (keyctl(2)): no tool of
# util-linux does that, keyctl(1) of keyutils does
# always
mount --make-rslave /
# root.path
mount --rbind "$rootfs" "$rootfs"
# mounts[0]
place_plain /proc
mount -t proc proc "$at"
# always
make_node /dev/null 0666 0:0 c 1 3
make_node /dev/zero 0666 0:0 c 1 5
make_node /dev/full 0666 0:0 c 1 7
make_node /dev/random 0666 0:0 c 1 8
make_node /dev/urandom 0666 0:0 c 1 9
make_node /dev/tty 0666 0:0 c 5 0
make_link /dev/fd /proc/self/fd
make_link /dev/stdin /proc/self/fd/0
make_link /dev/stdout /proc/self/fd/1
make_link /dev/stderr /proc/self/fd/2
make_link /dev/ptmx pts/ptmx
# root.path: pivot_root(8) is the runtime's, at the end: see there

# What is still to be run there need not be in the container's root. So copies of it, and of the
# libraries that it is linked with, come along, in a small file system where this shell now stands.
# No path will lead to that, and it is gone when env(1), the last one, leaves it.
mount -t tmpfs -o nosuid,nodev,mode=755 tools "$work/tools"
take() {
	file=$(command -v "$1")
	cp -L "$file" "$work/tools/$1"
	ldd "$file" | sed -n 's,^[^/]*\(/[^ ]*\) (.*,\1,p' | while IFS= read -r library; do
		cp -L "$library" "$work/tools"
	done
}
take env
mount -o remount,bind,ro "$work/tools"
cd "$work/tools" || exit 1

# From here on, commands are collected in "$@": each is to start the one behind it, as the
# same process. What one of them gives up the next does not have.
set --
# always
set -- "$@" setsid
umask 0022
# process.user.uid
home=/
place /etc/passwd
if [ -f "$at" ]; then
	while IFS=: read -r _ _ uid _ _ directory _; do
		[ "$uid" = 0 ] || continue
		case $directory in /*) home=$directory; break ;; esac
	done <"$at"
fi
# process.args[0]
find_program /usr/local/sbin/sh /usr/local/bin/sh /usr/sbin/sh /usr/bin/sh /sbin/sh /bin/sh
# always: all descriptors from 3 on are closed (close_range(2)). A POSIX shell can only name
# those up to 9, which the last one below closes; the others need bash(1), where that is
# installed

# Who the process is and what it may do: one program, setpriv(1), with all its options.
set -- "$@" setpriv
# process.capabilities.bounding
set -- "$@" --bounding-set=-all
# process.user.additionalGids
set -- "$@" --clear-groups
# process.user.gid
set -- "$@" --regid=0
# process.user.uid
set -- "$@" --reuid=0
# process.capabilities
set -- "$@" --inh-caps=-all
set -- "$@" --ambient-caps=-all

# Descriptors of the caller's from 10 on, see above.
if command -v bash >/dev/null; then
	set -- "$@" bash -c '
		for fd in /proc/self/fd/*; do
			fd=${fd##*/}
			[ "$fd" -lt 10 ] || eval "exec $fd<&-"
		done
		exec "$@"' bash
fi

# root.path: the runtime's shell changes the root (it has the rights, this process will not), while a
# shell that was started before waits for it.
set -- "$@" sh -euc '
	echo pivot >&9
	read -r _ <&8
	# always
	read -r _ <&8
	echo ready >&9
	read -r _ <&7
	exec "$@" 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9>&-' sh
# env(1) is started by its dynamic loader, if it has one: that is in the toolbox too.
for loader in ./ld-*; do
	[ ! -e "$loader" ] || set -- "$@" "$loader" --library-path .
done
# process.cwd, process.env, process.args
exec "$@" ./env -i --default-signal -C / -- \
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	TERM=xterm \
	HOME="$home" \
	sh
CONTAINER

# --- the lane RUNTIME ---------------------------------------------------------------

# always: `start` writes a line to the first pipe, and then the program begins. From the second
# it would read why that cannot be; here the last shell says so on standard error
(umask 077 && mkdir -p /run/taru-oci/systemd)
mkfifo -m 600 /run/taru-oci/systemd/start.new /run/taru-oci/systemd/answer

# Standard input, for the container: what is started in the background would get none.
exec 7<&0

# linux.namespaces, linux.cgroupsPath, linux.namespaces[2]
systemd-run --scope --unit cri-nginx.scope --slice machine-web.slice --quiet --collect -p Delegate=yes \
	unshare --mount --pid --cgroup --fork --kill-child --propagation unchanged \
	sh -eu "$work/container" <&7 7<>/run/taru-oci/systemd/start.new 8<"$work/to-container" 9>"$work/to-runtime" &
job=$!
exec 9>"$work/to-container" 8<"$work/to-runtime"
read -r child <&8

# linux.cgroupsPath
echo '+cpuset +cpu +io +memory +hugetlb +pids +rdma +misc' >/sys/fs/cgroup/cgroup.subtree_control || :
mkdir -p /sys/fs/cgroup/machine.slice
echo '+cpuset +cpu +io +memory +hugetlb +pids +rdma +misc' >/sys/fs/cgroup/machine.slice/cgroup.subtree_control || :
mkdir -p /sys/fs/cgroup/machine.slice/machine-web.slice
echo '+cpuset +cpu +io +memory +hugetlb +pids +rdma +misc' >/sys/fs/cgroup/machine.slice/machine-web.slice/cgroup.subtree_control || :
# linux.resources.cpu.cpus
printf %s 0-1,3 >/sys/fs/cgroup/machine.slice/machine-web.slice/cri-nginx.scope/cpuset.cpus
# always
open_gate in-its-cgroup
# always: who the process is and what the later commands need of the config is written to
# '/run/taru-oci/systemd/state.json', for which nothing here has a use
# linux.resources.devices: which devices may be used is decided by an eBPF program of 19
# instructions (bpf(2), BPF_PROG_TYPE_CGROUP_DEVICE) in
# '/sys/fs/cgroup/machine.slice/machine-web.slice/cri-nginx.scope': shell has no word for it,
# bpftool(8) shows it; what this script makes may use all
# linux.resources.memory.swap
printf %s 268435456 >/sys/fs/cgroup/machine.slice/machine-web.slice/cri-nginx.scope/memory.swap.max
# linux.resources.memory.limit
printf %s 268435456 >/sys/fs/cgroup/machine.slice/machine-web.slice/cri-nginx.scope/memory.max
# linux.resources.memory.reservation
printf %s 134217728 >/sys/fs/cgroup/machine.slice/machine-web.slice/cri-nginx.scope/memory.low
# linux.resources.cpu.shares
printf %s 59 >/sys/fs/cgroup/machine.slice/machine-web.slice/cri-nginx.scope/cpu.weight
# linux.resources.cpu.quota
printf %s '15000 100000' >/sys/fs/cgroup/machine.slice/machine-web.slice/cri-nginx.scope/cpu.max
# linux.resources.blockIO.weight
step_23=taken
{ printf %s 500 >/sys/fs/cgroup/machine.slice/machine-web.slice/cri-nginx.scope/io.bfq.weight; } || step_23=failed
if [ "$step_23" = failed ]; then
	printf %s 'default 4950' >/sys/fs/cgroup/machine.slice/machine-web.slice/cri-nginx.scope/io.weight
fi
# linux.resources.unified["memory.high"]
printf %s 200000000 >/sys/fs/cgroup/machine.slice/machine-web.slice/cri-nginx.scope/memory.high
# root.path: what was built becomes «/», and the host's tree, which is then on top of it,
# goes away. Only the program is left to be started, by a process that has given up its
# rights; so it is done from here.
await_gate pivot
nsenter --target "$child" --mount pivot_root "$rootfs" "$rootfs"
nsenter --target "$child" --mount --root=/ umount -n -l "/proc/$child/root"
# Only now, when there is the one process: the shells and tools before were more.
# What waits for it, unshare(1) or nsenter(1), goes back to where this shell is.
echo "$job" >"/sys/fs/cgroup$(sed -n 's/^[0-9]*:://p' /proc/self/cgroup)/cgroup.procs" || :
# linux.resources.pids.limit
printf %s 100 >/sys/fs/cgroup/machine.slice/machine-web.slice/cri-nginx.scope/pids.max
open_gate pivoted

# always
open_gate recorded
await_gate ready
# The container waits. This lets its program begin, as `start` does:
#	echo >/run/taru-oci/systemd/start.new
# Nothing of this script is needed any more, but for unshare(1), which waits for the process's end.
trap - EXIT
rm -r "$work"
exit 0
}
main
