#!/bin/sh
# One more process in the container 'exec-rootless' as a shell script, which does what this does:
#
#	taru-oci exec --detach --pid-file /tmp/exec.pid exec-rootless
#
# Run it as the user that the container is for, root as a rule. It needs util-linux and coreutils.
#
# Two shells work side by side. The RUNTIME is this one: it stays on the host. The CONTAINER is
# started by it in namespaces of the container, enters the last ones of them when it needs the host's
# tools no more, and turns into the program.
# Where one has to wait for the other stands a gate. Above each
# command is the key of config.json that asked for it; «always» is what every container gets.
set -eu
umask 022
PATH=$PATH:/usr/sbin:/sbin
export PATH

# A function, so that the shell has read all of it when it starts: then the container can have
# standard input, also in `… | sh`.
main() {

# The process is a child of nsenter(1): only a child can be in another PID namespace.
# shellcheck disable=SC2317 # called by traps
find_process() {
	process=''
	{ read -r process _ <"/proc/$child/task/$child/children" || :; } 2>/dev/null
	process=${process:-$child}
}
# A folder for the pipes, the container's lane and the toolbox; it goes away at the end, however that
# comes.
work=$(mktemp -d)
job='' child=''
# shellcheck disable=SC2317 # called by the trap
clean_up() {
	status=$?
	trap - EXIT
	if [ -n "$child" ]; then
		find_process
		kill -KILL "$process" "$child" 2>/dev/null || :
	fi
	[ -z "$job" ] || wait "$job" || :
	rm -r "$work"
	exit "$status"
}
trap clean_up EXIT
trap 'exit 143' HUP INT TERM
chmod 755 "$work"
mkdir "$work/tools"
mkfifo "$work/to-container" "$work/to-runtime"
export work

# The container's root, as it is seen from the host.
rootfs=/proc/4242/root
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

# Tells the runtime which process this is, in the host's count.
read -r pid _ </proc/self/stat
echo "$pid" >&9

# always: signals that the caller ignored are taken again: env --default-signal, in the last
# command
# always: nobody else may trace this process while it is set up (prctl(2), PR_SET_DUMPABLE):
# shell has no word for it
# always: the process gets a session keyring of its own, '_ses.exec-rootless' (keyctl(2)): no
# tool of util-linux does that, keyctl(1) of keyutils does

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
take setpriv
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

# Descriptors of the caller's from 10 on, see above.
if command -v bash >/dev/null; then
	set -- "$@" bash -c '
		for fd in /proc/self/fd/*; do
			fd=${fd##*/}
			[ "$fd" -lt 10 ] || eval "exec $fd<&-"
		done
		exec "$@"' bash
fi

# The namespaces in which the host's tools are out of reach (mount), and in which the
# container's processes see this one (pid). So only copies are run from here on, in a file
# system that is read-only and mounted nowhere, each started by its dynamic loader, if it has
# one.
# exec
set -- "$@" nsenter --target 4242 --mount --pid --wd=.

# Who the process is and what it may do: one program, setpriv(1), with all its options.
for loader in ./ld-*; do
	[ ! -e "$loader" ] || set -- "$@" "$loader" --library-path .
done
set -- "$@" ./setpriv
# process.capabilities.bounding
set -- "$@" --bounding-set=-all
# process.user.additionalGids
set -- "$@" "$(setpriv --clear-groups true 2>/dev/null && echo --clear-groups || echo --keep-groups)"
# process.user.gid
set -- "$@" --regid=0
# process.user.uid
set -- "$@" --reuid=0
# process.capabilities
set -- "$@" --inh-caps=-all
set -- "$@" --ambient-caps=-all

# always: the gates have done their duty.
exec 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9>&-
for loader in ./ld-*; do
	[ ! -e "$loader" ] || set -- "$@" "$loader" --library-path .
done
# process.cwd, process.env, process.args
exec "$@" ./env -i --default-signal -C / -- \
	PATH=/bin \
	HOME="$home" \
	sh
CONTAINER

# --- the lane RUNTIME ---------------------------------------------------------------

# exec: the runtime holds the process by a descriptor (pidfd_open(2)), so that its number cannot
# become another's; a shell can only look at the moment when it began
began=$(sed 's/.*) //' /proc/4242/stat 2>/dev/null | cut -d ' ' -f 20)
[ "$began" = 123456 ] || { echo "the container's process has ended" >&2; exit 1; }

# Standard input, for the container: what is started in the background would get none.
exec 7<&0

# exec
# Where setgroups(2) is denied in it, nsenter(1) must not try to leave its groups.
keep=''
nsenter --target 4242 --user true 2>/dev/null || keep=yes
# The namespaces in which the host's tools still work, and a place for copies of some.
nsenter --target 4242 --user ${keep:+--preserve-credentials} \
	unshare --mount --propagation private \
	sh -eu "$work/container" <&7 7<&- 8<"$work/to-container" 9>"$work/to-runtime" &
job=$!
exec 9>"$work/to-container" 8<"$work/to-runtime"
read -r child <&8

# exec
if read -r _ <&8; then exit 1; fi
until find_process; [ "$process" != "$child" ]; do
	read -r _ _ state _ <"/proc/$child/stat"
	[ "$state" != Z ] || break
	sleep 0.01
done
child=$process
# shellcheck disable=SC2317 # called by traps
find_process() { process=$child; }
# option '--pid-file'
printf %s "$child" >/tmp/exec.pid.new
mv /tmp/exec.pid.new /tmp/exec.pid
# Nothing of this script is needed any more, but for nsenter(1), which waits for the process's end.
trap - EXIT
rm -r "$work"
exit 0
}
main
