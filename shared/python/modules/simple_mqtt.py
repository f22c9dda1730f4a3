"""The base of Makeblock's `mqtt`, under the name its scripts import errors from."""

from _device.client import Client as MQTTClient
from _device.errors import MQTTException

__all__ = ["MQTTClient", "MQTTException"]
