"""umqtt.simple and umqtt.robust as MicroPython has them."""

import sys

from umqtt.robust import MQTTClient as Robust
from umqtt.simple import MQTTClient, MQTTException

port = int(sys.argv[1])
got = []
c = MQTTClient(b"micro-1", "127.0.0.1", port, "user", "secret", 60)
c.set_callback(lambda topic, msg: got.append((topic, msg)))
c.set_last_will(b"micro/will", b"gone", True, 1)
print("connect", c.connect())
c.subscribe(b"micro/#", 1)
c.publish(b"micro/a", b"first")
c.publish(b"micro/b", b"second", False, 1)
while len(got) < 2:
    c.wait_msg()
print(sorted(got))
print("check_msg", c.check_msg())
c.ping()
print("wait_msg", c.wait_msg())
c.disconnect()
try:
    c.subscribe(b"late")
except (OSError, AttributeError):
    print("late")
no_callback = MQTTClient("micro-2", "127.0.0.1", port)
no_callback.connect()
try:
    no_callback.subscribe("x")
except AssertionError as error:
    print(error)
no_callback.disconnect()
r = Robust("micro-robust", "127.0.0.1", port)
r.DELAY = 0.1
r.set_callback(lambda topic, msg: print("robust", topic, msg))
print("robust", r.connect(clean_session=False))
r.subscribe(b"robust/a", 1)
taker = MQTTClient("micro-robust", "127.0.0.1", port)
taker.connect(False)
taker.disconnect()
r.publish(b"robust/a", b"after", qos=1)
r.check_msg()
r.disconnect()
r.connect(True)
r.disconnect()
try:
    MQTTClient("refused", "127.0.0.1", int(sys.argv[2])).connect()
except MQTTException as error:
    print("refused", error.args)
