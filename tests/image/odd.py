#!/usr/bin/python3
"""odd.py ARCHIVE STATEMENTS - makes an archive, header by header, as no sane program would.

The statements are Python, with these: file(name, content), directory(name), link(name, target), symlink(name, target),
node(name, kind, major, minor), each with fields by name (mode, uid, gid, mtime, size, sum); pax(records), raw(bytes), long(name).
"""
import sys

out = bytearray()
DEFAULTS = {"mode": 0o644, "uid": 0, "gid": 0, "mtime": 1700000000}


def octal(value, size):
    if isinstance(value, bytes):
        return value.ljust(size, b"\0")
    if value < 0 or value >= 8 ** (size - 1):
        return (value % 256 ** size | 0x80 << 8 * (size - 1)).to_bytes(size, "big")
    return b"%0*o\0" % (size - 1, value)


def raw(data):
    out.extend(data)


def header(name, kind, content=b"", target=b"", major=0, minor=0, **fields):
    fields = {**DEFAULTS, "size": len(content), **fields}
    encode = lambda text: text if isinstance(text, bytes) else text.encode()
    block = bytearray(512)
    block[0:100] = encode(name)[:100].ljust(100, b"\0")
    for at, size, key in ((100, 8, "mode"), (108, 8, "uid"), (116, 8, "gid"), (124, 12, "size"), (136, 12, "mtime")):
        block[at:at + size] = octal(fields[key], size)
    block[156] = ord(kind)
    block[157:257] = encode(target)[:100].ljust(100, b"\0")
    block[257:265] = b"ustar\00000"
    block[329:337] = octal(major, 8)
    block[337:345] = octal(minor, 8)
    block[148:156] = b" " * 8
    block[148:156] = fields.get("sum", b"%06o\0 " % sum(block))
    raw(block)
    raw(content + bytes(-len(content) % 512))


def file(name, content=b"", **fields):
    header(name, "0", content, **fields)


def directory(name, **fields):
    header(name, "5", **{"mode": 0o755, **fields})


def link(name, target, **fields):
    header(name, "1", target=target, **fields)


def symlink(name, target, **fields):
    header(name, "2", target=target, **{"mode": 0o777, **fields})


def node(name, kind, major=0, minor=0, **fields):
    header(name, kind, major=major, minor=minor, **fields)


def pax(records, kind="x"):
    text = b""
    for key, value in records.items():
        value = value if isinstance(value, bytes) else value.encode()
        body = b" " + key.encode() + b"=" + value + b"\n"
        length = len(body)
        while length != len(body) + len(str(length)):
            length = len(body) + len(str(length))
        text += str(length).encode() + body
    header("pax", kind, text)


def long(name):
    header("././@LongLink", "L", name.encode() + b"\0")


def main():
    exec(sys.argv[2])
    if "raw_end" not in sys.argv[3:]:
        raw(bytes(1024))
    with open(sys.argv[1], "wb") as archive:
        archive.write(out)


main()
