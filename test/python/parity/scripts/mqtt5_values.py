"""Properties, reason codes and subscribe options by themselves: texts, bytes, and what may not be set."""

from paho.mqtt.client import Properties as SameProperties
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCodes
from paho.mqtt.subscribeoptions import SubscribeOptions


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(isinstance(error, AssertionError) or type(error).__name__, error)


def setting(name, value, kind=PacketTypes.PUBLISH):
    properties = Properties(kind)
    setattr(properties, name, value)
    return "%s %s %s" % (properties, properties.isEmpty(), properties.pack().hex())


print(SameProperties is Properties, Properties(PacketTypes.CONNECT).isEmpty(), Properties(PacketTypes.CONNECT).pack())
for name, value in (
    ("PayloadFormatIndicator", 1), ("PayloadFormatIndicator", 256), ("MessageExpiryInterval", 2**32 - 1), 
    ("MessageExpiryInterval", 2**32), ("TopicAlias", 0), ("TopicAlias", 65535), ("TopicAlias", 65536), ("SubscriptionIdentifier", 268435455),
    ("SubscriptionIdentifier", 0), ("SubscriptionIdentifier", 268435456), ("ContentType", "é"), ("ResponseTopic", "a/b"), ("CorrelationData", b"\0"),
    ("UserProperty", ("a", "b")), ("UserProperty", [("a", "b"), ("c", "d")]), ("SessionExpiryInterval", 1), ("NoSuchThing", 1),
):  # fmt: skip
    attempt(lambda: setting(name, value))
attempt(lambda: setting("ReceiveMaximum", 0, PacketTypes.CONNECT))
attempt(lambda: setting("MaximumPacketSize", 0, PacketTypes.CONNECT))
attempt(lambda: setting("AuthenticationMethod", "m", PacketTypes.CONNECT))
attempt(lambda: setting("WillDelayInterval", 3, PacketTypes.WILLMESSAGE))
attempt(lambda: setting("ServerKeepAlive", 3, PacketTypes.CONNACK))
properties = Properties(PacketTypes.PUBLISH)
properties.UserProperty = ("a", "1")
properties.UserProperty = ("b", "2")
properties.ContentType = "x"
print(properties, properties.UserProperty, properties.names()[:3] if hasattr(properties, "names") and callable(properties.names) else None)
unpacked, length = Properties(PacketTypes.PUBLISH).unpack(properties.pack() + b"rest")
print(unpacked, length, unpacked.json())
properties.clear()
print(properties.isEmpty(), hasattr(properties, "ContentType"))

for kind, name in (
    (PacketTypes.CONNACK, "Not authorized"), (PacketTypes.CONNACK, "Success"), (PacketTypes.DISCONNECT, "Normal disconnection"),
    (PacketTypes.PUBACK, "No matching subscribers"), (PacketTypes.SUBACK, "Granted QoS 1"), (PacketTypes.SUBACK, "nothing"),
):  # fmt: skip
    attempt(lambda: (str(ReasonCodes(kind, name)), ReasonCodes(kind, name).value, ReasonCodes(kind, name).json()))
for kind, number in ((PacketTypes.CONNACK, 135), (PacketTypes.UNSUBACK, 17), (PacketTypes.SUBACK, 3), (PacketTypes.DISCONNECT, 4)):
    attempt(lambda: (str(ReasonCodes(kind, identifier=number)), ReasonCodes(kind, identifier=number).pack()))
reason = ReasonCodes(PacketTypes.CONNACK, identifier=135)
print(reason == 135, reason == 0, reason.getName(), reason.getId("Success"))
reason.set("Banned")
print(reason, reason.value)

print(SubscribeOptions(), SubscribeOptions(2, True, True, 2), SubscribeOptions(1, True).pack(), SubscribeOptions(2, False, True, 1).json())
attempt(lambda: SubscribeOptions(3))
attempt(lambda: SubscribeOptions(0, False, False, 3))
options = SubscribeOptions()
attempt(lambda: setattr(options, "other", 1))
options.QoS = 2
print(options.pack(), options.unpack(b"\x2d"), options)
try:
    ReasonCodes(PacketTypes.CONNACK, "no such reason")
except AssertionError as error:
    print(type(error).__name__, error)
