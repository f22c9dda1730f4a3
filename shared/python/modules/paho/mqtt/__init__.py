"""What the modules of `paho.mqtt` share: their version and their exception."""

#: Of the 1.x line whose behaviour scripts get that do not ask for a callback API version.
__version__ = "1.6.1"


class MQTTException(Exception):
    """A connection that the broker refused, or a property or option that MQTT does not have."""
