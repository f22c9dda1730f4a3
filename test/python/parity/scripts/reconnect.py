"""Connections that end: what is sent again, with and without a session, and what the callbacks hear."""

import sys

import paho.mqtt.client as mqtt

acting = int(sys.argv[2])


def run(name, clean, publishes):
    client = mqtt.Client(name, clean_session=clean)
    client.reconnect_delay_set(0.05, 0.1)
    open_messages = set()

    def on_connect(client, userdata, flags, rc):
        print(name, "on_connect", flags, rc)
        if not client.published:
            client.published = True
            for number, qos in enumerate(publishes):
                open_messages.add(client.publish("again/%d" % number, "m%d" % number, qos).mid)

    def on_publish(client, userdata, mid):
        print(name, "on_publish", mid)
        open_messages.discard(mid)
        if not open_messages:
            print(client.disconnect())

    client.published = False
    client.on_connect = on_connect
    client.on_publish = on_publish
    client.on_disconnect = lambda client, userdata, rc: print(name, "on_disconnect", rc)
    client.on_log = lambda client, userdata, level, line: open_messages and print(name, line)
    client.connect("127.0.0.1", acting, 60)
    print(name, client.loop_forever())


run("drop-1-a", True, (1,))
run("drop-2-b", True, (1, 1, 2))
run("resume-2-c", False, (1, 2, 1))
run("resume-1-d", False, (2,))
run("halfway-1-e", False, (2, 1))
run("halfway-1-f", True, (2,))
run("reset-1-g", True, (1,))
run("twice-1-h", True, (1, 2))

client = mqtt.Client("drop-1-i")
client.on_disconnect = lambda client, userdata, rc: print("on_disconnect", rc, client.reconnect())
client.connect("127.0.0.1", acting)
client.publish("x", "y", 1)
for _ in range(3):
    rc = client.loop(1)
client.publish("x", "z", 1).wait_for_publish(0.01)
print(client.loop(1), client.is_connected())
client.on_disconnect = None
client.disconnect()

client = mqtt.Client("drop-1-j", reconnect_on_failure=False)
client.on_disconnect = lambda client, userdata, rc: print("on_disconnect", rc)
client.connect("127.0.0.1", acting)
client.publish("x", "y", 1)
print(client.loop_forever(), client.is_connected())
