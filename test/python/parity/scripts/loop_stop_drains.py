"""loop_stop() before the acknowledgements: it waits for them."""

import sys
import time

import paho.mqtt.client as mqtt

client = mqtt.Client("late-150")
client.on_publish = lambda client, userdata, mid: print("on_publish", mid)
client.on_disconnect = lambda client, userdata, rc: print("on_disconnect", rc)
print(client.loop_stop())
client.connect("127.0.0.1", int(sys.argv[2]))
print(client.loop_start(), client.loop_start())
time.sleep(0.1)
first, second = client.publish("a", "one", 1), client.publish("b", "two", 2)
print(first.is_published(), second.is_published())
print(client.loop_stop(), first.is_published(), second.is_published())
print(client.loop_stop(), client.is_connected())
third = client.publish("c", "three", 1)
client.loop_start()
third.wait_for_publish()
print(third.is_published())
client.disconnect()
client.loop_stop()
