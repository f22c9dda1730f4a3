"""UIFlow2 on an M5Stack: a handler for a topic, readings every moment."""

import time

import umqtt

handled = []


def on_button(data):
    print("topic:", data[0], "message:", data[1])
    handled.append(data)


client = umqtt.MQTTClient("m5-example", "demo.mqtt-inspector", port=1883, keepalive=60)
if not client.connect(clean_session=True):
    client.subscribe(b"example/m5/button", on_button, 1)
client.publish(b"example/m5/button", b"pressed", qos=1)
while not handled:
    client.wait_msg()
for number in range(3):
    client.publish("example/m5/reading", str(number))
    client.check_msg()
    time.sleep(0.1)
client.disconnect()
