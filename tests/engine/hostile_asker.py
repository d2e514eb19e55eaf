#!/usr/bin/python3
"""What a container may do to its resolver: hostile_asker.py WHAT ADDRESS [SECONDS]."""
import os
import random
import socket
import struct
import sys
import time

what, address = sys.argv[1:3]
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 2
end = time.monotonic() + seconds


def query(name, kind=1):
    wire = b"".join(bytes([len(label)]) + label for label in name.split(b"."))
    return os.urandom(2) + b"\1\0\0\1\0\0\0\0\0\0" + wire + b"\0" + struct.pack(">HH", kind, 1)


def udp():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.connect((address, 53))
    return sock


def garbage():
    sock = udp()
    while time.monotonic() < end:
        message = bytearray(query(b"web.dns.taru", random.choice([1, 12, 28, 255])))
        for _ in range(random.randrange(6)):
            message[random.randrange(len(message))] = random.randrange(256)
        if random.random() < 0.2:
            message = os.urandom(random.randrange(600))
        try:
            sock.send(message + os.urandom(random.choice([0, 0, 20])))
            sock.recv(65536)
        except (BlockingIOError, ConnectionError):
            pass


def silent():
    """More questions that nobody answers than there are places for."""
    sock = udp()
    count = 0
    while time.monotonic() < end:
        try:
            sock.send(query(b"silent.n%d.example" % count))
        except (BlockingIOError, ConnectionError):
            pass
        count += 1
        time.sleep(0.001)


def connections():
    """Connections that say nothing, half of a message, or ask and do not read."""
    held = []
    for i in range(200):
        sock = socket.create_connection((address, 53))
        big = query(b"big.up.example", 16)
        if i % 3 == 1:
            sock.send(b"\0\x20ab")
        if i % 3 == 2:
            sock.setblocking(False)
            try:
                sock.send((struct.pack(">H", len(big)) + big) * 20)
            except OSError:
                pass
        held.append(sock)
    print("held", flush=True)
    time.sleep(max(0, end - time.monotonic()))


def pipelined():
    """Many questions at once, in pieces: all are answered, in order."""
    sock = socket.create_connection((address, 53))
    sock.settimeout(5)
    asked = [query(random.choice([b"web", b"ok.up.example", b"none.dns.taru"])) for _ in range(100)]
    stream = b"".join(struct.pack(">H", len(message)) + message for message in asked)
    answers = sock.makefile("rb")
    for at in range(0, len(stream), 37):
        sock.send(stream[at:at + 37])
    for message in asked:
        answer = answers.read(struct.unpack(">H", answers.read(2))[0])
        assert answer[:2] == message[:2], (answer, message)
    print("all")


{"garbage": garbage, "silent": silent, "connections": connections, "pipelined": pipelined}[what]()
