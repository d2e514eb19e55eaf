"""engines.py - taru and those beside it, each with a store of its own and the same image, for the benchmarks in Python.

Podman, containerd (by ctr) and Docker are there where they are installed; their daemons are ended with the benchmark.
PODMAN_RUNTIME is what Podman runs (runc); BESIDE names those that are wanted ("podman ctr docker").

What they store is on a fresh ext4, and what is of this boot on a tmpfs, as /run is one. Else the machine's file system is
measured: one without a journal looks through all files that were deleted in the last minutes for each that is made.
"""
import os, resource, shutil, statistics, subprocess, sys, tempfile, time

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
HERE = os.path.dirname(os.path.realpath(__file__))
TARU = os.environ.get("TARU", HERE + "/../build/taru")
BASE = tempfile.mkdtemp(prefix="taru-bench.")
REST = 0.1                 # seconds before each run: what a daemon still does after its answer is not the next one's time
WORK, RUN = BASE + "/disk", BASE + "/run"
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "check": True}


def make_disk():
    for folder in (WORK, RUN):
        os.mkdir(folder)
    subprocess.run(["truncate", "-s", "16G", BASE + "/disk.img"], **QUIET)
    subprocess.run(["mkfs.ext4", "-q", "-F", BASE + "/disk.img"], **QUIET)
    subprocess.run(["mount", "-o", "loop", BASE + "/disk.img", WORK], **QUIET)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", RUN], **QUIET)


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
        os.environ["TARU_RUN_ROOT"] = RUN + "/taru"
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
        self.command = ["podman", "--root", base + "/root", "--runroot", RUN + "/podman", "--tmpdir",
                        RUN + "/podman-tmp", "--cgroup-manager", "cgroupfs", "--events-backend", "none",
                        "--runtime", os.environ.get("PODMAN_RUNTIME", "runc")]


class Containerd(Engine):
    """By its own client, with a daemon of its own."""
    name = "ctr"
    keeper = "containerd-shim"
    image = "localhost/box:latest"

    def __init__(self):
        base = self.base = WORK + "/containerd"
        os.makedirs(base)
        self.address = RUN + "/containerd.socket"
        with open(base + "/config.toml", "w") as file:
            file.write(f'version = 2\nroot = "{base}/root"\nstate = "{RUN}/containerd"\n'
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

    def __init__(self, containerd, networks):
        base = WORK + "/docker"
        os.makedirs(base)
        with open(base + "/config.json", "w") as file:
            file.write("{}")
        socket = "unix://" + base + "/socket"
        self.command = ["docker", "--host", socket]
        soft = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 1024)
        alone = [] if networks else ["--bridge", "none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"]
        self.daemon = begin_daemon(["dockerd", "--config-file", base + "/config.json", "--host", socket, *alone,
                                    "--containerd", containerd.address, "--data-root", base + "/root",
                                    "--exec-root", RUN + "/docker", "--pidfile", base + "/pid",
                                    "--default-ulimit", f"nofile={soft}:{soft}"], self.command + ["info"])

    def end(self):
        end_daemon(self.daemon)


def engines(networks=False):
    """With `networks` Docker makes its bridge and its rules: in a network namespace of the benchmark's."""
    beside = os.environ.get("BESIDE", "podman ctr docker").split()
    make_disk()
    found = [Taru()]
    if "podman" in beside and shutil.which("podman"):
        found.append(Podman())
    if "ctr" in beside and shutil.which("containerd"):
        found.append(Containerd())
    if "docker" in beside and shutil.which("dockerd") and found[-1].name == "ctr":
        found.append(Docker(found[-1], networks))
    make_box()
    for engine in found:
        engine.make_image()
    return found


def clean_up(found):
    for engine in found:
        subprocess.run(engine.command + ["rmi", "-f", engine.image], capture_output=True)
    for engine in reversed(found):
        engine.end()
    for line in reversed(open("/proc/self/mountinfo").readlines()):
        if line.split()[4].startswith(BASE):
            # What ends after `run --rm` has returned holds it for a moment.
            until = time.monotonic() + 10
            while subprocess.run(["umount", line.split()[4]], capture_output=True).returncode and time.monotonic() < until:
                time.sleep(0.05)
    shutil.rmtree(BASE)


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
            time.sleep(REST)
            values.append(timed(command()))
    show(what, times)
