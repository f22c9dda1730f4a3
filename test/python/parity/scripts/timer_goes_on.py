"""The main code ends; a timer that arms itself again keeps publishing until it has enough."""

import sys
import threading

import paho.mqtt.client as mqtt

client = mqtt.Client("timer")
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()


def tick(left):
    print("tick", left, threading.current_thread().daemon)
    client.publish("timer", left, 1).wait_for_publish()
    if left:
        threading.Timer(0.03, tick, (left - 1,)).start()
    else:
        client.disconnect()
        client.loop_stop()


threading.Timer(0.5, tick, (4,)).start()
print("main is over")
