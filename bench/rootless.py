#!/usr/bin/python3
"""rootless.py - what networks of an ordinary user carry, beside pasta alone: rootless.py [ROUNDS [SECONDS]]

As root, which becomes the user 12345, in a network namespace of its own; "the other machine" is one more, behind a pair of
devices. Gbit/s of iperf3, in turns, medians (least, most):

  out        to the other machine
  in         from the other machine to a published port

  pasta      a program that pasta itself was told to start: `pasta --config-net`, for ports with `-t`
  taru       a container with --network pasta, which is the usual one of an ordinary user
  bridge     a container in a network of the user's, whose way out is pasta, too, and whose ports are taru-ports'
"""
import json, os, shutil, statistics, subprocess, sys, tempfile, time

if len(sys.argv) < 2 or sys.argv[1] != "--inside":
    os.execvp("unshare", ["unshare", "--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child",
                          "--mount-proc", sys.executable, os.path.realpath(__file__), "--inside", *sys.argv[1:]])
sys.argv.remove("--inside")

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 9
SECONDS = sys.argv[2] if len(sys.argv) > 2 else "2"
TARU = os.path.realpath(os.environ.get("TARU", os.path.dirname(os.path.realpath(__file__)) + "/../build/taru"))
USER = "12345"
HOME = tempfile.mkdtemp(prefix="taru-bench.")
OUT, PORT = "10.9.0.2", "5301"
PASTA = ["pasta", "--quiet", "--config-net", "--no-map-gw"]


def command(*words):
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


# --- the user, and the other machine ---

def make_user():
    for name, line in (("passwd", f"bench:x:{USER}:{USER}::{HOME}:/bin/sh"), ("group", f"bench:x:{USER}:"),
                       ("subuid", "bench:500000:65536"), ("subgid", "bench:600000:65536")):
        with open(f"{HOME}/{name}", "w") as file:
            file.write(open("/etc/" + name).read() if os.path.exists("/etc/" + name) else "")
            file.write(line + "\n")
        command("mount", "--bind", f"{HOME}/{name}", "/etc/" + name)
    os.mkdir(HOME + "/run")
    command("chown", "-R", f"{USER}:{USER}", HOME)
    os.environ.update(HOME=HOME, XDG_RUNTIME_DIR=HOME + "/run", USER="bench")
    for name in ("TARU_ROOT", "TARU_RUN_ROOT", "XDG_DATA_HOME"):
        os.environ.pop(name, None)


def as_user(*words):
    return ["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", *words]


def make_machine():
    machine = subprocess.Popen(["unshare", "--net", "sleep", "100000"])
    while os.readlink(f"/proc/{machine.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
        time.sleep(0.01)
    command("ip", "link", "set", "lo", "up")
    command("ip", "link", "add", "out", "type", "veth", "peer", "name", "eth0", "netns", str(machine.pid))
    command("ip", "address", "add", "10.9.0.1/24", "dev", "out")
    command("ip", "link", "set", "out", "up")
    command("ip", "route", "add", "default", "via", OUT)
    for words in (["address", "add", OUT + "/24", "dev", "eth0"], ["link", "set", "eth0", "up"], ["link", "set", "lo", "up"]):
        command(*there(machine, "ip", *words))
    subprocess.Popen(there(machine, "iperf3", "-s"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return machine


def there(machine, *words):
    return ["nsenter", f"--net=/proc/{machine.pid}/ns/net", *words]


# --- what is measured ---

def rate(words):
    """Gbit/s that have arrived."""
    done = subprocess.run([*words, "-t", SECONDS, "-J"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    try:
        return json.loads(done.stdout)["end"]["sum_received"]["bits_per_second"] / 1e9
    except (ValueError, KeyError):
        pass
    raise SystemExit(f"rootless.py: {' '.join(words)}: {done.stdout[-500:]}{done.stderr[-500:]}")


def by_taru(network):
    return lambda *options: as_user(TARU, "run", "--rm", "--network", network, *options, "host")


WAYS = {
    "pasta": (as_user(*PASTA, "--"), as_user(*PASTA, "-t", PORT + ":5201", "--")),
    "taru": (by_taru("pasta")(), by_taru("pasta")("--name", "server", "-p", PORT + ":5201")),
    "bridge": (by_taru("wine")(), by_taru("wine")("--name", "server", "-p", PORT + ":5201")),
}


def through_a_port(machine, begin):
    server = subprocess.Popen([*begin, "iperf3", "-s", "-1", "--forceflush"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in server.stdout:
        if "listening" in line:
            break
    try:
        return rate(there(machine, "iperf3", "-c", "10.9.0.1", "-p", PORT))
    finally:
        server.communicate(timeout=10)


def tell(what, rates):
    for name, values in rates.items():
        print(f"{what:4} {name:8} {statistics.median(values):6.2f} ({min(values):.2f}, {max(values):.2f}) Gbit/s   "
              f"{statistics.median(values) / statistics.median(rates['pasta']):.2f} of pasta's", flush=True)


def main():
    make_user()
    machine = make_machine()
    try:
        command(*as_user(TARU, "network", "create", "wine"))
        out, inside = {name: [] for name in WAYS}, {name: [] for name in WAYS}
        for _ in range(ROUNDS):
            for name, (client, server) in WAYS.items():
                out[name].append(rate([*client, "iperf3", "-c", OUT]))
                inside[name].append(through_a_port(machine, server))
        tell("out", out)
        tell("in", inside)
    finally:
        subprocess.run(as_user(TARU, "rm", "-fa"), stdout=subprocess.DEVNULL)
        machine.kill()
        subprocess.run(as_user(TARU, "unshare", "rm", "-rf", HOME + "/.local"), stderr=subprocess.DEVNULL)
        for name in ("passwd", "group", "subuid", "subgid"):
            subprocess.run(["umount", "/etc/" + name])
        shutil.rmtree(HOME, ignore_errors=True)


main()
