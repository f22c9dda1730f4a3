"""MQTT 5 with a broker that says why: reason codes and properties, in each packet and callback."""

import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCodes
from paho.mqtt.subscribeoptions import SubscribeOptions

broker, acting = int(sys.argv[1]), int(sys.argv[2])


def told(client, *arguments):
    print(*[str(one) if isinstance(one, (Properties, ReasonCodes)) else one for one in arguments])


def properties_of(kind, **values):
    properties = Properties(kind)
    for name, value in values.items():
        setattr(properties, name, value)
    return properties


def on_connect(client, userdata, flags, reason, properties):
    told(client, "on_connect", flags, reason, properties, reason == 0, reason.getName(), reason.value)
    sub = properties_of(PacketTypes.SUBSCRIBE, SubscriptionIdentifier=7, UserProperty=("a", "b"))
    print(client.subscribe([("five/a", SubscribeOptions(1, noLocal=False)), ("five/b", 2), ("five/c", 0)], properties=sub))


def on_subscribe(client, userdata, mid, reasons, properties):
    print("on_subscribe", mid, [str(reason) for reason in reasons], [reason.value for reason in reasons], properties)
    properties = properties_of(
        PacketTypes.PUBLISH,
        PayloadFormatIndicator=1,
        MessageExpiryInterval=60,
        ContentType="text/plain",
        ResponseTopic="five/answer",
        CorrelationData=b"\x01\xff",
        UserProperty=[("k", "1"), ("k", "2")],
    )
    print(properties, properties.json())
    client.publish("five/a", "one", 1, properties=properties)
    client.publish("five/b", "", 0, properties=properties)
    client.publish("five/b", "two", 2)


def on_publish(client, userdata, mid):
    print("on_publish", mid)


def on_message(client, userdata, message):
    told(client, "on_message", message.topic, message.payload, message.qos, message.properties)
    if message.qos == 2 or message.topic == "five/c":
        client.unsubscribe(["five/a", "five/x"], properties_of(PacketTypes.UNSUBSCRIBE, UserProperty=("u", "v")))


def on_unsubscribe(client, userdata, mid, properties, reasons):
    several = reasons if isinstance(reasons, list) else [reasons]
    print("on_unsubscribe", mid, [str(reason) for reason in several], properties)
    leave = properties_of(PacketTypes.DISCONNECT, SessionExpiryInterval=0, ReasonString="enough")
    print(client.disconnect(ReasonCodes(PacketTypes.DISCONNECT, "Disconnect with will message"), leave))


def client_of(name):
    client = mqtt.Client(name, protocol=mqtt.MQTTv5)
    client.on_connect, client.on_subscribe, client.on_publish = on_connect, on_subscribe, on_publish
    client.on_message, client.on_unsubscribe = on_message, on_unsubscribe
    client.on_disconnect = lambda client, userdata, reason, properties: told(client, "on_disconnect", reason, properties)
    client.on_log = lambda client, userdata, level, line: print(level, line)
    return client


client = client_of("five")
will = properties_of(PacketTypes.WILLMESSAGE, WillDelayInterval=5, ContentType="x", UserProperty=("w", "x"))
client.will_set("five/will", "bye", 1, False, will)
connect = properties_of(PacketTypes.CONNECT, SessionExpiryInterval=30, ReceiveMaximum=10, MaximumPacketSize=1000)
print(client.connect("127.0.0.1", broker, 60, clean_start=True, properties=connect))
print(client.loop_forever())
print(client.connect("127.0.0.1", broker, 60, clean_start=False, properties=connect))
print(client.loop(1))
client.disconnect()

client = client_of("reasons-1")
client.on_subscribe = lambda client, userdata, mid, reasons, properties: (
    print("on_subscribe", [str(reason) for reason in reasons], properties),
    client.publish("x", "1", 1),
    client.publish("x", "2", 2),
    client.unsubscribe(["five/a", "five/b"]),
)
client.on_unsubscribe = lambda client, userdata, mid, properties, reasons: (
    print("on_unsubscribe", [str(reason) for reason in reasons], properties),
    client.publish("end", "now"),
)
client.on_disconnect = lambda client, userdata, reason, properties: (
    told(client, "on_disconnect", reason, properties),
    client.disconnect(),
)
client.connect("127.0.0.1", acting, 60)
print(client.loop_forever())

for code in (0x80, 0x86, 0x87, 0x9C):
    client = mqtt.Client("refuse-%d" % code, protocol=mqtt.MQTTv5, reconnect_on_failure=False)
    client.on_connect = on_connect
    client.on_disconnect = lambda client, userdata, reason, properties: told(client, "on_disconnect", reason, properties)
    client.on_subscribe = print
    client.connect("127.0.0.1", acting)
    print(client.loop_forever())
