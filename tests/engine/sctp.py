"""sctp.py: sockets of SCTP for the tests of networks.

    sctp.py try                 whether the kernel has it
    sctp.py serve PORT          tells each who connects its address
    sctp.py ask ADDRESS PORT    prints what it is told
"""
import socket
import sys

SECONDS = 20


def main(verb, *words):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_SCTP) as end:
        if verb == "serve":
            end.bind(("0.0.0.0", int(words[0])))
            end.listen()
            while True:
                other, address = end.accept()
                with other:
                    other.send(address[0].encode())
        if verb == "ask":
            end.settimeout(SECONDS)
            end.connect((words[0], int(words[1])))
            print(end.recv(100).decode())


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except OSError as error:
        sys.exit(f"sctp.py: {error}")
