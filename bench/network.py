#!/usr/bin/python3
"""network.py - what networks cost beside Podman's and Docker's: network.py [RUNS]

As root, in a network namespace of its own, in which the engines make their bridges; "the other machine" is one more.
Interleaved, medians; engines.py says who is beside taru.

  floor      what the kernel alone takes for namespaces and pairs of devices (network_floor.c)
  start      run --rm IMAGE true: without a network, in the default one, and with -p 8080:80
  ports      PORTS=200 containers of taru that publish one port each: what the start of the last ten takes, of the
             first ten; and one container that publishes as many
  through    Gbit/s of iperf3 for 2 s, RUNS/4 times: from container to container, and from the other machine to a
             published port
"""
import json, os, shutil, statistics, subprocess, sys, time

if len(sys.argv) < 2 or sys.argv[1] != "--inside":
    os.execvp("unshare", ["unshare", "--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child",
                          "--mount-proc", sys.executable, os.path.realpath(__file__), "--inside", *sys.argv[1:]])
sys.argv.remove("--inside")

from engines import QUIET, RUNS, WORK, clean_up, engines, interleaved, timed

PORTS = int(os.environ.get("PORTS", "200"))


# --- the machines ---

def command(*words):
    subprocess.run(words, **QUIET)


class OtherMachine:
    """10.9.0.2, beside this one's 10.9.0.1."""

    def __init__(self):
        self.process = subprocess.Popen(["unshare", "--net", "sleep", "100000"])
        while os.readlink(f"/proc/{self.process.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            time.sleep(0.01)
        command("ip", "link", "add", "out", "type", "veth", "peer", "name", "eth0", "netns", str(self.process.pid))
        command("ip", "address", "add", "10.9.0.1/24", "dev", "out")
        command("ip", "link", "set", "out", "up")
        for words in (["address", "add", "10.9.0.2/24", "dev", "eth0"], ["link", "set", "eth0", "up"],
                      ["link", "set", "lo", "up"], ["route", "add", "default", "via", "10.9.0.1"]):
            command(*self.there("ip", *words))

    def there(self, *words):
        return ["nsenter", f"--net=/proc/{self.process.pid}/ns/net", *words]

    def end(self):
        self.process.kill()
        self.process.wait()


# --- floor ---

def floor():
    tree = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    build = tree + "/build/bench"
    if not os.path.exists(build + "/build.ninja"):
        command("meson", "setup", build, tree, "--native-file", tree + "/meson/musl.ini", "-Dbench=true", "-Dprograms=false")
    command("ninja", "-C", build, "bench/network_floor")
    subprocess.run([build + "/bench/network_floor"], check=True)


# --- start ---

def run_with(engine, *words):
    return lambda: engine.command + ["run", "--rm", *engine.options, *words, engine.image, "true"]


def start(found):
    interleaved("none", [(engine.name, run_with(engine, "--network", "none")) for engine in found])
    interleaved("default", [(engine.name, run_with(engine)) for engine in found])
    interleaved("-p", [(engine.name, run_with(engine, "-p", "8080:80")) for engine in found])


# --- ports ---

def ports(taru):
    times = []
    for number in range(PORTS):
        times.append(timed(taru.command + ["run", "-d", "--name", f"port{number}", "-p", f"{20000 + number}:80", taru.image,
                                           "sleep", "100000"]))
    first, last = statistics.median(times[1:11]), statistics.median(times[-10:])
    print(f"ports      {PORTS} containers with one each: the first ten {first:.1f} ms, the last ten {last:.1f} ms "
          f"({(last / first - 1) * 100:+.0f} %)", flush=True)
    taru.remove(*[f"port{number}" for number in range(PORTS)])
    one = [timed(taru.command + ["run", "--rm", "-p", "20000:80", taru.image, "true"]) for _ in range(10)]
    all_of_them = [timed(taru.command + ["run", "--rm", "-p", f"20000-{19999 + PORTS}:1-{PORTS}", taru.image, "true"])
                   for _ in range(10)]
    print(f"ports      one container with one {statistics.median(one):.1f} ms, with {PORTS} "
          f"{statistics.median(all_of_them):.1f} ms", flush=True)


# --- through ---

def make_image(engine):
    """iperf3 with its libraries, as ldd names them."""
    root = WORK + "/iperf"
    if not os.path.isdir(root):
        os.makedirs(root + "/tmp")
        listed = subprocess.run(["ldd", shutil.which("iperf3")], capture_output=True, text=True, check=True).stdout
        files = [word for line in listed.splitlines() for word in line.split() if word.startswith("/")]
        for file in [shutil.which("iperf3"), *files]:
            os.makedirs(root + os.path.dirname(file), exist_ok=True)
            shutil.copy(os.path.realpath(file), root + file)
        subprocess.run(["tar", "-C", root, "-cf", WORK + "/iperf.tar", "."], check=True)
    engine.run("import", WORK + "/iperf.tar", "iperf")


def rate(words):
    """Gbit/s that have arrived."""
    done = subprocess.run([*words, "-t", "2", "-J"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    try:
        return json.loads(done.stdout)["end"]["sum_received"]["bits_per_second"] / 1e9
    except (ValueError, KeyError):
        raise SystemExit(f"network.py: {' '.join(words)}: {done.stdout[-500:]}{done.stderr[-500:]}")


def address_of(engine):
    form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    return subprocess.run(engine.command + ["inspect", "--format", form, "server"], capture_output=True, text=True,
                          check=True).stdout.strip()


def through(found, other):
    image = {engine.name: "localhost/iperf" if engine.name == "podman" else "iperf" for engine in found}
    inside, outside = {engine.name: [] for engine in found}, {engine.name: [] for engine in found}
    for engine in found:
        make_image(engine)
    for _ in range(max(3, RUNS // 4)):
        for engine in found:
            engine.run("run", "-d", "--name", "server", *engine.options, "-p", "5301:5201", image[engine.name], "iperf3", "-s")
            time.sleep(0.5)
            client = engine.command + ["run", "--rm", *engine.options, image[engine.name], "iperf3", "-c", address_of(engine)]
            inside[engine.name].append(rate(client))
            outside[engine.name].append(rate(other.there("iperf3", "-c", "10.9.0.1", "-p", "5301")))
            engine.remove("server")
    for what, rates in (("to another", inside), ("by a port", outside)):
        own = statistics.median(rates["taru"])
        for name, values in rates.items():
            print(f"{what:10} {name:8} {statistics.median(values):6.2f} Gbit/s   taru has {own / statistics.median(values):.2f} "
                  "times that", flush=True)


def main():
    command("ip", "link", "set", "lo", "up")
    os.environ["BESIDE"] = os.environ.get("BESIDE", "podman ctr docker")
    other = OtherMachine()
    found = engines(networks=True)
    beside = [engine for engine in found if engine.name != "ctr"]	  # which has no networks of its own
    try:
        floor()
        start(beside)
        ports(found[0])
        if shutil.which("iperf3"):
            through(beside, other)
        else:
            print("through    not measured: iperf3 is not there")
    finally:
        clean_up(found)
        other.end()


main()
