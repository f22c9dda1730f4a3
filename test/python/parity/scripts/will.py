"""A will: sent where the connection is cut, not after disconnect(), not once it was cleared."""

import sys
import threading

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])
came = []
got, ready = threading.Event(), threading.Event()
watcher = mqtt.Client("watcher")
watcher.on_connect = lambda client, *_: client.subscribe("will/#", 2)
watcher.on_subscribe = lambda *_: ready.set()


def on_message(client, userdata, message):
    if message.payload or message.topic == "will/c":
        came.append((message.topic, message.payload, message.qos, message.retain))
        got.set()


watcher.on_message = on_message
watcher.connect("127.0.0.1", broker)
watcher.loop_start()
print(ready.wait(10))


def mortal(name, *will, clear=False, end="cut"):
    client = mqtt.Client(name)
    client.will_set(*will)
    if clear:
        client.will_clear()
    client.connect("127.0.0.1", broker)
    while not client.is_connected():
        client.loop(1)
    if end == "cut":
        client.socket().close()
        print(client.loop(0.1))
    else:
        client.disconnect()


mortal("kept", "will/kept", "never", 0, False, end="disconnect")
mortal("cleared", "will/cleared", "never", clear=True, end="disconnect")
for will in (("will/a", "text", 1, True), ("will/b", 12.5), ("will/c", None, 2), ("will/d", b"\xff\0", 0), ("will/é", "温")):
    mortal("mortal", *will)
    print(got.wait(10), came)
    got.clear()
watcher.publish("will/a", None, 0, True)
watcher.loop_stop()
watcher.disconnect()
