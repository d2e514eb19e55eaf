#!/bin/sh
# unpack.sh [DIR]: unpacks a tree of this machine (/usr/lib/python3, /usr/share, as a layer by gzip) by taru's helper, by
# `igzip -dc | tar x` and by umoci, in turns, each into a fresh directory below DIR (/dev/shm: no disk, which others may be using),
# and prints seconds, seconds of the processors and the helper's peak of memory. RUNS: how many turns (7). As root.
set -eu
cd "$(dirname "$0")/.."
: "${UNPACK:=$PWD/build/libexec/taru/unpack}" "${RUNS:=7}"
export UNPACK UNPACK_USAGE=1
driver=$PWD/tests/image/driver.py
work=$(mktemp -d "${1:-/dev/shm}/unpack.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

# Whole files up to about 300 MB, so that the tree is the same in each run on the same machine.
find /usr/lib/python3 /usr/share -xdev -type f -size -20M -printf '%s %p\n' | LC_ALL=C sort -k 2 |
	awk '{ sum += $1; if (sum > 300e6) exit; sub(/^[0-9]+ /, ""); print }' >files
tar -C / -cf layer.tar --verbatim-files-from -T files 2>/dev/null
gzip -6 -k layer.tar
printf '%s files, %s bytes, %s compressed\n' "$(wc -l <files)" "$(stat -c %s layer.tar)" "$(stat -c %s layer.tar.gz)"
if command -v umoci >/dev/null; then
	umoci init --layout image 2>/dev/null
	umoci new --image image:a 2>/dev/null
	umoci raw add-layer --image image:a layer.tar 2>/dev/null
fi
rm layer.tar
gunzip=$(command -v igzip || command -v gzip)

# turn NAME COMMAND…
turn()
{
	name=$1
	shift
	rm -rf t && mkdir t
	python3 - "$name" "$@" <<-'END'
		import json, resource, subprocess, sys, time
		name, *command = sys.argv[1:]
		begin = time.monotonic()
		done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
		wall = time.monotonic() - begin
		used = resource.getrusage(resource.RUSAGE_CHILDREN)
		lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]
		peak = [line["peak-kib"] for line in lines if "peak-kib" in line] or [used.ru_maxrss]
		print(name, "%.3f %.3f" % (wall, used.ru_utime + used.ru_stime), peak[0])
	END
}

i=0
while [ $i -lt "$RUNS" ]; do
	turn taru python3 "$driver" layer layer.tar.gz t
	turn "$(basename "$gunzip")|tar" sh -c "$gunzip -dc layer.tar.gz | tar -C t -xpf -"
	if [ -d image ]; then
		turn umoci umoci unpack --image image:a t/bundle
	fi
	i=$((i + 1))
done >figures
# One word for each.
# shellcheck disable=SC2013
for name in $(cut -d' ' -f1 figures | sort -u); do
	awk -v name="$name" '$1 == name { print $2, $3, $4 }' figures | sort -n >one
	awk -v name="$name" '{ wall[NR] = $1; cpu[NR] = $2; if ($3 > peak) peak = $3 }
		END { m = int((NR + 1) / 2); printf "%-12s wall %.2f s (least %.2f)  cpu %.2f s  peak %.1f MiB\n",
			name, wall[m], wall[1], cpu[m], peak / 1024 }' one
done
