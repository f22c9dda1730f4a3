"""paho-mqtt 2.x: subscribe, publish at each QoS, and see what comes back."""

import paho.mqtt.client as mqtt

TOPIC = "example/paho"


def on_connect(client, userdata, flags, reason_code, properties):
    print("connected:", reason_code)
    client.subscribe(TOPIC + "/#", qos=2)


def on_subscribe(client, userdata, mid, reason_codes, properties):
    print("subscribed:", [str(code) for code in reason_codes])
    for qos in (0, 1, 2):
        client.publish(f"{TOPIC}/{qos}", f"sent at QoS {qos}", qos=qos)


def on_message(client, userdata, message):
    print(f"{message.topic} (QoS {message.qos}): {message.payload.decode()}")
    received.append(message)
    if len(received) == 3:
        client.disconnect()


received = []
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
client.connect("demo.mqtt-inspector", 1883)
client.loop_forever()
