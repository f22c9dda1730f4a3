"""Makeblock's `mqtt` (codey, halocode, CyberPi)."""

from umqtt import robust

class MQTTClient(robust.MQTTClient): ...
