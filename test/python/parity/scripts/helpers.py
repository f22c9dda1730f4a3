"""Functions and classes beside the client: strings of codes, matching, tickets, messages, constants."""

import paho.mqtt
import paho.mqtt.client as mqtt
from paho.mqtt.matcher import MQTTMatcher
from paho.mqtt.packettypes import PacketTypes

for number in range(-2, 19):
    print(number, mqtt.error_string(number), mqtt.connack_string(number))
for name in sorted(name for name in dir(mqtt) if name.startswith(("MQTT_", "MQTTv", "CONN", "mqtt_"))):
    print(name, getattr(mqtt, name))
for sub, topic in (
    ("foo/bar", "foo/bar"), ("foo/+", "foo/bar"), ("foo/+/baz", "foo/bar/baz"), ("foo/+/#", "foo/bar/baz"), ("#", "foo/bar"),
    ("#", "$SYS/x"), ("+/x", "$SYS/x"), ("$SYS/#", "$SYS/x"), ("foo", "foo/"), ("foo/+", "foo"), ("foo/#", "foo"), ("/+", "/x"),
    ("+", "/x"), ("+/+", "/x"), ("", ""), ("a//b", "a//b"), ("a/+/b", "a//b"), ("foo/#/x", "foo/y"), ("a/b", "a"),
):  # fmt: skip
    print(sub, topic, mqtt.topic_matches_sub(sub, topic))
print(mqtt.base62(0), mqtt.base62(123456789), mqtt.base62(61, padding=4))
info = mqtt.MQTTMessageInfo(4)
print(info, list(info), info[0], info[1], tuple(info), info.rc, info.mid)
try:
    info[2]
except IndexError as error:
    print(error)
first, second = mqtt.MQTTMessage(1, b"a/\xc3\xa9"), mqtt.MQTTMessage(1)
print(first == second, first != second, first == 1, first.topic, repr(second.topic), first.payload, first.qos, first.retain)
first.topic = b"\xff"
try:
    first.topic
except UnicodeDecodeError as error:
    print(error)
matcher = MQTTMatcher()
matcher["a/+"] = 1
matcher["a/b"] = 2
print(sorted(matcher.iter_match("a/b")), matcher["a/+"])
for key in ("a", "x/y"):
    try:
        print(matcher[key])
    except KeyError as error:
        print("KeyError", error)
del matcher["a/+"]
print(sorted(matcher.iter_match("a/b")))
print([(name, getattr(PacketTypes, name)) for name in ("CONNECT", "PUBLISH", "AUTH", "WILLMESSAGE")], PacketTypes.Names)
print(paho.mqtt.MQTTException.__mro__[1].__name__, mqtt.Client.__module__, mqtt.Client.__name__, mqtt.MQTTMessage.__module__)
