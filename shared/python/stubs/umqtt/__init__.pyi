"""`umqtt` as UIFlow2 and QuecPython have it, told apart by what a script calls."""

from collections.abc import Callable
from typing import Any, overload

_Text = str | bytes | bytearray

class MQTTException(Exception):
    """The connection failed."""

class MQTTClient:
    """UIFlow2's and QuecPython's client; `reconn` and `version` are QuecPython's."""

    DELAY: int
    DEBUG: bool
    def __init__(
        self,
        client_id: str | bytes,
        server: str,
        port: int | str = 0,
        user: str | None = None,
        password: str | None = None,
        keepalive: int = 0,
        ssl: bool = False,
        ssl_params: dict[str, Any] | str | None = None,
        reconn: bool = True,
        version: int = 4,
        **more: Any,
    ) -> None: ...
    def set_callback(self, f: Callable[[bytes, bytes], object]) -> None:
        """`f(topic, msg)` gets the messages."""
    def set_last_will(self, topic: _Text, msg: _Text, retain: bool = False, qos: int = 0) -> None:
        """What the broker publishes where the connection is lost; before connect()."""
    def connect(self, clean_session: bool = True, timeout: float | None = None) -> int:
        """UIFlow2: whether the broker had a session. QuecPython: 0."""
    def reconnect(self) -> int:
        """Connects again, as often as it takes."""
    def disconnect(self) -> None: ...
    def close(self) -> None:
        """QuecPython: lets the connection go and keeps the rest."""
    def isconnected(self) -> bool: ...
    def ping(self) -> None: ...
    def publish(self, topic: _Text, msg: _Text, retain: bool = False, qos: int = 0) -> Any:
        """At QoS 1 waits for the PUBACK."""
    @overload
    def subscribe(self, topic: _Text, handler: Callable[[tuple[bytes, bytes]], object], qos: int = 0) -> None:
        """UIFlow2: the handler gets pairs of topic and message."""
    @overload
    def subscribe(self, topic: _Text, qos: int = 0) -> None:
        """QuecPython and MicroPython: set_callback() says who gets the messages."""
    def unsubscribe(self, topic: _Text) -> None: ...
    def wait_msg(self) -> Any:
        """Waits for one packet and handles it."""
    def check_msg(self, attempts: int = 2) -> Any:
        """Handles one packet where there is one."""
    def get_mqttsta(self) -> int:
        """QuecPython: 0 connected, 1 connecting, 2 closed by the server, -1 after an error or disconnect()."""
    def error_register_cb(self, func: Callable[[str], object]) -> None:
        """QuecPython: hears why the connection was lost, where `reconn` is False."""
    def delay(self, i: int) -> None: ...
    def log(self, in_reconnect: bool, e: Exception) -> None: ...
