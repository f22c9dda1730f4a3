"""Publish and subscribe before the CONNACK, with no loop at all; the script just ends."""

import sys

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])
client = mqtt.Client("no-loop")
client.on_publish = lambda client, userdata, mid: print("on_publish", mid)
print(client.publish("no/connection", "lost", 0), client.subscribe("no/connection"), client.unsubscribe("x"))
print(client.disconnect())
client.connect("127.0.0.1", broker)
print(client.subscribe("no/loop", 1))
for qos in (0, 1, 2):
    info = client.publish("no/loop", "q%d" % qos, qos)
    print(info, info.rc, info.mid, info.is_published(), client.want_write())
print(client.unsubscribe("no/loop"))
info.wait_for_publish(0.05)
print(info.is_published(), client.is_connected(), client.socket() is not None)
print("end of the script")
