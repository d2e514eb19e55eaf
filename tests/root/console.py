#!/usr/bin/python3
"""console.py - waits for a terminal: console.py SOCKET ACTION...

Listens on the socket, as an engine does for --console-socket, gets the master side of a terminal, and takes
the actions in turn:

  expect:TEXT       wait until the terminal shows this (after what was matched before)
  send:TEXT         type it (\\n, \\x03 … as in Python)
  hold:FILE         keep the terminal open until this file is there

At the end prints what was shown. Exits with 1 where an action did not work.
"""
import os, select, socket, sys, time

LIMIT = 20.0
shown, at = b"", 0


def read_some(master, seconds):
    global shown
    if not select.select([master], [], [], seconds)[0]:
        return True
    try:
        data = os.read(master, 65536)
    except OSError:
        return False
    shown += data
    return bool(data)


def expect(master, text):
    global at
    end = time.monotonic() + LIMIT
    while (found := shown.find(text, at)) < 0:
        if time.monotonic() > end or not read_some(master, 0.1):
            sys.exit("this was never shown: %r in %r" % (text, shown))
    at = found + len(text)


def play(master, action):
    kind, _, text = action.partition(":")
    data = text.encode().decode("unicode_escape").encode("latin-1")
    if kind == "expect":
        expect(master, data)
    elif kind == "send":
        os.write(master, data)
    elif kind == "hold":
        end = time.monotonic() + LIMIT
        while not os.path.exists(text) and time.monotonic() < end:
            read_some(master, 0.05)
    else:
        sys.exit("unknown action: " + action)


listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(1)
listener.settimeout(LIMIT)
connection, _ = listener.accept()
_, fds, _, _ = socket.recv_fds(connection, 4096, 4)
if len(fds) != 1 or not os.isatty(fds[0]):
    sys.exit("this is not one terminal: %r" % fds)
for word in sys.argv[2:]:
    play(fds[0], word)
print(shown.decode(errors="replace"))
