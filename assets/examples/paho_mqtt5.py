"""MQTT 5 with paho: a question with a response topic, and its answer by correlation data."""

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

QUESTIONS, ANSWERS = "example/questions", "example/answers/7"


def on_connect(client, userdata, flags, reason_code, properties):
    print("connected:", reason_code, "- topic aliases allowed:", getattr(properties, "TopicAliasMaximum", 0))
    client.subscribe([(QUESTIONS, mqtt.SubscribeOptions(qos=1)), (ANSWERS, mqtt.SubscribeOptions(qos=1))])


def on_subscribe(client, userdata, mid, reason_codes, properties):
    asked = Properties(PacketTypes.PUBLISH)
    asked.ResponseTopic = ANSWERS
    asked.CorrelationData = b"question 1"
    asked.MessageExpiryInterval = 30
    asked.UserProperty = ("asked-by", "the example")
    client.publish(QUESTIONS, "how warm is it?", qos=1, properties=asked)


def on_message(client, userdata, message):
    if message.topic == QUESTIONS:
        print("asked:", message.payload.decode(), dict(message.properties.UserProperty))
        answered = Properties(PacketTypes.PUBLISH)
        answered.CorrelationData = message.properties.CorrelationData
        client.publish(message.properties.ResponseTopic, "21.5 degrees", qos=1, properties=answered)
    else:
        print("answered:", message.payload.decode(), "to", message.properties.CorrelationData.decode())
        client.disconnect()


client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
client.connect("demo.mqtt-inspector", 1883)
client.loop_forever()
