"""The modules publish and subscribe: one call each, and what they say about arguments that do not do."""

import sys
import threading
import time

import paho.mqtt.publish as publish
import paho.mqtt.subscribe as subscribe
from paho.mqtt import MQTTException

broker, acting = int(sys.argv[1]), int(sys.argv[2])


def attempt(function, *arguments, **named):
    try:
        print(function(*arguments, **named))
    except Exception as error:
        print(type(error).__name__, error)


at = {"hostname": "127.0.0.1", "port": broker}
attempt(publish.single, "one/single", "payload", 1, True, client_id="single", **at)
attempt(publish.single, "one/none", retain=True, client_id="single-none", **at)
messages = [{"topic": "one/a", "payload": "1", "retain": True}, ("one/b", "2", 2, True), ("one/c",), ["one/d", b"4"]]
attempt(publish.multiple, messages, client_id="multiple", **at)
attempt(publish.multiple, [], client_id="none", keepalive=5, **at) if False else None
attempt(publish.multiple, 3, **at)
attempt(publish.multiple, ["text"], client_id="text", **at)
attempt(publish.multiple, [3], client_id="number", **at)
attempt(publish.single, "", "x", client_id="empty", **at)
attempt(publish.single, "one/auth", "x", auth={"username": "u", "password": "p"}, client_id="auth", **at)
attempt(publish.single, "one/auth", "x", auth={"password": "p"}, client_id="auth", **at)
attempt(publish.single, "one/will", "x", will={"topic": "one/w", "payload": "bye", "qos": 1, "retain": False}, client_id="will", **at)
attempt(publish.single, "one/31", "x", protocol=3, client_id="old", keepalive=7, **at)
attempt(publish.single, "refused", "x", hostname="127.0.0.1", port=acting, client_id="refuse-5")
attempt(publish.single, "refused", "x", hostname="127.0.0.1", port=1)

message = subscribe.simple("one/single", client_id="simple", **at)
print(message.topic, message.payload, message.qos, message.retain)
several = subscribe.simple(["one/a", "one/b"], 2, 2, client_id="several", **at)
print(sorted((message.topic, message.payload, message.qos) for message in several))
attempt(subscribe.simple, "x", msg_count=0)
attempt(subscribe.simple, "x", qos=3)
attempt(subscribe.simple, "x", hostname="127.0.0.1", port=acting, client_id="refuse-4")


def later():
    time.sleep(0.3)
    publish.single("one/live", "now", hostname="127.0.0.1", port=broker, client_id="later")


threading.Thread(target=later).start()


def got(client, userdata, message):
    userdata.append((message.topic, message.payload))
    client.disconnect()


seen = []
attempt(subscribe.callback, got, "one/live", 1, seen, client_id="callback", **at)
print(seen, issubclass(MQTTException, Exception))
