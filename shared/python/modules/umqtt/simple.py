"""MicroPython's `umqtt.simple`."""

from _device.client import Client
from _device.errors import MQTTException

__all__ = ["MQTTClient", "MQTTException"]


class MQTTClient(Client):
    pass
