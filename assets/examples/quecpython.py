"""QuecPython on a cellular module: wait for the network, subscribe, publish, and rest."""

import checkNet
import log
from umqtt import MQTTClient

PROJECT_NAME = "QuecPython_example"
PROJECT_VERSION = "1.0.0"
TOPIC = b"example/quectel"

log.basicConfig(level=log.INFO)
logger = log.getLogger("MQTT")
received = []


def on_message(topic, message):
    logger.info("received {}: {}".format(topic.decode(), message.decode()))
    received.append(message)


network = checkNet.CheckNetwork(PROJECT_NAME, PROJECT_VERSION)
stage, state = network.wait_network_connected(30)
if stage == 3 and state == 1:
    client = MQTTClient("quectel-example", "demo.mqtt-inspector", 1883, keepalive=60, reconn=True)
    client.set_callback(on_message)
    client.connect()
    client.subscribe(TOPIC, 1)
    client.publish(TOPIC, b"hello from the module", qos=1)
    while not received:
        client.wait_msg()
    logger.info("state {}".format(client.get_mqttsta()))
    client.disconnect()
else:
    logger.info("no network: stage {}, state {}".format(stage, state))
