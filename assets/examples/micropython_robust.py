"""MicroPython's umqtt.robust: a client that connects again by itself, with a session that the broker keeps."""

from umqtt.robust import MQTTClient

received = []
client = MQTTClient("robust-example", "demo.mqtt-inspector", keepalive=60)
client.set_callback(lambda topic, message: received.append(message))
print("session kept:", bool(client.connect(clean_session=False)))
client.subscribe(b"example/robust", qos=1)
# The connection goes; the next call opens another.
client.sock.close()
client.publish(b"example/robust", b"after the break", qos=1)
while not received:
    client.wait_msg()
print(received)
client.disconnect()
client.connect(clean_session=True)
client.disconnect()
