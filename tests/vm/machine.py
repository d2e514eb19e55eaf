#!/usr/bin/env python3
"""machine.py: starts one test machine and runs one command in it. Called by run, which has the words for people.

qemu emulates (TCG), so no KVM is needed. Standard output, standard error and the status of the command are passed on;
124: it did not end in time; 125: the machine died, and the end of its console is on standard error. There is
no file of this program's own: disk, console and qemu's messages are in files without names, so all is gone
with the processes, and qemu dies with this one.
"""
import argparse
import os
import shlex
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

BOOT_SECONDS = 120
# -cpu max is 15 % slower; with more than one CPU nothing is faster. HPET stays: without it clocks drift.
MACHINES = {
    "amd64": ["qemu-system-x86_64", "-M", "q35,usb=off,vmport=off,smbus=off,sata=off,i8042=off,graphics=off",
              "-cpu", "Nehalem,+rdrand,+rdseed"],
    "arm64": ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72"],
}
KERNEL = ("quiet loglevel=4 panic=-1 oops=panic mitigations=off cryptomgr.notests nowatchdog "
          "random.trust_cpu=1 random.trust_bootloader=1 ")
CONSOLES = {"amd64": "console=ttyS0 8250.nr_uarts=1", "arm64": "console=ttyAMA0"}
# How devices are connected: arm64's memory-mapped ones are there sooner than its PCI bus.
BUSES = {"amd64": "pci", "arm64": "device"}


class Died(Exception):
    """The machine is gone, or never was there."""


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", default="amd64", choices=MACHINES)
    parser.add_argument("--boot", required=True, help="a folder with vmlinux and initramfs")
    parser.add_argument("--root", default="/", help="the folder that is the root")
    parser.add_argument("--tree", required=True, help="the folder that is seen where it is, and gone to")
    parser.add_argument("--systemd", action="store_true")
    parser.add_argument("--disk", type=int, metavar="MIB")
    parser.add_argument("--memory", default="1G")
    parser.add_argument("--cpus", default="1")
    parser.add_argument("--time-limit", type=float, default=600, metavar="SECONDS")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def nameless_disk(mebibytes):
    """An empty ext4 file system. Without a journal, which is of no use to who dies with it."""
    disk = tempfile.TemporaryFile(dir="/var/tmp")
    disk.truncate(mebibytes << 20)
    subprocess.run(["/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-E", "lazy_itable_init=1",
                    f"/proc/self/fd/{disk.fileno()}"], check=True, pass_fds=[disk.fileno()])
    return disk


def end_of(file, length):
    file.seek(max(0, file.seek(0, os.SEEK_END) - length))
    return file.read().decode(errors="replace").strip()


class Machine:
    def __init__(self, wanted):
        self.wanted = wanted
        self.bytes = b""
        self.console = tempfile.TemporaryFile()
        self.messages = tempfile.TemporaryFile()
        self.port, port = socket.socketpair()
        self.files = [port, self.console]
        command = self.command_line(port)
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL"] + command, pass_fds=[file.fileno() for file in self.files],
            stdin=subprocess.DEVNULL, stdout=self.messages, stderr=self.messages, start_new_session=True)
        port.close()

    def command_line(self, port):
        wanted, bus = self.wanted, BUSES[self.wanted.arch]
        command = MACHINES[wanted.arch] + [
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            # One thread for each CPU, but not where they have to agree on cgroups: that is slower.
            "-accel", "tcg,tb-size=256,thread=" + ("multi" if wanted.cpus == "1" else "single"),
            "-smp", wanted.cpus, "-m", wanted.memory,
            "-kernel", f"{wanted.boot}/vmlinux", "-initrd", f"{wanted.boot}/initramfs",
            "-append", KERNEL + CONSOLES[wanted.arch],
            "-chardev", f"file,id=console,path=/proc/self/fd/{self.console.fileno()}", "-serial", "chardev:console",
            "-chardev", f"socket,id=port,fd={port.fileno()}",
            "-device", f"virtio-serial-{bus}", "-device", "virtserialport,chardev=port,nr=1",
            "-device", f"virtio-rng-{bus}"]
        for tag, path in (("root", wanted.root), ("tree", wanted.tree)):
            command += [
                "-fsdev", f"local,id={tag},security_model=none,readonly=on,multidevs=remap,path="
                + path.replace(",", ",,"), "-device", f"virtio-9p-{bus},fsdev={tag},mount_tag={tag}"]
        if wanted.disk:
            disk = nameless_disk(wanted.disk)
            self.files.append(disk)
            command += [
                "-drive", f"if=none,id=disk,file=/proc/self/fd/{disk.fileno()},format=raw,cache=unsafe,discard=unmap",
                "-device", f"virtio-blk-{bus},drive=disk"]
        return command

    def end(self):
        self.process.kill()
        self.process.wait()

    def last_words(self):
        return "\n".join(filter(None, (end_of(self.messages, 2000), end_of(self.console, 4000))))

    def send(self, kind, payload):
        try:
            self.port.sendall(kind + struct.pack("<I", len(payload)) + payload)
        except OSError as error:
            raise Died("it died") from error

    def receive(self, until):
        """The next frame: its kind and its bytes. port.h has the kinds."""
        while True:
            if len(self.bytes) >= 5:
                length = 5 + struct.unpack_from("<I", self.bytes, 1)[0]
                if len(self.bytes) >= length:
                    frame = self.bytes[:1], self.bytes[5:length]
                    self.bytes = self.bytes[length:]
                    return frame
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.port.settimeout(left)
            try:
                more = self.port.recv(65536)
            except ConnectionError:
                more = b""
            if not more:
                raise Died("it died")
            self.bytes += more

    def instruct(self):
        wanted = self.wanted
        script = [f"cd {shlex.quote(wanted.tree)} || exit 125"]
        script += ["export " + shlex.quote(setting) for setting in wanted.env]
        script += ["exec " + shlex.join(wanted.command)]
        self.send(b"T", b"%d.%09d" % divmod(time.time_ns(), 10**9))
        self.send(b"P", b"tree=" + os.fsencode(wanted.tree))
        for name in ("disk", "systemd"):
            if getattr(wanted, name):
                self.send(b"P", name.encode())
        self.send(b"C", os.fsencode("\n".join(script) + "\n"))


def write_all(fd, payload):
    while payload:
        payload = payload[os.write(fd, payload):]


def attempt(wanted):
    """Runs the command: its status, and whether it was begun at all."""
    begun, status, why = False, 125, ""
    machine = Machine(wanted)
    began = time.monotonic()
    until = began + BOOT_SECONDS
    try:
        while True:
            kind, payload = machine.receive(until)
            if kind == b"O":
                write_all(1, payload)
            elif kind == b"E":
                write_all(2, payload)
            elif kind == b"R":
                machine.instruct()
            elif kind == b"S":
                begun = True
                until = time.monotonic() + wanted.time_limit
            elif kind == b"X":
                return int(payload), True
            elif kind == b"F":
                raise Died(payload.decode(errors="replace"))
            elif kind == b"L":
                print(f"vm: {payload.decode(errors='replace')}", file=sys.stderr, flush=True)
            if wanted.verbose and kind in b"RSF":
                print(f"vm: {time.monotonic() - began:.2f} s: {kind.decode()}", file=sys.stderr, flush=True)
    except TimeoutError:
        status = 124 if begun else 125
        why = f"no end within {wanted.time_limit:g} s" if begun else "it does not boot"
    except Died as error:
        why = str(error)
    finally:
        machine.end()
    print(f"vm: {why}\n{machine.last_words()}", file=sys.stderr, flush=True)
    return status, begun


def main():
    wanted = options()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    status, begun = attempt(wanted)
    if not begun:
        # Nothing of the command was done, so it can be tried again.
        status, begun = attempt(wanted)
    sys.exit(status)


main()
