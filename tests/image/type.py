# type.py - runs a command at a terminal of its own and answers what it asks.
#
#	type.py 'QUESTION=ANSWER'... -- COMMAND...
#
# An answer is a line that is typed; or "kill NAME", a signal to the command; or "stop", which stops it (SIGTSTP) and lets
# it go on. Prints what the terminal showed, whether it shows what is typed, and how the command ended. The status is that
# of the command.
import fcntl
import os
import select
import signal
import sys
import termios
import time

LIMIT_SECONDS = 30


def echo_is_on(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


class Session:
    def __init__(self, command):
        self.shown = b""
        self.seen = 0
        self.deadline = time.monotonic() + LIMIT_SECONDS
        # The other side stays open: without it the state of the terminal would be gone with the command.
        self.terminal, self.other = os.openpty()
        fcntl.ioctl(self.other, termios.TIOCSCTTY, 0)
        self.pid = os.fork()
        if self.pid == 0:
            self.become(command)

    def become(self, command):
        # As a shell does it: a job in the foreground, which can be stopped.
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(self.other, os.getpid())
        # A runner in the background has some of them ignored.
        for number in (signal.SIGTTOU, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGTSTP):
            signal.signal(number, signal.SIG_DFL)
        for fd in range(3):
            os.dup2(self.other, fd)
        os.execv(command[0], command)

    def read(self):
        ready, _, _ = select.select([self.terminal], [], [], 0.1)
        if not ready:
            return True
        try:
            more = os.read(self.terminal, 4096)
        except OSError:
            return False
        self.shown += more
        return bool(more)

    def give_up(self, why):
        state = {name: self.of_process(name) for name in ("status", "wchan", "syscall", "stack")}
        signals = [line for line in state.pop("status").splitlines() if line.startswith(("State", "Sig", "Shd"))]
        why += f"; it is in {state}, with {signals}"
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        sys.exit(f"type.py: {why}; shown: {self.shown!r}")

    def of_process(self, name):
        try:
            with open(f"/proc/{self.pid}/{name}") as file:
                return file.read()
        except OSError as error:
            return str(error)

    def await_text(self, text):
        while text not in self.shown[self.seen:]:
            if time.monotonic() > self.deadline or not self.read():
                self.give_up(f"{text!r} was not asked")
        self.seen = self.shown.index(text, self.seen) + len(text)

    def await_stop(self):
        while time.monotonic() < self.deadline:
            pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            if pid and os.WIFSTOPPED(status):
                return
            self.read()
        self.give_up("it did not stop")

    def answer(self, answer):
        if answer.startswith("kill "):
            print("echo was", "on" if echo_is_on(self.terminal) else "off")
            os.kill(self.pid, signal.Signals["SIG" + answer.split()[1]])
        elif answer == "stop":
            os.kill(self.pid, signal.SIGTSTP)
            self.await_stop()
            print("stopped, echo is", "on" if echo_is_on(self.terminal) else "off")
            os.kill(self.pid, signal.SIGCONT)
        else:
            os.write(self.terminal, answer.encode() + b"\n")

    def end(self):
        while self.read():
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return status
            if time.monotonic() > self.deadline:
                self.give_up("it does not end")
        return os.waitpid(self.pid, 0)[1]


def main():
    # Only who leads no group can lead a session.
    pid = os.fork()
    if pid:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    os.setsid()
    split = sys.argv.index("--")
    session = Session(sys.argv[split + 1:])
    for step in sys.argv[1:split]:
        question, answer = step.split("=", 1)
        session.await_text(question.encode())
        session.answer(answer)
    status = session.end()
    while select.select([session.terminal], [], [], 0)[0] and session.read():
        pass
    print(session.shown.decode().replace("\r", ""))
    if os.WIFSIGNALED(status):
        print("ended by", signal.Signals(os.WTERMSIG(status)).name)
    print("echo is", "on" if echo_is_on(session.other) else "off")
    sys.exit(os.waitstatus_to_exitcode(status) & 255)


main()
