"""Makeblock's `mqtt` (codey, halocode, CyberPi)."""

import time

from _device.client import Client, random_client_id
from _device.errors import MQTTException

__all__ = ["MQTTClient", "MQTTException"]


class MQTTClient(Client):
    DELAY = 2
    DEBUG = False
    _tells_publish = False

    def __init__(self, client_id, server, port=0, user=None, password=None, keepalive=0, ssl=False, ssl_params=None):
        super().__init__(client_id, server, port, user, password, keepalive, ssl, ssl_params)
        if not client_id:
            self.client_id = random_client_id()

    def delay(self, i):
        time.sleep(self.DELAY)

    def log(self, in_reconnect, e):
        if self.DEBUG:
            print(("mqtt reconnect: %r" if in_reconnect else "mqtt: %r") % e)

    def reconnect(self):
        attempt = 0
        while True:
            try:
                return super().connect(False)
            except OSError as error:
                self.log(True, error)
                attempt += 1
                self.delay(attempt)

    def publish(self, topic, msg, retain=False, qos=0):
        while True:
            try:
                return super().publish(topic, msg, retain, qos)
            except OSError as error:
                self.log(False, error)
            self.reconnect()

    def wait_msg(self):
        while True:
            try:
                return super().wait_msg()
            except OSError as error:
                self.log(False, error)
            self.reconnect()

    def check_msg(self):
        return super().check_msg()
