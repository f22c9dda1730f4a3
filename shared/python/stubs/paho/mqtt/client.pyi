"""The MQTT client of paho, 1.x and 2.x in one: a first argument of CallbackAPIVersion asks for the 2.x line."""

import logging
import ssl
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar, overload

from paho.mqtt.enums import CallbackAPIVersion as CallbackAPIVersion
from paho.mqtt.enums import ConnackCode as ConnackCode
from paho.mqtt.enums import LogLevel as LogLevel
from paho.mqtt.enums import MessageState as MessageState
from paho.mqtt.enums import MessageType as MessageType
from paho.mqtt.enums import MQTTErrorCode as MQTTErrorCode
from paho.mqtt.enums import MQTTProtocolVersion as MQTTProtocolVersion
from paho.mqtt.enums import PahoClientMode as PahoClientMode
from paho.mqtt.matcher import MQTTMatcher as MQTTMatcher
from paho.mqtt.packettypes import PacketTypes as PacketTypes
from paho.mqtt.properties import Properties as Properties
from paho.mqtt.reasoncodes import ReasonCode as ReasonCode
from paho.mqtt.reasoncodes import ReasonCodes as ReasonCodes
from paho.mqtt.subscribeoptions import SubscribeOptions as SubscribeOptions

_F = TypeVar("_F", bound=Callable[..., object])

AUTH: int
CONNACK: int
CONNACK_ACCEPTED: int
CONNACK_REFUSED_BAD_USERNAME_PASSWORD: int
CONNACK_REFUSED_IDENTIFIER_REJECTED: int
CONNACK_REFUSED_NOT_AUTHORIZED: int
CONNACK_REFUSED_PROTOCOL_VERSION: int
CONNACK_REFUSED_SERVER_UNAVAILABLE: int
CONNECT: int
DISCONNECT: int
MQTT_BRIDGE: int
MQTT_CLEAN_START_FIRST_ONLY: int
MQTT_CLIENT: int
MQTT_ERR_ACL_DENIED: int
MQTT_ERR_AGAIN: int
MQTT_ERR_AUTH: int
MQTT_ERR_CONN_LOST: int
MQTT_ERR_CONN_REFUSED: int
MQTT_ERR_ERRNO: int
MQTT_ERR_INVAL: int
MQTT_ERR_KEEPALIVE: int
MQTT_ERR_NOMEM: int
MQTT_ERR_NOT_FOUND: int
MQTT_ERR_NOT_SUPPORTED: int
MQTT_ERR_NO_CONN: int
MQTT_ERR_PAYLOAD_SIZE: int
MQTT_ERR_PROTOCOL: int
MQTT_ERR_QUEUE_SIZE: int
MQTT_ERR_SUCCESS: int
MQTT_ERR_TLS: int
MQTT_ERR_UNKNOWN: int
MQTT_LOG_DEBUG: int
MQTT_LOG_ERR: int
MQTT_LOG_INFO: int
MQTT_LOG_NOTICE: int
MQTT_LOG_WARNING: int
MQTTv31: int
MQTTv311: int
MQTTv5: int
PINGREQ: int
PINGRESP: int
PUBACK: int
PUBCOMP: int
PUBLISH: int
PUBREC: int
PUBREL: int
SUBACK: int
SUBSCRIBE: int
UNSUBACK: int
UNSUBSCRIBE: int
mqtt_cs_connect_async: int
mqtt_cs_connected: int
mqtt_cs_disconnecting: int
mqtt_cs_new: int
mqtt_ms_invalid: int
mqtt_ms_publish: int
mqtt_ms_queued: int
mqtt_ms_resend_pubcomp: int
mqtt_ms_resend_pubrel: int
mqtt_ms_send_pubrec: int
mqtt_ms_wait_for_puback: int
mqtt_ms_wait_for_pubcomp: int
mqtt_ms_wait_for_pubrec: int
mqtt_ms_wait_for_pubrel: int
LOGGING_LEVEL: dict[int, int]

def base62(num: int, base: str = ..., padding: int = 1) -> str:
    """`num` in digits and letters, with zeros in front to `padding` characters."""

def connack_string(connack_code: int) -> str:
    """What a CONNACK return code means."""

def error_string(mqtt_errno: int) -> str:
    """What an MQTT_ERR_* number means."""

def time_func() -> float: ...
def topic_matches_sub(sub: str, topic: str) -> bool:
    """Whether the filter `sub` matches `topic` (MQTT 3.1.1 §4.7)."""

class WebsocketConnectionError(ValueError):
    """The server did not take the WebSocket handshake."""

class ConnectFlags(NamedTuple):
    session_present: bool

class DisconnectFlags(NamedTuple):
    is_disconnect_packet_from_server: bool

class MQTTMessage:
    """A message on its way in or out. Equal to another with the same mid."""

    timestamp: float
    state: int
    dup: bool
    mid: int
    payload: bytes
    qos: int
    retain: bool
    properties: Properties | None
    def __init__(self, mid: int = 0, topic: bytes = b"") -> None: ...
    @property
    def topic(self) -> str: ...
    @topic.setter
    def topic(self, value: bytes) -> None: ...
    @property
    def info(self) -> MQTTMessageInfo: ...

class MQTTMessageInfo:
    """The ticket of a publish(): also a pair (rc, mid)."""

    rc: int
    mid: int
    def __init__(self, mid: int) -> None: ...
    def __iter__(self) -> Iterator[int]: ...
    def __getitem__(self, index: int) -> int: ...
    def next(self) -> int: ...
    def is_published(self) -> bool: ...
    def wait_for_publish(self, timeout: float | None = None) -> None:
        """Blocks until the message is out (QoS 0) or acknowledged, for `timeout` seconds at most; raises where it was never queued."""

class Client:
    """A client, in the words of 1.x; with a CallbackAPIVersion in front, in those of 2.x."""

    @overload
    def __init__(
        self,
        client_id: str | bytes | None = "",
        clean_session: bool | None = None,
        userdata: Any = None,
        protocol: int = 4,
        transport: str = "tcp",
        reconnect_on_failure: bool = True,
    ) -> None: ...
    @overload
    def __init__(
        self,
        callback_api_version: CallbackAPIVersion,
        client_id: str | bytes | None = "",
        clean_session: bool | None = None,
        userdata: Any = None,
        protocol: int = 4,
        transport: str = "tcp",
        reconnect_on_failure: bool = True,
        manual_ack: bool = False,
    ) -> None: ...
    suppress_exceptions: bool
    def ack(self, mid: int, qos: int) -> int:
        """With manual acknowledgement: confirms a message of that QoS."""
    @property
    def callback_api_version(self) -> CallbackAPIVersion: ...
    def connect(self, host: str, port: int = 1883, keepalive: int = 60, bind_address: str = '', bind_port: int = 0, clean_start: bool | int = 3, properties: Properties | None = None) -> int:
        """Connects and sends CONNECT; does not wait for the answer. Raises what a socket raises where there is no connection."""
    def connect_async(self, host: str, port: int = 1883, keepalive: int = 60, bind_address: str = '', bind_port: int = 0, clean_start: bool | int = 3, properties: Properties | None = None) -> None:
        """Says where to; loop_start() or loop_forever() then connect."""
    def connect_callback(self) -> Callable[[_F], _F]: ...
    def connect_fail_callback(self) -> Callable[[_F], _F]: ...
    def connect_srv(self, domain: str | None = None, keepalive: int = 60, bind_address: str = '', bind_port: int = 0, clean_start: bool | int = 3, properties: Properties | None = None) -> int:
        """connect() to the host and port that the domain names in its service record, `_mqtt._tcp` or with TLS `_secure-mqtt._tcp`."""
    @property
    def connect_timeout(self) -> float: ...
    @connect_timeout.setter
    def connect_timeout(self, value: float) -> None: ...
    def disable_logger(self) -> None: ...
    def disconnect(self, reasoncode: ReasonCode | None = None, properties: Properties | None = None) -> int:
        """Sends DISCONNECT and closes; rc 4 without a connection."""
    def disconnect_callback(self) -> Callable[[_F], _F]: ...
    def enable_bridge_mode(self) -> None:
        """Asks the broker to treat the client as a bridge: the first bit of the protocol's version is set."""
    def enable_logger(self, logger: logging.Logger | None = None) -> None:
        """The log goes to a logging.Logger as well, to that of this module by default; on_log gets it all the same."""
    @property
    def host(self) -> str: ...
    @host.setter
    def host(self, value: str) -> None: ...
    def is_connected(self) -> bool:
        """A CONNACK accepted the last connection; the 1.x line does not take it back where the connection was lost."""
    @property
    def keepalive(self) -> int: ...
    @keepalive.setter
    def keepalive(self, value: int) -> None: ...
    def log_callback(self) -> Callable[[_F], _F]: ...
    @property
    def logger(self) -> logging.Logger | None: ...
    @logger.setter
    def logger(self, value: logging.Logger | None) -> None: ...
    def loop(self, timeout: float = 1.0, max_packets: int = 1) -> int:
        """One round: waits for packets up to `timeout` seconds, handles one or a few, writes what is queued, looks after the keep alive."""
    def loop_forever(self, timeout: float = 1.0, max_packets: int = 1, retry_first_connection: bool = False) -> int:
        """Loops until disconnect(), connecting again as often as the connection is lost. Returns how the last round ended."""
    def loop_misc(self) -> int:
        """Pings and notices silence; to be called every second or so."""
    def loop_read(self, max_packets: int = 1) -> int:
        """Handles the packets that came; for when socket() is readable."""
    def loop_start(self) -> int | None:
        """loop_forever() in a thread that does not keep the script alive."""
    def loop_stop(self, force: bool = False) -> int | None:
        """Ends the thread once all that publish() accepted is sent and acknowledged, and waits for that."""
    def loop_write(self, max_packets: int = 1) -> int:
        """Writes what is queued; for when socket() is writable and want_write() is true."""
    def manual_ack_set(self, on: bool) -> None:
        """True leaves it to ack() to confirm messages of QoS 1 and 2."""
    @property
    def max_inflight_messages(self) -> int: ...
    @max_inflight_messages.setter
    def max_inflight_messages(self, value: int) -> None: ...
    def max_inflight_messages_set(self, inflight: int) -> None:
        """How many messages with QoS above 0 may be under way at once; 0 is no limit."""
    @property
    def max_queued_messages(self) -> int: ...
    @max_queued_messages.setter
    def max_queued_messages(self, value: int) -> None: ...
    def max_queued_messages_set(self, queue_size: int) -> Client:
        """How many messages with QoS above 0 may be unacknowledged; publish() gives rc 15 beyond. 0 is no limit."""
    def message_callback(self) -> Callable[[_F], _F]: ...
    def message_callback_add(self, sub: str, callback: Callable[[Client, Any, MQTTMessage], object]) -> None:
        """`callback` gets the messages that match the filter `sub`; on_message then gets those that match no such filter."""
    def message_callback_remove(self, sub: str) -> None: ...
    def message_retry_set(self, retry: float) -> None:
        """Without effect, as in paho since 1.4: messages are sent again on a new connection only."""
    @property
    def on_connect(self) -> Any: ...
    @on_connect.setter
    def on_connect(self, value: Callable[[Client, Any, dict[str, int], int], object] | Callable[[Client, Any, Any, Any, Any], object] | None) -> None: ...
    @property
    def on_connect_fail(self) -> Any: ...
    @on_connect_fail.setter
    def on_connect_fail(self, value: Callable[[Client, Any], object] | None) -> None: ...
    @property
    def on_disconnect(self) -> Any: ...
    @on_disconnect.setter
    def on_disconnect(self, value: Callable[[Client, Any, int], object] | Callable[[Client, Any, Any, Any], object] | Callable[[Client, Any, DisconnectFlags, ReasonCode, Properties | None], object] | None) -> None: ...
    @property
    def on_log(self) -> Any: ...
    @on_log.setter
    def on_log(self, value: Callable[[Client, Any, int, str], object] | None) -> None: ...
    @property
    def on_message(self) -> Any: ...
    @on_message.setter
    def on_message(self, value: Callable[[Client, Any, MQTTMessage], object] | None) -> None: ...
    @property
    def on_pre_connect(self) -> Any: ...
    @on_pre_connect.setter
    def on_pre_connect(self, value: Callable[[Client, Any], object] | None) -> None: ...
    @property
    def on_publish(self) -> Any: ...
    @on_publish.setter
    def on_publish(self, value: Callable[[Client, Any, int], object] | Callable[[Client, Any, int, ReasonCode, Properties], object] | None) -> None: ...
    @property
    def on_socket_close(self) -> Any: ...
    @on_socket_close.setter
    def on_socket_close(self, value: Callable[[Client, Any, Any], object] | None) -> None: ...
    @property
    def on_socket_open(self) -> Any: ...
    @on_socket_open.setter
    def on_socket_open(self, value: Callable[[Client, Any, Any], object] | None) -> None: ...
    @property
    def on_socket_register_write(self) -> Any: ...
    @on_socket_register_write.setter
    def on_socket_register_write(self, value: Callable[[Client, Any, Any], object] | None) -> None: ...
    @property
    def on_socket_unregister_write(self) -> Any: ...
    @on_socket_unregister_write.setter
    def on_socket_unregister_write(self, value: Callable[[Client, Any, Any], object] | None) -> None: ...
    @property
    def on_subscribe(self) -> Any: ...
    @on_subscribe.setter
    def on_subscribe(self, value: Callable[[Client, Any, int, Any], object] | Callable[[Client, Any, int, list[ReasonCode], Properties], object] | None) -> None: ...
    @property
    def on_unsubscribe(self) -> Any: ...
    @on_unsubscribe.setter
    def on_unsubscribe(self, value: Callable[[Client, Any, int], object] | Callable[[Client, Any, int, Any, Any], object] | None) -> None: ...
    @property
    def password(self) -> str | None: ...
    @password.setter
    def password(self, value: str | None) -> None: ...
    @property
    def port(self) -> int: ...
    @port.setter
    def port(self, value: int) -> None: ...
    def pre_connect_callback(self) -> Callable[[_F], _F]: ...
    @property
    def protocol(self) -> int: ...
    def proxy_set(self, **proxy_args: Any) -> None:
        """In the words of PySocks: proxy_type, proxy_addr, proxy_port, proxy_rdns, proxy_username, proxy_password."""
    def publish(self, topic: str, payload: str | bytes | bytearray | int | float | None = None, qos: int = 0, retain: bool = False, properties: Properties | None = None) -> MQTTMessageInfo:
        """Sends a message, or queues it: with QoS above 0 also while there is no connection, though the ticket says rc 4 then."""
    def publish_callback(self) -> Callable[[_F], _F]: ...
    def reconnect(self) -> int:
        """Connects to where the last connect() did. What was queued with QoS 0 is lost; open flows go on after the CONNACK."""
    def reconnect_delay_set(self, min_delay: float = 1, max_delay: float = 120) -> None:
        """Seconds before the first attempt to connect again, doubled for each further one up to `max_delay`."""
    def reinitialise(self, client_id: str | bytes = '', clean_session: bool | None = True, userdata: Any = None) -> None:
        """Closes the connection and makes the client what it was when new, callbacks included."""
    def socket(self) -> Any:
        """What to wait for in a loop of one's own; None without a connection."""
    def socket_close_callback(self) -> Callable[[_F], _F]: ...
    def socket_open_callback(self) -> Callable[[_F], _F]: ...
    def socket_register_write_callback(self) -> Callable[[_F], _F]: ...
    def socket_unregister_write_callback(self) -> Callable[[_F], _F]: ...
    def subscribe(self, topic: str | tuple[str, int] | tuple[str, SubscribeOptions] | list[tuple[str, int]] | list[tuple[str, SubscribeOptions]], qos: int = 0, options: SubscribeOptions | None = None, properties: Properties | None = None) -> tuple[int, int | None]:
        """(0, mid), or (4, None) without a connection. `topic` is a filter, a (filter, qos) or a list of these; options in MQTT 5."""
    def subscribe_callback(self) -> Callable[[_F], _F]: ...
    def tls_insecure_set(self, value: bool) -> None:
        """True accepts a certificate for another host."""
    def tls_set(self, ca_certs: str | None = None, certfile: str | None = None, keyfile: str | None = None, cert_reqs: ssl.VerifyMode | None = None, tls_version: int | None = None, ciphers: str | None = None, keyfile_password: str | None = None, alpn_protocols: list[str] | None = None) -> None:
        """Secures the connection; files are looked at now, and again when it is made."""
    def tls_set_context(self, context: ssl.SSLContext | None = None) -> None: ...
    def topic_callback(self, sub: str) -> Callable[[_F], _F]: ...
    @property
    def transport(self) -> str: ...
    @transport.setter
    def transport(self, value: str) -> None: ...
    def unsubscribe(self, topic: str | list[str], properties: Properties | None = None) -> tuple[int, int | None]:
        """(0, mid), or (4, None) without a connection."""
    def unsubscribe_callback(self) -> Callable[[_F], _F]: ...
    def user_data_get(self) -> Any: ...
    def user_data_set(self, userdata: Any) -> None: ...
    @property
    def username(self) -> str | None: ...
    @username.setter
    def username(self, value: str | None) -> None: ...
    def username_pw_set(self, username: str | None, password: str | bytes | None = None) -> None:
        """None as `username` takes both away; the password may be bytes."""
    def want_write(self) -> bool: ...
    def will_clear(self) -> None: ...
    @property
    def will_payload(self) -> bytes | None: ...
    def will_set(self, topic: str, payload: str | bytes | bytearray | int | float | None = None, qos: int = 0, retain: bool = False, properties: Properties | None = None) -> None:
        """What the broker publishes where the connection ends without disconnect()."""
    @property
    def will_topic(self) -> str | None: ...
    def ws_set_options(self, path: str = '/mqtt', headers: dict[str, str] | Callable[[dict[str, str]], dict[str, str]] | None = None) -> None:
        """`headers` is a dict to add, or a function that gets the usual ones and returns those to use."""
