"""A loop of the script's own: loop_read(), loop_write(), loop_misc(), want_write() and the callbacks about the socket."""

import sys
import time

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])
client = mqtt.Client("external")
events = []
client.on_socket_open = lambda client, userdata, sock: events.append("open")
client.on_socket_close = lambda client, userdata, sock: events.append("close")
client.on_socket_register_write = lambda client, userdata, sock: events.append("register")
client.on_socket_unregister_write = lambda client, userdata, sock: events.append("unregister")
print(client.loop_read(), client.loop_write(), client.loop_misc(), client.want_write(), client.socket())


def on_connect(client, userdata, flags, rc):
    print("on_connect", rc, client.subscribe("external", 1), client.want_write())


messages = []
client.on_connect = on_connect
client.on_subscribe = lambda client, *_: client.publish("external", "one", 1) and client.publish("external", "two", 2)
client.on_message = lambda client, userdata, message: messages.append(message.payload)
print(client.connect("127.0.0.1", broker), client.want_write(), events)
while len(messages) < 2 or client._out_messages or client.want_write():
    if client.want_write():
        print("write", client.loop_write(), client.want_write())
    rc = client.loop_read()
    if rc:
        print("read", rc)
        break
    client.loop_misc()
    time.sleep(0.01)
print(sorted(messages))
print(client.disconnect(), client.want_write())
print(client.loop_write(), client.socket(), client.loop_misc(), client.loop_read())
print(*events)
