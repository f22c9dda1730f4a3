"""What scripts set on a client before it connects: queue limits, will, user name, TLS, WebSocket, proxy, delays and logging."""

import logging
import ssl

from . import _arguments, _tls
from ._constants import (
    MQTT_BRIDGE,
    MQTT_LOG_DEBUG,
    MQTT_LOG_ERR,
    MQTT_LOG_INFO,
    MQTT_LOG_NOTICE,
    MQTT_LOG_WARNING,
)
from .properties import Properties

LOGGING_LEVEL = {
    MQTT_LOG_DEBUG: logging.DEBUG,
    MQTT_LOG_INFO: logging.INFO,
    MQTT_LOG_NOTICE: logging.INFO,
    MQTT_LOG_WARNING: logging.WARNING,
    MQTT_LOG_ERR: logging.ERROR,
}

#: What PySocks calls the kinds of proxies.
_PROXY_TYPES = {1: "socks4", 2: "socks5", 3: "http"}


class Options:
    def _reset_options(self):
        self._max_inflight_messages = 20
        self._max_queued_messages = 0
        self._websocket_path = "/mqtt"
        self._websocket_extra_headers = None
        self._ssl = False
        self._ssl_context = None
        self._tls_insecure = False
        self._logger = None
        self._username = None
        self._password = None
        self._will = False
        self._will_topic = b""
        self._will_payload = b""
        self._will_qos = 0
        self._will_retain = False
        self._will_properties = None
        self._proxy = {}
        self._reconnect_min_delay = 1
        self._reconnect_max_delay = 120
        self._connect_timeout = 5.0
        self._client_mode = 0
        self.suppress_exceptions = False

    def max_inflight_messages_set(self, inflight):
        """How many messages with QoS above 0 may be under way at once; 0 is no limit."""
        if inflight < 0:
            raise ValueError("Invalid inflight.")
        self._max_inflight_messages = inflight

    def max_queued_messages_set(self, queue_size):
        """How many messages with QoS above 0 may be unacknowledged; publish() gives rc 15 beyond. 0 is no limit."""
        if queue_size < 0:
            raise ValueError("Invalid queue size.")
        if not isinstance(queue_size, int):
            raise ValueError("Invalid type of queue size.")
        self._max_queued_messages = queue_size
        return self

    def message_retry_set(self, retry):
        """Without effect, as in paho since 1.4: messages are sent again on a new connection only."""

    def ws_set_options(self, path="/mqtt", headers=None):
        """`headers` is a dict to add, or a function that gets the usual ones and returns those to use."""
        self._websocket_path = path
        if headers is not None:
            if isinstance(headers, dict) or callable(headers):
                self._websocket_extra_headers = headers
            else:
                raise ValueError("'headers' option to ws_set_options has to be either a dictionary or callable")

    def tls_set(
        self,
        ca_certs=None,
        certfile=None,
        keyfile=None,
        cert_reqs=None,
        tls_version=None,
        ciphers=None,
        keyfile_password=None,
        alpn_protocols=None,
    ):
        """Secures the connection; files are looked at now, and again when it is made."""
        context = _tls.context_of(
            ca_certs, certfile, keyfile, cert_reqs, tls_version, ciphers, keyfile_password, alpn_protocols
        )
        self.tls_set_context(context)
        self.tls_insecure_set(cert_reqs == ssl.CERT_NONE)

    def tls_set_context(self, context=None):
        if self._ssl_context is not None:
            raise ValueError("SSL/TLS has already been configured.")
        self._ssl = True
        self._ssl_context = ssl.create_default_context() if context is None else context

    def tls_insecure_set(self, value):
        """True accepts a certificate for another host."""
        if self._ssl_context is None:
            raise ValueError("Must configure SSL context before using tls_insecure_set.")
        self._tls_insecure = value
        if hasattr(self._ssl_context, "check_hostname"):
            self._ssl_context.check_hostname = not value

    def proxy_set(self, **proxy_args):
        """In the words of PySocks: proxy_type, proxy_addr, proxy_port, proxy_rdns, proxy_username, proxy_password."""
        self._proxy = proxy_args

    def _wire_proxy(self):
        """The proxy for `_inspector.wire`; None where there is none."""
        if not self._proxy.get("proxy_addr") or not self._proxy.get("proxy_type"):
            return None
        kind = self._proxy["proxy_type"]
        protocol = _PROXY_TYPES.get(kind, str(kind).lower())
        proxy = {
            "protocol": protocol,
            "host": self._proxy["proxy_addr"],
            "port": self._proxy.get("proxy_port") or (8080 if protocol == "http" else 1080),
        }
        if self._proxy.get("proxy_username"):
            proxy["username"] = self._proxy["proxy_username"]
            proxy["password"] = self._proxy.get("proxy_password") or ""
        return proxy

    def enable_logger(self, logger=None):
        """The log goes to a logging.Logger as well, to that of this module by default; on_log gets it all the same."""
        if logger is None:
            logger = self._logger or logging.getLogger("paho.mqtt.client")
        self._logger = logger

    def disable_logger(self):
        self._logger = None

    def _easy_log(self, level, fmt, *args):
        """One line for on_log and for the logger. Errors of on_log are dropped: they could only be logged."""
        if self.on_log is not None:
            try:
                self.on_log(self, self._userdata, level, fmt % args)
            except Exception:
                pass
        if self._logger is not None:
            self._logger.log(LOGGING_LEVEL[level], fmt, *args)

    @property
    def _logs(self):
        return self.on_log is not None or self._logger is not None

    def username_pw_set(self, username, password=None):
        """None as `username` takes both away; the password may be bytes."""
        self._username = None if username is None else username.encode("utf-8")
        self._password = password.encode("utf-8") if isinstance(password, str) else password

    def user_data_set(self, userdata):
        self._userdata = userdata

    def user_data_get(self):
        return self._userdata

    def will_set(self, topic, payload=None, qos=0, retain=False, properties=None):
        """What the broker publishes where the connection ends without disconnect()."""
        if topic is None or len(topic) == 0:
            raise ValueError("Invalid topic.")
        _arguments.check_qos(qos)
        if properties and not isinstance(properties, Properties):
            raise ValueError("The properties argument must be an instance of the Properties class.")
        self._will_payload = _arguments.payload_bytes(payload)
        self._will_topic = topic.encode("utf-8")
        self._will = True
        self._will_qos = qos
        self._will_retain = retain
        self._will_properties = properties

    def will_clear(self):
        self._will = False
        self._will_topic = b""
        self._will_payload = b""
        self._will_qos = 0
        self._will_retain = False
        self._will_properties = None

    def reconnect_delay_set(self, min_delay=1, max_delay=120):
        """Seconds before the first attempt to connect again, doubled for each further one up to `max_delay`."""
        self._reconnect_min_delay = min_delay
        self._reconnect_max_delay = max_delay
        self._reconnect_delay = None

    def enable_bridge_mode(self):
        """Asks the broker to treat the client as a bridge: the first bit of the protocol's version is set."""
        self._client_mode = MQTT_BRIDGE
