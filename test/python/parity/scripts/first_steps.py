"""Connect, subscribe, publish with each QoS and payload type, be told, disconnect."""

import sys

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])


def on_connect(client, userdata, flags, rc):
    print("connected", userdata, flags, rc)
    print(client.subscribe("first/#", 2))


def on_subscribe(client, userdata, mid, granted_qos):
    print("subscribed", mid, granted_qos)
    for payload in ("text é温", b"\x00\xff", bytearray(b"array"), 12, 1.5, True, None, ""):
        for qos in (0, 1, 2):
            client.publish("first/%d" % qos, payload, qos)
    client.publish("first/end", "end", 0)


messages = []


def on_message(client, userdata, message):
    messages.append((message.topic, message.payload, message.qos, message.retain, message.dup))
    if message.topic == "first/end":
        client.end_seen = True
    if len(messages) == 25:
        client.disconnect()


def on_disconnect(client, userdata, rc):
    print("disconnected", rc)


client = mqtt.Client("first-steps", userdata={"a": 1})
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
client.on_disconnect = on_disconnect
print(client.connect("127.0.0.1", broker, 60), client.is_connected())
print(client.loop_forever(), client.is_connected())
for message in sorted(messages, key=repr):
    print(message)
