"""Pings after silence, and the end of a connection whose broker has gone silent."""

import sys
import time

import paho.mqtt.client as mqtt

broker, acting = int(sys.argv[1]), int(sys.argv[2])
lines = []
client = mqtt.Client("pings")
client.on_log = lambda client, userdata, level, line: "PING" in line and lines.append(line)
client.connect("127.0.0.1", broker, 1)
client.loop_start()
deadline = time.monotonic() + 10
while len(lines) < 2 and time.monotonic() < deadline:
    time.sleep(0.05)
print(lines[:2], client.is_connected())
client.disconnect()
client.loop_stop()

reasons = set()
client = mqtt.Client("silent-1", reconnect_on_failure=False)
client.on_disconnect = lambda client, userdata, rc: reasons.add((rc, mqtt.error_string(rc)))
client.connect("127.0.0.1", acting, 1)
begun = time.monotonic()
print(client.loop_forever(), client.is_connected(), client.socket(), 1.9 < time.monotonic() - begun < 6, reasons)

client = mqtt.Client("mute-1", reconnect_on_failure=False)
client.on_disconnect = lambda client, userdata, rc: print("on_disconnect", rc)
client.connect("127.0.0.1", acting, 1)
print(client.loop_forever(), client.is_connected())

client = mqtt.Client("no-keep-alive")
client.connect("127.0.0.1", broker, 0)
print(client.loop(0.3), client.loop(0.3), client._keepalive)
client.disconnect()
