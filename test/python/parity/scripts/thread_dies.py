"""An exception in a callback of a loop thread: a traceback, and the script goes on."""

import sys
import time

import paho.mqtt.client as mqtt


def on_connect(client, userdata, flags, rc):
    raise ValueError("no good")


client = mqtt.Client("thread-dies")
client.on_connect = on_connect
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()
while client._thread.is_alive():
    time.sleep(0.02)
print("main goes on")
sys.exit(3)
