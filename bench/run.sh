#!/bin/sh
# run.sh: how long the start of a container takes, against other runtimes (`make bench`).
#
# All of them start the same bundle, whose process is a static program that ends at once: six
# namespaces, six mounts, masked and read-only paths, no cgroup. The bundle with Docker's default seccomp
# profile is measured beside it. Prints Markdown, as in docs/performance.md.
#
#   RUNS=150               how many measured runs of each command
#   TARU_OCI=build/taru-oci
#
# runc cannot do without cgroups, so its figures contain them. bubblewrap reads no config; it is
# given options that come near. On a hybrid layout of cgroups crun refuses to start even when it is to
# make none, unless the v2 part is hidden, so all run in a mount namespace in which it is.
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin

if [ "$(id -u)" != 0 ]; then
	echo "run.sh: needs root: runc and crun are measured as root" >&2
	exit 1
fi
if [ "${1-}" != --inside ]; then
	exec unshare --mount --propagation private "$0" --inside
fi
if [ -d /sys/fs/cgroup/unified ]; then
	mount -t tmpfs none /sys/fs/cgroup/unified
fi

runs=${RUNS:-150}
build=$PWD/build/bench
taru_oci=$(realpath "${TARU_OCI:-build/taru-oci}")
[ -e "$build/build.ninja" ] ||
	meson setup "$build" --native-file meson/musl.ini -Dbench=true -Dprograms=false >/dev/null
ninja -C "$build" bench/latency bench/floor bench/true >/dev/null

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT PIPE TERM
mkdir -p "$work/plain/rootfs/bin" "$work/seccomp"
for part in proc sys dev; do
	mkdir "$work/plain/rootfs/$part"
done
cp "$build/bench/true" "$work/plain/rootfs/bin/true"
cp -a "$work/plain/rootfs" "$work/seccomp/rootfs"
(cd "$work" && "$taru_oci" spec)
# crun 1.8.1 knows no later version of the specification.
jq '.ociVersion = "1.0.2" | .process.terminal = false | .process.args = ["/bin/true"] |
	del(.linux.resources) | .mounts |= map(select(.type != "cgroup")) |
	.linux.namespaces |= (map(select(.type != "cgroup")) + [{ type: "cgroup" }])' \
	"$work/config.json" >"$work/plain/config.json"
jq --slurpfile seccomp tests/data/seccomp/docker.json '.linux.seccomp = $seccomp[0]' \
	"$work/plain/config.json" >"$work/seccomp/config.json"

# One line "NAME<tab>COMMAND" for each that is installed, for the bundle $1.
commands()
{
	printf 'taru-oci\t%s run -b %s {}\n' "$taru_oci" "$work/$1"
	if [ "$1" = seccomp ]; then
		printf 'taru-oci without it\t%s run -b %s {}\n' "$taru_oci" "$work/plain"
	else
		printf 'floor\t%s %s /bin/true\n' "$build/bench/floor" "$work/plain/rootfs"
	fi
	if command -v crun >/dev/null; then
		printf 'crun\tcrun --cgroup-manager disabled --root %s run -b %s {}\n' "$work/crun" "$work/$1"
	fi
	if command -v runc >/dev/null; then
		printf 'runc\trunc --root %s run -b %s {}\n' "$work/runc" "$work/$1"
	fi
	if [ "$1" = plain ] && command -v bwrap >/dev/null; then
		printf 'bwrap\tbwrap --unshare-all --hostname taru --ro-bind %s / --proc /proc --dev /dev %s\n' \
			"$work/plain/rootfs" "--tmpfs /dev/shm --mqueue /dev/mqueue --cap-drop ALL /bin/true"
	fi
}

# table BUNDLE MS BASE
table()
{
	commands "$1" | "$build/bench/latency" -n "$runs" -w 5 -p "$2" -b "$3" -b crun
	echo
}

count_calls()
{
	echo "| | system calls | with the seccomp profile |"
	echo "|---|---|---|"
	commands plain | while IFS='	' read -r name command; do
		printf '| %s | %s | %s |\n' "$name" "$(calls "$command")" \
			"$(calls "$(commands seccomp | sed -n "s/^$name	//p")")"
	done
	echo
}

# How many system calls a command makes, with all its processes.
calls()
{
	[ -n "$1" ] || return 0
	# Words without spaces or quotes.
	# shellcheck disable=SC2046
	strace -f -c -o "$work/strace" $(printf '%s' "$1" | sed 's/{}/counted/') >/dev/null </dev/null
	awk '$NF == "total" { print $4 }' "$work/strace"
}

echo "$(uname -m), $(nproc) processors, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), Linux $(uname -r);"
for program in crun runc bwrap; do
	! command -v $program >/dev/null || printf '%s; ' "$($program --version | head -1)"
done
printf 'taru-oci %s\n\n' "$(git describe --always --dirty 2>/dev/null || echo unknown)"
printf "Load of the machine before: %s\n\n" "$(cut -d" " -f1-3 /proc/loadavg)"

echo "Warm: one after another."
echo
table plain 0 floor
echo "Cold: with 100 ms of rest before each."
echo
table plain 100 floor
echo "With Docker's default seccomp profile, warm and cold."
echo
table seccomp 0 "taru-oci without it"
table seccomp 100 "taru-oci without it"
count_calls
