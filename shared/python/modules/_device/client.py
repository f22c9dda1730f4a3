"""The MQTT client of microcontrollers: one packet at a time, read when the script asks for it.

All dialects (MicroPython, UIFlow2, QuecPython, Makeblock) are this client with a policy of their own for what they differ in.
"""

import random
import threading

from _inspector import sched
from _inspector.link_errors import StreamClosed
from _inspector.targets import Target, Tls
from _inspector.wire import PacketStream

from .device_bytes import DeviceBytes
from .errors import Refused, Unreachable

#: First bytes of packets, as wait_msg() answers them.
_OPERATIONS = {
    "connack": 0x20,
    "puback": 0x40,
    "pubrec": 0x50,
    "pubrel": 0x62,
    "pubcomp": 0x70,
    "suback": 0x90,
    "unsuback": 0xB0,
    "pingresp": 0xD0,
    "disconnect": 0xE0,
}


class Client:
    """What `umqtt.simple.MQTTClient` is: connect, publish, subscribe, and wait_msg() or check_msg() again and again."""

    #: Whether wait_msg() answers the first byte of a PUBLISH, as newer MicroPython does, or None.
    _tells_publish = True
    #: Seconds to wait for an acknowledgement; None waits as long as the connection stands.
    _acknowledgement_timeout = None

    def __init__(
        self, client_id, server, port=0, user=None, password=None, keepalive=0, ssl=None, ssl_params=None
    ):
        if port == 0:
            port = 8883 if ssl else 1883
        self.client_id = client_id
        self.sock = None
        self.server = server
        self.port = port
        self.ssl = ssl
        self.ssl_params = ssl_params if ssl_params is not None else {}
        self.pid = 0
        self.cb = None
        self.user = user
        self.pswd = password
        self.keepalive = keepalive
        self.lw_topic = None
        self.lw_msg = None
        self.lw_qos = 0
        self.lw_retain = False
        self._stream = None
        self._version = 4
        # Threads may wait for acknowledgements while another reads: whoever reads hands on what it found.
        self._reading = threading.Lock()
        self._acknowledged = {}

    # --- what scripts call

    def set_callback(self, f):
        self.cb = f

    def set_last_will(self, topic, msg, retain=False, qos=0):
        assert 0 <= qos <= 2
        assert topic
        self.lw_topic = topic
        self.lw_msg = b"" if msg is None else msg
        self.lw_qos = qos
        self.lw_retain = retain

    def connect(self, clean_session=True, timeout=None):
        """Opens the connection and waits for CONNACK; answers whether the broker had a session."""
        packet = self._connect_packet(clean_session)
        stream = self._open(packet["clientId"], timeout)
        stream.send(packet)
        try:
            answer = stream.recv(timeout)
        except StreamClosed as error:
            raise self._closed_early() from error
        if answer is None:
            raise Unreachable(110, "ETIMEDOUT")
        if answer["type"] != "connack":
            raise Refused(answer["type"])
        if answer["reasonCode"] != 0:
            stream.close()
            self.sock = None
            raise Refused(answer["reasonCode"])
        return self._connected(bool(answer["sessionPresent"]))

    def disconnect(self):
        self._send({"type": "disconnect"})
        self._stream.wait_sent(5)
        self._close()

    def ping(self):
        self._send({"type": "pingreq"})

    def publish(self, topic, msg, retain=False, qos=0):
        self._require_stream()
        topic, msg = _wire(topic), _wire(msg)
        pid = self._next_id() if qos > 0 else 0
        self._guarded(self._stream.publish, topic, msg, min(qos, 2), retain, False, pid)
        self._stream.flush()
        if qos == 1:
            self._await("puback", pid)
        elif qos == 2:
            assert 0, "umqtt publishes at QoS 0 and 1 only"

    def subscribe(self, topic, qos=0):
        assert self.cb is not None, "Subscribe callback is not set"
        self._subscribe(topic, qos)

    def unsubscribe(self, topic):
        pid = self._next_id()
        self._send({"type": "unsubscribe", "packetId": pid, "topicFilters": [_wire(topic)]})
        self._await("unsuback", pid)

    def wait_msg(self):
        """Waits for one packet and handles it; None for a PINGRESP."""
        self._require_stream()
        return self._handle_one(None)

    def check_msg(self):
        """Handles one packet where there is one."""
        self._require_stream()
        return self._handle_one(0)

    # --- the connection

    def _connect_packet(self, clean_session):
        if self.client_id is None:
            raise TypeError("object of type 'NoneType' has no len()")
        assert self.keepalive < 65536
        packet = {
            "type": "connect",
            "clientId": _wire(self.client_id),
            "protocolVersion": self._version,
            "cleanStart": bool(clean_session),
            "keepAlive": int(self.keepalive),
        }
        if self.user is not None:
            packet["username"] = self.user
            packet["password"] = _wire(self.pswd if self.pswd is not None else "")
        if self.lw_topic:
            packet["will"] = {
                "topic": self.lw_topic,
                "payload": _wire(self.lw_msg),
                "qos": self.lw_qos,
                "retain": bool(self.lw_retain),
            }
        return packet

    def _open(self, client_id, timeout):
        if self._stream is None:
            self._stream = PacketStream(client_id.decode("utf-8", "replace"), self._version)
        self._stream.protocol = self._version
        self._acknowledged.clear()
        target = Target(self.server, int(self.port), tls=self._tls(), connect_timeout=timeout)
        try:
            self._stream.open(target)
        except OSError as error:
            raise self._unreachable(error) from error
        self.sock = self._stream
        return self._stream

    def _tls(self):
        if not self.ssl:
            return None
        if hasattr(self.ssl, "wrap_socket"):
            # An SSLContext, as newer MicroPython takes.
            return self.ssl.to_tls(self.server)
        return tls_of(self.ssl_params)

    def _unreachable(self, error):
        return Unreachable(*error.args)

    def _closed_early(self):
        """The broker closed before its CONNACK: a device finds nothing to index."""
        return IndexError("bytes index out of range")

    def _connected(self, session_present):
        return 1 if session_present else 0

    def _close(self):
        stream = self._stream
        self.sock = None
        if stream is not None:
            stream.close()

    def _require_stream(self):
        if self.sock is None:
            raise OSError(-1)

    def _lost(self):
        """What a script sees when the connection has gone."""
        self.sock = None
        return OSError(-1)

    # --- packets

    def _next_id(self):
        self.pid = self.pid % 65535 + 1
        return self.pid

    def _send(self, packet):
        self._require_stream()
        self._guarded(self._stream.send, packet)
        self._stream.flush()

    def _guarded(self, send, *arguments):
        try:
            send(*arguments)
        except StreamClosed as error:
            raise self._lost() from error

    def _subscribe(self, topic, qos):
        pid = self._next_id()
        subscription = {"topicFilter": _wire(topic), "qos": qos}
        self._send({"type": "subscribe", "packetId": pid, "subscriptions": [subscription]})
        codes = self._await("suback", pid)
        if codes and codes[0] == 0x80:
            raise Refused(0x80)

    def _await(self, kind, pid):
        """Handles packets until the one that is waited for has come, whichever thread reads it; its reason codes."""
        limit = self._acknowledgement_timeout
        until = None if limit is None else sched.monotonic() + limit
        while (kind, pid) not in self._acknowledged:
            rest = None if until is None else until - sched.monotonic()
            if rest is not None and rest <= 0:
                return None
            self._handle_one(rest, lambda: (kind, pid) in self._acknowledged)
        return self._acknowledged.pop((kind, pid))

    def _handle_one(self, timeout, is_settled=lambda: False):
        """Reads one packet, unless what is wanted came while another thread was reading; answers its operation."""
        wait = -1 if timeout is None else max(timeout, 0)
        if not self._reading.acquire(timeout != 0, wait if timeout else -1):
            return None
        try:
            if is_settled():
                return None
            packet = self._read(timeout)
        finally:
            self._reading.release()
        return None if packet is None else self._handle(packet)

    def _read(self, timeout):
        try:
            return self._stream.recv(timeout)
        except StreamClosed as error:
            raise self._lost() from error

    def _handle(self, packet):
        kind = packet["type"]
        if kind == "publish":
            return self._deliver(packet)
        if kind == "malformed":
            raise OSError(-1)
        if kind == "pingresp":
            return self._pinged()
        if "packetId" in packet:
            self._acknowledged[kind, packet["packetId"]] = packet.get("reasonCodes", [packet.get("reasonCode", 0)])
        return _OPERATIONS.get(kind)

    def _pinged(self):
        return None

    def _deliver(self, packet):
        self._call_back(DeviceBytes(packet["topic"]), DeviceBytes(packet["payload"]))
        qos = packet["qos"]
        if qos == 1:
            self._send({"type": "puback", "packetId": packet["packetId"]})
        elif qos == 2:
            assert 0, "umqtt receives at QoS 0 and 1 only"
        if not self._tells_publish:
            return None
        return 0x30 | packet["dup"] << 3 | qos << 1 | int(packet["retain"])

    def _call_back(self, topic, message):
        self.cb(topic, message)


def random_client_id():
    """For clients that the script gives no name."""
    return "client-" + "".join(random.choice("0123456789abcdef") for _ in range(12))


def _wire(value):
    """What len() and a socket take: text or bytes, nothing else."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise TypeError(f"object of type '{type(value).__name__}' has no len()")


def tls_of(parameters):
    """TLS from `ssl_params`: the words of ssl.wrap_socket, of UIFlow2 and of QuecPython, paths or contents."""
    if isinstance(parameters, str):
        parameters = {"ca": parameters}
    given = dict(parameters or {})
    ca = given.get("cadata") or given.get("ca") or given.get("cafile") or given.get("ca_certs")
    cert = given.get("cert") or given.get("certfile")
    key = given.get("key") or given.get("keyfile")
    if cert and not key and not ca:
        # UIFlow2 calls the authority's file "cert".
        ca, cert = cert, None
    # No verification without an authority: a device has no store of its own.
    verify = bool(ca) or bool(given.get("cert_reqs"))
    return Tls(
        **_pem("ca", ca),
        **_pem("cert", cert),
        **_pem("key", key),
        verify=verify,
        check_hostname="server_hostname" in given,
        server_hostname=given.get("server_hostname"),
    )


_NAMES = {"ca": ("ca_certs", "cadata"), "cert": ("certfile", "certdata"), "key": ("keyfile", "keydata")}


def _pem(kind, value):
    path, data = _NAMES[kind]
    if not value:
        return {}
    if isinstance(value, (bytes, bytearray)) or "-----BEGIN" in value:
        return {data: value}
    return {path: value}
