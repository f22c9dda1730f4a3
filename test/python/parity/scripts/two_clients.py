"""Two clients of one script that answer each other, each in a loop of its own."""

import sys
import threading

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])
done = threading.Event()
ready = {"ping": threading.Event(), "pong": threading.Event()}


def player(name, other):
    client = mqtt.Client(name, userdata=[])

    def on_message(client, seen, message):
        count = int(message.payload)
        seen.append(count)
        if count < 10:
            client.publish(other, count + 1, 1)
        else:
            done.set()

    client.on_connect = lambda client, seen, flags, rc: client.subscribe(name, 1)
    client.on_subscribe = lambda *_: ready[name].set()
    client.on_message = on_message
    client.connect("127.0.0.1", broker)
    client.loop_start()
    print(ready[name].wait(10))
    return client


ping, pong = player("ping", "pong"), player("pong", "ping")
ping.publish("pong", 0)
print(done.wait(10))
for client in (ping, pong):
    client.loop_stop()
    client.disconnect()
    print(client._userdata)
