"""connect_async(): the loop connects, and tries again where it may."""

import sys
import threading
import time

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])
fails = []
connected = threading.Event()


def client_of(name):
    client = mqtt.Client(name)
    client.reconnect_delay_set(0.02, 0.05)
    client.on_connect = lambda client, userdata, flags, rc: print("on_connect", flags, rc) or connected.set()
    client.on_connect_fail = lambda client, userdata: fails.append(1)
    return client


client = client_of("async-1")
print(client.connect_async("127.0.0.1", broker), client.socket(), client.is_connected(), client.loop(0.05))
print(client.publish("early", "kept", 1), client.publish("early", "lost", 0))
client.loop_start()
print(connected.wait(10))
client.loop_stop()
client.disconnect()

client = client_of("async-2")
client.connect_async("127.0.0.1", 1)
try:
    client.loop_forever()
except ConnectionRefusedError as error:
    print(error, len(fails))


def to_the_right_port(client, userdata):
    fails.append(2)
    if len(fails) == 4:
        client._port = broker


client = client_of("async-3")
client.on_connect_fail = to_the_right_port
client.on_log = lambda client, userdata, level, line: print(level, line)
client.on_connect = lambda client, userdata, flags, rc: print("on_connect", rc) or client.disconnect()
client.connect_async("127.0.0.1", 1)
print(client.loop_forever(retry_first_connection=True), len(fails))

client = client_of("async-4")
client.connect_async("127.0.0.1", 1)
client.loop_start()
time.sleep(0.2)
print(client.loop_stop(), client.is_connected())

times = []
client = client_of("async-5")
client.reconnect_delay_set(0.2, 0.4)
client.on_connect_fail = lambda client, userdata: times.append(time.monotonic())
client.connect_async("127.0.0.1", 1)
client.loop_start()
while len(times) < 3:
    time.sleep(0.01)
client.loop_stop()
print(times[1] - times[0] > 0.55, times[2] - times[1] > 0.35)
