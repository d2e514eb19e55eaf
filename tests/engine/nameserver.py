#!/usr/bin/python3
"""A name server that a test can foresee: nameserver.py LOG ADDRESS…

What it does says the first label of the name: `silent` (nothing), `failed` and `refused` (the code), `big` (by UDP
that it is too long, by TCP 40 kB), `spoofed` (three wrong answers before the right one), `slow` (after 0.3 s), else
192.0.2.7 for A and 2001:db8::7 for AAAA. Each query is a line in LOG: transport, id, port of the client, size of EDNS,
name.
"""
import socket
import struct
import sys
import threading
import time

log = open(sys.argv[1], "a", buffering=1)


def read_name(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    return labels, at + 5


def answer(query, labels, end, code, records, flags=0x8180):
    head = query[:2] + struct.pack(">5H", flags | code, 1, len(records), 0, 0)
    return head + query[12:end] + b"".join(records)


def record(kind, data):
    return struct.pack(">HHHIH", 0xC00C, kind, 1, 60, len(data)) + data


def answers(query, transport, client):
    """What is sent, one after the other."""
    labels, end = read_name(query)
    kind = struct.unpack(">H", query[end - 4:end - 2])[0]
    # An OPT record has 11 bytes; what a test sends may be cut off anywhere.
    edns = struct.unpack(">H", query[end + 3:end + 5])[0] if len(query) >= end + 11 else 0
    log.write(f"{transport} {struct.unpack('>H', query[:2])[0]} {client[1]} {edns} {'.'.join(labels)}\n")
    what = labels[0].lower() if labels else ""
    right = {1: [record(1, socket.inet_aton("192.0.2.7"))],
             28: [record(28, socket.inet_pton(socket.AF_INET6, "2001:db8::7"))]}.get(kind, [])
    if what == "silent":
        return []
    if what in ("failed", "refused"):
        return [answer(query, labels, end, {"failed": 2, "refused": 5}[what], [])]
    if what == "big":
        if transport == "udp":
            return [answer(query, labels, end, 0, [], 0x8380)]
        return [answer(query, labels, end, 0, [record(16, b"\xc8" + b"x" * 200)] * 185)]
    good = answer(query, labels, end, 0, right)
    if what == "spoofed":
        wrong = good[:-4] + socket.inet_aton("6.6.6.6")
        other = bytes([wrong[0] ^ 1]) + wrong[1:]
        asked = wrong[:13] + b"x" + wrong[14:]
        return [other, asked, wrong[:7] + b"\0" + wrong[8:12], b"", good]
    if what == "slow":
        time.sleep(0.3)
    return [good]


def serve_udp(sock):
    while True:
        query, client = sock.recvfrom(65536)
        for message in answers(query, "udp", client):
            sock.sendto(message, client)


def serve_client(connection, client):
    stream = connection.makefile("rwb")
    try:
        while head := stream.read(2):
            for message in answers(stream.read(struct.unpack(">H", head)[0]), "tcp", client):
                stream.write(struct.pack(">H", len(message)) + message)
                stream.flush()
    except OSError:
        pass    # gone in the middle of it


def serve_tcp(sock):
    while True:
        threading.Thread(target=serve_client, args=sock.accept(), daemon=True).start()


threads = []
for address in sys.argv[2:]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for kind, serve in ((socket.SOCK_DGRAM, serve_udp), (socket.SOCK_STREAM, serve_tcp)):
        server = socket.socket(family, kind)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(socket.getaddrinfo(address, 53, family, kind)[0][4])
        if kind == socket.SOCK_STREAM:
            server.listen(64)
        threads.append(threading.Thread(target=serve, args=(server,), daemon=True))
for thread in threads:
    thread.start()
log.write("ready\n")
threading.Event().wait()
