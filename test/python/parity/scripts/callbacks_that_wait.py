"""Callbacks that sleep, that publish and wait in vain, and that wait from another thread."""

import sys
import threading
import time

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])
done = threading.Event()
lines = []


def on_connect(client, userdata, flags, rc):
    client.subscribe("wait/+", 1)


def on_subscribe(client, userdata, mid, granted):
    info = client.publish("wait/a", "1", 1)
    lines.append(("before", info.is_published()))
    info.wait_for_publish(0.1)
    lines.append(("in vain", info.is_published()))


def on_message(client, userdata, message):
    lines.append((message.topic, message.payload))
    if message.topic == "wait/a":
        time.sleep(0.2)
        for number in range(3):
            client.publish("wait/b", number, 1)
    elif message.payload == b"2":
        done.set()


client = mqtt.Client("waiting")
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
client.connect("127.0.0.1", broker)
client.loop_start()
print(done.wait(10))
infos = [client.publish("other/%d" % number, number, 2) for number in range(5)]
for info in infos:
    info.wait_for_publish()
print(all(info.is_published() for info in infos))
client.loop_stop()
client.disconnect()
for line in lines:
    print(*line)
