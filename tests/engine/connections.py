"""Connections to a port, as many as are asked for, open at the same time: each says its own number, and hears it.

    connections.py serve PORT              echoes, at all addresses
    connections.py PORT COUNT              prints how many were answered while all were open, and how many after the
                                           first of them had ended
"""
import asyncio
import sys


async def echo(reader, writer):
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()
    writer.close()


async def serve(port):
    server = await asyncio.start_server(echo, "0.0.0.0", port, backlog=4096)
    await server.serve_forever()


async def say(port, number, answered, may_end):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"%d\n" % number)
    assert await reader.readline() == b"%d\n" % number
    answered[number] = True
    await may_end.wait()
    writer.close()
    await writer.wait_closed()


async def until_still(answered, count):
    """Until all were, or no more are for a while."""
    before = -1
    while before < len(answered) < count:
        before = len(answered)
        await asyncio.sleep(5)


async def ask(port, count):
    answered = {}
    may_end = asyncio.Event()
    tasks = [asyncio.create_task(say(port, i, answered, may_end)) for i in range(count)]
    await until_still(answered, count)
    print(len(answered), flush=True)
    may_end.set()
    await asyncio.gather(*tasks)
    print(len(answered))


if sys.argv[1] == "serve":
    asyncio.run(serve(int(sys.argv[2])))
else:
    asyncio.run(ask(int(sys.argv[1]), int(sys.argv[2])))
