"""Messages under way and in the queue are limited; what is beyond is queued or turned down."""

import sys

import paho.mqtt.client as mqtt

acting, broker = int(sys.argv[2]), int(sys.argv[1])
client = mqtt.Client("late-5")
client.max_inflight_messages_set(2)
print(client.max_queued_messages_set(4) is client)
client.on_publish = lambda client, userdata, mid: print("on_publish", mid)
before = [client.publish("early", number, 1) for number in range(2)]
print(*before)
client.connect("127.0.0.1", acting)
infos = [client.publish("limited/%d" % number, number, 1 + number % 2) for number in range(6)]
print(*infos)
for call in (infos[-1].wait_for_publish, infos[-1].is_published):
    try:
        print(call())
    except ValueError as error:
        print(error)
while client._out_messages:
    client.loop(1)
print([info.is_published() for info in infos[:2]])
for info in before:
    try:
        print(info.is_published())
    except RuntimeError as error:
        print(error)
more = [client.publish("more", number, 2) for number in range(4)]
print(*more)
while client._out_messages:
    client.loop(1)
client.disconnect()

client = mqtt.Client("unlimited")
client.max_inflight_messages_set(0)
client.connect("127.0.0.1", broker)
infos = [client.publish("unlimited", number, 1) for number in range(50)]
while client._out_messages:
    client.loop(1)
print(all(info.is_published() for info in infos))
client.disconnect()
