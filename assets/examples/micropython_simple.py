"""MicroPython's umqtt.simple: on Wi-Fi, a subscription and a few readings."""

import machine
import network
import ubinascii
import utime
from umqtt.simple import MQTTClient

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect("ssid", "password")
while not wlan.isconnected():
    utime.sleep_ms(50)

received = []
client = MQTTClient(ubinascii.hexlify(machine.unique_id()), "demo.mqtt-inspector", keepalive=60)
client.set_callback(lambda topic, message: received.append((topic, message)))
client.connect()
client.subscribe(b"example/esp32/+", qos=1)
for number in range(3):
    client.publish(b"example/esp32/reading", b"%d" % number, qos=1)
while len(received) < 3:
    client.wait_msg()
print(received)
client.disconnect()
