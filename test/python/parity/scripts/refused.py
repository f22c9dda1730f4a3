"""Each way in which a broker refuses, and what loops return then."""

import sys

import paho.mqtt.client as mqtt

acting = int(sys.argv[2])


def client_of(name, **more):
    client = mqtt.Client(name, **more)
    client.on_connect = lambda client, userdata, flags, rc: print(name, "on_connect", flags, rc, mqtt.connack_string(rc))
    client.on_disconnect = lambda client, userdata, rc: print(name, "on_disconnect", rc, mqtt.error_string(rc))
    client.on_log = lambda client, userdata, level, line: print(name, level, line)
    return client


for code in (1, 2, 3, 4, 5, 6, 200):
    client = client_of("refuse-%d" % code, reconnect_on_failure=False)
    print(client.connect("127.0.0.1", acting))
    print(client.loop_forever())
    print(client.is_connected(), client.socket())

for name in ("leave-1", "unready-3"):
    client = client_of(name)
    client.reconnect_delay_set(0.1, 0.2)
    print(client.connect("127.0.0.1", acting))
    for _ in range(4):
        rc = client.loop(0.5)
        print(rc)
        if rc:
            break
    print(client.loop(0.1), client.loop_misc(), client.loop_read(), client.loop_write())

client = client_of("old-1")
client.connect("127.0.0.1", acting)
for _ in range(4):
    print(client.loop(0.3))
client.disconnect()

client = mqtt.Client()
client.on_connect = lambda client, userdata, flags, rc: print("given an id", flags, rc)
client.on_log = lambda client, userdata, level, line: print("Sending CONNECT" in line or line)
client.connect("127.0.0.1", acting)
for _ in range(4):
    print(client.loop(0.3))
print(len(client._client_id))
client.disconnect()

for host, port in (("127.0.0.1", 1), ("no-such-host.invalid", 1883)):
    try:
        client.connect(host, port)
    except OSError as error:
        print(type(error).__name__, error)
for arguments in (("", 1883), ("h", 0), ("h", 1883, -1), (None,)):
    try:
        client.connect(*arguments)
    except ValueError as error:
        print(error)
