"""paho 1.6 with an empty callback. Arguments: port, QoS."""
import sys
import paho.mqtt.client as mqtt

client = mqtt.Client()
client.on_message = lambda client, userdata, message: None
client.on_connect = lambda client, userdata, flags, rc: client.subscribe("#", int(sys.argv[2]))
client.on_disconnect = lambda client, userdata, rc: sys.exit(0)
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_forever()
