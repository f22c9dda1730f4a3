"""Ten thousand messages in a loop without a pause, with each QoS."""

import sys

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])
for qos, count in ((0, 10_000), (1, 1500), (2, 500)):
    client = mqtt.Client("flood-%d" % qos)
    published = []
    client.on_publish = lambda client, userdata, mid: published.append(mid)
    client.connect("127.0.0.1", broker)
    client.loop_start()
    infos = [client.publish("flood/%d" % (number % 7), "message %d" % number, qos) for number in range(count)]
    print(set(info.rc for info in infos), infos[-1].mid)
    infos[-1].wait_for_publish()
    client.loop_stop()
    print(len(published), published == sorted(published), all(info.is_published() for info in infos))
    client.disconnect()
