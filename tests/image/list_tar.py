#!/usr/bin/env python3
"""list_tar.py FILE: all that an archive says of each entry, a line each, in its order.

Of a hard link only the name and which file it is of: what else its header says means nothing to those who read it.
"""
import hashlib, json, sys, tarfile
from decimal import Decimal

KINDS = {tarfile.REGTYPE: "file", tarfile.LNKTYPE: "hard link", tarfile.SYMTYPE: "symbolic link", tarfile.DIRTYPE: "folder",
         tarfile.CHRTYPE: "character device", tarfile.BLKTYPE: "block device", tarfile.FIFOTYPE: "fifo"}


def line(archive, entry):
    said = {"name": entry.name.removeprefix("./"), "kind": KINDS[entry.type]}
    if entry.islnk():
        return {**said, "of": entry.linkname.removeprefix("./")}
    said |= {"mode": oct(entry.mode), "ids": [entry.uid, entry.gid],
             "time": str(Decimal(entry.pax_headers.get("mtime", str(int(entry.mtime)))).normalize()),
             "xattrs": {key: value for key, value in sorted(entry.pax_headers.items()) if key.startswith("SCHILY.xattr.")}}
    if entry.issym():
        said |= {"to": entry.linkname}
    if entry.isdev() and not entry.isfifo():
        said |= {"device": [entry.devmajor, entry.devminor]}
    if entry.isreg():
        said |= {"size": entry.size, "sha256": hashlib.sha256(archive.extractfile(entry).read()).hexdigest()}
    return said


with tarfile.open(sys.argv[1], errors="surrogateescape") as tar:
    for each in tar:
        print(json.dumps(line(tar, each)))
