"""A small MQTT client over a socket, as firmware brings its own: MQTT 3.1.1, QoS 0 and 1."""

import sys

import ustruct as struct
import usocket as socket


class Client:
    def __init__(self, name, host, port):
        self.name, self.host, self.port = name, host, port
        self.identifier = 0

    def connect(self):
        self.sock = socket.socket()
        self.sock.connect(socket.getaddrinfo(self.host, self.port)[0][-1])
        body = self.text("MQTT") + b"\x04\x02\x00\x3c" + self.text(self.name)
        self.sock.write(b"\x10" + bytes([len(body)]) + body)
        assert self.sock.read(4) == b"\x20\x02\x00\x00"

    def text(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        return struct.pack("!H", len(data)) + data

    def number(self):
        self.identifier += 1
        return struct.pack("!H", self.identifier)

    def subscribe(self, topic):
        body = self.number() + self.text(topic) + b"\x01"
        self.sock.write(b"\x82" + bytes([len(body)]) + body)
        assert self.sock.read(5)[0] == 0x90

    def publish(self, topic, message, qos=0):
        body = self.text(topic) + (self.number() if qos else b"") + message
        self.sock.write(bytes([0x30 | qos << 1, len(body)]) + body)

    def packet(self):
        header = self.sock.read(1)[0]
        return header, self.sock.read(self.sock.read(1)[0])

    def disconnect(self):
        self.sock.write(b"\xe0\x00")
        self.sock.close()


client = Client("firmware", sys.argv[1], int(sys.argv[2]))
client.connect()
client.subscribe("firmware/+")
client.publish("firmware/a", b"first")
client.publish("firmware/b", b"second", 1)
for _ in range(3):
    print(*client.packet())
client.disconnect()
