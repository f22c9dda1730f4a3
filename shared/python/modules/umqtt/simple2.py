"""`umqtt.simple2`, a variant of `umqtt.simple` that scripts in the wild import."""

from .simple import MQTTClient, MQTTException

__all__ = ["MQTTClient", "MQTTException"]
