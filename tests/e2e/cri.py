#!/usr/bin/python3
"""cri.py - asks containerd what a kubelet asks it, by the Container Runtime Interface (runtime.v1):

  cri.py SOCKET version                            the name of the engine
  cri.py SOCKET run-pod NAME HANDLER               a pod with the host's network; prints its id
  cri.py SOCKET create POD NAME IMAGE COMMAND...   prints the id of the container
  cri.py SOCKET start CONTAINER
  cri.py SOCKET exec CONTAINER COMMAND...          its output, and its exit status
  cri.py SOCKET status CONTAINER                   its state and exit code
  cri.py SOCKET handler POD                        the runtime handler that the pod has
  cri.py SOCKET stop CONTAINER / remove CONTAINER
  cri.py SOCKET stop-pod POD / remove-pod POD
  cri.py SOCKET pods                               their ids, one a line

The messages are few and small, so they are written here by hand, by the numbers of their fields in
the interface's api.proto; what gRPC is for is the connection.
"""
import sys

import grpc

LIMIT = 60.0
NODE = 2  # of NamespaceMode: the namespace of the host
STATES = ["created", "running", "exited", "unknown"]


def varint(number):
    data = b""
    while number > 0x7F:
        data += bytes([number & 0x7F | 0x80])
        number >>= 7
    return data + bytes([number])


def message(*fields):
    """Of (number, value) pairs; a value is a number, a text, or another message's bytes."""
    data = b""
    for number, value in fields:
        if isinstance(value, int):
            data += varint(number << 3) + varint(value)
        else:
            value = value.encode() if isinstance(value, str) else value
            data += varint(number << 3 | 2) + varint(len(value)) + value
    return data


def read_varint(data, at):
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return number, at


def fields(data):
    """A message as number -> list of values; numbers or bytes."""
    found, at = {}, 0
    while at < len(data):
        key, at = read_varint(data, at)
        value, at = read_varint(data, at)
        if key & 7 == 2:
            value, at = data[at : at + value], at + value
        elif key & 7 != 0:
            sys.exit(f"a field of a type that the interface does not use: {key}")
        found.setdefault(key >> 3, []).append(value)
    return found


def field(data, *path, default=b""):
    for number in path:
        data = fields(data).get(number, [default])[0]
        if data is default:
            break
    return data


def call(method, request=b""):
    function = channel.unary_unary("/runtime.v1.RuntimeService/" + method)
    return function(request, timeout=LIMIT, wait_for_ready=True)


def pod_config(name):
    namespaces = message((1, NODE))
    return message(
        (1, message((1, name), (2, "uid-" + name), (3, "default"))),
        (8, message((2, message((1, namespaces))))),
    )


def run_pod(name, handler):
    reply = call("RunPodSandbox", message((1, pod_config(name)), (2, handler)))
    print(field(reply, 1).decode())


def create(pod, name, image, *command):
    config = message(
        (1, message((1, name))),
        (2, message((1, image))),
        *[(3, word) for word in command],
        (15, message((2, message((3, message((1, NODE))))))),
    )
    reply = call("CreateContainer", message((1, pod), (2, config), (3, pod_config(name))))
    print(field(reply, 1).decode())


def execute(container, *command):
    reply = call("ExecSync", message((1, container), *[(2, word) for word in command], (3, 30)))
    sys.stdout.buffer.write(field(reply, 1))
    sys.stderr.buffer.write(field(reply, 2))
    sys.exit(field(reply, 3, default=0))


def status(container):
    reply = call("ContainerStatus", message((1, container)))
    print(STATES[field(reply, 1, 3, default=0)], field(reply, 1, 7, default=0))


def pods():
    for pod in fields(call("ListPodSandbox")).get(1, []):
        print(field(pod, 1).decode())


VERBS = {
    "version": lambda: print(field(call("Version"), 2).decode()),
    "run-pod": run_pod,
    "create": create,
    "start": lambda container: call("StartContainer", message((1, container))),
    "exec": execute,
    "status": status,
    "handler": lambda pod: print(field(call("PodSandboxStatus", message((1, pod))), 1, 9).decode()),
    "stop": lambda container: call("StopContainer", message((1, container), (2, 5))),
    "remove": lambda container: call("RemoveContainer", message((1, container))),
    "stop-pod": lambda pod: call("StopPodSandbox", message((1, pod))),
    "remove-pod": lambda pod: call("RemovePodSandbox", message((1, pod))),
    "pods": pods,
}

with grpc.insecure_channel("unix://" + sys.argv[1]) as channel:
    try:
        VERBS[sys.argv[2]](*sys.argv[3:])
    except grpc.RpcError as error:
        sys.exit(f"{sys.argv[2]}: {error.details()}")
