#!/usr/bin/python3
"""receiver.py SOCKET [ACTION...] - what an engine does at a console socket or a pidfd socket: listens at SOCKET,
takes one connection and what is sent over it with SCM_RIGHTS, and plays the actions in turn:

  facts             print what was received, as below
  type:TEXT         type it (\\n, \\x03 … as in Python)
  expect:TEXT       wait until the terminal shows this (after what was matched before)
  resize:ROWSxCOLS  change the size of the terminal
  wait              wait until the process ends (pidfd), and print "ended"
  close             close the descriptor

  deaf              instead of all that: fill the queue of the socket and never take a connection
  slow              instead of all that: take a connection and never read from it

Facts: the text that came along, how many descriptors came and whether the connection was closed then; of a terminal
its kind, name, size and whether it makes "\\r\\n" of "\\n"; of a pidfd the process.
"""
import array, fcntl, os, select, socket, struct, sys, termios, time

LIMIT = 60.0


def fail(text):
    print(text)
    print(shown.decode(errors="replace"), flush=True)
    sys.exit(1)


def stay(*kept):
    print("ready", flush=True)
    time.sleep(1000)


def receive():
    connection, _ = server.accept()
    connection.settimeout(LIMIT)
    text, descriptors, closed = b"", array.array("i"), False
    while not closed:
        data, ancillary, _, _ = connection.recvmsg(4096, socket.CMSG_SPACE(8 * 4))
        for _, kind, payload in ancillary:
            if kind == socket.SCM_RIGHTS:
                descriptors.frombytes(payload[:len(payload) - len(payload) % 4])
        text += data
        closed = not data
    return text, list(descriptors)


def facts():
    print("text", text.decode(), "descriptors", len(descriptors))
    if os.isatty(fd):
        size = struct.unpack("HHHH", fcntl.ioctl(fd, termios.TIOCGWINSZ, bytes(8)))
        number = struct.unpack("I", fcntl.ioctl(fd, 0x80045430, bytes(4)))[0]       # TIOCGPTN
        print("terminal", number, "rows", size[0], "columns", size[1],
              "onlcr", int(bool(termios.tcgetattr(fd)[1] & termios.ONLCR)))
    else:
        with open("/proc/self/fdinfo/%d" % fd) as info:
            print("process", *[line.split()[1] for line in info if line.startswith("Pid:")])


def read_some(seconds):
    global shown
    if not select.select([fd], [], [], seconds)[0]:
        return
    try:
        shown += os.read(fd, 65536)
    except OSError:
        time.sleep(seconds)         # nobody has the other side open


def expect(want):
    global matched
    end = time.monotonic() + LIMIT
    while shown.find(want, matched) < 0:
        if time.monotonic() > end:
            fail("this never came: " + want.decode())
        read_some(0.02)
    matched = shown.find(want, matched) + len(want)


shown, matched = b"", 0
server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
server.bind(sys.argv[1])
actions = sys.argv[2:]
if actions == ["deaf"]:
    server.listen(0)
    queued = []
    while True:
        queued.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        queued[-1].setblocking(False)
        try:
            queued[-1].connect(sys.argv[1])
        except BlockingIOError:
            stay()
server.listen(1)
if actions == ["slow"]:
    stay(server.accept())
text, descriptors = receive()
fd = descriptors[0]
for action in actions:
    name, _, argument = action.partition(":")
    argument = argument.encode().decode("unicode_escape").encode()
    if name == "facts":
        facts()
    elif name == "type":
        os.write(fd, argument)
    elif name == "expect":
        expect(argument)
    elif name == "resize":
        rows, columns = map(int, argument.split(b"x"))
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    elif name == "wait":
        if not select.select([fd], [], [], LIMIT)[0]:
            fail("the process did not end")
        print("ended")
    elif name == "close":
        os.close(fd)
    else:
        fail("unknown action " + action)
    sys.stdout.flush()
if shown:
    print(shown.decode(errors="replace"))
