"""Callbacks for filters that overlap: each that matches runs, on_message only where none does."""

import sys

import paho.mqtt.client as mqtt

client = mqtt.Client("filters")
calls = []


def named(name):
    return lambda client, userdata, message: calls.append((name, message.topic, message.payload))


@client.message_callback()
def other(client, userdata, message):
    calls.append(("on_message", message.topic, message.payload))
    if message.topic == "f/end":
        client.disconnect()


for sub in ("f/a", "f/+", "f/b/#", "f/b", "f/b/+", "#/none", "f/c"):
    client.message_callback_add(sub, named(sub))
client.message_callback_add("f/a", named("f/a again"))
client.message_callback_remove("f/c")


@client.connect_callback()
def connected(client, userdata, flags, rc):
    client.subscribe("f/#")


@client.subscribe_callback()
def subscribed(client, userdata, mid, granted):
    for topic in ("f/a", "f/b", "f/b/c", "f/b/c/d", "f/c", "f/c/d"):
        client.publish(topic, topic)
    client.message_callback_remove("f/+")
    client.publish("f/end")


@client.disconnect_callback()
def disconnected(client, userdata, rc):
    print("on_disconnect", rc)


client.connect("127.0.0.1", int(sys.argv[1]))
print(client.loop_forever())
for call in calls:
    print(*call)
print(connected.__name__, client.on_connect is connected)
