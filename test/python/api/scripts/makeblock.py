"""mqtt as Makeblock documents it: each method of MQTTClient."""

import sys

from mqtt import MQTTClient

port = int(sys.argv[1])
got = []
c = MQTTClient("codey-1", "127.0.0.1", port=port, user="user", password="secret", keepalive=60, ssl=False, ssl_params={})
c.set_last_will("codey/will", "gone", retain=False, qos=0)
c.set_callback(lambda topic, msg: got.append((topic, msg)))
c.connect(clean_session=True)
c.subscribe("codey/+", qos=1)
c.publish("codey/a", "text", retain=False, qos=0)
c.publish(b"codey/b", b"bytes", False, 1)
while len(got) < 2:
    c.wait_msg()
print(sorted(got), got[0][0] + " is text too")
print("check_msg", c.check_msg())
c.ping()
c.wait_msg()
c.reconnect()
c.subscribe("codey/again")
c.publish("codey/again", "x")
while len(got) < 3:
    c.wait_msg()
print(got[-1])
c.publish("codey/kept", "kept", retain=True)
c.disconnect()
drawn = MQTTClient("", "127.0.0.1", port)
drawn.connect()
drawn.publish("codey/kept", "", retain=True)
drawn.disconnect()
