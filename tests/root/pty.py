#!/usr/bin/python3
"""pty.py - plays a person at a terminal: pty.py [--size ROWSxCOLUMNS] ACTION... -- COMMAND...

Runs the command in a session of its own on a new terminal, and takes the actions in turn:

  expect:TEXT       wait until the terminal shows this (after what was matched before)
  send:TEXT         type it (\\n, \\x03 … as in Python)
  resize:ROWSxCOLS  change the size of the window
  kill:SIGNAL       send the command's process a signal (TERM …)
  do:COMMAND        meanwhile a shell does this
  raw / cooked      the terminal's mode must be this now (waits for it)
  hangup            close the terminal

At the end prints what was shown, then "status N" (128 + signal) and "mode same" or "mode changed":
whether the terminal is as it was before the command. Exits with 1 where an action did not work.
"""
import fcntl, os, select, signal, struct, subprocess, sys, termios, time

LIMIT = 15.0


def fail(text):
    print(text, flush=True)
    print(shown.decode(errors="replace"), flush=True)
    os.kill(child, signal.SIGKILL)
    sys.exit(1)


# unicode_escape takes bytes for Latin-1, so other characters come out as they went in.
def to_bytes(text):
    return text.encode().decode("unicode_escape").encode("latin-1")


def set_size(fd, text):
    rows, columns = map(int, text.split("x"))
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def read_some(seconds):
    global shown
    ready, _, _ = select.select([master], [], [], seconds)
    if not ready:
        return False
    try:
        data = os.read(master, 65536)
    except OSError:
        data = b""
    shown += data
    return bool(data)


def is_raw():
    return not termios.tcgetattr(slave)[3] & termios.ICANON


def wait_for(what, holds):
    end = time.monotonic() + LIMIT
    while not holds():
        if time.monotonic() > end:
            fail("this never came: " + what)
        read_some(0.02)


words = sys.argv[1:]
size = "24x80"
if words[0] == "--size":
    size, words = words[1], words[2:]
split = words.index("--")
actions, command = words[:split], words[split + 1:]

shown, matched, hung_up = b"", 0, False
master, slave = os.openpty()
set_size(master, size)
before = termios.tcgetattr(slave)

child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in 0, 1, 2:
        os.dup2(slave, fd)
    os.closerange(3, 256)
    os.execvp(command[0], command)

for action in actions:
    name, _, text = action.partition(":")
    if name == "expect":
        want = to_bytes(text)
        wait_for(text, lambda: shown.find(want, matched) >= 0)
        matched = shown.find(want, matched) + len(want)
    elif name == "send":
        os.write(master, to_bytes(text))
    elif name == "resize":
        set_size(master, text)
    elif name == "kill":
        os.kill(child, getattr(signal, "SIG" + text))
    elif name == "do":
        if subprocess.run(text, shell=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode:
            fail("this did not work: " + text)
    elif name == "raw":
        wait_for("raw mode", is_raw)
    elif name == "cooked":
        wait_for("cooked mode", lambda: not is_raw())
    elif name == "hangup":
        os.close(slave)
        os.close(master)
        hung_up = True
    else:
        fail("unknown action " + action)

end = time.monotonic() + LIMIT
while True:
    pid, status = os.waitpid(child, os.WNOHANG)
    if pid:
        break
    if time.monotonic() > end:
        fail("the command did not end")
    if hung_up:
        time.sleep(0.02)
    else:
        read_some(0.02)
if not hung_up:
    while read_some(0.05):
        pass
print(shown.decode(errors="replace").replace("\r\n", "\n"))
print("status", 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
if not hung_up:
    print("mode", "same" if termios.tcgetattr(slave) == before else "changed")
