#!/bin/sh
# The container 'network-routes' as a shell script, which does what this does:
#
#	taru-oci run -b /bundle network-routes
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

# A cgroup that is here for as long as the container. With --cpuset (v1): a new one has no processors and no
# memory nodes yet, and one that was there may have none; it gets those of the one that it is in.
lend_cgroup() {
	if [ "$1" = --cpuset ]; then make_cpuset "$2"; shift; else mkdir -p "$1"; fi
	made="$1
$made"
}
make_cpuset() {
	if [ -d "$1" ] && ! grep -qs '^$' "$1/cpuset.cpus" "$1/cpuset.mems"; then return 0; fi
	make_cpuset "${1%/*}"
	[ -d "$1" ] || mkdir "$1"
	! grep -q '^$' "$1/cpuset.cpus" || cat "${1%/*}/cpuset.cpus" >"$1/cpuset.cpus"
	! grep -q '^$' "$1/cpuset.mems" || cat "${1%/*}/cpuset.mems" >"$1/cpuset.mems"
}

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

# always: signals that the caller ignored are taken again: env --default-signal, in the last
# command
# always: nobody else may trace this process while it is set up (prctl(2), PR_SET_DUMPABLE):
# shell has no word for it
# always: the process gets a session keyring of its own, '_ses.network-routes' (keyctl(2)): no
# tool of util-linux does that, keyctl(1) of keyutils does
# linux.namespaces
ip link set dev lo up
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
await_gate devices-moved
# network wine
ip address add 10.89.0.2/24 dev eth0
ip address add fd00:89::2/64 dev eth0 nodad
ip link set dev eth0 up
ip route add default via 10.89.0.1 dev eth0
ip route add 10.9.0.0/16 via 10.89.0.7 dev eth0
ip -6 route add fd00:9::/64 via fd00:89::7 dev eth0 metric 200
# network lan
ip address add 192.0.2.10/24 dev eth1
ip link set dev eth1 up
ip route add 10.9.0.0/16 via 192.0.2.1 dev eth1 metric 50
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

# enter FILE... -- COMMAND...: this process goes into cgroups, and then becomes the command.
cat >"$work/enter" <<'ENTER'
while [ "$1" != -- ]; do echo 0 >"$1"; shift; done
shift
exec "$@"
ENTER

# --- the lane RUNTIME ---------------------------------------------------------------

# linux.cgroupsPath
echo '+cpuset +cpu +io +memory +hugetlb +pids +rdma +misc' >/sys/fs/cgroup/cgroup.subtree_control || :
lend_cgroup /sys/fs/cgroup/network-routes
# Standard input, for the container: what is started in the background would get none.
exec 7<&0

# linux.cgroupsPath, linux.namespaces
sh -eu "$work/enter" \
		/sys/fs/cgroup/network-routes/cgroup.procs \
	-- \
	unshare --mount --pid --net --fork --kill-child --propagation unchanged \
	sh -eu "$work/container" <&7 7<&- 8<"$work/to-container" 9>"$work/to-runtime" &
job=$!
exec 9>"$work/to-container" 8<"$work/to-runtime"
read -r child <&8

# linux.resources.devices: which devices may be used is decided by an eBPF program of 19
# instructions (bpf(2), BPF_PROG_TYPE_CGROUP_DEVICE) in '/sys/fs/cgroup/network-routes': shell
# has no word for it, bpftool(8) shows it; what this script makes may use all
# network wine
if ! ip link show dev taru1 >/dev/null 2>&1; then
	ip link add name taru1 type bridge
	ip link set dev taru1 address "$(ip -br link show dev taru1 | awk '{ print $3 }')"
	[ ! -e /proc/sys/net/ipv6 ] || echo 0 >/proc/sys/net/ipv6/conf/taru1/accept_ra
fi
ip link set dev taru1 up
ip address replace 10.89.0.1/24 dev taru1
ip link add name veth12ab master taru1 numtxqueues 1 numrxqueues 1 type veth peer name eth0 netns "$child" numtxqueues 1 numrxqueues 1
[ ! -e /proc/sys/net/ipv6 ] || ip link set dev veth12ab addrgenmode none
ip link set dev veth12ab type bridge_slave hairpin on
ip link set dev veth12ab up
# network lan
ip link add link enp1s0 name eth1 netns "$child" type macvlan mode bridge
# always
open_gate devices-moved
# root.path: what was built becomes «/», and the host's tree, which is then on top of it,
# goes away. Only the program is left to be started, by a process that has given up its
# rights; so it is done from here.
await_gate pivot
nsenter --target "$child" --mount pivot_root "$rootfs" "$rootfs"
nsenter --target "$child" --mount --root=/ umount -n -l "/proc/$child/root"
open_gate pivoted

# always
open_gate recorded
for signal in HUP INT QUIT TERM USR1 USR2; do
	# shellcheck disable=SC2064 # the signal is meant to be put in now
	trap "kill -$signal \"\$child\" 2>/dev/null || :" "$signal"
done
# wait(1) also returns when a signal was passed on.
while :; do
	status=0
	wait "$job" || status=$?
	kill -0 "$job" 2>/dev/null || break
done
job='' child=''
exit "$status"
}
main
