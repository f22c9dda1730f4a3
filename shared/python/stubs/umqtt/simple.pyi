"""MicroPython's `umqtt.simple`."""

from collections.abc import Callable
from typing import Any

_Text = str | bytes | bytearray

class MQTTException(Exception):
    """The broker refused; its return code is the first argument."""

class MQTTClient:
    def __init__(
        self,
        client_id: str | bytes,
        server: str,
        port: int = 0,
        user: str | bytes | None = None,
        password: str | bytes | None = None,
        keepalive: int = 0,
        ssl: Any = None,
        ssl_params: dict[str, Any] | None = None,
    ) -> None: ...
    def set_callback(self, f: Callable[[bytes, bytes], object]) -> None:
        """`f(topic, msg)` is called by wait_msg() and check_msg() for each message."""
    def set_last_will(self, topic: _Text, msg: _Text, retain: bool = False, qos: int = 0) -> None:
        """What the broker publishes where the connection is lost; before connect()."""
    def connect(self, clean_session: bool = True, timeout: float | None = None) -> int:
        """Opens the connection and waits for CONNACK; answers whether the broker had a session."""
    def disconnect(self) -> None: ...
    def ping(self) -> None: ...
    def publish(self, topic: _Text, msg: _Text, retain: bool = False, qos: int = 0) -> None:
        """At QoS 1 waits for the PUBACK."""
    def subscribe(self, topic: _Text, qos: int = 0) -> None: ...
    def unsubscribe(self, topic: _Text) -> None: ...
    def wait_msg(self) -> int | None:
        """Waits for one packet and handles it; None for a PINGRESP."""
    def check_msg(self) -> int | None:
        """Handles one packet where there is one."""
