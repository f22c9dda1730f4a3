"""No library at all: MQTT over a socket. The inspector decodes the bytes of both directions."""

import socket

CONNECT = b"\x10\x13\x00\x04MQTT\x04\x02\x00\x3c\x00\x07by hand"
PUBLISH = b"\x30\x15\x00\x0fexample/by-handbits"
DISCONNECT = b"\xe0\x00"

with socket.create_connection(("demo.mqtt-inspector", 1883), timeout=5) as sock:
    sock.sendall(CONNECT)
    answer = sock.recv(4)
    print("CONNACK" if answer == b"\x20\x02\x00\x00" else answer)
    sock.sendall(PUBLISH)
    sock.sendall(DISCONNECT)
