#!/usr/bin/python3
"""walk.py DIR - prints all that a tree is, a line for each file, so that two trees can be compared by diff.

Type, mode, owner, size, time in ns (not of symbolic links with --no-link-times), device, target, attributes, which names
are one file, content. Names are printed as Python would.
"""
import hashlib
import os
import stat
import sys


def content(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()[:16]


def attributes(path):
    names = sorted(os.listxattr(path, follow_symlinks=False))
    return {name: os.getxattr(path, name, follow_symlinks=False) for name in names if name != "security.selinux"}


def describe(root, path, first):
    status = os.lstat(path)
    mode = status.st_mode
    name = os.path.relpath(path, root)
    words = [repr(name), stat.filemode(mode), f"{status.st_uid}:{status.st_gid}", f"mtime={status.st_mtime_ns}"]
    if stat.S_ISREG(mode):
        words += [f"size={status.st_size}", content(path)]
    if stat.S_ISLNK(mode):
        words.append(f"-> {os.readlink(path)!r}")
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        words.append(f"dev={os.major(status.st_rdev)}:{os.minor(status.st_rdev)}")
    if found := attributes(path):
        words.append(repr(found))
    if not stat.S_ISDIR(mode) and status.st_nlink > 1:
        words.append(f"same as {first.setdefault(status.st_ino, name)!r}")
    print(" ".join(words))


def main():
    root = os.fsencode(sys.argv[1])
    first = {}
    describe(root, root, first)
    for path, directories, files in os.walk(root):
        directories.sort()
        for name in sorted(directories + files):
            describe(root, os.path.join(path, name), first)


main()
