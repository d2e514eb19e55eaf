#!/usr/bin/python3
"""chaos.py WAY ROUNDS SEED VERB BUNDLE ID - kills the runtime, again and again, in the midst of a verb, deletes what is
left by force, and compares the machine with what it was before: mounts, namespaces, processes, cgroups, files.

WAY is "time": at a random moment, of as long as the verb takes; or "call": before a random one of its system calls.
VERB is create, start, exec, delete, run (detached) or stay (run in the foreground). TARU_OCI is the runtime,
KILLER the program of killer.c, EXEC what is run by exec. Prints what it did, and where something is left over that.
"""
import collections, json, os, random, signal, subprocess, sys, tempfile, time

PATIENCE = 20.0
# paused: with cgroup v1 alone the processes stand still while they are signalled.
STATES = {"creating", "created", "running", "paused", "stopped"}

way, rounds, seed, verb, bundle, name = sys.argv[1], int(sys.argv[2]), sys.argv[3], *sys.argv[4:]
runtime = os.environ["TARU_OCI"]
pid_file, count_file = os.path.join(bundle, "pid-file"), os.path.join(bundle, "count")
random.seed(seed + way + verb)

CREATE = ["create", "--bundle", bundle, "--pid-file", pid_file, name]
RUN = ["run", "--detach", "--bundle", bundle, "--pid-file", pid_file, name]
# What comes before, and what is killed.
VERBS = {
    "create": ([], CREATE),
    "start": ([CREATE], ["start", name]),
    "exec": ([RUN], ["exec", name, *os.environ.get("EXEC", "sleep 1000").split()]),
    "delete": ([RUN], ["delete", "--force", name]),
    "run": ([], RUN),
    "stay": ([], ["run", "--bundle", bundle, name]),
}
before, victim = VERBS[verb]


def begin(words, errors=subprocess.DEVNULL):
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)


def run(*words):
    """Runs a verb to its end, which must come. What it says goes to a file: the container has its streams too."""
    with tempfile.TemporaryFile() as errors:
        process = begin([runtime, *words], errors)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait(), "it does not end"
        errors.seek(0)
        return process.returncode, errors.read().decode()


def must(*words):
    status, errors = run(*words)
    if status or errors:
        raise SystemExit("%s ended with %s: %s" % (" ".join(words), status, errors))


# --- what is there ---

def lines_of(path):
    with open(path) as file:
        return file.read().splitlines()


def processes():
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % entry) as file:
                words = file.read().rsplit(")", 1)
            if words[1].split()[0] not in "ZX":
                found[entry] = words[0].split("(", 1)[1]
        except OSError:
            pass        # it has just ended
    return found


def namespaces(pids):
    found = set()
    for pid in pids:
        try:
            for kind in os.listdir("/proc/%s/ns" % pid):
                found.add(os.readlink("/proc/%s/ns/%s" % (pid, kind)))
        except OSError:
            pass
    return found


def files():
    found = set()
    for top in "/run", "/dev/shm", bundle:
        for folder, folders, names in os.walk(top):
            found.update(os.path.join(folder, name) for name in folders + names)
    # Written beside the pid file and renamed; the next one takes its place.
    return found - {pid_file, pid_file + ".new", count_file}


def cgroups():
    found = set()
    for folder, folders, _ in os.walk("/sys/fs/cgroup"):
        found.update(os.path.join(folder, one) for one in folders if name in one)
    return found


def machine():
    there = processes()
    return {
        "mount": set(lines_of("/proc/self/mountinfo")),
        "process": {"%s (%s)" % one for one in there.items()},
        "namespace": namespaces(there),
        "file": files(),
        "cgroup": cgroups(),
    }


def difference(old, new):
    return ["%s%s %s" % (sign, kind, one)
            for kind in old for sign, left in (("+", new[kind] - old[kind]), ("-", old[kind] - new[kind])) for one in left]


def settle(old):
    """What is about to end may take a moment."""
    end = time.monotonic() + PATIENCE
    while True:
        left = difference(old, machine())
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.01)


# --- the verb, and its end ---

def prepare():
    for words in before:
        must(*words)


def whole():
    """How much there is of the verb: seconds, or system calls."""
    prepare()
    if way == "call":
        begin([os.environ["KILLER"], "0", count_file, runtime, *victim]).wait(PATIENCE)
        amount = int(lines_of(count_file)[0])
    else:
        start = time.monotonic()
        process = begin([runtime, *victim])
        if verb in ("exec", "stay"):
            amount = until_begun(process, start)
        else:
            process.wait(PATIENCE)
            amount = time.monotonic() - start
    must("delete", "--force", name)
    return amount


def until_begun(process, start):
    """These go on as long as their program: until that runs. It is a sleep."""
    old = set(processes().items())
    while not any(comm == "sleep" for pid, comm in processes().items() if (pid, comm) not in old):
        if time.monotonic() - start > PATIENCE or process.poll() is not None:
            break
    amount = time.monotonic() - start
    process.kill()
    process.wait()
    return amount


def kill_at(moment):
    """True where it was killed, and had not ended before."""
    if way == "call":
        return begin([os.environ["KILLER"], str(moment), count_file, runtime, *victim]).wait(PATIENCE) == 0
    process = begin([runtime, *victim])
    time.sleep(moment)
    process.kill()
    process.wait()
    return process.returncode == -signal.SIGKILL


def state():
    """What the others say of it now: they must not fail over what is left."""
    status, errors = run("list")
    if status or errors:
        return "list ended with %s: %s" % (status, errors)
    process = subprocess.run([runtime, "state", name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE)
    if process.returncode == 0:
        return json.loads(process.stdout)["status"]
    return "none" if b"does not exist" in process.stderr else process.stderr.decode()


amount = sorted(whole() for _ in range(3))[1]
print("%s: %s %s, seed %s" % (verb, round(amount * 1000, 1) if way == "time" else amount,
                              "ms" if way == "time" else "system calls", seed), flush=True)
old = machine()
killed, seen, wrong = 0, collections.Counter(), 0
for turn in random.sample(range(rounds), rounds):
    part = (turn + random.random()) / rounds
    moment = part * amount if way == "time" else 1 + int(part * amount)
    prepare()
    early = kill_at(moment)
    killed += early
    if way == "time":
        # A machine that has other things to do is now faster and now slower: what ended before is not as long.
        amount = amount * 1.1 if early else max(moment, amount / 2)
    found = state()
    seen[found] += 1
    status, errors = run("delete", "--force", name)
    left = settle(old)
    if found not in STATES | {"none"} or status or errors or left:
        wrong += 1
        print("killed at %s of %s: then it was %s; delete --force ended with %s %s; left: %s" %
              (moment, amount, found, status, errors.strip(), "; ".join(left) or "nothing"), flush=True)
        old = machine()
print("%s: %d rounds, %d times killed before its end; then it was: %s" %
      (verb, rounds, killed, ", ".join("%s %d" % one for one in sorted(seen.items()))))
# Else nothing was tried. How long a verb takes is the machine's business, how many calls it makes is not.
if killed < (rounds / 2 if way == "call" else 1):
    print("only %d of %d were killed in time" % (killed, rounds))
    wrong += 1
sys.exit(wrong > 0)
