"""Messages published in one call: connect, publish, disconnect."""

import ssl
from typing import Any

from paho.mqtt import MQTTException as MQTTException

def multiple(msgs: list[dict[str, Any] | tuple[Any, ...]], hostname: str = 'localhost', port: int = 1883, client_id: str | bytes = '', keepalive: int = 60, will: dict[str, Any] | None = None, auth: dict[str, Any] | None = None, tls: dict[str, Any] | ssl.SSLContext | None = None, protocol: int = 4, transport: str = 'tcp', proxy_args: dict[str, Any] | None = None) -> None:
    """Publishes each of `msgs`, a dict of publish()'s arguments or a tuple of them in order, one after the other was sent or acknowledged."""

def single(topic: str, payload: str | bytes | bytearray | int | float | None = None, qos: int = 0, retain: bool = False, hostname: str = 'localhost', port: int = 1883, client_id: str | bytes = '', keepalive: int = 60, will: dict[str, Any] | None = None, auth: dict[str, Any] | None = None, tls: dict[str, Any] | ssl.SSLContext | None = None, protocol: int = 4, transport: str = 'tcp', proxy_args: dict[str, Any] | None = None) -> None:
    """Publishes one message."""
