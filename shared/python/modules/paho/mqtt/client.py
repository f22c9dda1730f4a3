"""The MQTT client of paho, 1.x and 2.x in one: a first argument of CallbackAPIVersion asks for the 2.x line.

Its parts stand in files of their own; this one puts them together, and exposes the names that scripts use of the module.
"""

import contextlib
import logging
import ssl
import threading
import time
import warnings

from ._arguments import base62, random_client_id
from ._callbacks import Callbacks
from ._connection import Connection, WebsocketConnectionError
from ._constants import *
from ._constants import MQTTv5, MQTTv31, MQTTv311, connack_string, error_string
from ._loop import Loop
from ._messages import MQTTMessage, MQTTMessageInfo
from ._options import LOGGING_LEVEL, Options
from ._receiving import ConnectFlags, DisconnectFlags, Receiving
from ._sending import Sending
from ._settings import Settings
from .enums import (
    CallbackAPIVersion,
    ConnackCode,
    LogLevel,
    MessageState,
    MessageType,
    MQTTErrorCode,
    MQTTProtocolVersion,
    PahoClientMode,
)
from .matcher import MQTTMatcher
from .packettypes import PacketTypes
from .properties import Properties
from .reasoncodes import ReasonCode, ReasonCodes
from .subscribeoptions import SubscribeOptions

time_func = time.monotonic


def topic_matches_sub(sub, topic):
    """Whether the filter `sub` matches `topic` (MQTT 3.1.1 §4.7)."""
    matcher = MQTTMatcher()
    matcher[sub] = True
    return next(matcher.iter_match(topic), False)


class Client(Settings, Callbacks, Options, Sending, Receiving, Connection, Loop):
    """See `paho.mqtt` 1.x: Client(client_id="", clean_session=None, userdata=None, protocol=MQTTv311, transport="tcp", reconnect_on_failure=True);

    and 2.x: the same after a CallbackAPIVersion, with manual_ack=False at the end.
    """

    def __init__(self, *arguments, **named):
        if arguments and isinstance(arguments[0], CallbackAPIVersion):
            version, *arguments = arguments
        else:
            version = named.pop("callback_api_version", None)
        self._major = 1 if version is None else 2
        self._callback_api_version = version or CallbackAPIVersion.VERSION1
        if version is CallbackAPIVersion.VERSION1:
            warnings.warn(
                "Callback API version 1 is deprecated, update to latest version",
                category=DeprecationWarning,
                stacklevel=2,
            )
        self._set_up(*arguments, **named)

    def _set_up(
        self,
        client_id="",
        clean_session=None,
        userdata=None,
        protocol=MQTTv311,
        transport="tcp",
        reconnect_on_failure=True,
        manual_ack=False,
    ):
        self._sock = None
        self._stream = None
        transport = transport.lower()
        if transport == "unix":
            raise ValueError("Unix sockets are out of reach of the console; use tcp or websockets")
        if transport not in ("websockets", "tcp"):
            raise ValueError(f'transport must be "websockets" or "tcp", not {transport}')
        if protocol == MQTTv5:
            if clean_session is not None:
                raise ValueError("Clean session is not used for MQTT 5.0")
        else:
            clean_session = True if clean_session is None else clean_session
            if not clean_session and (client_id == "" or client_id is None):
                raise ValueError("A client id must be provided if clean session is False.")
            self._clean_session = clean_session
        self._protocol = int(protocol)
        self._transport = transport
        self._userdata = userdata
        self._reconnect_on_failure = reconnect_on_failure
        self._manual_ack = manual_ack
        if client_id == "" or client_id is None:
            self._client_id = random_client_id() if protocol == MQTTv31 else b""
        else:
            self._client_id = client_id.encode("utf-8") if isinstance(client_id, str) else client_id
        self._reset_callbacks()
        self._reset_options()
        self._reset_sending()
        self._reset_receiving()
        self._reset_connection()
        self._reset_loop()

    def reinitialise(self, client_id="", clean_session=True, userdata=None):
        """Closes the connection and makes the client what it was when new, callbacks included."""
        self._sock_close()
        self._set_up(client_id, clean_session, userdata)

    def __del__(self):
        with contextlib.suppress(AttributeError):
            self._sock_close()

    def _code(self, rc):
        """The number as the client's line gives it out: plain, or an MQTTErrorCode."""
        return rc if self._major == 1 else MQTTErrorCode(rc)


def _bear_our_name():
    """What scripts see in messages and representations is `paho.mqtt.client.Client`, not the file that a part stands in."""
    for part in Client.__mro__[1:-1]:
        for function in vars(part).values():
            if hasattr(function, "__code__"):
                function.__qualname__ = f"Client.{function.__name__}"
    Client._set_up.__qualname__ = "Client.__init__"
    for public in (MQTTMessage, MQTTMessageInfo, ConnectFlags, DisconnectFlags, WebsocketConnectionError):
        public.__module__ = __name__


_bear_our_name()
