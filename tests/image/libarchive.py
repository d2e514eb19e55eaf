#!/usr/bin/python3
"""libarchive.py write DIR ARCHIVE | list ARCHIVE - libarchive as it is installed, by ctypes: the oracle of the tests.

`list` prints a line for each entry: type, name, link, size; and at last "end" or "error".
"""
import ctypes
import ctypes.util
import os
import sys

L = ctypes.CDLL(ctypes.util.find_library("archive"))
for name in ("archive_read_new", "archive_write_new", "archive_entry_new", "archive_read_disk_new"):
    getattr(L, name).restype = ctypes.c_void_p
for name in ("archive_entry_pathname", "archive_entry_symlink", "archive_entry_hardlink", "archive_error_string"):
    getattr(L, name).restype = ctypes.c_char_p
L.archive_entry_size.restype = ctypes.c_int64
P = ctypes.c_void_p


def check(result, archive):
    if result < -20:
        sys.exit(L.archive_error_string(P(archive)))


def write(root, path):
    os.chdir(root)
    disk, out = L.archive_read_disk_new(), L.archive_write_new()
    L.archive_write_set_format_pax(P(out))
    check(L.archive_write_open_filename(P(out), os.fsencode(path)), out)
    check(L.archive_read_disk_open(P(disk), b"."), disk)
    L.archive_entry_linkresolver_new.restype = ctypes.c_void_p
    links = L.archive_entry_linkresolver_new()
    L.archive_entry_linkresolver_set_strategy(P(links), 0x30000 | 2)
    while True:
        entry = P(L.archive_entry_new())
        if L.archive_read_next_header2(P(disk), entry) == 1:
            break
        L.archive_read_disk_descend(P(disk))
        spare = P()
        L.archive_entry_linkify(P(links), ctypes.byref(entry), ctypes.byref(spare))
        name = L.archive_entry_pathname(entry)
        check(L.archive_write_header(P(out), entry), out)
        if L.archive_entry_size(entry) > 0:
            with open(name, "rb") as file:
                content = file.read()
            L.archive_write_data(P(out), content, ctypes.c_size_t(len(content)))
    check(L.archive_write_close(P(out)), out)


def list_entries(path):
    archive = L.archive_read_new()
    L.archive_read_support_format_tar(P(archive))
    if L.archive_read_open_filename(P(archive), os.fsencode(path), ctypes.c_size_t(10240)) < -20:
        return print("error")
    entry = P()
    while True:
        result = L.archive_read_next_header(P(archive), ctypes.byref(entry))
        if result == 1 or result < -20:
            return print("end" if result == 1 else "error")
        link = L.archive_entry_hardlink(entry) or L.archive_entry_symlink(entry) or b""
        print(L.archive_entry_pathname(entry), link, L.archive_entry_size(entry))


if sys.argv[1] == "write":
    write(sys.argv[2], os.path.abspath(sys.argv[3]))
else:
    list_entries(sys.argv[2])
