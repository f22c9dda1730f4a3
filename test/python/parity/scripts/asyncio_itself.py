"""What a script expects of asyncio: loops that end, tasks that are cancelled, threads, streams, signals."""

import asyncio
import signal
import socket
import sys
import threading
import time

broker = int(sys.argv[1])


async def soon(value):
    await asyncio.sleep(0.01)
    return value


async def tasks():
    print(await asyncio.gather(soon(1), soon(2)))
    try:
        await asyncio.wait_for(asyncio.sleep(60), 0.05)
    except asyncio.TimeoutError:
        print("too late")

    async def for_ever():
        try:
            await asyncio.Event().wait()
        finally:
            print("cancelled", asyncio.current_task() is task)

    task = asyncio.create_task(for_ever())
    await asyncio.sleep(0)


asyncio.run(tasks())


async def threads():
    loop = asyncio.get_running_loop()
    ticks = []

    async def tick():
        while True:
            ticks.append(1)
            await asyncio.sleep(0.01)

    ticking = asyncio.create_task(tick())
    name = await asyncio.to_thread(lambda: (time.sleep(0.2), threading.current_thread().name)[1])
    print(name, len(ticks) > 5, await loop.run_in_executor(None, sum, (1, 2)))
    ticking.cancel()
    queue = asyncio.Queue()
    threading.Timer(0.05, lambda: loop.call_soon_threadsafe(queue.put_nowait, "from a thread")).start()
    print(await queue.get())


asyncio.run(threads())

loop = asyncio.new_event_loop()
thread = threading.Thread(target=loop.run_forever)
thread.start()
print(asyncio.run_coroutine_threadsafe(soon("in another thread's loop"), loop).result(10))
loop.call_soon_threadsafe(loop.stop)
thread.join()
loop.close()
try:
    loop.call_soon(print)
except RuntimeError as error:
    print(error)


async def streams():
    reader, writer = await asyncio.open_connection("127.0.0.1", broker)
    writer.write(bytes.fromhex("10130004 4d515454 0402003c 00076173796e63696f"))
    await writer.drain()
    print((await reader.readexactly(4)).hex(), writer.get_extra_info("peername")[0])
    writer.write(bytes.fromhex("e000"))
    print(await reader.read())
    writer.close()
    await writer.wait_closed()
    try:
        await asyncio.open_connection("127.0.0.1", 1)
    except OSError as error:
        print(type(error).__name__, error.errno)


asyncio.run(streams())


async def server():
    async def echo(reader, writer):
        writer.write(await reader.readline())
        writer.close()

    listening = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with listening:
        reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname()[:2])
        writer.write("grüße\n".encode())
        print((await reader.readline()).decode().strip())
        writer.close()


asyncio.run(server())


async def signals():
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    loop.add_signal_handler(signal.SIGINT, asked.set)
    loop.call_later(0.05, signal.raise_signal, signal.SIGINT)
    await asyncio.wait_for(asked.wait(), 10)
    print("asked to end", loop.remove_signal_handler(signal.SIGINT), loop.remove_signal_handler(signal.SIGINT))


asyncio.run(signals())


async def pair():
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.sendall(b"bytes")
        print(await loop.sock_recv(ours, 10))


asyncio.run(pair())


async def fails():
    await asyncio.sleep(0)
    raise KeyError("in a coroutine")


try:
    asyncio.run(fails())
except KeyError as error:
    print(repr(error))
with asyncio.Runner() as runner:
    print(runner.run(soon(3)), runner.run(soon(4)))
