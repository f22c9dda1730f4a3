"""`umqtt.simple` under the name that many tutorials save it as."""

from umqtt.simple import MQTTClient, MQTTException

__all__ = ["MQTTClient", "MQTTException"]
