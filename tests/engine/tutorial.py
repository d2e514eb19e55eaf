#!/usr/bin/env python3
"""tutorial.py - the blocks of docs/tutorial.md: run as a reader would.

	tutorial.py chapters FILE		the headings
	tutorial.py run FILE HEADING		runs a chapter, between the first one and the last one

A block `sh` is run, all of a chapter in one bash. A block `text` behind it is what it prints: `…` stands for
anything within a line, a line `...` for any lines; how many blanks there are does not matter, since columns are as wide
as the machine's numbers. A block without one has to end with status 0 and to print
nothing. `sh v1`, `sh v2`, `sh step` are run where there are cgroups of that version, and `taru run --step`.
"""
import os
import re
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(.*)$")


def chapters(path):
    """[(heading, [(what, lines)])], in order; before the first heading `## ` there are no blocks."""
    found, block = [], None
    with open(path, encoding="utf-8") as page:
        for line in page:
            fence = FENCE.match(line)
            if fence and block is None:
                block = (fence[1].strip(), [])
            elif fence:
                found[-1][1].append((block[0], "".join(block[1])))
                block = None
            elif block is not None:
                block[1].append(line)
            elif line.startswith("## "):
                found.append((line[3:].strip(), []))
    if block is not None:
        sys.exit(f"{path}: a block is not closed")
    return found


def is_for_this_machine(what):
    condition = what.partition(" ")[2]
    if condition == "v1":
        return os.path.isdir("/sys/fs/cgroup/pids")
    if condition == "v2":
        return os.path.exists("/sys/fs/cgroup/cgroup.controllers")
    if condition == "step":
        words = subprocess.run(["taru", "run", "--help"], capture_output=True, text=True, check=True).stdout
        return re.search(r"^ +--step\b", words, re.M) is not None
    if condition:
        sys.exit(f"'{what}': there is no such kind of block")
    return True


def plain(text):
    return "".join(" ".join(line.split()) + "\n" for line in text.splitlines())


def pattern(text):
    """What is shown, as a regular expression for the whole of an output."""
    lines = []
    for line in plain(text).splitlines():
        if line == "...":
            lines.append(r"(?:.*\n)*")
        else:
            lines.append(".*".join(re.escape(part) for part in line.split("…")) + r"\n")
    return re.compile("".join(lines))


def pairs(blocks):
    """[(commands, what they print or None)] of the blocks that are for this machine."""
    found = []
    for what, text in blocks:
        if what == "text":
            if found and found[-1] is not None:
                found[-1] = (found[-1][0], text)
        elif what.partition(" ")[0] == "sh":
            found.append((text, None) if is_for_this_machine(what) else None)
        else:
            sys.exit(f"'{what}': a block is `sh` or `text`")
    return [pair for pair in found if pair]


def run(path, heading):
    page = chapters(path)
    names = [name for name, _ in page]
    if heading not in names:
        sys.exit(f"{path}: there is no chapter '{heading}'")
    chosen = sorted({0, names.index(heading), len(page) - 1})
    todo = [pair for number in chosen for pair in pairs(page[number][1])]
    with tempfile.TemporaryDirectory() as work:
        script = ""
        for number, (commands, _) in enumerate(todo):
            with open(f"{work}/{number}", "w", encoding="utf-8") as out:
                out.write(commands)
            script += f". {work}/{number} >{work}/{number}.out 2>&1; echo $? >{work}/{number}.status\n"
        subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, timeout=300, check=True)
        wrong = 0
        for number, (commands, shown) in enumerate(todo):
            with open(f"{work}/{number}.out", encoding="utf-8", errors="replace") as out:
                printed = out.read()
            with open(f"{work}/{number}.status", encoding="utf-8") as out:
                status = out.read().strip()
            if pattern(shown or "").fullmatch(plain(printed)) and (shown is not None or status == "0"):
                continue
            print(f"these commands:\n{commands}are to print:\n{shown or ''}and printed, with status {status}:\n{printed}")
            wrong = 1
    return wrong


def main():
    verb, path = sys.argv[1:3]
    if verb == "chapters":
        print("\n".join(name for name, _ in chapters(path)))
    else:
        sys.exit(run(path, sys.argv[3]))


main()
