"""Makeblock's mqtt on a codey rocky: shows what it receives."""

import codey
from mqtt import MQTTClient

shown = []


def on_message(topic, message):
    print(topic + " " + ":" + str(message))
    codey.display.show(message)
    shown.append(message)


codey.wifi.start("ssid", "password")
while not codey.wifi.is_connected():
    pass
client = MQTTClient("codey-example", "demo.mqtt-inspector", port=1883, keepalive=60)
client.set_callback(on_message)
client.connect()
client.subscribe("example/codey/#", qos=1)
client.publish("example/codey/temperature", "38", qos=1)
while not shown:
    client.wait_msg()
codey.led.show(0, 0, 255)
client.disconnect()
