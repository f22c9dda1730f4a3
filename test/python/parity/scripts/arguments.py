"""What topics, payloads, filters and settings may be, and what is said about those that may not."""

import sys

import paho.mqtt.client as mqtt
from paho.mqtt.subscribeoptions import SubscribeOptions

sys.unraisablehook = lambda *_: None
client = mqtt.Client("arguments")
client.connect("127.0.0.1", int(sys.argv[1]))


def attempt(function, *arguments, **named):
    try:
        result = function(*arguments, **named)
        print(function.__name__, str(result) if isinstance(result, mqtt.MQTTMessageInfo) else repr(result))
    except Exception as error:
        print(function.__name__, type(error).__name__, error)


for topic in (None, "", "a/+", "#", "a" * 65536, b"bytes", 3, "a/b c/中", "/", "$SYS/x", "a\0b"[:1]):
    attempt(client.publish, topic, "x")
for payload in ("text", b"bytes", bytearray(b"array"), 1, -2.5, True, 10**30, float("inf"), None, [1], {"a": 1}, (1,), object):
    attempt(client.publish, "p", payload)
attempt(client.publish, "p", memoryview(b"view"))
for qos in (-1, 3, 1, 2):
    attempt(client.publish, "q", "x", qos)
attempt(client.publish, "r", "x", 0, True)
attempt(client.publish, "r", payload="", qos=1, retain=True)
attempt(client.publish)
for topic in ("a", "+", "#", "a/#", "a/+/b", "a+", "a#", "#/a", "a/#/b", "", None, 3, b"a", ("a", 1), ("a", 3), ("a",), ("", 0)):
    attempt(client.subscribe, topic)
for topic in (["a"], [("a", 0), ("b/+", 2)], [("a", 3)], [(None, 0)], [("", 0)], [("a#", 0)], {"a": 1}):
    attempt(client.subscribe, topic)
attempt(client.subscribe, "a", 3)
attempt(client.subscribe, "a", -1)
attempt(client.subscribe, "a", 0, SubscribeOptions(1))
for topic in ("a", "", None, ["a", "b"], ["a", 3], 3, b"a", ("a",)):
    attempt(client.unsubscribe, topic)
attempt(client.max_inflight_messages_set, -1)
attempt(client.max_inflight_messages_set, 0)
attempt(client.max_queued_messages_set, -1)
attempt(client.max_queued_messages_set, 1.5)
attempt(client.message_retry_set, 5)
attempt(client.ws_set_options, "/x", 3)
attempt(client.ws_set_options, "/x", {"a": "b"})
attempt(client.will_set, None)
attempt(client.will_set, "")
attempt(client.will_set, "w", "x", 3)
attempt(client.will_set, "w", [1])
attempt(client.will_set, "w", "x", 0, False, {"not": "properties"})
attempt(client.will_clear)
attempt(client.message_callback_add, None, print)
attempt(client.message_callback_add, "a", None)
attempt(client.message_callback_remove, None)
attempt(client.message_callback_remove, "unknown")
attempt(client.tls_insecure_set, True)
attempt(client.loop, -1)
attempt(client.connect, "h", 1883, 60, "", -1)
attempt(client.connect, "h", 1883, 60, "", 0, True)
attempt(client.connect, "h", 1883, 60, "", 0, 3, {"properties": 1})
attempt(client.connect_async, "")
attempt(client.connect_async, "h", -1)
attempt(client.reconnect_delay_set, 2, 1)
attempt(client.user_data_set, 1)
attempt(client.username_pw_set, None)
attempt(client.username_pw_set, 3)
attempt(client.username_pw_set, "u", b"\xff")
attempt(mqtt.Client().reconnect)
for arguments in (("", False), (None, False), ("a", -1), ("a", True, None, 5), ("a", None, None, 5), ("a", True, None, 4, "udp")):
    try:
        print(mqtt.Client(*arguments)._client_id)
    except ValueError as error:
        print(error)
print(mqtt.Client(b"bytes")._client_id, mqtt.Client("é")._client_id, len(mqtt.Client(protocol=mqtt.MQTTv31)._client_id))
answered = []
client.on_unsubscribe = lambda client, userdata, mid: answered.append(mid)
while len(answered) < 2:
    client.loop(1)
client.disconnect()
attempt(lambda: mqtt.Client(other=1))
