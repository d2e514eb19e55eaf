#!/usr/bin/env python3
"""ask.py HELPER OPEN REQUEST...: speaks with libexec/taru/fetch as taru does (src/wire/fetch.h).

OPEN is the object of the first message, each REQUEST one more, sent together; ids are given here. One with a key
"after": SECONDS is sent so long after all before it are answered. What a
request needs is opened by its key "file" (made if it is not there; "wake": true adds a pipe), which is not sent.
Prints each answer as a line of JSON; for a pipe {"woken": bytes}. A key "kill-at": N of a request ends the helper with SIGKILL
when its progress has come that far. The last lines are
{"rights": …} and {"exit": status, "peak-kib": its largest memory}.
Status 1 where an answer is missing after ASK_SECONDS (30).
"""
import array, json, os, select, signal, socket, subprocess, sys, tempfile, time


def send(channel, message, fds=()):
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    channel.sendmsg([json.dumps(message).encode()], rights)


def start(helper):
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def place():
        os.dup2(theirs.fileno(), 3)

    process = subprocess.Popen([helper], preexec_fn=place, close_fds=True, pass_fds=(3,))
    theirs.close()
    return ours, process


def open_session(channel, text):
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.seek(0)
        send(channel, {"op": "open"}, [file.fileno()])


def begin(channel, number, request):
    """Sends one; returns the end of its pipe that is read, or None."""
    request = dict(request, id=number)
    name, wake = request.pop("file", None), request.pop("wake", False)
    request.pop("kill-at", None)
    request.pop("after", None)
    fds, read_end = [], None
    if name:
        fds.append(os.open(name, os.O_RDWR | os.O_CREAT, 0o600))
    if wake:
        read_end, write_end = os.pipe()
        fds.append(write_end)
    send(channel, request, fds)
    for fd in fds:
        os.close(fd)
    return read_end


def peak(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            return int(next(line.split()[1] for line in status if line.startswith("VmHWM")))
    except (OSError, StopIteration):
        return 0


def take_answer(channel, process, requests):
    """One message; returns whether it ends a request; None at the end."""
    packet = channel.recv(1 << 17)
    if not packet:
        return None
    answer = json.loads(packet)
    print(json.dumps(answer), flush=True)
    kill_at = requests[answer["id"] - 1].get("kill-at") if answer.get("id") else None
    if kill_at is not None and answer.get("at", -1) >= kill_at:
        process.send_signal(signal.SIGKILL)
        return None
    return "ok" in answer or "error" in answer


def await_answers(channel, process, requests, waiting, end):
    while waiting and time.monotonic() < end:
        if select.select([channel], [], [], 0.2)[0]:
            ended = take_answer(channel, process, requests)
            if ended is None:
                return waiting
            waiting -= ended
    return waiting


def rights(pid):
    """What the process may do, as the kernel says it."""
    keys = ("Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapAmb", "NoNewPrivs", "Seccomp",
            "Seccomp_filters")
    with open(f"/proc/{pid}/status") as status:
        fields = dict(line.rstrip("\n").split(":", 1) for line in status)
    return {key: fields[key].split() for key in keys if key in fields}


def converse(channel, process, requests):
    pipes, waiting = [], 0
    end = time.monotonic() + float(os.environ.get("ASK_SECONDS", "30"))
    for i, request in enumerate(requests):
        if "after" in request:
            waiting = await_answers(channel, process, requests, waiting, end)
            time.sleep(request["after"])
        pipes.append(begin(channel, i + 1, request))
        waiting += 1
    waiting = await_answers(channel, process, requests, waiting, end)
    for read_end in pipes:
        if read_end is not None:
            woken = 0
            while piece := os.read(read_end, 1 << 16):
                woken += len(piece)
            print(json.dumps({"woken": woken}))
    return waiting == 0


def main():
    helper, opening, *requests = sys.argv[1:]
    channel, process = start(helper)
    done = False
    try:
        open_session(channel, opening)
        done = converse(channel, process, [json.loads(request) for request in requests])
        most = peak(process.pid)
        if process.poll() is None:
            print(json.dumps({"rights": rights(process.pid)}))
        channel.close()
        status = process.wait(timeout=5)
        print(json.dumps({"exit": status, "peak-kib": most}))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    sys.exit(0 if done else 1)


main()
