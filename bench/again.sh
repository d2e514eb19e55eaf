#!/bin/sh
# again.sh: what a pull of an image that is there costs, and `taru images` with 201 images; medians of 30, in ms. Beside them is
# /bin/true, since what starts the programs here (Python) takes its share of each. As root; a registry on loopback.
set -eu
cd "$(dirname "$0")/.."
taru=$PWD/build/taru
work=$(mktemp -d)
trap 'kill "$(cat "$work/registry/pid")"; rm -rf "$work"' EXIT
mkdir -p "$work/root/bin"
cp "$(command -v busybox)" "$work/root/bin/"
export TARU_ROOT="$work/store"
tar -C "$work/root" -c . | "$taru" import - made:1 >"$work/id"
address=$(bash -c '. tests/image/registry.bash; start_registry "$1" >&2; disown -a; echo "$REGISTRY"' bash "$work/registry")
"$taru" tag made:1 "$address/made:1"
"$taru" push -q "$address/made:1" >"$work/pushed"
for number in $(seq 199); do
	"$taru" tag made:1 "name$number:1"
done
python3 - "$taru" "$address/made:1" <<'PYTHON'
import statistics, subprocess, sys, time
taru, name = sys.argv[1:]
for what, command in (("pull again", [taru, "pull", "-q", name]), ("images", [taru, "images"]), ("true", ["/bin/true"])):
    times = []
    for _ in range(30):
        begin = time.monotonic()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        times.append((time.monotonic() - begin) * 1000)
    print(f"{what:12} {statistics.median(times):6.1f} ({min(times):.1f})")
PYTHON
