#!/usr/bin/env python3
"""pull.py [ENGINE…]: pulls a large image from a registry on loopback into a fresh store on a fresh ext4, in turns, and prints
Markdown: seconds, seconds of processors, and the peak of memory (the sum over all processes).

    taru podman docker ctr skopeo+umoci     which are installed
    limit                                   igzip -dc | tar x, layer after layer, from files: no registry, no digest

    RUNS=5      how many turns; in each, every engine once
    IMAGE=DIR:TAG   an OCI layout; else the Debian that tools/make-debian-image has put to ~/.cache/taru/debian, and where
                    there is none an image of three layers, made of this machine's /usr
    TARU=build/taru

As root, in a mount namespace of its own. Daemons are started before the clock is, for each turn anew. The cache of pages is
dropped before each pull, and what is dirty is written, untimed.
"""
import collections, ctypes, hashlib, json, os, resource, shutil, signal, statistics, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TARU = os.environ.get("TARU", HERE + "/build/taru")
DEBIAN = os.path.expanduser("~/.cache/taru/debian")
RUNS = int(os.environ.get("RUNS", "5"))
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}


def run(*command, **more):
    subprocess.run(command, check=True, **{**QUIET, **more})


# --- the image ---

LAYERS = [("/usr/lib", 260e6), ("/usr/share", 160e6), ("/usr/include", 140e6)]


def some_files(root, limit):
    """Whole files up to so many bytes, the same in each run on one machine."""
    total, found = 0, []
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = folder + "/" + name
            size = os.lstat(path).st_size
            if size > 50e6 or not os.path.isfile(path):
                continue
            if total + size > limit:
                return found
            total += size
            found.append(path)
    return found


def make_image(work):
    layout = work + "/image"
    run("umoci", "init", "--layout", layout)
    run("umoci", "new", "--image", layout + ":big")
    for root, limit in LAYERS:
        with open(work + "/files", "w") as file:
            file.write("\0".join(some_files(root, limit)))
        run("tar", "-C", "/", "-cf", work + "/layer.tar", "--null", "--verbatim-files-from", "-T", work + "/files")
        run("umoci", "raw", "add-layer", "--image", layout + ":big", work + "/layer.tar")
        os.unlink(work + "/layer.tar")
    return layout + ":big"


def blobs_of(image):
    layout, tag = image.rsplit(":", 1)
    blob = lambda digest: layout + "/blobs/" + digest.replace(":", "/")
    index = json.load(open(layout + "/index.json"))
    row = next(row for row in index["manifests"]
               if row.get("annotations", {}).get("org.opencontainers.image.ref.name") == tag)
    return [blob(layer["digest"]) for layer in json.load(open(blob(row["digest"])))["layers"]]


# --- processes ---

def stat_of(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


class Watch(threading.Thread):
    """The memory of all that some processes have started, looked at every 20 ms."""

    def __init__(self, roots):
        super().__init__(daemon=True)
        self.roots, self.peak, self.over = set(roots), 0, False

    def family(self):
        parents = {}
        for name in os.listdir("/proc"):
            fields = stat_of(name) if name.isdigit() else None
            if fields:
                parents[int(name)] = (int(fields[1]), int(fields[21]))
        known, grown = set(self.roots), True
        while grown:
            grown = False
            for pid, (parent, _) in parents.items():
                if parent in known and pid not in known:
                    known.add(pid)
                    grown = True
        return sum(pages for pid, (_, pages) in parents.items() if pid in known) * resource.getpagesize()

    def run(self):
        while not self.over:
            self.peak = max(self.peak, self.family())
            time.sleep(0.02)


def processor_time(pids):
    """Of daemons, and of their children that have ended."""
    ticks = os.sysconf("SC_CLK_TCK")
    return sum(sum(map(int, (stat_of(pid) or ["0"] * 20)[11:15])) / ticks for pid in pids)


def measure(command, daemons=()):
    before, used = processor_time(daemons), resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    with subprocess.Popen(command, **QUIET) as process:
        watch = Watch([process.pid, *daemons])
        watch.start()
        process.wait()
    wall = time.monotonic() - begin
    watch.over = True
    watch.join()
    if process.returncode:
        sys.exit(f"pull.py: {command}: status {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime + processor_time(daemons) - before
    return wall, cpu, watch.peak / 2**20


def end(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def await_file(path):
    for _ in range(600):
        if os.path.exists(path):
            return
        time.sleep(0.05)
    sys.exit(f"pull.py: {path} does not come")


# --- engines ---

def taru(disk, name, _):
    return measure(["env", f"TARU_ROOT={disk}/taru", TARU, "pull", "-q", name])


def podman(disk, name, _):
    return measure(["podman", "--root", disk + "/storage", "--runroot", disk + "/run", "--storage-driver", "overlay",
                    "pull", "-q", "--tls-verify=false", name])


def docker(disk, name, _):
    daemon = subprocess.Popen(["dockerd", "--data-root", disk + "/docker", "--exec-root", disk + "/exec", "-H",
                               f"unix://{disk}/docker.sock", "-p", disk + "/docker.pid", "--iptables=false",
                               "--bridge=none"], **QUIET)
    try:
        await_file(disk + "/docker.sock")
        time.sleep(2)
        children = subprocess.run(["pgrep", "-P", str(daemon.pid)], capture_output=True, text=True).stdout.split()
        return measure(["docker", "-H", f"unix://{disk}/docker.sock", "pull", "-q", name],
                       [daemon.pid, *map(int, children)])
    finally:
        end(daemon)


def ctr(disk, name, _):
    daemon = subprocess.Popen(["containerd", "--root", disk + "/root", "--state", disk + "/state", "-a",
                               disk + "/containerd.sock"], **QUIET)
    try:
        await_file(disk + "/containerd.sock")
        time.sleep(2)
        return measure(["ctr", "-a", disk + "/containerd.sock", "images", "pull", "--plain-http", name], [daemon.pid])
    finally:
        end(daemon)


def skopeo_umoci(disk, name, _):
    return measure(["sh", "-ec", 'skopeo copy -q --insecure-policy --src-tls-verify=false "docker://$1" "oci:$2/i:a"; '
                    'umoci unpack --image "$2/i:a" "$2/bundle"', "sh", name, disk])


def limit(disk, _, blobs):
    return measure(["sh", "-ec", 'd=$1; shift; gunzip=$(command -v igzip || command -v gzip); for blob; do '
                    'n=$((${n:-0} + 1)); mkdir "$d/$n"; $gunzip -dc <"$blob" | tar -C "$d/$n" -xpf -; done', "sh", disk,
                    *blobs])


ENGINES = {"taru": (taru, TARU), "podman": (podman, "podman"), "docker": (docker, "dockerd"), "ctr": (ctr, "containerd"),
           "skopeo+umoci": (skopeo_umoci, "umoci"), "limit": (limit, "tar")}


# --- a registry, a disk ---

def start_registry(work):
    script = f'. "$1"; start_registry "$2"; echo "$REGISTRY" >"$2/address"; cat "$2/pid" >"$2/the-pid"; disown -a'
    run("bash", "-c", script, "bash", HERE + "/tests/image/registry.bash", work + "/registry")
    return open(work + "/registry/address").read().strip(), int(open(work + "/registry/the-pid").read())


def turn(engine, name, blobs, work):
    disk = work + "/disk"
    run("truncate", "-s", "6G", work + "/disk.img")
    run("mkfs.ext4", "-q", "-F", work + "/disk.img")
    run("mount", "-o", "loop", work + "/disk.img", disk)
    try:
        os.sync()
        with open("/proc/sys/vm/drop_caches", "w") as file:
            file.write("1")
        for path in blobs:
            open(path, "rb").read()
        return ENGINES[engine][0](disk, name, blobs)
    finally:
        run("umount", "--lazy", disk)
        os.unlink(work + "/disk.img")


def report(figures, blobs):
    size = sum(os.path.getsize(path) for path in blobs) / 1e6
    print(f"{len(blobs)} layers, {size:.0f} MB; {RUNS} turns; medians (least)\n")
    print("| | wall, s | processors, s | peak, MiB |\n|---|---|---|---|")
    for engine, turns in figures.items():
        columns = list(zip(*turns))
        cells = " | ".join(f"{statistics.median(column):.2f} ({min(column):.2f})" for column in columns[:2])
        print(f"| {engine} | {cells} | {max(columns[2]):.1f} |")


def main():
    if os.geteuid():
        sys.exit("pull.py: needs root")
    ctypes.CDLL(None).unshare(0x00020000)
    run("mount", "--make-rprivate", "/")
    wanted = sys.argv[1:] or [name for name, (_, program) in ENGINES.items() if shutil.which(program)]
    work = tempfile.mkdtemp(dir=os.environ.get("TMPDIR", "/var/tmp"))
    registry = None
    try:
        image = os.environ.get("IMAGE") or (DEBIAN + ":big" if os.path.exists(DEBIAN) else make_image(work))
        os.mkdir(work + "/disk")
        address, registry = start_registry(work)
        name = address + "/big:1"
        run("skopeo", "copy", "-q", "--insecure-policy", "--dest-tls-verify=false", "oci:" + image, "docker://" + name)
        blobs = blobs_of(image)
        figures = collections.defaultdict(list)
        for _ in range(RUNS):
            for engine in wanted:
                figures[engine].append(turn(engine, name, blobs, work))
        report(figures, blobs)
    finally:
        if registry:
            os.kill(registry, signal.SIGKILL)
        shutil.rmtree(work)


main()
