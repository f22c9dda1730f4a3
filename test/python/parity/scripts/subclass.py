"""A client as a class of the script's own, attributes of any name, user data, and a client made new again."""

import sys

import paho.mqtt.client as mqtt

mqtt.Client.connected_flag = False


class Device(mqtt.Client):
    def on_connect(self, client, userdata, flags, rc):
        self.connected_flag = True
        print("on_connect", client is self, userdata, self.subscribe("device/+"))

    def on_subscribe(self, client, userdata, mid, granted_qos):
        self.publish("device/a", "hello")

    def on_message(self, client, userdata, message):
        print("on_message", message.topic, message.payload.decode())
        self.user_data_set("changed")
        self.disconnect()

    def on_disconnect(self, client, userdata, rc):
        print("on_disconnect", userdata, rc)

    def run(self, port):
        self.connect("127.0.0.1", port)
        return self.loop_forever()


device = Device("device", userdata="data")
print(device.connected_flag, device.run(int(sys.argv[1])), device.connected_flag, device._client_id)

client = mqtt.Client("before", clean_session=True, userdata=1)
client.on_connect = print
client.max_inflight_messages_set(3)
client.publish("queued", "x", 1)
client.connect("127.0.0.1", int(sys.argv[1]))
client.reinitialise("after", userdata=2)
print(client.on_connect, client._client_id, client._userdata, client.socket(), client._host, client._max_inflight_messages)
print(client.publish("again", "x", 1))
client.connect("127.0.0.1", int(sys.argv[1]))
client.disconnect()
client.reinitialise()
print(client._client_id, client._userdata)
