"""TLS and WebSocket, as the documents say to ask for them."""

import ssl
import sys

import paho.mqtt.client as mqtt
import umqtt
from umqtt.simple import MQTTClient as Simple

import mqtt as makeblock

secure, websocket, mutual = map(int, sys.argv[1:4])


def round_trip(name, client, port):
    got = []
    client.on_connect = lambda client, userdata, flags, rc: client.subscribe(f"secured/{name}")
    client.on_subscribe = lambda client, userdata, mid, granted: client.publish(f"secured/{name}", name)
    client.on_message = lambda client, userdata, message: got.append(message.payload) or client.disconnect()
    try:
        client.connect("localhost", port)
        client.loop_forever()
        print(name, *got)
    except Exception as error:
        print(name, type(error).__name__, str(error).partition(" (_ssl.c")[0])


def paho(name, **options):
    return mqtt.Client(f"secured-{name}", **options)


client = paho("authority")
client.tls_set(
    ca_certs="authority.pem", certfile=None, keyfile=None, cert_reqs=ssl.CERT_REQUIRED, tls_version=ssl.PROTOCOL_TLS, ciphers=None
)
round_trip("authority", client, secure)
client = paho("stranger")
client.tls_set()
round_trip("stranger", client, secure)
client = paho("unverified")
client.tls_set(cert_reqs=ssl.CERT_NONE)
client.tls_insecure_set(True)
round_trip("unverified", client, secure)
client = paho("context")
client.tls_set_context(ssl.create_default_context(cafile="authority.pem"))
round_trip("context", client, secure)
client = paho("mutual")
client.tls_set("authority.pem", "client.pem", "client.key")
round_trip("mutual", client, mutual)
for wrong in ({"ca_certs": "no-such.pem"}, {"ca_certs": "broken.pem"}, {"certfile": "client.pem", "keyfile": "broken.pem"}):
    try:
        paho("wrong").tls_set(**wrong)
    except OSError as error:
        print("wrong", type(error).__name__)
client = paho("websocket", transport="websockets")
client.ws_set_options(path="/mqtt", headers={"X-Device": "7"})
round_trip("websocket", client, websocket)

for name, kind, parameters in (
    ("uiflow2", umqtt.MQTTClient, {"cert": "authority.pem", "server_hostname": "localhost"}),
    ("makeblock", makeblock.MQTTClient, {}),
    ("micropython", Simple, {"cadata": open("authority.pem").read(), "server_hostname": "localhost", "cert_reqs": 2}),
):
    device = kind(f"secured-{name}", "localhost", port=secure, ssl=True, ssl_params=parameters)
    device.connect()
    device.publish("secured/device", name)
    device.disconnect()
    print(name)
try:
    mqtt.Client("srv").connect_srv(domain="no-such-domain.invalid", keepalive=60, bind_address="")
except OSError as error:
    print("connect_srv", error.errno)
