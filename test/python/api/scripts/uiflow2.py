"""umqtt as UIFlow2 documents it: each method of MQTTClient."""

import sys

import umqtt

port = int(sys.argv[1])
got = []
c = umqtt.MQTTClient("ui-1", "127.0.0.1", port=port, user="user", password="secret", keepalive=30, ssl=False, ssl_params={})
c.set_last_will("ui/will", "gone", retain=True, qos=1)
print("connect", c.connect(clean_session=True))
c.subscribe("ui/+", got.append, qos=1)
c.publish("ui/text", "温", retain=False, qos=0)
c.publish(b"ui/bytes", b"\x00\xff", qos=1)
c.publish(bytearray(b"ui/array"), bytearray(b"array"))
while len(got) < 3:
    c.wait_msg()
print(sorted(got))
print("check_msg", c.check_msg(), c.check_msg(attempts=1))
c.ping()
c.wait_msg()
print("reconnect", bool(c.reconnect()))
c.subscribe(topic="ui/again", handler=got.append)
c.publish(topic="ui/again", msg="x", retain=False, qos=1)
while len(got) < 4:
    c.wait_msg()
print(got[3])
c.disconnect()
try:
    c.publish("ui/late", "x")
except (OSError, AttributeError) as error:
    print("late", isinstance(error, OSError) or "AttributeError")

kept = umqtt.MQTTClient("ui-kept", "127.0.0.1", port)
print("first", bool(kept.connect(clean_session=False)))
kept.subscribe("kept/#", print, 1)
kept.disconnect()
print("kept", bool(kept.connect(False)))
kept.disconnect()
print("clean", bool(kept.connect()))
kept.disconnect()

for name, place in (("refused", ("127.0.0.1", 1)), ("unknown", ("no.such.host.invalid", port))):
    try:
        umqtt.MQTTClient(name, *place).connect()
    except OSError as error:
        print(name, isinstance(error, OSError))
