"""paho-mqtt 1.x: a sensor that reports, and listens for orders."""

import random
import time

import paho.mqtt.client as mqtt

DEVICE = "example/sensor-%04x" % random.getrandbits(16)


def on_connect(client, userdata, flags, rc):
    print("connected:", mqtt.connack_string(rc))
    client.subscribe(DEVICE + "/order", 1)


def on_message(client, userdata, message):
    print("order:", message.payload.decode())
    userdata["orders"] += 1


state = {"orders": 0}
client = mqtt.Client(userdata=state)
client.will_set(DEVICE + "/state", "lost", qos=1)
client.on_connect = on_connect
client.on_message = on_message
client.connect("demo.mqtt-inspector", 1883, keepalive=30)
client.loop_start()
for number in range(5):
    reading = client.publish(DEVICE + "/temperature", "%.1f" % (20 + number / 2), qos=1)
    reading.wait_for_publish()
    print("reported", number + 1)
    time.sleep(0.2)
client.publish(DEVICE + "/order", "rest", qos=1).wait_for_publish()
while state["orders"] == 0:
    time.sleep(0.05)
client.disconnect()
client.loop_stop()
