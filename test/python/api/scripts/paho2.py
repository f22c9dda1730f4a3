"""paho 2.x: callbacks of version 2 under MQTT 3.1.1 and 5, enumerations, settings, manual acknowledgement."""

import sys
import time
import warnings

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

port, locked = int(sys.argv[1]), int(sys.argv[2])
V2 = CallbackAPIVersion.VERSION2


def told_by(client):
    told = []

    @client.connect_callback()
    def on_connect(client, userdata, flags, reason_code, properties):
        told.append(f"connect {userdata} {flags.session_present} {reason_code} {reason_code.is_failure} {type(properties).__name__}")
        client.subscribe([("two/a", 1), ("two/b", 2)])

    @client.subscribe_callback()
    def on_subscribe(client, userdata, mid, reason_codes, properties):
        told.append(f"subscribe {mid} {[str(code) for code in reason_codes]} {type(properties).__name__}")
        client.publish("two/a", "x", 1)

    @client.topic_callback("two/+")
    def on_two(client, userdata, message):
        told.append(f"message {message.topic} {message.payload} {message.retain}")

    @client.publish_callback()
    def on_publish(client, userdata, mid, reason_code, properties):
        told.append(f"publish {mid} {reason_code} {type(properties).__name__}")
        client.unsubscribe("two/a")

    @client.unsubscribe_callback()
    def on_unsubscribe(client, userdata, mid, reason_codes, properties):
        told.append(f"unsubscribe {mid} {[str(code) for code in reason_codes]} {type(properties).__name__}")
        client.disconnect()

    @client.disconnect_callback()
    def on_disconnect(client, userdata, flags, reason_code, properties):
        told.append(f"disconnect {flags.is_disconnect_packet_from_server} {reason_code}")

    return told


for protocol in (MQTTProtocolVersion.MQTTv311, MQTTProtocolVersion.MQTTv5):
    client = mqtt.Client(V2, f"two-{int(protocol)}", protocol=protocol, userdata="mine")
    told = told_by(client)
    print(repr(client.connect("127.0.0.1", port)))
    client.loop_forever()
    print(*told, sep="\n")

client = mqtt.Client(callback_api_version=V2, client_id="two-settings")
client.host, client.port, client.keepalive = "127.0.0.1", port, 30
client.username, client.password = "user", "secret"
client.max_inflight_messages, client.max_queued_messages, client.connect_timeout = 7, 100, 3.0
print(client.callback_api_version, client.protocol, client.transport, client.max_inflight_messages, client.connect_timeout, client.username)
print(repr(client.publish("two/early", "x").rc), repr(client.loop_start()), repr(client.loop_start()))
print(client.reconnect(), end=" ")
deadline = time.monotonic() + 10
while not client.is_connected() and time.monotonic() < deadline:
    time.sleep(0.02)
try:
    client.host = "elsewhere"
except RuntimeError as error:
    print(error)
info = client.publish("two/info", "x", 1)
info.wait_for_publish(5)
print(info, info.rc == 0, info.is_published())
print(repr(client.disconnect()), repr(client.loop_stop()), repr(client.loop_stop()))

acknowledged = []
client = mqtt.Client(V2, "two-manual", manual_ack=True)
client.on_connect = lambda client, userdata, flags, reason_code, properties: client.subscribe("two/manual", 1)
client.on_subscribe = lambda client, userdata, mid, reason_codes, properties: client.publish("two/manual", "x", 1)


def on_message(client, userdata, message):
    acknowledged.append(repr(client.ack(message.mid, message.qos)))
    client.disconnect()


client.on_message = on_message
client.connect("127.0.0.1", port)
client.loop_forever()
print(acknowledged)

refused = mqtt.Client(V2, "two-refused", protocol=mqtt.MQTTv5, reconnect_on_failure=False)
refused.on_connect = lambda client, userdata, flags, reason_code, properties: print("refused", reason_code, reason_code.value, reason_code == "Not authorized")
refused.connect("127.0.0.1", locked)
print(repr(refused.loop_forever()))

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    old = mqtt.Client(CallbackAPIVersion.VERSION1, "two-old")
    print([warning.category.__name__ for warning in caught], old.callback_api_version)
print(MQTTErrorCode.MQTT_ERR_NO_CONN == 4, str(mqtt.error_string(MQTTErrorCode.MQTT_ERR_NO_CONN)), mqtt.MQTT_ERR_SUCCESS)
