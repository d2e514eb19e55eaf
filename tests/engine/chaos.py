#!/usr/bin/python3
"""chaos.py crowd KILLS SEED | moments WHOM SEED - kills taru, its monitors and its cleanups while containers come and go, and
then looks whether what is said of them is true, and whether all of it can be removed.

crowd: several workers make, stop, start and remove 20 containers, while KILLS processes are killed at random moments.
moments: one `run -d` is killed at 60 moments, from its beginning to just after its end: WHOM is "caller", or "all" for
those that it has forked, too.

TARU, TARU_ROOT and TARU_RUN_ROOT say what is tested. Only processes are killed whose command line names that root.
"""
import collections, os, random, re, signal, subprocess, sys, tempfile, threading, time

TARU, ROOT, RUN = os.environ["TARU"], os.environ["TARU_ROOT"], os.environ["TARU_RUN_ROOT"]
PLACE = ["--root", ROOT, "--run-root", RUN]
PATIENCE = 60.0     # a command line that takes longer hangs
SETTLE = 15.0       # what is about to happen has happened by then
MARK = "chaos-%d" % os.getpid()     # in the command line of each container
ID = re.compile("[0-9a-f]{64}")
wrong = []
ours = set()


def complain(text):
    wrong.append(text)
    print("WRONG: " + text, flush=True)


# --- command lines ---

def begin(words, output, errors):
    return subprocess.Popen([TARU, *PLACE, *words], stdin=subprocess.DEVNULL, stdout=output, stderr=errors)


def run(*words):
    """Its exit status and what it printed. Files, not pipes: others may hold a pipe open for longer."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = begin(words, output, errors)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            complain("'%s' does not end" % " ".join(words))
            process.kill()
            process.wait()
        output.seek(0)
        errors.seek(0)
        return process.returncode, output.read().decode(), errors.read().decode()


def must(*words):
    status, output, errors = run(*words)
    if status or errors:
        complain("'%s' ended with %d: %s%s" % (" ".join(words), status, output, errors))
    return output


# --- what is there ---

def command_line(pid):
    try:
        with open("/proc/%s/cmdline" % pid, "rb") as file:
            return file.read().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []       # it has just ended


def kind_of(words):
    """What a process of this test is: "monitor", "cleanup", "caller"; None: it is none of taru's here."""
    if not any(words[i:i + 2] == PLACE[:2] for i in range(len(words))):
        return None
    if words[0] == "taru-monitor":
        return "monitor"
    return "cleanup" if "cleanup" in words else "caller" if words[0] in (TARU, "taru") else None


def processes():
    """pid: kind, of taru's."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            kind = kind_of(command_line(entry))
            if kind:
                found[int(entry)] = kind
    return found


def kill(pid, kind):
    """By a descriptor first, then it is looked at: so it cannot be another's."""
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        if kind_of(command_line(pid)) != kind:
            return False
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)


def cgroups():
    """ID: processes, of containers."""
    found = {}
    for folder, folders, _ in os.walk("/sys/fs/cgroup"):
        for name in folders:
            match = re.fullmatch("taru-([0-9a-f]{64})(\\.scope)?", name)
            if not match:
                continue
            try:
                with open(os.path.join(folder, name, "cgroup.procs")) as file:
                    found.setdefault(match[1], set()).update(file.read().split())
            except OSError:
                pass
    return found


def keepers():
    """ID: how many monitors and cleanups it has."""
    found = collections.Counter()
    for pid, kind in processes().items():
        if kind != "caller":
            words = " ".join(command_line(pid))
            found.update(ID.findall(words)[:1])
    return found


def listing(folder):
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def remember():
    """Which containers are this test's, as long as they are there: others on this machine have theirs."""
    ours.update(listing(ROOT + "/containers"), listing(RUN))


def mounts():
    with open("/proc/self/mountinfo") as file:
        return file.read()


def locks():
    """Files of this root on which somebody has a lock."""
    with open("/proc/locks") as file:
        held = set(re.findall("[0-9a-f]+:[0-9a-f]+:([0-9]+) ", file.read()))
    return [os.path.join(folder, name) for top in (ROOT, RUN) for folder, folders, names in os.walk(top)
            for name in folders + names if str(os.lstat(os.path.join(folder, name)).st_ino) in held]


def until(find):
    """What `find` complains of in the end: things may take a moment."""
    end = time.monotonic() + SETTLE
    while True:
        found = find()
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.1)


# --- what must be true ---

def untrue():
    """Containers of which something else is said than what is so."""
    said = [line.split() for line in run("ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Names}} {{.State}}")[1].splitlines()]
    there, kept, found = cgroups(), keepers(), []
    for id, name, state in said:
        facts = {"processes": len(there.get(id, ())), "cgroup": id in there, "keepers": kept[id], "RUN": os.path.exists(os.path.join(RUN, id))}
        good = {
            "running": facts["processes"] > 0 and facts["keepers"] == 1 and facts["RUN"],
            "restarting": not facts["processes"] and facts["keepers"] == 1,
            "exited": not any(facts.values()),
            "created": not any(facts.values()),
        }
        if not good.get(state):
            found.append("%s (%.12s) is said to be %s: %s" % (name, id, state, facts))
    known = {id for id, _, _ in said}
    return found + ["RUN/%s is of no container" % name for name in listing(RUN) if name not in known]


def unkept():
    """Containers that run without a monitor."""
    there, kept = cgroups(), keepers()
    return ["%.12s runs and has %d monitors" % (id, kept[id]) for id in listing(RUN) if there.get(id) and kept[id] != 1]


def check_all():
    """What a machine's administrator would do after this, and what must be so then."""
    must("ps")
    for text in until(untrue):
        complain(text)
    status, output, errors = run("system", "check", "--repair")
    if status or errors:
        complain("system check --repair ended with %d: %s%s" % (status, output, errors))
    output = must("system", "check")
    if output:
        complain("system check says: " + output)
    for id in listing(ROOT + "/containers"):
        if not os.path.exists("%s/containers/%s/container.json" % (ROOT, id)):
            complain("containers/%s is half of one" % id)


def of_networks():
    """Addresses, devices and elements of the firewall. Nobody is in a network any more."""
    found = ["an address: " + os.path.join(folder, name) for folder, _, names in os.walk(ROOT + "/networks")
             for name in names if folder.endswith("/leases")]
    links = subprocess.run(["ip", "-o", "link"], stdout=subprocess.PIPE, text=True, check=True).stdout
    found += ["a device: " + line for line in links.splitlines() if re.match("[0-9]+: (tv|taru|br-)", line)]
    table = subprocess.run(["nft", "list", "table", "inet", "taru"], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, text=True, check=False).stdout
    return found + ["of the firewall: " + line.strip() for line in table.splitlines() if "elements =" in line]


def remains(before):
    found = ["mounts are not as they were"] if mounts() != before["mounts"] else []
    found += ["a cgroup: " + id for id in cgroups() if id in ours]
    for pid, kind in processes().items():
        found.append("a process: %d, %s" % (pid, kind))
    for entry in os.listdir("/proc"):
        if entry.isdigit() and any(MARK in word for word in command_line(entry)[1:]):
            found.append("a container's process: %s" % entry)
    for folder in ROOT + "/containers", ROOT + "/names", RUN:
        found += ["%s/%s" % (folder, name) for name in listing(folder)]
    for folder, _, names in os.walk(ROOT):
        # The link last-0.new of a network is in nobody's way: who takes the next address replaces it.
        found += [os.path.join(folder, name) for name in names
                  if name.endswith(".new") and not name.startswith("last-")]
    return found + of_networks() + ["locked: " + path for path in locks()]


def remove_all():
    remember()
    ids = run("ps", "-aq", "--no-trunc")[1].split()
    if ids:
        must("rm", "-fv", *ids)


def clean(before):
    remove_all()
    # Who was to give back what the last ones had may have been killed.
    run("system", "check", "--repair")
    for text in until(lambda: remains(before)):
        complain("left: " + text)


# --- a crowd ---

NAMES, WORKERS = 20, 6
STAYS = ': %s; trap "exit 7" TERM; i=0; while :; do i=$((i+1)); echo line $i; sleep 0.1; done' % MARK
FAILS = ": %s; echo fails; sleep 0.1; exit 3" % MARK
ENDS = ": %s; echo ends; sleep 0.05" % MARK
# Options and program; what is begun in the foreground must end by itself.
DETACHED = [
    ([], STAYS), ([], ENDS), ([], FAILS),
    (["--rm"], STAYS), (["--rm", "-v", "/data"], ENDS),
    (["--restart", "always"], STAYS), (["--restart", "always"], ENDS),
    (["--restart", "on-failure:3"], FAILS),
    (["-v", "wine{}:/data"], STAYS), (["--rm", "-v", "wine{}:/data", "-v", "/more"], STAYS),
    (["--log-driver", "k8s-file", "--log-opt", "max-size=10k"], STAYS), (["--log-driver", "none"], STAYS),
    (["-p", "80", "-p", "53/udp"], STAYS), (["--rm", "-p", "8080:80"], STAYS), (["--rm", "-p", "127.0.0.1:8080:80"], ENDS),
    (["--network", "cellar", "--network", "bridge"], STAYS), (["--rm", "--network", "cellar:ip=10.201.0.9"], ENDS),
]
FOREGROUND = [
    (["--rm"], ENDS), (["--rm", "-v", "/data"], ENDS), (["--rm", "--log-driver", "json-file"], FAILS),
    (["--rm", "-v", "wine{}:/data"], FAILS),
]
# No container, or not in that state: what the others have done meanwhile.
EXPECTED = re.compile("no such container|is in use|is not running|running already|is running|is being changed|restarting|"
                      "who was about to start it was killed|not running|paused already|cannot be entered|is taken,? by")


class Ledger:
    """Which containers must be there: their ID was printed, and nobody has begun to remove what has that name."""

    def __init__(self):
        self.lock = threading.Lock()
        self.certain = collections.defaultdict(set)
        self.removing, self.removals = collections.Counter(), collections.Counter()
        self.done, self.odd = collections.Counter(), collections.Counter()

    def remove(self, name, words):
        with self.lock:
            self.removing[name] += 1
            self.removals[name] += 1
            self.certain[name].clear()
        result = run(*words)
        with self.lock:
            self.removing[name] -= 1
        return result

    def make(self, name, words):
        with self.lock:
            before, quiet = self.removals[name], not self.removing[name]
        status, output, errors = run(*words)
        with self.lock:
            if ID.fullmatch(output.strip()) and "--rm" not in words and quiet and before == self.removals[name]:
                self.certain[name].add(output.strip())
        return status, output, errors

    def note(self, words, result):
        status, _, errors = result
        with self.lock:
            self.done[words[0] + (" (killed)" if status == -signal.SIGKILL else "")] += 1
            for line in errors.splitlines():
                if not EXPECTED.search(line):
                    self.odd["%s: %s" % (words[0], re.sub("[0-9a-f]{12,}|wine[0-9]+|tun[0-9]+", "…", line))] += 1
        if status < 0 and status != -signal.SIGKILL:
            complain("'%s' ended by signal %d" % (" ".join(words), -status))
        if "damaged" in errors:
            complain("'%s' found something damaged: %s" % (" ".join(words), errors))


def work(ledger, drawn, stop):
    while not stop.is_set():
        number = drawn.randrange(NAMES)
        name = "tun%d" % number
        options, program = drawn.choice(DETACHED)
        options = [word.format(number % 5) for word in options]
        tail = ["--name", name, *options, "box", "sh", "-c", program]
        what = drawn.choices(["run", "create", "foreground", "stop", "rm", "exec", "start", "restart", "kill"],
                             [8, 2, 2, 3, 4, 2, 3, 2, 1])[0]
        if what == "run":
            words = ["run", "-d", *tail]
        elif what == "create":
            words = ["create", *tail]
        elif what == "foreground":
            options, program = drawn.choice(FOREGROUND)
            words = ["run", *[word.format(number % 5) for word in options], "box", "sh", "-c", program]
        elif what == "exec":
            words = ["exec", name, "sh", "-c", "echo inside; sleep 0.0%d" % drawn.randrange(10)]
        elif what == "rm":
            words = ["rm", "-f", *drawn.choice([[], ["-v"]]), name]
        elif what in ("stop", "restart"):
            words = [what, "-t", str(drawn.randrange(2)), name]
        else:
            words = [what, name]
        act = {"rm": ledger.remove, "run": ledger.make, "create": ledger.make}.get(what)
        ledger.note(words, act(name, words) if act else run(*words))
        remember()


def kill_many(count, drawn):
    """Returns how many of each kind. A cleanup is there for moments: it is waited for."""
    killed = collections.Counter()
    end = time.monotonic() + 10 * PATIENCE
    while sum(killed.values()) < count and time.monotonic() < end:
        kind = drawn.choices(["caller", "monitor", "cleanup"], [5, 3, 3])[0]
        time.sleep(drawn.random() * 0.1)
        remember()
        for _ in range(10):
            pids = sorted(pid for pid, one in processes().items() if one == kind)
            if pids:
                break
        if not pids:
            continue
        time.sleep(drawn.random() * 0.012)
        killed[kind] += kill(drawn.choice(pids), kind)
    if sum(killed.values()) < count:
        complain("only %d of %d were killed" % (sum(killed.values()), count))
    return killed


def crowd(count, seed):
    before = {"mounts": mounts()}
    ledger, stop = Ledger(), threading.Event()
    must("network", "create", "--subnet", "10.201.0.0/24", "cellar")
    workers = [threading.Thread(target=work, args=(ledger, random.Random("%s %d" % (seed, i)), stop)) for i in range(WORKERS)]
    for worker in workers:
        worker.start()
    try:
        killed = kill_many(count, random.Random(seed))
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    print("killed: %s\ndone: %s" % (dict(killed), dict(ledger.done)), flush=True)
    for line, times in ledger.odd.most_common():
        print("said %d times: %s" % (times, line))
    check_all()
    there = set(run("ps", "-aq", "--no-trunc")[1].split())
    must_be = {id: name for name, ids in ledger.certain.items() for id in ids}
    print("%d containers are there, of which %d must be" % (len(there), len(must_be)))
    for id, name in must_be.items():
        if id not in there:
            complain("%s (%.12s) is lost" % (name, id))
    clean(before)
    volumes(run("volume", "ls", "-q")[1].split())
    must("network", "rm", "cellar")


def volumes(left):
    """Those with a name are there until they are removed. Those without go with their containers."""
    for name in left:
        if ID.fullmatch(name):
            complain("left: the volume %.12s of a container that was removed" % name)
    if left:
        must("volume", "rm", *left)
    for name in listing(ROOT + "/volumes"):
        complain("left: volumes/" + name)


# --- each moment ---

ONE = ["run", "-d", "--name", "one", "-v", "wine:/data", "-v", "/more", "-p", "8080:80", "box", "sh", "-c", STAYS]
MOMENTS = 60


def whole():
    """How long it takes on this machine, with whatever else that does."""
    start = time.monotonic()
    must(*ONE)
    amount = time.monotonic() - start
    remove_all()
    return amount


def moments(whom, seed):
    before = {"mounts": mounts()}
    amount = 1.1 * sorted(whole() for _ in range(3))[1]
    order, seen = [amount * i / MOMENTS for i in range(MOMENTS)], collections.Counter()
    random.Random(seed).shuffle(order)
    for moment in order:
        with open(os.devnull, "w") as nothing:
            caller = begin(ONE, nothing, nothing)
        time.sleep(moment)
        for pid, kind in processes().items() if whom == "all" else {caller.pid: "caller"}.items():
            kill(pid, kind)
        caller.wait()
        # Who it has forked goes on.
        until(lambda: "caller" in processes().values())
        if whom == "caller":    # and needs no help
            for text in until(unkept):
                complain(text)
        check_all()
        seen[run("ps", "-a", "--format", "{{.State}}")[1].strip() or "none"] += 1
        clean(before)
        if wrong:
            complain("killed after %.1f ms" % (moment * 1000))
            break
    print("killed %d times within %.0f ms; then it was: %s" % (sum(seen.values()), amount * 1000, dict(seen)))
    volumes(run("volume", "ls", "-q")[1].split())
    # Else nothing was tried.
    if len(seen) < 2 and not wrong:
        complain("all were killed too early or too late")


print("%s: seed %s" % (" ".join(sys.argv[1:-1]), sys.argv[-1]), flush=True)
if sys.argv[1] == "crowd":
    crowd(int(sys.argv[2]), sys.argv[3])
else:
    moments(sys.argv[2], sys.argv[3])
sys.exit(bool(wrong))
