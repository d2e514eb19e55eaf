#!/bin/sh
# run.sh [SECTION…]: what containers cost, against other runtimes (`make bench`). Prints Markdown, as in
# docs/performance.md.
#
#	start      `run` of a program that ends at once
#	lifecycle  create, start, the program's end, delete; and the same for a program that is killed
#	exec       a program that ends at once, in a container that runs
#	limits     run, exec and a whole life with cgroups: limits of memory, processor time and processes, and a list of
#	           devices
#	alive      what 200 containers hold: processes, memory, state
#	parallel   containers per second, when 16 loops run them at once
#	calls      how many system calls each verb makes
#	build      nothing is measured: the programs that measure are built
#
#	RUNS=150                       how many measured runs of each command
#	ALIVE=200  LOOPS=16            how many containers, how many loops
#	RUNTIMES="taru-oci crun runc"  whom to measure
#	TARU_OCI=build/taru-oci
#
# The bundle: a static program, six namespaces, six mounts, masked and read-only paths, no cgroup; and the
# same with Docker's default seccomp profile. What the runtimes record goes to a tmpfs, as /run is one.
#
# A container's process is adopted and waited for by bench/latency, as engines do with a shim: so its end is a part of a
# life that costs all runtimes the same. `delete --force` is measured apart: runc looks only each 100 ms whether
# the process has ended.
#
# runc cannot do without cgroups, so its figures contain them everywhere; those of the others only in `limits`.
# bubblewrap reads no config; it is given options that come near. On a hybrid layout of cgroups crun refuses to start
# even when it is to make none, unless the v2 part is hidden, so all run in a mount namespace in which it is.
#
# In a test machine, for cgroup v2 alone (`make bench-vm`). It is slow, so the programs are built before.
#
#	bench/run.sh build
#	tests/vm/run --disk --env RUNS=20 --time-limit 1800 bench/run.sh limits calls
#
# All is emulated there, kernel and programs alike: only ratios and counts say something.
#
# Where others keep the machine busy, `RUNTIMES="taru-oci crun" chrt -r 10 bench/run.sh` keeps them out of the figures;
# not with runc and not in `limits`: cgroups have no share of real time.
#
# Whatever ends this script, the containers are removed, and what runtimes that were cut off left behind.
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin

if [ "$(id -u)" != 0 ]; then
	echo "run.sh: needs root: runc and crun are measured as root" >&2
	exit 1
fi
if [ "${1-}" != --inside ]; then
	exec unshare --mount --propagation private "$0" --inside "$@"
fi
shift
[ $# != 0 ] || set -- start lifecycle exec limits alive parallel calls
for section; do
	case $section in
	start | lifecycle | exec | limits | alive | parallel | calls | build) ;;
	*) echo "run.sh: there is no section '$section'" >&2; exit 2 ;;
	esac
done
if [ -d /sys/fs/cgroup/unified ]; then
	mount -t tmpfs none /sys/fs/cgroup/unified
fi

runs=${RUNS:-150} alive=${ALIVE:-200} loops=${LOOPS:-16}
runtimes=${RUNTIMES:-taru-oci crun runc}
build=$PWD/build/bench
taru_oci=$(realpath "${TARU_OCI:-build/taru-oci}")
[ -e "$build/build.ninja" ] ||
	meson setup "$build" --native-file meson/musl.ini -Dbench=true -Dprograms=false >/dev/null
ninja -C "$build" bench/latency bench/throughput bench/floor bench/true bench/pause >/dev/null
[ "$*" != build ] || exit 0

work=$(mktemp -d)
state=$work/state
child=
manager=disabled	# of cgroups, but for runc
names=bench-$$		# how the names of all containers begin
trap clean_up EXIT
trap 'exit 1' HUP INT PIPE TERM

# --- the runtimes ---

# The command of a runtime, up to its verb; nothing where it is not installed.
runtime()
{
	case $1 in
	taru-oci) printf '%s --cgroup-manager %s --root %s' "$taru_oci" "$manager" "$state/taru-oci" ;;
	crun) ! path=$(command -v crun) || printf '%s --cgroup-manager %s --root %s' "$path" "$manager" "$state/crun" ;;
	runc) ! path=$(command -v runc) || printf '%s --root %s' "$path" "$state/runc" ;;
	esac
}

# each TEMPLATE: a line "NAME<tab>SEQUENCE" for each runtime; @ in the template is its command, % its name, {} a
# new name.
each()
{
	for name in $runtimes; do
		command=$(runtime "$name")
		[ -z "$command" ] || printf '%s\t%s\n' "$name" \
			"$(printf '%s' "$1" | sed "s|%|$name|g; s|@|$command|g; s|{}|$names-{}|g")"
	done
}

# All words of a command, without quotes or spaces in them.
# shellcheck disable=SC2046
with_runtime()
{
	name=$1
	shift
	$(runtime "$name") "$@"
}

# --- the bundles, and what is left of it all in the end ---

# make_bundle NAME PROGRAM [SECCOMP PROFILE]
make_bundle()
{
	mkdir "$work/$1"
	cp -a "$work/rootfs" "$work/$1/rootfs"
	# crun 1.8.1 knows no later version of the specification.
	jq --arg program "$2" --slurpfile seccomp "${3:-/dev/null}" \
		'.ociVersion = "1.0.2" | .process.terminal = false | .process.args = [$program] |
		del(.linux.resources) | .mounts |= map(select(.type != "cgroup")) |
		.linux.namespaces |= (map(select(.type != "cgroup")) + [{ type: "cgroup" }]) |
		if $seccomp[0] then .linux.seccomp = $seccomp[0] else . end' \
		"$work/config.json" >"$work/$1/config.json"
}

# What `docker run --memory 64m --cpus 0.5 --pids-limit 100` asks for.
limits='.linux.resources = {
	memory: { limit: 67108864, swap: 134217728 },
	cpu: { shares: 512, quota: 50000, period: 100000 },
	pids: { limit: 100 },
	devices: [{ allow: false, access: "rwm" },
		(("c 1 5", "c 1 3", "c 1 9", "c 1 8", "c 5 0", "c 5 1") | split(" ") |
			{ allow: true, type: .[0], major: (.[1] | tonumber), minor: (.[2] | tonumber), access: "rwm" })] }'

set_up()
{
	mkdir "$state"
	mount -t tmpfs none "$state"
	mkdir -p "$work/rootfs/bin" "$work/rootfs/proc" "$work/rootfs/sys" "$work/rootfs/dev"
	cp "$build/bench/true" "$build/bench/pause" "$work/rootfs/bin/"
	(cd "$work" && "$taru_oci" spec)
	make_bundle plain /bin/true
	make_bundle plain-pause /bin/pause
	make_bundle seccomp /bin/true tests/data/seccomp/docker.json
	make_bundle seccomp-pause /bin/pause tests/data/seccomp/docker.json
	make_bundle limits /bin/true
	make_bundle limits-pause /bin/pause
	for bundle in limits limits-pause; do
		jq "$limits" "$work/$bundle/config.json" >"$work/config.new"
		mv "$work/config.new" "$work/$bundle/config.json"
	done
}

clean_up()
{
	trap '' HUP INT PIPE TERM
	if [ -n "$child" ]; then
		kill "$child" 2>/dev/null || true
		wait "$child" || true
	fi
	for name in taru-oci crun runc; do
		for container in "$state/$name"/*/; do
			[ -d "$container" ] || continue
			container=$(basename "$container")
			with_runtime "$name" delete --force "$container" ||
				kill -KILL "$(cat "$work/$name-$container.pid")" 2>/dev/null || true
		done
	done
	# What a runtime that was cut off left of its cgroups.
	find /sys/fs/cgroup -depth -type d -name "$names-*" -exec rmdir {} + 2>/dev/null || true
	umount --lazy "$state" || true
	rm -rf "$work"
}

# In the background, so that a signal to this shell does not wait for its end.
run_child()
{
	"$@" <"$work/input" &
	child=$!
	wait "$child"
	child=
}

# table MS BASE: what was written to $work/input, with MS of rest before each.
table()
{
	run_child "$build/bench/latency" -n "$runs" -w 5 -p "$1" -b "$2" ${3:+-b "$3"}
	echo
}

# --- the sections ---

start_sequences()
{
	each "@ run -b $work/$1 {}"
	if [ "$1" = seccomp ]; then
		case $runtimes in *taru-oci*)
			printf 'taru-oci without it\t%s run -b %s %s-{}\n' "$(runtime taru-oci)" "$work/plain" "$names" ;;
		esac
		return
	fi
	printf 'floor\t%s %s /bin/true\n' "$build/bench/floor" "$work/plain/rootfs"
	if command -v bwrap >/dev/null; then
		printf 'bwrap\tbwrap --unshare-all --hostname taru --ro-bind %s / --proc /proc --dev /dev %s\n' \
			"$work/plain/rootfs" "--tmpfs /dev/shm --mqueue /dev/mqueue --cap-drop ALL /bin/true"
	fi
}

bench_start()
{
	start_sequences plain >"$work/input"
	echo "run: warm, one after another."
	echo
	table 0 floor crun
	echo "run: cold, with 100 ms of rest before each."
	echo
	table 100 floor crun
	start_sequences seccomp >"$work/input"
	echo "run, with Docker's default seccomp profile: warm and cold."
	echo
	table 0 "taru-oci without it" crun
	table 100 "taru-oci without it" crun
}

bench_lifecycle()
{
	ends="start: @ start {} ; end: wait ; delete: @ delete {}"
	killed="start: @ start {} ; kill: @ kill {} KILL ; end: wait ; delete: @ delete {}"

	each "create: @ create -b $work/plain {} ; $ends" >"$work/input"
	echo "A container that ends by itself: warm and cold."
	echo
	table 0 crun
	table 100 crun
	each "create: @ create -b $work/plain-pause {} ; $killed" >"$work/input"
	echo "One that is killed: warm and cold."
	echo
	table 0 crun
	table 100 crun
	each "create: @ create -b $work/plain-pause {} ; start: @ start {} ; delete: @ delete --force {}" \
		>"$work/input"
	echo "One that runs and is deleted with --force: warm."
	echo
	table 0 crun
	each "create: @ create -b $work/seccomp {} ; $ends" >"$work/input"
	echo "One that ends by itself, with Docker's default seccomp profile: warm and cold."
	echo
	table 0 crun
	table 100 crun
}

# live BUNDLE: a container of each runtime's that runs, $names-RUNTIME-BUNDLE. Cgroups are called as they are.
live()
{
	for name in $runtimes; do
		[ -n "$(runtime "$name")" ] || continue
		# Its process would hold the streams of this one.
		if ! with_runtime "$name" create -b "$work/$1-pause" --pid-file "$work/$name-$names-$name-$1.pid" \
			"$names-$name-$1" </dev/null >"$work/log" 2>&1; then
			cat "$work/log" >&2
			exit 1
		fi
		with_runtime "$name" start "$names-$name-$1"
	done
}

die()
{
	for name in $runtimes; do
		[ -z "$(runtime "$name")" ] || with_runtime "$name" delete --force "$names-$name-$1"
	done
}

bench_exec()
{
	for bundle in plain seccomp; do
		with=
		[ $bundle = plain ] || with=", with Docker's default seccomp profile"
		live $bundle
		each "@ exec $names-%-$bundle /bin/true" >"$work/input"
		echo "exec$with: warm and cold."
		echo
		table 0 crun
		table 100 crun
		each "@ exec --detach $names-%-$bundle /bin/true" >"$work/input"
		echo "exec --detach$with, until it returns: warm and cold."
		echo
		table 0 crun
		table 100 crun
		die $bundle
	done
}

bench_limits()
{
	ends="start: @ start {} ; end: wait ; delete: @ delete {}"

	manager=cgroupfs
	each "@ run -b $work/limits {}" >"$work/input"
	echo "run with limits: warm and cold."
	echo
	table 0 crun
	table 100 crun
	each "create: @ create -b $work/limits {} ; $ends" >"$work/input"
	echo "A container with limits that ends by itself: warm and cold."
	echo
	table 0 crun
	table 100 crun
	live limits
	each "@ exec $names-%-limits /bin/true" >"$work/input"
	echo "exec into a container with limits: warm and cold."
	echo
	table 0 crun
	table 100 crun
	die limits
	echo "System calls with limits."
	echo
	count_bundle limits
	echo
	manager=disabled
}

bench_alive()
{
	for name in $runtimes; do
		command=$(runtime "$name")
		[ -z "$command" ] || printf '%s\t%s\t%s\n' "$name" "$state/$name" "$command"
	done >"$work/input"
	echo "Alive: $alive containers at once."
	echo
	run_child bench/alive "$alive" "$work/plain-pause" "$names"
	echo
	echo "The same with Docker's default seccomp profile."
	echo
	run_child bench/alive "$alive" "$work/seccomp-pause" "$names"
	echo
}

bench_parallel()
{
	each "@ create -b $work/plain {} ; @ start {} ; wait ; @ delete {}" >"$work/input"
	echo "Parallel: containers per second (create, start, the program's end, delete), on $(nproc) processors."
	echo
	run_child "$build/bench/throughput" -t 4000 -j 1 -j "$(nproc)" -j "$loops" -b crun
	echo
}

# --- system calls ---

# calls COMMAND ARG…: how many it makes, with all its processes.
calls()
{
	strace -f -c -o "$work/strace" "$@" >/dev/null </dev/null
	counted "$work/strace"
}

counted()
{
	awk '$NF == "total" { print $4 }' "$1"
}

# until_status NAME CONTAINER STATUS
until_status()
{
	tries=0
	until [ "$(with_runtime "$1" state "$2" 2>/dev/null | jq -r .status)" = "$3" ]; do
		tries=$((tries + 1))
		if [ $tries = 200 ]; then
			echo "run.sh: $1: '$2' does not become $3" >&2
			exit 1
		fi
		sleep 0.05
	done
}

# The row of a runtime, for the bundle $2. strace stays with create until the container's process ends, or (-I 2) a
# signal ends it.
count_verbs()
{
	command=$(runtime "$1")
	# shellcheck disable=SC2086
	{
		run=$(calls $command run -b "$work/$2" "$names-counted")
		strace -I 2 -f -c -o "$work/strace-create" $command create -b "$work/$2" "$names-counted" >/dev/null </dev/null &
		child=$!
		until_status "$1" "$names-counted" created
		start=$(calls $command start "$names-counted")
		wait "$child"
		child=
		delete=$(calls $command delete "$names-counted")
		exec=$(calls $command exec "$names-$1-$2" /bin/true)
		detached=$(calls $command exec --detach "$names-$1-$2" /bin/true)
		kill=$(calls $command kill "$names-$1-$2" KILL)
		until_status "$1" "$names-$1-$2" stopped
	}
	with_runtime "$1" delete "$names-$1-$2"
	echo "| $1 | $run | $(counted "$work/strace-create") | $start | $exec | $detached | $kill | $delete |"
}

count_bundle()
{
	echo "| | run | create, and the container's side | start | exec | exec --detach | kill | delete |"
	echo "|---|---|---|---|---|---|---|---|"
	live "$1"
	for name in $runtimes; do
		[ -z "$(runtime "$name")" ] || count_verbs "$name" "$1"
	done
}

bench_calls()
{
	echo "System calls."
	echo
	count_bundle plain
	start_sequences plain | while IFS='	' read -r name command; do
		# shellcheck disable=SC2086
		case $name in floor | bwrap) echo "| $name | $(calls $command) | | | | | | |" ;; esac
	done
	echo
	echo "System calls with Docker's default seccomp profile."
	echo
	count_bundle seccomp
	echo
}

set_up
echo "$(uname -m), $(nproc) processors, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), Linux $(uname -r);"
for program in crun runc bwrap; do
	! command -v $program >/dev/null || printf '%s; ' "$($program --version | head -1)"
done
printf 'taru-oci %s\n\n' "$(git describe --always --dirty 2>/dev/null || echo unknown)"
printf "Load of the machine before: %s\n\n" "$(cut -d" " -f1-3 /proc/loadavg)"
for section; do
	[ "$section" = build ] || "bench_$section"
done
