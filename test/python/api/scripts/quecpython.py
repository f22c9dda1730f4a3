"""umqtt as QuecPython documents it: each method of MQTTClient."""

import sys
import threading
import time

from umqtt import MQTTClient, MQTTException

port = int(sys.argv[1])
got = []
c = MQTTClient("quec-1", "127.0.0.1", str(port), "user", "secret", keepalive=60, ssl=False, ssl_params={}, reconn=True, version=4)
c.set_callback(lambda topic, msg: got.append((topic, msg)))
c.set_last_will("quec/will", "gone", retain=False, qos=1)
c.error_register_cb(print)
print("connect", c.connect(clean_session=True), c.get_mqttsta())
c.subscribe("quec/+", 1)
c.publish(b"quec/a", b"first", retain=False, qos=0)
c.publish("quec/b", "second", qos=1)
while len(got) < 2:
    c.wait_msg()
print(sorted(got))
print("check_msg", c.check_msg())
print("ping", c.ping())
c.disconnect()
print("after disconnect", c.get_mqttsta())

old = MQTTClient("quec-old", "127.0.0.1", port, version=3)
print("old", old.connect())
old.close()
old.connect()
old.disconnect()

for name, place in (("refused", ("127.0.0.1", 1)), ("unknown", ("no.such.host.invalid", port))):
    try:
        MQTTClient(name, *place, reconn=False).connect()
    except MQTTException as error:
        print(name, isinstance(error, ValueError))
try:
    MQTTClient("short", "127.0.0.1", port, keepalive=3, reconn=False)
except ValueError as error:
    print(error)

heard = []
lost = MQTTClient("quec-lost", "127.0.0.1", port, keepalive=5, reconn=False)
lost.set_callback(print)
lost.error_register_cb(heard.append)
lost.connect()
lost.subscribe("quec/lost", 0)


def listen():
    try:
        lost.wait_msg()
    except OSError:
        print("lost", lost.get_mqttsta() != 0)


listener = threading.Thread(target=listen)
listener.start()
time.sleep(0.1)
taker = MQTTClient("quec-lost", "127.0.0.1", port, reconn=False)
taker.connect()
listener.join(5)
deadline = time.monotonic() + 8
while not heard and time.monotonic() < deadline:
    time.sleep(0.05)
print("heard", heard[0].startswith("Send ping timeout."))
lost.close()
taker.disconnect()
