#!/usr/bin/python3
"""driver.py - speaks with libexec/taru/unpack as taru does (src/wire/unpack.h), for the tests.

	driver.py layer ARCHIVE TARGET [KEY=VALUE…] [lower=DIR…] [tee=FILE] [slow=BYTES] [settle=DIR:DIR…]
	driver.py copy INPUT OUTPUT [KEY=VALUE…]

Prints the answers, one JSON object on a line, without those about progress. The status is 0 when there was no error.
ARCHIVE may be - for the standard input. slow: the archive is a file that grows by so many bytes at a time, with
a pipe that tells. settle: asks for that when the layer is unpacked. In the environment: UNPACK_PREFIX is put before the
helper; UNPACK_IDS=FIRST: it runs in a user namespace with 65536 ids from there, as taru makes one; UNPACK_MOUNTS: and in a mount namespace that does not know the target;
UNPACK_USAGE: prints the helper's peak of memory too.
"""
import array
import ctypes
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading

PROGRAM = os.environ["UNPACK"]
NUMBERS = ("max-bytes", "max-entries", "max-ratio")


CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000


def enter_namespace():
    """Runs between fork and exec: another child writes the ids, from outside."""
    first = os.environ["UNPACK_IDS"]
    reader, writer = os.pipe()
    target = os.getpid()
    child = os.fork()
    if child == 0:
        os.read(reader, 1)
        for name in ("uid_map", "gid_map"):
            with open(f"/proc/{target}/{name}", "w", encoding="ascii") as file:
                file.write(f"0 {first} 65536")
        os._exit(0)
    if ctypes.CDLL(None).unshare(CLONE_NEWUSER | (CLONE_NEWNS if "UNPACK_MOUNTS" in os.environ else 0)):
        os._exit(99)
    os.write(writer, b".")
    os.waitpid(child, 0)
    os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)


class Helper:
    def __init__(self):
        self.ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.prefix = os.environ.get("UNPACK_PREFIX", "").split()
        self.process = subprocess.Popen(["/bin/sh", "-c", 'exec "$@" 3<&0 </dev/null', "sh", *self.prefix, PROGRAM],
                                        stdin=theirs,
                                        preexec_fn=enter_namespace if "UNPACK_IDS" in os.environ else None)
        theirs.close()

    def send(self, request, fds):
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
        try:
            self.ours.sendmsg([json.dumps(request).encode()], rights)
        except BrokenPipeError:
            pass

    def answer(self):
        while True:
            try:
                packet = self.ours.recv(1 << 16)
            except ConnectionResetError:
                packet = b""
            if not packet:
                return None
            answer = json.loads(packet)
            if "at" not in answer:
                print(json.dumps(answer), flush=True)
                return answer

    def usage(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            peak = [line.split()[1] for line in file if line.startswith("VmHWM")]
        print(json.dumps({"peak-kib": int(peak[0])}))

    def end(self):
        self.ours.close()
        return self.process.wait()


def grow(source, path, pipe, step):
    with open(source, "rb") as whole, open(path, "ab", buffering=0) as part:
        while piece := whole.read(step):
            part.write(piece)
            os.write(pipe, b".")
    os.close(pipe)


def directory(path):
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY)


def main():
    op, source, target, *rest = sys.argv[1:]
    request = {"op": op}
    names, fds, settle, slow, late = ["input"], [], None, None, []
    for word in rest:
        key, value = word.split("=", 1)
        if key == "settle":
            settle = [d for d in value.split(":") if d]
        elif key == "slow":
            slow = int(value)
        elif key in ("lower", "tee"):
            late.append((key, value))
        elif key in NUMBERS:
            request[key] = int(value)
        else:
            request[key] = {"true": True, "false": False}.get(value, value)
    grower = None
    if slow:
        growing = tempfile.NamedTemporaryFile()
        ends = os.pipe()
        fds.append(os.open(growing.name, os.O_RDONLY))
        fds.append(ends[0])
        names.append("wake")
        grower = threading.Thread(target=grow, args=(source, growing.name, ends[1], slow), daemon=True)
    else:
        fds.append(0 if source == "-" else os.open(source, os.O_RDONLY))
    if op == "copy":
        names.append("output")
        fds.append(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644))
    else:
        names.append("target")
        fds.append(directory(target))
    for key, value in late:
        names.append(key)
        fds.append(directory(value) if key == "lower" else os.open(value, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644))
    request["fds"] = names
    helper = Helper()
    helper.send(request, fds)
    for fd in fds:
        os.close(fd) if fd else None
    if grower:
        grower.start()
    answer = helper.answer()
    if settle is not None and answer and "unpacked" in answer:
        below = [directory(d) for d in settle]
        helper.send({"op": "settle", "fds": ["layer"] * len(below)}, below)
        answer = helper.answer()
    if "UNPACK_USAGE" in os.environ:
        helper.usage()
    status = helper.end()
    if not answer:
        print(json.dumps({"died": status}))
    sys.exit(0 if answer and "error" not in answer and status == 0 else 1)


main()
