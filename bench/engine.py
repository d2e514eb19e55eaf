#!/usr/bin/python3
"""engine.py - what containers of the engine cost beside Podman's and Docker's: engine.py [RUNS]

As root. PODMAN_RUNTIME is what Podman runs (runc). Interleaved, medians in ms, each with its ratio to taru's; Docker where a daemon answers, Podman where it is
installed (with a store of its own). All without a network, with an image of one layer: a busybox.

  run        run --rm IMAGE true
  exec       exec CONTAINER true, in one that sleeps
  parallel   16 of these runs at once: the wall of all
  alive      N containers of `sleep` at once (ALIVE=500): how fast they are started, the memory of what the engine
             leaves running for each of them (Pss), and how long `ps` takes then
"""
import os, shutil, statistics, subprocess, sys, tempfile, time

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
ALIVE = int(os.environ.get("ALIVE", "500"))
HERE = os.path.dirname(os.path.realpath(__file__))
TARU = os.environ.get("TARU", HERE + "/../build/taru")
WORK = tempfile.mkdtemp(prefix="taru-bench.")
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "check": True}


def make_box():
    root = WORK + "/box"
    os.makedirs(root + "/bin")
    shutil.copy(shutil.which("busybox"), root + "/bin/busybox")
    for applet in ("sh", "true", "sleep"):
        os.symlink("busybox", root + "/bin/" + applet)
    subprocess.run(["tar", "-C", root, "-cf", WORK + "/box.tar", "."], check=True)


class Engine:
    image = "box"
    keeper = None              # what its helper for each container is called

    def run(self, *words):
        return subprocess.run(self.command + list(words), **QUIET)

    def make_image(self):
        self.run("import", WORK + "/box.tar", "box")

    def start(self, name):
        self.run("run", "-d", "--name", name, *self.options, "--network", "none", self.image, "sleep", "100000")

    def once(self):
        return self.command + ["run", "--rm", *self.options, "--network", "none", self.image, "true"]


class Taru(Engine):
    name = "taru"
    keeper = "taru-monitor"
    options = []

    def __init__(self):
        os.environ["TARU_ROOT"] = WORK + "/taru/store"
        os.environ["TARU_RUN_ROOT"] = WORK + "/taru/run"
        self.command = [TARU]


class Podman(Engine):
    name = "podman"
    keeper = "conmon"
    image = "localhost/box"
    # Podman would raise these, which not every machine permits.
    options = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"]

    def __init__(self):
        base = WORK + "/podman"
        os.makedirs(base)
        self.command = ["podman", "--root", base + "/root", "--runroot", base + "/run", "--tmpdir", base + "/tmp",
                        "--cgroup-manager", "cgroupfs", "--events-backend", "none",
                        "--runtime", os.environ.get("PODMAN_RUNTIME", "runc")]


class Docker(Engine):
    name = "docker"
    keeper = "containerd-shim"
    options = []
    command = ["docker"]


def engines():
    found = [Taru()]
    if shutil.which("podman"):
        found.append(Podman())
    if shutil.which("docker") and subprocess.run(["docker", "info"], capture_output=True).returncode == 0:
        found.append(Docker())
    for engine in found:
        engine.make_image()
    return found


def timed(command):
    begin = time.monotonic()
    subprocess.run(command, **QUIET)
    return (time.monotonic() - begin) * 1000


def show(what, times):
    own = statistics.median(times[0][1])
    for name, values in times:
        median = statistics.median(values)
        ratio = "" if values is times[0][1] else f"   taru: 1/{median / own:.1f}"
        print(f"{what:10} {name:8} {median:8.1f} ms   (least {min(values):.1f}, n = {len(values)}){ratio}", flush=True)


def interleaved(what, commands):
    times = [(name, []) for name, _ in commands]
    for name, command in commands:
        timed(command)
    for _ in range(RUNS):
        for (_, command), (_, values) in zip(commands, times):
            values.append(timed(command))
    show(what, times)


def parallel(engine):
    walls = []
    for _ in range(max(3, RUNS // 4)):
        begin = time.monotonic()
        children = [subprocess.Popen(engine.once(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL) for _ in range(16)]
        for child in children:
            child.wait()
            last = (time.monotonic() - begin) * 1000
        walls.append(last)
    print(f"parallel   {engine.name:8} {statistics.median(walls):8.1f} ms   16 runs at once, "
          f"{statistics.median(walls) / 16:.1f} each", flush=True)


def memory_of(keeper):
    """KiB of Pss of all processes of that name, and how many there are."""
    total = count = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if not open(f"/proc/{pid}/comm").read().startswith(keeper[:15]):
                continue
            total += next(int(line.split()[1]) for line in open(f"/proc/{pid}/smaps_rollup") if line.startswith("Pss:"))
            count += 1
        except (OSError, StopIteration):
            continue
    return total, count


def alive(engine):
    begin = time.monotonic()
    for number in range(ALIVE):
        engine.start(f"alive{number}")
    seconds = time.monotonic() - begin
    memory, count = memory_of(engine.keeper)
    listing = statistics.median(timed(engine.command + ["ps", "-q"]) for _ in range(10))
    print(f"alive      {engine.name:8} {ALIVE} started in {seconds:.1f} s ({ALIVE / seconds:.0f}/s); {count} × "
          f"{engine.keeper}: {memory / max(count, 1):.0f} KiB each; ps: {listing:.1f} ms", flush=True)
    names = [f"alive{number}" for number in range(ALIVE)]
    for at in range(0, ALIVE, 50):
        engine.run("rm", "-f", *names[at:at + 50])


def main():
    make_box()
    found = engines()
    try:
        interleaved("run", [(engine.name, engine.once()) for engine in found])
        for engine in found:
            engine.start("sleeper")
        interleaved("exec", [(engine.name, engine.command + ["exec", "sleeper", "true"]) for engine in found])
        for engine in found:
            engine.run("rm", "-f", "sleeper")
            parallel(engine)
        if ALIVE:
            for engine in found:
                alive(engine)
    finally:
        for engine in found:
            subprocess.run(engine.command + ["rm", "-f", "sleeper"], capture_output=True)
            subprocess.run(engine.command + ["rmi", "-f", engine.image], capture_output=True)
        for line in reversed(open("/proc/self/mountinfo").readlines()):
            if line.split()[4].startswith(WORK):
                subprocess.run(["umount", line.split()[4]], capture_output=True)
        shutil.rmtree(WORK)


main()
