"""Messages received in one call: connect, subscribe, receive."""

import ssl
from collections.abc import Callable
from typing import Any

from paho.mqtt import MQTTException as MQTTException
from paho.mqtt.client import Client, MQTTMessage

def callback(callback: Callable[[Client, Any, MQTTMessage], object], topics: str | list[str], qos: int = 0, userdata: Any = None, hostname: str = 'localhost', port: int = 1883, client_id: str | bytes = '', keepalive: int = 60, will: dict[str, Any] | None = None, auth: dict[str, Any] | None = None, tls: dict[str, Any] | ssl.SSLContext | None = None, protocol: int = 4, transport: str = 'tcp', clean_session: bool | None = True, proxy_args: dict[str, Any] | None = None) -> None:
    """Hands each message to `callback(client, userdata, message)` until that calls client.disconnect()."""

def simple(topics: str | list[str], qos: int = 0, msg_count: int = 1, retained: bool = True, hostname: str = 'localhost', port: int = 1883, client_id: str | bytes = '', keepalive: int = 60, will: dict[str, Any] | None = None, auth: dict[str, Any] | None = None, tls: dict[str, Any] | ssl.SSLContext | None = None, protocol: int = 4, transport: str = 'tcp', clean_session: bool | None = True, proxy_args: dict[str, Any] | None = None) -> MQTTMessage | list[MQTTMessage]:
    """The next message, or a list of the next `msg_count`; retained ones are left aside where `retained` is false."""
