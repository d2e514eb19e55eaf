#!/bin/sh
# The container 'page' as a shell script, which does what this does:
#
#	taru-oci run -b /bundle page
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

# lend COMMAND...: does it as the host's root, among the container's mounts; as_root: as the
# container's.
lend() { nsenter --target "$child" --mount "$@"; }
as_root() { nsenter --target "$child" --user --mount "$@"; }
# lend_mount SOURCE fill|UID:GID|'' OPTION...: mounts it where the container's shell says, which has not
# the right to the source, and waits. A new volume gets what was there before, and may be given away.
lend_mount() {
	source=$1 fill=$2
	shift 2
	await_gate mount
	if [ -d "$source" ]; then echo dir >&9; else echo file >&9; fi
	read -r at <&8
	if [ -n "$fill" ]; then
		lend mount --bind "$at" "$work/held"
		lend mount "$@" "$source" "$at"
		case $* in
		*idmap*) as_root cp -a "$work/held/." "$at" ;;
		*) lend cp -a "$work/held/." "$at" ;;
		esac
		[ "$fill" = fill ] || lend chown -hR "$fill" "$at"
		lend umount "$work/held"
	else
		lend mount "$@" "$source" "$at"
	fi
	open_gate mounted
}

# give_owners FOLDER UIDS GIDS: each file goes from its owner in the image to who that is on the host.
# By that it is not setuid any more, which is given back, and has no capabilities, which is not.
on_host() {
	id=$1
	for map in $2; do
		first=${map%%:*} count=${map##*:} map=${map#*:}
		[ "$1" -lt "$first" ] || [ "$1" -ge $((first + count)) ] || id=$((${map%%:*} + $1 - first))
	done
}
give_owners() {
	find "$1" -xdev -type f -perm /6000 -printf '%m %p\n' >"$work/modes"
	find "$1" -xdev -printf '%U %G\n' | sort -u >"$work/owners"
	while read -r uid gid; do
		on_host "$uid" "$2"
		new=$id
		on_host "$gid" "$3"
		find "$1" -xdev -uid "$uid" -gid "$gid" -exec chown -h "$new:$id" {} +
	done <"$work/owners"
	while read -r mode file; do chmod "$mode" "$file"; done <"$work/modes"
}

# root.path: where the container's shell can reach it
rootfs=$work/root
mkdir "$rootfs"
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

# hidden_mode PATH: sets $mode to an option for a tmpfs that is to have the mode of the directory that
# it hides, if there is one.
hidden_mode() {
	place "$1"
	mode=''
	[ ! -d "$at" ] || mode=,mode=$(stat -c %a "$at")
}

# change_below OPTIONS [TOP]: changes the mount at $at and each one below it; with TOP, other options
# for that at $at.
change_below() {
	options=${2:-$1}
	findmnt -R -n -r -o TARGET "$at" | while IFS= read -r mount; do
		mount -o "remount,bind,$options" "$mount"
		options=$1
	done
}

# make_link PATH TO: a symbolic link, unless there is something.
make_link() {
	place_new "$1"
	[ -e "$at" ] || [ -L "$at" ] || ln -s "$2" "$at"
}

# mask PATH: covers a directory with the empty one, a file with the host's /dev/null.
empty=''
mask() {
	place "$1"
	if [ ! -d "$at" ]; then [ ! -e "$at" ] || mount --bind /dev/null "$at"
	elif [ -n "$empty" ]; then mount --bind "$empty" "$at"
	else
		mount -n --move "$work/empty" "$at"
		empty=$at
	fi
}

# make_readonly PATH: mounts it on itself, so that it has attributes of its own.
make_readonly() {
	place "$1"
	[ -e "$at" ] || return 0
	mount --rbind "$at" "$at"
	change_below ro
}

# borrow_mount PATH: the runtime's shell mounts there what it has the right to.
borrow_mount() {
	open_gate mount
	read -r what <&8
	"place_$what" "$1"
	echo "$at" >&9
	await_gate mounted
}

# Tells the runtime which process this is, in the host's count.
read -r pid _ </proc/self/stat
echo "$pid" >&9

# always: signals that the caller ignored are taken again: env --default-signal, in the last
# command
# always: nobody else may trace this process while it is set up (prctl(2), PR_SET_DUMPABLE):
# shell has no word for it
# always: the process gets a session keyring of its own, '_ses.page' (keyctl(2)): no tool of
# util-linux does that, keyctl(1) of keyutils does
# linux.namespaces
ip link set dev lo up
# always
mount --make-rslave /
# root.path
open_gate layers; await_gate layers-mounted
mount --rbind "$rootfs" "$rootfs"
# mounts[0]
place_plain /proc
mount -t proc -o nodev,noexec,nosuid proc "$at"
# mounts[1]
place_dir /dev
mount -t tmpfs -o mode=755,size=65536k tmpfs "$at"
# mounts[2]
place_dir /dev/pts
mount -t devpts devpts "$at"
# mounts[3]
borrow_mount '/srv/<iframe src=x>'
mount -o remount,bind,ro "$at"
mount --make-rslave "$at"
# mounts[4]
hidden_mode '/srv/<iframe src=x>/below'
place_dir '/srv/<iframe src=x>/below'
mount -t tmpfs -o rw"$mode" '<tmp>' "$at"
# always
place_file /dev/null
mount --bind /dev/null "$at"
place_file /dev/zero
mount --bind /dev/zero "$at"
place_file /dev/full
mount --bind /dev/full "$at"
place_file /dev/random
mount --bind /dev/random "$at"
place_file /dev/urandom
mount --bind /dev/urandom "$at"
place_file /dev/tty
mount --bind /dev/tty "$at"
make_link /dev/fd /proc/self/fd
make_link /dev/stdin /proc/self/fd/0
make_link /dev/stdout /proc/self/fd/1
make_link /dev/stderr /proc/self/fd/2
make_link /dev/ptmx pts/ptmx
await_gate devices-moved
# network <u>web</u>
ip address add 10.88.0.2/16 dev eth0
{ ip link set dev eth0 addrgenmode none; } || echo '(a failure is no fault here)' >&2
ip link set dev eth0 up
ip route add default via 10.88.0.1 dev eth0
# hostname
hostname '<script>alert(1)</script>'
# always: the runtime opens a procfs that nobody else can reach (fsopen(2), subset=pid), so that
# an image cannot put its own in the way; this shell takes the host's /proc, which is as safe
# until the root is changed
# linux.readonlyPaths[0]
make_readonly /proc/sys
# linux.maskedPaths: files are covered by the host's /dev/null, never the container's, which an
# image can replace by something else
# linux.maskedPaths
mount -t tmpfs -o nosuid,nodev,noexec,mode=555,nr_inodes=1 none "$work/empty"
mount -o remount,bind,ro "$work/empty"
# linux.maskedPaths[0]
mask /proc/kcore
# process.cwd
{ place_dir /srv; } || echo '(a failure is no fault here)' >&2
# root.readonly
place /
mount -o remount,bind,ro "$at"
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
# always
open_gate ready-for-limits
await_gate limits-set
umask 0022
# process.user.uid
home=/
place /etc/passwd
if [ -f "$at" ]; then
	while IFS=: read -r _ _ uid _ _ directory _; do
		[ "$uid" = 1000 ] || continue
		case $directory in /*) home=$directory; break ;; esac
	done <"$at"
fi
for fd in 0 1 2; do if [ -p /dev/fd/$fd ]; then chown 1000 /dev/fd/$fd || :; fi; done
# process.user.uid: capabilities are kept across the change of uid (prctl(2), PR_SET_KEEPCAPS):
# setpriv(1) does that by itself
# always: all descriptors from 3 on are closed (close_range(2)). A POSIX shell can only name
# those up to 9, which the last one below closes; the others need bash(1), where that is
# installed
# linux.seccomp: a filter for system calls is loaded here, 9 instructions of BPF (seccomp(2)).
# Shell has no word for it, so this container is less confined than the real one; setpriv(1) has
# --seccomp-filter from util-linux 2.41 on

# Who the process is and what it may do: one program, setpriv(1), with all its options.
set -- "$@" setpriv
# process.apparmorProfile
set -- "$@" --apparmor-profile='<b onmouseover=alert(1)>'
# process.capabilities.bounding
set -- "$@" --bounding-set=-all,+chown,+kill,+net_admin
# process.user.additionalGids
set -- "$@" --groups=10,20
# process.user.gid
set -- "$@" --regid=1000
# process.user.uid
set -- "$@" --reuid=1000
# process.capabilities
set -- "$@" --inh-caps=-all
set -- "$@" --ambient-caps=-all
# process.noNewPrivileges
set -- "$@" --no-new-privs

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
exec "$@" ./env -i --default-signal -C /srv -- \
	PATH=/usr/bin:/bin \
	'EVIL=" onclick="alert(1)'\'' style='\''x' \
	'RAW=[31m‮evil&lt;' \
	HOME="$home" \
	sh -c 'echo '\''</pre><img src=x onerror=alert(1)>'\'' & "quoted"'
CONTAINER

# enter FILE... -- COMMAND...: this process goes into cgroups, and then becomes the command.
cat >"$work/enter" <<'ENTER'
while [ "$1" != -- ]; do echo 0 >"$1"; shift; done
shift
exec "$@"
ENTER

# --- the lane RUNTIME ---------------------------------------------------------------

# mounts[3]: '/data/"><svg/onload=alert(1)>' is mounted with the host's rights, when the
# container is ready for it
# linux.uidMappings: a user namespace that only carries the id maps of a mount (uids: 0 100000
# 65536): mount(8) makes one by itself for X-mount.idmap
# linux.uidMappings: '/var/lib/taru' is mounted with the host's rights, when the container is
# ready for it
# linux.cgroupsPath
echo '+cpuset +cpu +io +memory +hugetlb +pids +rdma +misc' >/sys/fs/cgroup/cgroup.subtree_control || :
lend_cgroup /sys/fs/cgroup/page
# Standard input, for the container: what is started in the background would get none.
exec 7<&0

# linux.namespaces: a user namespace, held open by an idle process until the container's is in
# it: whoever is to have rights in it must be mapped to an id first, and that is done from here.
unshare --user sh -c 'echo made; exec sleep infinity' >"$work/held-open" &
holder=$!
read -r _ <"$work/held-open"
# linux.uidMappings
cat >"/proc/$holder/uid_map" <<'MAP'
0 100000 65536
MAP
# linux.gidMappings
cat >"/proc/$holder/gid_map" <<'MAP'
0 100000 65536
MAP

# linux.cgroupsPath, linux.namespaces, linux.namespaces[5]
sh -eu "$work/enter" \
		/sys/fs/cgroup/page/cgroup.procs \
	-- \
	nsenter --user="/proc/$holder/ns/user" \
	unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child --propagation unchanged \
	sh -eu "$work/container" <&7 7<&- 8<"$work/to-container" 9>"$work/to-runtime" &
job=$!
exec 9>"$work/to-container" 8<"$work/to-runtime"
read -r child <&8
kill "$holder"; holder=''

# linux.resources.devices: which devices may be used is decided by an eBPF program of 19
# instructions (bpf(2), BPF_PROG_TYPE_CGROUP_DEVICE) in '/sys/fs/cgroup/page': shell has no word
# for it, bpftool(8) shows it; what this script makes may use all
# linux.resources.memory.limit
printf %s 268435456 >/sys/fs/cgroup/page/memory.max
# linux.resources.cpu.quota
printf %s '150000 100000' >/sys/fs/cgroup/page/cpu.max
# network <u>web</u>
if ! ip link show dev taru0 >/dev/null 2>&1; then
	ip link add name taru0 type bridge
	ip link set dev taru0 address "$(ip -br link show dev taru0 | awk '{ print $3 }')" mtu 1400
	[ ! -e /proc/sys/net/ipv6 ] || echo 0 >/proc/sys/net/ipv6/conf/taru0/accept_ra
fi
ip link set dev taru0 up
ip address replace 10.88.0.1/16 dev taru0
/usr/libexec/taru/taru-names --background --listen '<a/href=x>'
ip link add name veth12ab master taru0 numtxqueues 1 numrxqueues 1 mtu 1400 type veth peer name eth0 netns "$child" mtu 1400 address 02:42:0a:58:00:02 numtxqueues 1 numrxqueues 1
[ ! -e /proc/sys/net/ipv6 ] || ip link set dev veth12ab addrgenmode none
ip link set dev veth12ab type bridge_slave hairpin on
ip link set dev veth12ab up
# always
open_gate devices-moved
# root.path
# By an idmapped mount, so that files belong to who owns them in the image; mount(8) has that
# from util-linux 2.39 on. Else each file gets another owner, in a copy of its own.
await_gate layers
if mount --help | grep -q -e --map-users; then
	lend mount --bind -o 'X-mount.idmap=u:0:100000:65536 g:0:100000:65536' /var/lib/taru /var/lib/taru
	as_root sh -euc '(cd /var/lib/taru && mount -t overlay -o userxattr,lowerdir=layers/0000000000000000000000000000000000000000000000000000000000000002/diff:layers/0000000000000000000000000000000000000000000000000000000000000001/diff,upperdir=containers/11/upper,workdir=containers/11/work overlay '\''containers/11/<i>rootfs'\'')'
	lend mount --rbind '/var/lib/taru/containers/11/<i>rootfs' "$rootfs"
	lend umount -l /var/lib/taru
else
	lend sh -euc '(cd /var/lib/taru && mount -t overlay -o userxattr,lowerdir=layers/0000000000000000000000000000000000000000000000000000000000000002/diff:layers/0000000000000000000000000000000000000000000000000000000000000001/diff,upperdir=containers/11/upper,workdir=containers/11/work overlay '\''containers/11/<i>rootfs'\'')'
	give_owners "/proc/$child/root"'/var/lib/taru/containers/11/<i>rootfs' 0:100000:65536 0:100000:65536
	lend mount --rbind '/var/lib/taru/containers/11/<i>rootfs' "$rootfs"
fi
open_gate layers-mounted
# mounts[3]
lend_mount '/data/"><svg/onload=alert(1)>' '' --rbind
# always
await_gate ready-for-limits
# process.rlimits[0]
prlimit --pid "$child" --nofile=1024:4096
# always
open_gate limits-set
# root.path: what was built becomes «/», and the host's tree, which is then on top of it,
# goes away. Only the program is left to be started, by a process that has given up its
# rights; so it is done from here.
await_gate pivot
nsenter --target "$child" --user --mount pivot_root "$rootfs" "$rootfs"
nsenter --target "$child" --user --mount --root=/ umount -n -l "/proc/$child/root"
# Only now, when there is the one process: the shells and tools before were more.
# What waits for it, unshare(1) or nsenter(1), goes back to where this shell is.
echo "$job" >"/sys/fs/cgroup$(sed -n 's/^[0-9]*:://p' /proc/self/cgroup)/cgroup.procs" || :
# linux.resources.pids.limit
printf %s 100 >/sys/fs/cgroup/page/pids.max
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
