#!/usr/bin/python3
"""engine.py - what containers of the engine cost beside Podman's and Docker's: engine.py [RUNS]

As root. Interleaved, medians in ms, each with its ratio to taru's; Podman, containerd (by ctr) and Docker where they are
installed, with stores and daemons of their own, which are ended with this. All without a network, with an image of one
layer: a busybox. PODMAN_RUNTIME is what Podman runs (runc); BESIDE names those that are measured ("podman ctr docker").

  run        run --rm IMAGE true
  exec       exec CONTAINER true, in one that sleeps
  parallel   16 of these runs at once: the wall of all
  alive      N containers of `sleep` at once (ALIVE=500): how fast they are started, the memory of what the engine
             leaves running for each of them (Pss), and how long `ps` takes then
"""
import functools, os, resource, shutil, statistics, subprocess, sys, tempfile, time

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

    def inside(self, name):
        return self.command + ["exec", name, "true"]

    def list(self):
        return self.command + ["ps", "-q"]

    def remove(self, *names):
        subprocess.run(self.command + ["rm", "-f", *names], capture_output=True)

    def end(self):
        pass


def begin_daemon(command, answers):
    """A process that is there as soon as `answers` succeeds."""
    with open(WORK + "/" + command[0] + ".log", "w") as log:
        daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    for _ in range(300):
        if subprocess.run(answers, capture_output=True).returncode == 0:
            return daemon
        if daemon.poll() is not None:
            break
        time.sleep(0.1)
    end_daemon(daemon)
    raise SystemExit(f"engine.py: {command[0]} does not answer: " + open(WORK + "/" + command[0] + ".log").read()[-1000:])


def end_daemon(daemon):
    daemon.terminate()
    try:
        daemon.wait(30)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()


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


class Containerd(Engine):
    """By its own client, with a daemon of its own."""
    name = "ctr"
    keeper = "containerd-shim"
    image = "localhost/box:latest"

    def __init__(self):
        base = self.base = WORK + "/containerd"
        os.makedirs(base)
        self.address = base + "/socket"
        with open(base + "/config.toml", "w") as file:
            file.write(f'version = 2\nroot = "{base}/root"\nstate = "{base}/state"\n'
                       'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n'
                       f'[grpc]\n  address = "{self.address}"\n[ttrpc]\n  address = "{base}/ttrpc"\n')
        self.command = ["ctr", "--address", self.address]
        self.daemon = begin_daemon(["containerd", "--config", base + "/config.toml"], self.command + ["version"])
        self.number = 0

    def make_image(self):
        if not shutil.which("skopeo"):
            raise SystemExit("engine.py: skopeo is needed to give ctr an image")
        taru = Taru()
        subprocess.run(taru.command + ["save", "-o", WORK + "/box-image.tar", "box"], **QUIET)
        subprocess.run(["skopeo", "copy", "docker-archive:" + WORK + "/box-image.tar",
                        f"oci-archive:{WORK}/box-oci.tar:{self.image}"], **QUIET)
        self.run("images", "import", WORK + "/box-oci.tar")

    def start(self, name):
        self.run("run", "-d", self.image, name, "/bin/sleep", "100000")

    def once(self):
        self.number += 1
        return self.command + ["run", "--rm", self.image, f"once{self.number}", "/bin/true"]

    def inside(self, name):
        self.number += 1
        return self.command + ["tasks", "exec", "--exec-id", f"exec{self.number}", name, "/bin/true"]

    def list(self):
        return self.command + ["tasks", "ls", "-q"]

    def remove(self, *names):
        for name in names:
            subprocess.run(self.command + ["tasks", "rm", "-f", name], capture_output=True)
            subprocess.run(self.command + ["containers", "rm", name], capture_output=True)

    def end(self):
        end_daemon(self.daemon)


class Docker(Engine):
    name = "docker"
    keeper = "containerd-shim"
    options = []

    def __init__(self, containerd):
        base = WORK + "/docker"
        os.makedirs(base)
        with open(base + "/config.json", "w") as file:
            file.write("{}")
        socket = "unix://" + base + "/socket"
        self.command = ["docker", "--host", socket]
        soft = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 1024)
        self.daemon = begin_daemon(["dockerd", "--config-file", base + "/config.json", "--host", socket, "--bridge", "none",
                                    "--iptables=false", "--ip6tables=false", "--ip-forward=false",
                                    "--containerd", containerd.address, "--data-root", base + "/root",
                                    "--exec-root", base + "/exec", "--pidfile", base + "/pid",
                                    "--default-ulimit", f"nofile={soft}:{soft}"], self.command + ["info"])

    def end(self):
        end_daemon(self.daemon)


def engines():
    beside = os.environ.get("BESIDE", "podman ctr docker").split()
    found = [Taru()]
    if "podman" in beside and shutil.which("podman"):
        found.append(Podman())
    if "ctr" in beside and shutil.which("containerd"):
        found.append(Containerd())
    if "docker" in beside and shutil.which("dockerd") and found[-1].name == "ctr":
        found.append(Docker(found[-1]))
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
        timed(command())
    for _ in range(RUNS):
        for (_, command), (_, values) in zip(commands, times):
            values.append(timed(command()))
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
    listing = statistics.median(timed(engine.list()) for _ in range(10))
    print(f"alive      {engine.name:8} {ALIVE} started in {seconds:.1f} s ({ALIVE / seconds:.0f}/s); {count} × "
          f"{engine.keeper}: {memory / max(count, 1):.0f} KiB each; ps: {listing:.1f} ms", flush=True)
    names = [f"alive{number}" for number in range(ALIVE)]
    for at in range(0, ALIVE, 50):
        engine.remove(*names[at:at + 50])


def main():
    make_box()
    found = engines()
    try:
        interleaved("run", [(engine.name, engine.once) for engine in found])
        for engine in found:
            engine.start("sleeper")
        interleaved("exec", [(engine.name, functools.partial(engine.inside, "sleeper")) for engine in found])
        for engine in found:
            engine.remove("sleeper")
            parallel(engine)
        if ALIVE:
            for engine in found:
                alive(engine)
    finally:
        for engine in found:
            engine.remove("sleeper")
            subprocess.run(engine.command + ["rmi", "-f", engine.image], capture_output=True)
        for engine in reversed(found):
            engine.end()
        for line in reversed(open("/proc/self/mountinfo").readlines()):
            if line.split()[4].startswith(WORK):
                subprocess.run(["umount", line.split()[4]], capture_output=True)
        shutil.rmtree(WORK)


main()
