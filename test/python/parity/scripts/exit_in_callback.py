"""sys.exit() in a callback of loop_forever() ends the script with its code, without a DISCONNECT."""

import sys

import paho.mqtt.client as mqtt


def on_connect(client, userdata, flags, rc):
    print("leaving")
    sys.exit(4)


client = mqtt.Client("exit")
client.will_set("exit/will", "gone")
client.on_connect = on_connect
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_forever()
