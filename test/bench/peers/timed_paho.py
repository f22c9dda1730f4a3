"""What a script does with paho, timed by itself: the same file under python3 with the genuine library and in the console.

Arguments: what to do, the broker's port, how much. Prints one JSON list of numbers.
"""

import json
import sys
import time

import paho.mqtt.client as mqtt

what, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def connected(name):
    client = mqtt.Client(name)
    client.max_inflight_messages_set(0)
    client.connect("127.0.0.1", port)
    while not client.is_connected():
        client.loop(0.1)
    return client


def publish():
    """Messages a second, QoS 0, from the first call until the broker has answered behind the last."""
    client = connected("bench-publish")
    payload = b"x" * 100
    client.loop_start()
    begun = time.perf_counter()
    for _ in range(count):
        client.publish("bench/topic", payload)
    client.publish("bench/last", payload, 1).wait_for_publish()
    rate = count / (time.perf_counter() - begun)
    client.disconnect()
    client.loop_stop()
    return [rate]


def receive():
    """Microseconds a message that a callback of two lines takes, the library's work included."""
    client = connected("bench-receive")
    got = 0
    begun = 0.0

    def on_message(client, userdata, message):
        nonlocal got, begun
        if got == 0:
            begun = time.perf_counter()
        got += 1
        if got == count:
            client.disconnect()

    client.on_message = on_message
    subscribed = []
    client.on_subscribe = lambda *_: subscribed.append(True)
    client.subscribe("bench/#")
    while not subscribed:
        client.loop(0.1)
    print("ready", flush=True)
    client.loop_forever()
    return [(time.perf_counter() - begun) / count * 1e6]


def round_trip():
    """Microseconds from publish() at QoS 1 to the end of wait_for_publish(), each."""
    client = connected("bench-round-trip")
    client.loop_start()
    samples = []
    for _ in range(count):
        begun = time.perf_counter()
        client.publish("bench/one", b"x" * 100, 1).wait_for_publish()
        samples.append((time.perf_counter() - begun) * 1e6)
    client.disconnect()
    client.loop_stop()
    return samples


print(json.dumps({"publish": publish, "receive": receive, "round-trip": round_trip}[what]()))
