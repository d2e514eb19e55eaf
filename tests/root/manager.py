#!/usr/bin/python3
"""manager.py SOCKET - plays a service manager: listens for datagrams at SOCKET (a path, or @NAME for an abstract
one) and prints each on one line, its line ends as \'|\'."""
import socket, sys

name = sys.argv[1]
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind("\0" + name[1:] if name.startswith("@") else name)
print("listening", flush=True)
while True:
    print(server.recv(65536).decode(errors="replace").replace("\n", "|"), flush=True)
