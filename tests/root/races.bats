#!/usr/bin/env bats
# Races: while containers start, another process swaps a folder of the image for a link to the
# outside as fast as it can (racer.c). A runtime that looks at a path and then uses it by name
# loses, sooner or later. Each container either starts right or is refused; outside nothing changes.
#
#   RUNS   how many containers are started in each race (40; with THOROUGH=1 400)
load lib

RUNS=${RUNS:-${THOROUGH:+400}}
RUNS=${RUNS:-40}

prepare()
{
	own_rootfs
	mkdir "$T/outside"
	echo "secret of the host" >"$T/outside/secret"
	: >"$T/outside/file"
	OUTSIDE=$(outside)
}

outside()
{
	find "$T/outside" -printf '%P %y %M %U:%G %s %T@ %l\n'
}

# race A B: swaps the two, until the test ends.
race()
{
	"$WORLD/bin/racer" "$1" "$2" 3>&- 4>&- &
	PIDS+=("$!")
}

# many WORDS: starts the configured container many times. No output of any may hold one of the words.
many()
{
	local word try started=0 refused=0
	for ((try = 0; try < RUNS; try++)); do
		status=0
		timeout 10 "$TARU_OCI" run -b "$T" "$ID-$try" </dev/null >"$T.out" 2>"$T.err" 3>&- 4>&- || status=$?
		collect
		for word in $1; do
			lacks "$output" "$word"
		done
		if [ "$status" = 0 ]; then
			started=$((started + 1))
		else
			refused=$((refused + 1))
			is "$(wc -l <<<"$errors")" 1 "lines of error"
		fi
		[ "$status" != 124 ]
	done
	echo "started $started, refused $refused"
	is "$(outside)" "$OUTSIDE" "the folder outside"
}

@test "CVE-2021-30465, CVE-2024-45310: a mount's target is swapped for a link while it is made" {
	# Holds: the target is resolved to a descriptor by openat2 in the root, and mounted on by it.
	mkdir "$T/rootfs/swap"
	ln -s "$T/outside" "$T/rootfs/link"
	echo data >"$T/data"
	configure "$OWN"' | .mounts += [
			{destination: "/swap/folder/deep", type: "tmpfs", source: "t"},
			{destination: "/swap/file", type: "bind", source: "'"$T"'/data", options: ["bind"]},
			{destination: "/swap", type: "tmpfs", source: "t"}]' \
		/bin/sh -c "cat /swap/secret /link/secret /swap/*/secret $T/outside/secret 2>/dev/null; true"
	race "$T/rootfs/swap" "$T/rootfs/link"
	many secret
}

@test "CVE-2021-30465: the link climbs, and is in the midst of the way" {
	mkdir -p "$T/rootfs/a/swap/b"
	ln -s ../../../../../../../../../.."$T/outside" "$T/rootfs/a/link"
	configure "$OWN"' | .mounts += [{destination: "/a/swap/b/c", type: "tmpfs", source: "t"}, {destination: "/a/swap/new", type: "tmpfs", source: "t"}]' \
		/bin/sh -c "cat /a/swap/secret /a/swap/*/secret 2>/dev/null; true"
	race "$T/rootfs/a/swap" "$T/rootfs/a/link"
	many secret
}

@test "CVE-2026-41579, CVE-2026-47766, CVE-2026-88264: /dev is swapped for a link while devices are made" {
	# Holds: devices and links are made below a descriptor of the folder, never by its name.
	: >"$T/outside/null"
	: >"$T/outside/ptmx"
	: >"$T/outside/console"
	OUTSIDE=$(outside)
	ln -s "$T/outside" "$T/rootfs/link"
	configure "$OWN"' | .mounts |= map(select(.destination | startswith("/dev") | not))
		| .linux.devices = [{path: "/dev/more", type: "c", major: 1, minor: 3}, {path: "/dev/sub/more", type: "c", major: 1, minor: 3}]' /bin/true
	race "$T/rootfs/dev" "$T/rootfs/link"
	many ''
}

@test "CVE-2019-19921: /proc is swapped for a link while it is mounted" {
	mkdir "$T/rootfs/other"
	ln -s other "$T/rootfs/link"
	configure "$OWN" /bin/sh -c 'ls /other; cat /proc/self/comm'
	race "$T/rootfs/proc" "$T/rootfs/link"
	many sys
}

@test "CVE-2025-31133: the null device of a volume is swapped for a link while paths are masked" {
	mkdir "$T/dev"
	: >"$T/dev/null"
	ln -s /proc/sys/kernel/domainname "$T/dev/link"
	configure "$OWN"' | .mounts += [{destination: "/dev", type: "bind", source: "'"$T"'/dev", options: ["bind"]}] | .linux.maskedPaths = ["/proc/version"] | .linux.readonlyPaths = []' \
		/bin/sh -c 'cat /proc/version; (echo evil >/proc/version) 2>/dev/null; cat /proc/sys/kernel/domainname; true'
	race "$T/dev/null" "$T/dev/link"
	# The setting is the container's own: a runtime that loses harms nobody.
	many 'Linux evil'
}

@test "CVE-2025-31133: a masked path is swapped for a link while it is masked" {
	mkdir -p "$T/rootfs/data/swap"
	echo secret >"$T/rootfs/data/swap/file"
	ln -s "$T/outside" "$T/rootfs/data/link"
	configure "$OWN"' | .linux.maskedPaths = ["/data/swap", "/data/swap/file"] | .linux.readonlyPaths += ["/data/swap"]' /bin/true
	race "$T/rootfs/data/swap" "$T/rootfs/data/link"
	many ''
}

@test "CVE-2025-52881: the way to a kernel setting is swapped for a file while it is written" {
	mkdir -p "$T/volume/real/ipv4" "$T/volume/fake"
	: >"$T/volume/real/ipv4/ip_forward"
	ln -s "$T/outside" "$T/volume/fake/ipv4"
	: >"$T/outside/ip_forward"
	OUTSIDE=$(outside)
	configure "$OWN"' | .mounts += [{destination: "/proc/sys/net", type: "bind", source: "'"$T"'/volume/real", options: ["bind"]}]
		| .linux.sysctl = {"net.ipv4.ip_forward": "1"} | .linux.readonlyPaths = []' /bin/true
	race "$T/volume/real" "$T/volume/fake"
	many ''
	is "$(cat "$T"/volume/*/ipv4/ip_forward)" ""
}

@test "CVE-2024-21626: the working directory is swapped for a link while it is entered" {
	mkdir "$T/rootfs/work"
	ln -s /proc/self/fd/7 "$T/rootfs/link"
	exec 7</
	configure "$OWN"' | .process.cwd = "/work/new"' /bin/sh -c "cat ../../../../../../../../../../..$T/outside/secret 2>/dev/null; true"
	race "$T/rootfs/work" "$T/rootfs/link"
	many secret
	exec 7<&-
}

@test "tmpcopyup: what is copied is swapped for a link while it is copied" {
	mkdir -p "$T/rootfs/data/swap"
	echo inner >"$T/rootfs/data/swap/file"
	ln -s "$T/outside" "$T/rootfs/data/link"
	configure "$OWN"' | .mounts += [{destination: "/data", type: "tmpfs", source: "t", options: ["tmpcopyup"]}]' \
		/bin/sh -c 'cat /data/*/secret 2>/dev/null; true'
	race "$T/rootfs/data/swap" "$T/rootfs/data/link"
	many secret
}

@test "many containers start at once, from one bundle" {
	local pids=() n pid
	configure . /bin/sh -c 'hostname; cat /proc/1/comm'
	for n in {1..40}; do
		"$TARU_OCI" run -b "$T" "$ID-$n" >"$T/out-$n" 2>&1 </dev/null 3>&- 4>&- &
		pids+=("$!")
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	is "$(cat "$T"/out-* | sort | uniq -c | tr -s ' ' | wc -l)" 2
}
