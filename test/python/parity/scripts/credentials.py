"""User names, passwords, client identifiers, protocol versions and bridge mode, as they stand in the CONNECT."""

import sys

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])
for user, password in ((None, "ignored"), ("user", None), ("user", "pass"), ("", ""), ("ü", b"\xff\0"), ("u", "密")):
    client = mqtt.Client("credentials")
    client.username_pw_set(user, password)
    client.on_log = lambda client, userdata, level, line: print(line)
    client.connect("127.0.0.1", broker)
    client.disconnect()
client.username_pw_set(None)
client.connect("127.0.0.1", broker, keepalive=65535)
client.disconnect()
for protocol in (mqtt.MQTTv31, mqtt.MQTTv311, mqtt.MQTTv5):
    for name in ("named-%d" % protocol, b"bytes", "", "中"):
        client = mqtt.Client(name, protocol=protocol)
        client.connect("127.0.0.1", broker, 10)
        rc = client.loop(2)
        print(protocol, name, rc, client.is_connected(), client.disconnect())
client = mqtt.Client("kept", clean_session=False)
flags = []
client.on_connect = lambda client, userdata, seen, rc: flags.append(seen)
for _ in range(2):
    client.connect("127.0.0.1", broker)
    client.loop(2)
    client.disconnect()
print(flags)
