"""paho's helpers: publish and receive in one call each, without a client of one's own."""

import paho.mqtt.publish as publish
import paho.mqtt.subscribe as subscribe

HOST = "demo.mqtt-inspector"

publish.single("example/one-shot", "kept by the broker", qos=1, retain=True, hostname=HOST)
message = subscribe.simple("example/one-shot", hostname=HOST)
print(message.topic, message.payload.decode(), "retained" if message.retain else "fresh")
publish.multiple([("example/one-shot/a", "first", 0, False), {"topic": "example/one-shot/b", "payload": "second", "qos": 2}], hostname=HOST)
publish.single("example/one-shot", None, retain=True, hostname=HOST)
print("cleared")
