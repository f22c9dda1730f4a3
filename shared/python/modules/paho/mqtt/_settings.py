"""The properties that clients of the 2.x line have beside the methods of the same effect."""

from ._constants import mqtt_cs_disconnecting, mqtt_cs_new
from .enums import MQTTProtocolVersion


def _settable(name, slot, doc):
    def read(self):
        return getattr(self, slot)

    def write(self, value):
        if self._sock is not None or self._state not in (mqtt_cs_new, mqtt_cs_disconnecting):
            raise RuntimeError(f"updating {name} on established connection is not supported")
        setattr(self, slot, value)

    return property(read, write, doc=doc)


def _text(value):
    return None if value is None else value.decode("utf-8")


class Settings:
    """Those of the connection are set before it is made, and raise RuntimeError while it stands or is being made again."""

    host = _settable("host", "_host", "Name or address of the broker.")
    port = _settable("port", "_port", "Port of the broker.")
    keepalive = _settable("keepalive", "_keepalive", "Seconds of silence after which a PINGREQ is sent.")
    transport = _settable("transport", "_transport", "'tcp' or 'websockets'.")
    connect_timeout = _settable("connect_timeout", "_connect_timeout", "Seconds to wait for the network connection.")

    @property
    def protocol(self):
        return MQTTProtocolVersion(self._protocol)

    @property
    def callback_api_version(self):
        return self._callback_api_version

    @property
    def username(self):
        return _text(self._username)

    @username.setter
    def username(self, value):
        self._username = None if value is None else value.encode("utf-8")

    @property
    def password(self):
        return _text(self._password)

    @password.setter
    def password(self, value):
        self._password = None if value is None else value.encode("utf-8")

    @property
    def max_inflight_messages(self):
        return self._max_inflight_messages

    @max_inflight_messages.setter
    def max_inflight_messages(self, value):
        self.max_inflight_messages_set(value)

    @property
    def max_queued_messages(self):
        return self._max_queued_messages

    @max_queued_messages.setter
    def max_queued_messages(self, value):
        self.max_queued_messages_set(value)

    @property
    def will_topic(self):
        return _text(self._will_topic) if self._will else None

    @property
    def will_payload(self):
        return self._will_payload if self._will else None

    @property
    def logger(self):
        return self._logger

    @logger.setter
    def logger(self, value):
        self._logger = value
