#!/usr/bin/env python3
"""vmlinux.py VMLINUZ OUT: unpacks a kernel, so that the machine has not to do it.

For x86-64 that is the ELF file in a bzImage, which qemu boots by PVH. For arm64 it is the
image itself, which may be packed with gzip, or in a program of EFI's that unpacks it.
"""
import gzip
import struct
import subprocess
import sys

PACKERS = (
    (b"\xfd7zXZ", ["xz", "-dc", "--single-stream"]),
    (b"\x28\xb5\x2f\xfd", ["zstd", "-dc"]),
    (b"\x02\x21\x4c\x18", ["lz4", "-dc"]),
    (b"\x1f\x8b", ["gzip", "-dc"]),
)


def unpack(packed):
    for magic, command in PACKERS:
        if packed.startswith(magic):
            # What follows the stream is no part of it, which the programs complain of.
            return subprocess.run(command, input=packed, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, check=False).stdout
    sys.exit(f"vmlinux.py: a kernel that is packed in an unknown way: {packed[:8]!r}")


def main():
    with open(sys.argv[1], "rb") as file:
        image = file.read()
    if image[0x202:0x206] == b"HdrS":
        # The boot protocol of x86: the sectors of the setup code, then the payload's place in what follows.
        sectors = image[0x1F1] or 4
        offset, length = struct.unpack_from("<II", image, 0x248)
        begin = (sectors + 1) * 512 + offset
        image = unpack(image[begin:begin + length])
        if not image.startswith(b"\x7fELF"):
            sys.exit("vmlinux.py: there is no ELF file in this kernel")
    elif image[4:8] == b"zimg":
        offset, length = struct.unpack_from("<II", image, 8)
        image = unpack(image[offset:offset + length])
    elif image.startswith(b"\x1f\x8b"):
        image = gzip.decompress(image)
    with open(sys.argv[2], "wb") as file:
        file.write(image)


main()
