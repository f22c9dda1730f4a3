"""A loop of the script's own that waits for socket() with select, poll and selectors."""

import select
import selectors
import sys
import time

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])
client = mqtt.Client("waiting")
messages = []
client.on_connect = lambda client, userdata, flags, rc: client.subscribe("waiting")
client.on_subscribe = lambda client, *_: client.publish("waiting", "by select")
client.on_message = lambda client, userdata, message: messages.append(message.payload)
client.connect("127.0.0.1", broker)
sock = client.socket()
print(sock.fileno() >= 0, sock is client.socket())
while not messages:
    readable, writable, _ = select.select([sock], [sock] if client.want_write() else [], [], 10)
    if readable:
        client.loop_read()
    if writable:
        client.loop_write()
    client.loop_misc()
print(messages)
print(select.select([sock], [], [], 0.05), select.select([], [sock], [], 10)[1] == [sock])

with selectors.DefaultSelector() as selector:
    selector.register(sock, selectors.EVENT_READ, "read")
    client.publish("waiting", "by selectors")
    while len(messages) < 2:
        for key, events in selector.select(10):
            print(key.data, events, key.fileobj is sock)
            client.loop_read()
    print(selector.select(0))

poll = select.poll()
poll.register(sock.fileno(), select.POLLIN)
client.publish("waiting", "by poll")
while len(messages) < 3:
    print([event for _, event in poll.poll(10_000)])
    client.loop_read()
print(messages)
begun = time.monotonic()
client.disconnect()
print(client.socket(), sock.fileno(), time.monotonic() - begun < 5)
try:
    select.select([sock], [], [])
except ValueError as error:
    print(error)
