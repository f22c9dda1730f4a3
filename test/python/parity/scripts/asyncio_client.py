"""A client in an asyncio loop: its socket is watched by add_reader() and add_writer()."""

import asyncio
import socket
import sys

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])


class Helper:
    """Joins the callbacks about the socket with the loop."""

    def __init__(self, loop, client):
        self.loop, self.client = loop, client
        client.on_socket_open = self.opened
        client.on_socket_close = self.closed
        client.on_socket_register_write = lambda client, userdata, sock: loop.add_writer(sock, client.loop_write)
        client.on_socket_unregister_write = lambda client, userdata, sock: loop.remove_writer(sock)

    def opened(self, client, userdata, sock):
        print("open")
        self.loop.add_reader(sock, client.loop_read)
        self.misc = self.loop.create_task(self.look_after())

    def closed(self, client, userdata, sock):
        print("closed", self.loop.remove_reader(sock))
        self.misc.cancel()

    async def look_after(self):
        while self.client.loop_misc() == mqtt.MQTT_ERR_SUCCESS:
            await asyncio.sleep(0.2)


async def main():
    loop = asyncio.get_running_loop()
    answers = asyncio.Queue()
    gone = loop.create_future()
    subscribed = asyncio.Event()
    client = mqtt.Client("asyncio-client")
    Helper(loop, client)
    client.on_connect = lambda client, userdata, flags, rc: client.subscribe("asyncio", 1)
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = lambda client, userdata, message: answers.put_nowait(message.payload)
    client.on_disconnect = lambda client, userdata, rc: gone.set_result(rc)
    client.connect("127.0.0.1", broker)
    client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2048)
    await asyncio.wait_for(subscribed.wait(), 10)
    for number in range(3):
        client.publish("asyncio", f"message {number}" * 1000, 1)
        payload = await asyncio.wait_for(answers.get(), 10)
        print(payload[:9], len(payload))
    client.disconnect()
    print("disconnected", await asyncio.wait_for(gone, 10), client.socket())


asyncio.run(main())
