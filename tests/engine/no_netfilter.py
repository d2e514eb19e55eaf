"""no_netfilter.py: runs a program for which the kernel has no NETLINK_NETFILTER, as where a session is filtered.

    no_netfilter.py ERROR PROGRAM WORD…     socket(2) says so: EPERM, EPROTONOSUPPORT
"""
import ctypes
import errno
import os
import platform
import socket
import struct
import sys

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06        # BPF_LD | BPF_W | BPF_ABS, BPF_JMP | BPF_JEQ | BPF_K, BPF_RET | BPF_K
ERROR, ALLOW = 0x00050000, 0x7FFF0000
SOCKET = {"x86_64": 41, "aarch64": 198}[platform.machine()]
NUMBER, FIRST, THIRD = 0, 16, 32              # where struct seccomp_data has them, of arguments the lower half
NETLINK_NETFILTER = 12


def load(number):
    """Only root may do so without no_new_privs, which would take newuidmap its rights."""
    lines = [(LOAD, 0, 0, NUMBER), (EQUAL, 0, 5, SOCKET), (LOAD, 0, 0, FIRST), (EQUAL, 0, 3, socket.AF_NETLINK),
             (LOAD, 0, 0, THIRD), (EQUAL, 0, 1, NETLINK_NETFILTER), (RETURN, 0, 0, ERROR | number),
             (RETURN, 0, 0, ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(lines), ctypes.addressof(code)))
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0):
        sys.exit(f"no_netfilter.py: {os.strerror(ctypes.get_errno())}")


load(getattr(errno, sys.argv[1]))
os.execvp(sys.argv[2], sys.argv[2:])
