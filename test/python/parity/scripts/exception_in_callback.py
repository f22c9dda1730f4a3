"""Callbacks that raise: caught around the loop, told to on_log, suppressed, in a loop thread, and at last ending the script."""

import sys
import threading
import time

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])


class Odd(Exception):
    pass


def fail(client, userdata, message):
    print("message", message.payload)
    raise Odd("in on_message")


def connected(client, userdata, flags, rc):
    client.subscribe("raise/me", 1)


def subscribed(client, userdata, mid, granted):
    client.publish("raise/me", "1", 1)


def client_of(name):
    client = mqtt.Client(name)
    client.on_connect = connected
    client.on_subscribe = subscribed
    client.on_message = fail
    client.on_log = lambda client, userdata, level, line: level == mqtt.MQTT_LOG_ERR and print(level, line)
    client.connect("127.0.0.1", broker)
    return client


client = client_of("raise-1")
for attempt in range(2):
    try:
        client.loop_forever()
    except Odd as error:
        print("caught", error, client.is_connected(), client.socket() is not None)
client.on_message = lambda client, userdata, message: print("again", message.payload) or client.disconnect()
print(client.loop_forever())

client = client_of("raise-2")
client.suppress_exceptions = True
client.on_message = lambda *arguments: (fail, lambda *rest: rest[0].disconnect())
client.message_callback_add("raise/+", lambda client, userdata, message: client.disconnect() and 1 / 0)
client.on_disconnect = lambda client, userdata, rc: 1 / 0
print(client.loop_forever())


def hook(arguments):
    print("in a thread", arguments.exc_type.__name__, arguments.exc_value)


threading.excepthook = hook
client = client_of("raise-3")
client.loop_start()
deadline = time.monotonic() + 5
while client._thread.is_alive() and time.monotonic() < deadline:
    time.sleep(0.02)
print(client._thread.is_alive(), client.loop_stop())

client = client_of("raise-4")
client.on_message = lambda one, two: None
try:
    client.loop_forever()
except TypeError as error:
    print(error)

client = client_of("raise-5")
client.loop_forever()
print("never")
