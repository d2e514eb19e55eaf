#!/usr/bin/python3
"""names.py - what a resolver for a network of containers costs: ours, aardvark-dns (Podman's), dnsmasq: names.py [ROUNDS]

As root, in namespaces of its own. Asked in turn, from one socket each; medians and 99th percentiles in µs:

  local      the name of a container
  forwarded  another name each time, answered by a name server on loopback (a dnsmasq)
  memory     KiB of Pss after all that, and of what is private and written to
  ready      ms from its start to its first answer

Who is not installed is left out. AARDVARK names Podman's program.
"""
import os, random, shutil, signal, socket, statistics, struct, subprocess, sys, tempfile, time

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
HERE = os.path.dirname(os.path.realpath(__file__))
OURS = os.environ.get("TARU_NAMES", HERE + "/../build/libexec/taru/taru-names")
AARDVARK = os.environ.get("AARDVARK", "/usr/lib/podman/aardvark-dns")
CONTAINERS = 100
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def enter():
    if "INSIDE" not in os.environ:
        os.execvpe("unshare", ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                               "--propagation", "private", sys.executable, *sys.argv], {**os.environ, "INSIDE": "1"})
    subprocess.run("ip link set lo up; ip link add br0 type bridge; ip link set br0 up", shell=True, check=True)


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def own_dev(work):
    """aardvark-dns wants a syslog, which then is this one alone."""
    dev = work + "/dev"
    os.mkdir(dev)
    subprocess.run(["mount", "-t", "tmpfs", "dev", dev], check=True)
    for name in ("null", "urandom", "random"):
        write(f"{dev}/{name}", "")
        subprocess.run(["mount", "--bind", "/dev/" + name, f"{dev}/{name}"], check=True)
    subprocess.run(["mount", "--rbind", dev, "/dev"], check=True)
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("/dev/log")
    return log


def hosts():
    return "".join(f"10.9.1.{i} c{i} alias{i}\n" for i in range(1, CONTAINERS + 1))


class Resolver:
    def __init__(self, name, address):
        self.name, self.address = name, address
        self.local, self.forwarded = [], []
        subprocess.run(["ip", "addr", "add", address + "/24", "dev", "br0"], check=True)

    def start(self, command, comm):
        began = time.perf_counter()
        self.process = subprocess.Popen(command, **QUIET)
        while True:
            self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.sock.settimeout(0.02)
            self.sock.connect((self.address, 53))
            try:
                self.ask("c1")
                break
            except OSError:
                if time.perf_counter() > began + 10:
                    raise
        self.ready = (time.perf_counter() - began) * 1000
        self.sock.settimeout(5)
        pids = subprocess.run(["pgrep", "-x", comm], capture_output=True, text=True).stdout.split()
        self.pids = [pid for pid in pids if self.is_mine(pid)]

    def is_mine(self, pid):
        with open(f"/proc/{pid}/cmdline") as file:
            return self.mark in file.read()

    def ask(self, name):
        wire = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
        query = random.randbytes(2) + b"\1\0\0\1\0\0\0\0\0\0" + wire + b"\0\0\1\0\1"
        began = time.perf_counter_ns()
        self.sock.send(query)
        answer = self.sock.recv(4096)
        took = (time.perf_counter_ns() - began) / 1000
        assert answer[:2] == query[:2] and struct.unpack(">H", answer[6:8])[0] == 1, (self.name, name, answer)
        return took

    def memory(self, key):
        total = 0
        for pid in self.pids:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith(key))
        return total


def ours(work):
    resolver = Resolver("taru-names", "10.9.0.1")
    os.mkdir(work + "/net")
    write(work + "/net/names", hosts())
    resolver.mark = work
    resolver.start([OURS, "--listen", "10.9.0.1%br0", "--hosts", work + "/net/names", "--upstream",
                    work + "/resolv.conf"], "taru-names")
    return resolver


def aardvark(work):
    resolver = Resolver("aardvark-dns", "10.9.0.2")
    os.mkdir(work + "/aardvark")
    write(work + "/aardvark/net", "10.9.0.2\n" + "".join(
        f"{i:064x} 10.9.1.{i}  c{i},alias{i}\n" for i in range(1, CONTAINERS + 1)))
    resolver.mark = work
    resolver.start([AARDVARK, "-c", work + "/aardvark", "-p", "53", "run"], "aardvark-dns")
    return resolver


def dnsmasq(work):
    resolver = Resolver("dnsmasq", "10.9.0.3")
    write(work + "/hosts", hosts())
    resolver.mark = work
    resolver.start(["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--no-hosts",
                    "--listen-address=10.9.0.3", "--bind-interfaces", "--addn-hosts=" + work + "/hosts",
                    "--resolv-file=" + work + "/resolv.conf", "--no-poll"], "dnsmasq")
    return resolver


def percentile(values, share):
    return sorted(values)[int(len(values) * share)]


def report(resolver):
    print(f"{resolver.name:14} {statistics.median(resolver.local):7.1f} {percentile(resolver.local, 0.99):8.1f}"
          f" {statistics.median(resolver.forwarded):9.1f} {percentile(resolver.forwarded, 0.99):8.1f}"
          f" {resolver.memory('Pss:'):6} {resolver.memory('Private_Dirty:'):8} {resolver.ready:7.1f}")


def main():
    enter()
    work = tempfile.mkdtemp(prefix="taru-bench.")
    os.chmod(work, 0o755)
    log = own_dev(work)
    write(work + "/resolv.conf", "nameserver 127.0.0.5\n")
    subprocess.run(["mount", "--bind", work + "/resolv.conf", os.path.realpath("/etc/resolv.conf")], check=True)
    upstream = subprocess.Popen(["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=",
                                 "--no-hosts", "--no-resolv", "--listen-address=127.0.0.5", "--bind-interfaces",
                                 "--address=/up.example/192.0.2.7"], **QUIET)
    time.sleep(0.3)
    makers = [ours] + [aardvark] * os.path.exists(AARDVARK) + [dnsmasq] * bool(shutil.which("dnsmasq"))
    resolvers = [make(work) for make in makers]
    for i in range(ROUNDS):
        for resolver in random.sample(resolvers, len(resolvers)):
            resolver.local.append(resolver.ask(f"c{1 + i % CONTAINERS}"))
            resolver.forwarded.append(resolver.ask(f"n{i}.up.example"))
    print(f"{'':14} {'local':>7} {'99 %':>8} {'forwarded':>9} {'99 %':>8} {'Pss':>6} {'private':>8} {'ready':>7}")
    for resolver in resolvers:
        report(resolver)
    for pid in [upstream.pid] + [int(pid) for resolver in resolvers for pid in resolver.pids]:
        os.kill(pid, signal.SIGKILL)
    log.close()
    subprocess.run(["umount", "--lazy", "/dev", work + "/dev"])
    shutil.rmtree(work)


main()
