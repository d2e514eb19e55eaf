#!/usr/bin/python3
"""engine.py - what containers of the engine cost beside Podman's and Docker's: engine.py [RUNS]

As root. Interleaved, medians in ms, each with its ratio to taru's (engines.py says who is beside it). All without a
network, with an image of one layer: a busybox.

  run        run --rm IMAGE true
  exec       exec CONTAINER true, in one that sleeps
  parallel   16 of these runs at once: the wall of all
  alive      N containers of `sleep` at once (ALIVE=500; ALIVE_BESIDE=ALIVE of the others): how fast they are started,
             the memory of what the engine leaves running for each of them (Pss), and how long `ps` takes then
"""
import functools, os, statistics, subprocess, time

from engines import RUNS, clean_up, engines, interleaved, timed

ALIVE = int(os.environ.get("ALIVE", "500"))
ALIVE_BESIDE = int(os.environ.get("ALIVE_BESIDE", ALIVE))


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


def alive(engine, containers):
    begin = time.monotonic()
    for number in range(containers):
        engine.start(f"alive{number}")
    seconds = time.monotonic() - begin
    memory, count = memory_of(engine.keeper)
    listing = [timed(engine.list()) for _ in range(max(10, RUNS))]
    print(f"alive      {engine.name:8} {containers} started in {seconds:.1f} s ({containers / seconds:.0f}/s); {count} × "
          f"{engine.keeper}: {memory / max(count, 1):.0f} KiB each; ps: {statistics.median(listing):.1f} ms "
          f"(least {min(listing):.1f})", flush=True)
    names = [f"alive{number}" for number in range(containers)]
    for at in range(0, containers, 50):
        engine.remove(*names[at:at + 50])


def main():
    found = engines()
    try:
        interleaved("run", [(engine.name, engine.once) for engine in found])
        for engine in found:
            engine.start("sleeper")
        interleaved("exec", [(engine.name, functools.partial(engine.inside, "sleeper")) for engine in found])
        for engine in found:
            engine.remove("sleeper")
            parallel(engine)
        for engine in found:
            containers = ALIVE if engine is found[0] else ALIVE_BESIDE
            if containers:
                alive(engine, containers)
    finally:
        for engine in found:
            engine.remove("sleeper")
        clean_up(found)


main()
