#!/usr/bin/python3
"""systemd_bus.py SOCKET WAY - plays the bus of D-Bus with a systemd on it that answers in one way or another. Each call
that it gets is a line: its name and the texts in its body. WAY is one of the names of the functions do_* below."""
import re, socket, struct, sys

JOB = "/org/freedesktop/systemd1/job/7"
ERROR = "org.freedesktop.systemd1."


def pad(data, to):
    return data + b"\0" * (-len(data) % to)


def text(value):
    return struct.pack("<I", len(value)) + value.encode() + b"\0"


def message(kind, fields, signature="", body=b"", serial=1):
    out = b""
    for code, sort, value in fields + ([(8, "g", signature)] if signature else []):
        out = pad(out, 8) + bytes([code, 1]) + sort.encode() + b"\0"
        if sort == "u":
            out += struct.pack("<I", value)
        elif sort == "g":
            out += bytes([len(value)]) + value.encode() + b"\0"
        else:
            out += text(value)
    return pad(b"l" + bytes([kind, 1, 1]) + struct.pack("<III", len(body), serial, len(out)) + out, 8) + body


def answer(serial, signature="", body=b""):
    return message(2, [(5, "u", serial), (7, "s", ":1.1")], signature, body)


def error(serial, name, words):
    return message(3, [(5, "u", serial), (4, "s", name), (7, "s", ":1.1")], "s", text(words))


def job_removed(result, sender=":1.1", job=JOB):
    body = pad(pad(struct.pack("<I", 7) + text(job), 4) + text("x.scope"), 4) + text(result)
    fields = [(1, "o", "/org/freedesktop/systemd1"), (2, "s", "org.freedesktop.systemd1.Manager"),
              (3, "s", "JobRemoved"), (7, "s", sender)]
    return message(4, fields, "uoss", body)


class Client:
    def __init__(self, connection):
        self.connection, self.have = connection, b""

    def need(self, count):
        while len(self.have) < count:
            more = self.connection.recv(65536)
            if not more:
                raise EOFError
            self.have += more
        taken, self.have = self.have[:count], self.have[count:]
        return taken

    def line(self):
        taken = b""
        while not taken.endswith(b"\r\n"):
            taken += self.need(1)
        return taken

    def say(self, data):
        self.connection.sendall(data)

    def call(self):
        """The next one that wants an answer of systemd's: (its serial, its name)."""
        while True:
            head = self.need(16)
            body, serial, fields = struct.unpack("<III", head[4:])
            rest = self.need((fields + 7) // 8 * 8 + body)
            name = re.search(rb"\x03\x01s\0....(\w+)", rest, re.S).group(1).decode()
            words = re.findall(rb"[\x20-\x7e]{3,}", rest[(fields + 7) // 8 * 8:])
            print(name, b" ".join(words).decode(), flush=True)
            if name in ("Hello", "AddMatch"):
                self.say(answer(serial))
            elif head[2] & 1 == 0:
                return serial, name

    def greet(self):
        self.need(1)
        for reply in (b"DATA\r\n", b"OK 0123456789abcdef\r\n", b""):
            self.line()
            self.say(reply)

    def start(self):
        self.greet()
        return self.call()[0]


def do_silent(client):
    client.start()
    client.need(1)


def do_deaf(client):
    client.need(10 ** 9)


def do_rejects(client):
    client.say(b"REJECTED EXTERNAL\r\n")
    client.need(10 ** 9)


def do_garbage(client):
    client.start()
    client.say(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10)
    client.need(1)


def do_speaks_another_way(client):
    client.say(b"220 mail.example.org ESMTP\r\n" * 100)
    client.need(10 ** 9)


def do_closes(client):
    client.start()


def do_refuses(client):
    client.say(error(client.start(), ERROR + "Nonsense", "Cannot set property X, or unknown property."))
    client.need(1)


def do_denies(client):
    client.say(error(client.start(), "org.freedesktop.DBus.Error.AccessDenied", "Permission denied"))
    client.need(1)


def do_absent(client):
    client.say(error(client.start(), "org.freedesktop.DBus.Error.ServiceUnknown", "The name is not activatable"))
    client.need(1)


def do_fails(client):
    client.say(answer(client.start(), "o", text(JOB)) + job_removed("timeout"))
    print(client.call(), flush=True)


def do_forged(client):
    """Somebody else says that the job is done, and systemd that another one is."""
    client.say(answer(client.start(), "o", text(JOB)) + job_removed("done", ":1.666") +
               job_removed("done", ":1.1", JOB + "7"))


def do_exists(client):
    """A unit is in the way, also when it was asked to forget it."""
    serial = client.start()
    for _ in range(2):
        client.say(error(serial, ERROR + "UnitExists", "Unit x.scope already exists."))
        serial = client.call()[0]


def do_in_pieces(client):
    """A long message that nobody asked for, and byte by byte what was."""
    serial = client.start()
    client.say(message(4, [(1, "o", "/"), (2, "s", "a.b"), (3, "s", "C")], "s", text("x" * 300000)))
    for byte in error(serial, ERROR + "Nonsense", "in pieces"):
        client.say(bytes([byte]))
    client.need(1)


def do_says_much(client):
    client.say(error(client.start(), ERROR + "Nonsense", "so " * 1000))
    client.need(1)


server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
print("listening", flush=True)
while True:
    connection, _ = server.accept()
    with connection:
        try:
            globals()["do_" + sys.argv[2]](Client(connection))
        except (EOFError, OSError):
            pass
