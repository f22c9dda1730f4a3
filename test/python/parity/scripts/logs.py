"""on_log and the standard logger: lines, levels, both at once, and neither."""

import logging
import sys

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])
logging.basicConfig(stream=sys.stdout, level=logging.DEBUG, format="%(levelname)s:%(name)s:%(message)s")

for protocol in (mqtt.MQTTv31, mqtt.MQTTv311):
    client = mqtt.Client("logs-%d" % protocol, protocol=protocol)
    lines = []
    client.on_log = lambda client, userdata, level, line: lines.append((level, line))
    client.enable_logger()
    client.username_pw_set("user", "password")
    client.will_set("logs/will", "x", 1, True)
    client.connect("127.0.0.1", broker, 10)
    client.on_connect = lambda client, userdata, flags, rc: client.subscribe([("logs/a", 0), ("logs/+", 2)])

    def on_subscribe(client, userdata, mid, granted):
        client.publish("logs/a", "hello", 0)
        client.publish("logs/b", None, 1, True)
        client.publish("logs/é", b"\0" * 200, 2)

    def on_message(client, userdata, message):
        client.count = getattr(client, "count", 0) + 1
        if client.count == 3:
            client.unsubscribe(["logs/a", "logs/+"])

    client.on_subscribe = on_subscribe
    client.on_message = on_message
    client.on_unsubscribe = lambda client, userdata, mid: client.disconnect()
    client.loop_forever()
    print(*sorted(set(lines)), sep="\n")
    client.disable_logger()

own = logging.getLogger("own")
own.setLevel(logging.INFO)
client = mqtt.Client("logs-own")
client.enable_logger(own)
client.enable_logger()
client.connect("127.0.0.1", broker)
client._easy_log(mqtt.MQTT_LOG_WARNING, "a %s", "warning")
client._easy_log(mqtt.MQTT_LOG_ERR, "an error")
client._easy_log(mqtt.MQTT_LOG_NOTICE, "a notice")
client.on_log = lambda *_: 1 / 0
client.disconnect()
