"""`umqtt.robust2`, a variant of `umqtt.robust` that scripts in the wild import."""

from .robust import MQTTClient

__all__ = ["MQTTClient"]
