"""Publish and disconnect with no loop: all of it leaves, and on_disconnect runs inside disconnect()."""

import sys
import time

import paho.mqtt.client as mqtt

client = mqtt.Client("no-loop-disconnect")
client.on_disconnect = lambda client, userdata, rc: print("on_disconnect", rc)
client.connect("127.0.0.1", int(sys.argv[1]))
for number in range(5):
    client.publish("no/loop/%d" % number, number, number % 3)
# A socket that is closed over answers nobody read takes along what the system has not sent yet.
time.sleep(0.3)
print(client.disconnect(), client.socket(), client.disconnect())
info = client.publish("after", "x", 1)
print(info.rc, info.mid)
for call in (info.is_published, info.wait_for_publish):
    try:
        print(call())
    except RuntimeError as error:
        print(error)
