"""What paho documents and no script of the comparison with the genuine library calls in that way."""

import ssl
import sys

import paho.mqtt.client as mqtt
import paho.mqtt.publish as publish
import paho.mqtt.subscribe as subscribe

port = int(sys.argv[1])
client = mqtt.Client(client_id="", clean_session=True, userdata=None, protocol=mqtt.MQTTv311, transport="tcp")
client.max_inflight_messages_set(inflight=10)
client.max_queued_messages_set(queue_size=0)
client.message_retry_set(retry=5)
client.ws_set_options(path="/mqtt", headers=None)
client.tls_set_context(context=ssl.create_default_context())
client.tls_insecure_set(value=True)
client.enable_logger(logger=None)
client.disable_logger()
client.reinitialise(client_id="documented", clean_session=True, userdata="mine")
client.username_pw_set(username="user", password=None)
client.user_data_set(userdata="mine")
client.will_set(topic="documented/will", payload=None, qos=0, retain=False)
client.reconnect_delay_set(min_delay=1, max_delay=120)
told = []
client.on_connect = lambda client, userdata, flags, rc: told.append(("connect", userdata, flags, rc))
client.on_disconnect = lambda client, userdata, rc: told.append(("disconnect", rc))
client.on_message = lambda client, userdata, message: told.append(("message", message.topic, message.payload, message.qos))
client.on_publish = lambda client, userdata, mid: told.append(("publish", mid))
client.on_subscribe = lambda client, userdata, mid, granted_qos: told.append(("subscribe", mid, list(granted_qos)))
client.on_unsubscribe = lambda client, userdata, mid: told.append(("unsubscribe", mid))
client.on_log = lambda client, userdata, level, buf: level in (mqtt.MQTT_LOG_INFO, mqtt.MQTT_LOG_NOTICE, mqtt.MQTT_LOG_WARNING, mqtt.MQTT_LOG_ERR, mqtt.MQTT_LOG_DEBUG) or told.append(level)


def until(kind):
    while not any(entry[0] == kind for entry in told):
        client.loop(timeout=1.0, max_packets=1)


print(client.connect(host="127.0.0.1", port=port, keepalive=60, bind_address=""))
until("connect")
print(client.subscribe(topic="documented/+", qos=1))
until("subscribe")
info = client.publish(topic="documented/a", payload=21.5, qos=1, retain=False)
until("message")
until("publish")
info.wait_for_publish()
print(info.rc == mqtt.MQTT_ERR_SUCCESS, info.mid, info.is_published())
print(client.unsubscribe(topic="documented/+"))
until("unsubscribe")
print(client.reconnect(), client.disconnect())
client.loop_misc()
print(client.want_write(), client.socket())
print(*told, sep="\n")
client.connect_async(host="127.0.0.1", port=port, keepalive=60, bind_address="")
client.loop_start()
while not client.is_connected():
    pass
client.disconnect()
client.loop_stop(force=False)
client.on_connect = lambda client, userdata, flags, rc: client.disconnect()
client.connect("127.0.0.1", port)
print(client.loop_forever(timeout=1.0, max_packets=1, retry_first_connection=False))
client.connect("127.0.0.1", port)
while client.want_write():
    client.loop_write(max_packets=1)
print(client.loop_read(max_packets=1))
client.disconnect()
queue = mqtt.Client("queue")
queue.max_queued_messages_set(1)
queue.publish("q", "x", 1)
full = queue.publish("q", "y", 1)
print(full.rc == mqtt.MQTT_ERR_QUEUE_SIZE, queue.publish("q", "z", 0).rc == mqtt.MQTT_ERR_NO_CONN)
print(mqtt.topic_matches_sub(sub="a/+", topic="a/b"), mqtt.connack_string(connack_code=5), mqtt.error_string(mqtt_errno=4))

publish.single(
    topic="documented/kept", payload="kept", qos=1, retain=True, hostname="127.0.0.1", port=port, client_id="", keepalive=60,
    will={"topic": "documented/will", "payload": "w", "qos": 0, "retain": False}, auth={"username": "u", "password": "p"}, tls=None,
    protocol=mqtt.MQTTv311, transport="tcp",
)  # fmt: skip
message = subscribe.simple(
    topics="documented/kept", qos=0, msg_count=1, retained=True, hostname="127.0.0.1", port=port, client_id="", keepalive=60, will=None,
    auth=None, tls=None, protocol=mqtt.MQTTv311,
)  # fmt: skip
print(message.topic, message.payload, message.retain)
publish.multiple(
    msgs=[("documented/kept", None, 0, True)], hostname="127.0.0.1", port=port, client_id="", keepalive=60, will=None, auth=None, tls=None,
    protocol=mqtt.MQTTv31, transport="tcp",
)  # fmt: skip


def answer(client, userdata, message):
    print(userdata, message.topic, message.payload)
    client.disconnect()


helper = mqtt.Client("helper")
helper.connect("127.0.0.1", port)
helper.loop_start()
helper.publish("documented/callback", "retained", 1, True).wait_for_publish()
subscribe.callback(
    callback=answer, topics=["documented/callback"], qos=0, userdata="mine", hostname="127.0.0.1", port=port, client_id="", keepalive=60,
    will=None, auth=None, tls=None, protocol=mqtt.MQTTv311,
)  # fmt: skip
helper.publish("documented/callback", None, 0, True)
helper.disconnect()
helper.loop_stop()
