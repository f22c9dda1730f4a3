"""Connecting, connecting again and disconnecting."""

from time import monotonic

from _inspector import sched, targets, wire

from . import _tls
from ._constants import (
    MQTT_CLEAN_START_FIRST_ONLY,
    MQTT_ERR_NO_CONN,
    MQTTv5,
    mqtt_cs_connect_async,
    mqtt_cs_disconnecting,
    mqtt_cs_new,
)
from ._socket import ClientSocket


class WebsocketConnectionError(ValueError):
    """The server did not take the WebSocket handshake."""


class Connection:
    def _reset_connection(self):
        self._host = ""
        self._port = 1883
        self._keepalive = 60
        self._bind_address = ""
        self._bind_port = 0
        self._srv = False
        self._clean_start = MQTT_CLEAN_START_FIRST_ONLY
        self._connect_properties = None
        self._mqttv5_first_connect = True
        self._state = mqtt_cs_new
        self._sock = None
        self._stream = None
        self._ping_t = 0
        self._last_msg_in = self._last_msg_out = monotonic()
        self._reconnect_delay = None

    def connect(
        self,
        host,
        port=1883,
        keepalive=60,
        bind_address="",
        bind_port=0,
        clean_start=MQTT_CLEAN_START_FIRST_ONLY,
        properties=None,
    ):
        """Connects and sends CONNECT; does not wait for the answer. Raises what a socket raises where there is no connection."""
        self._take_clean_start(clean_start, properties)
        self.connect_async(host, port, keepalive, bind_address, bind_port, clean_start, properties)
        return self.reconnect()

    def _take_clean_start(self, clean_start, properties):
        if self._protocol == MQTTv5:
            self._mqttv5_first_connect = True
        elif clean_start != MQTT_CLEAN_START_FIRST_ONLY:
            raise ValueError("Clean start only applies to MQTT V5")
        elif properties:
            raise ValueError("Properties only apply to MQTT V5")

    def connect_srv(
        self,
        domain=None,
        keepalive=60,
        bind_address="",
        bind_port=0,
        clean_start=MQTT_CLEAN_START_FIRST_ONLY,
        properties=None,
    ):
        """connect() to the host and port that the domain names in its service record, `_mqtt._tcp` or with TLS `_secure-mqtt._tcp`."""
        self._take_clean_start(clean_start, properties)
        if not domain:
            raise ValueError("No domain to look up: the console has no local domain name.")
        self.connect_async(
            domain, 8883 if self._ssl else 1883, keepalive, bind_address, bind_port, clean_start, properties
        )
        self._srv = True
        return self.reconnect()

    def connect_async(
        self,
        host,
        port=1883,
        keepalive=60,
        bind_address="",
        bind_port=0,
        clean_start=MQTT_CLEAN_START_FIRST_ONLY,
        properties=None,
    ):
        """Says where to; loop_start() or loop_forever() then connect."""
        if host is None or len(host) == 0:
            raise ValueError("Invalid host.")
        if port <= 0:
            raise ValueError("Invalid port number.")
        if keepalive < 0:
            raise ValueError("Keepalive must be >=0.")
        if bind_port < 0:
            raise ValueError("Invalid bind port number.")
        self._host = host
        self._port = port
        self._keepalive = keepalive
        self._bind_address = bind_address
        self._bind_port = bind_port
        self._srv = False
        self._clean_start = clean_start
        self._connect_properties = properties
        self._state = mqtt_cs_connect_async

    def reconnect(self):
        """Connects to where the last connect() did. What was queued with QoS 0 is lost; open flows go on after the CONNACK."""
        if len(self._host) == 0:
            raise ValueError("Invalid host.")
        if self._port <= 0:
            raise ValueError("Invalid port number.")
        self._ping_t = 0
        self._state = mqtt_cs_new
        self._sock_close()
        self._lose_queued()
        self._in_hand = None
        self._last_msg_in = self._last_msg_out = monotonic()
        self._messages_reconnect_reset_out()
        self._messages_reconnect_reset_in()
        self._call_plain("pre_connect")
        self._open()
        self._registered_write = False
        self._call_socket_open(self._sock)
        return self._code(self._send_connect(self._keepalive))

    def _open(self):
        if self._stream is None:
            self._stream = wire.PacketStream(self._client_id.decode("utf-8", "replace"), self._protocol)
            sched.at_exit(self._drain)
        self._stream.protocol = self._protocol
        self._stream.open(self._target())
        self._sock = ClientSocket(self._stream)

    def _target(self):
        return targets.Target(
            self._host,
            self._port,
            "websockets" if self._transport == "websockets" else "tcp",
            _tls.wire_tls(self._ssl_context, self._tls_insecure) if self._ssl else None,
            ws_path=self._websocket_path,
            ws_headers=self._websocket_headers(),
            bind_address=self._bind_address or "",
            bind_port=self._bind_port,
            proxy=self._wire_proxy(),
            connect_timeout=self._connect_timeout,
            srv=self._srv,
        )

    def _websocket_headers(self):
        """What ws_set_options() adds to the handshake; a function gets the usual headers first."""
        headers = self._websocket_extra_headers
        if not callable(headers):
            return headers
        usual_port = 443 if self._ssl else 80
        usual = {
            "Host": self._host if self._port == usual_port else f"{self._host}:{self._port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-Websocket-Protocol": "mqtt",
        }
        wanted = headers(dict(usual))
        return {name: value for name, value in wanted.items() if usual.get(name) != value}

    def disconnect(self, reasoncode=None, properties=None):
        """Sends DISCONNECT and closes; rc 4 without a connection."""
        self._state = mqtt_cs_disconnecting
        if self._sock is None:
            return self._code(MQTT_ERR_NO_CONN)
        return self._code(self._send_disconnect(reasoncode, properties))

    def _sock_close(self):
        sock = self._sock
        if sock is None:
            return
        self._sock = None
        try:
            self._call_socket_unregister_write(sock)
            self._call_socket_close(sock)
        finally:
            sock.close()

    def _reset_sockets(self):
        self._sock_close()

    def socket(self):
        """What to wait for in a loop of one's own; None without a connection."""
        return self._sock
