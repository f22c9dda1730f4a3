"""The client behind `from umqtt import MQTTClient`."""

import sys
import threading
import time

from _device.client import Client
from _device.errors import Unreachable
from _inspector import sched
from _inspector.topics import matches

#: Modules that only QuecPython's scripts import.
_QUECTEL_MODULES = ("checkNet", "dataCall", "net", "sim", "modem")
#: Seconds a QuecPython client waits for a PUBACK, and between two attempts to connect again.
_PUBACK_SECONDS = 5
_RECONNECT_SECONDS = 5
_UNGIVEN = object()

#: Answers of get_mqttsta().
_CONNECTED, _CONNECTING, _SERVER_CLOSED, _ERROR = 0, 1, 2, -1

class MQTTClient(Client):
    """UIFlow2's and QuecPython's client in one."""

    DELAY = 2
    DEBUG = False
    _tells_publish = False

    def __init__(
        self,
        client_id,
        server,
        port=0,
        user=None,
        password=None,
        keepalive=0,
        ssl=False,
        ssl_params=None,
        reconn=_UNGIVEN,
        version=_UNGIVEN,
        **more,
    ):
        unknown = more.keys() - {"pingmaxnum", "manage", "ipvtype"}
        if unknown:
            raise TypeError(f"MQTTClient.__init__() got an unexpected keyword argument {sorted(unknown)[0]!r}")
        super().__init__(client_id, server, int(port), user, password, keepalive, ssl, ssl_params)
        given = reconn is not _UNGIVEN or version is not _UNGIVEN or bool(more)
        self._is_quectel = given or sched.config.get("dialect") == "quecpython" or _imported_quectel()
        if self._is_quectel and 0 < self.keepalive < 5:
            raise ValueError("inport parameter error : keepalive >= 5S")
        self._reconnects = True if reconn is _UNGIVEN else bool(reconn)
        self._version = 3 if version == 3 else 4
        self._handlers = {}
        self._subscriptions = {}
        self._error_callback = None
        self._status = _ERROR
        self._clean_session = True
        self._pinger = None
        if self._is_quectel:
            self._acknowledgement_timeout = _PUBACK_SECONDS

    # --- QuecPython's own

    def error_register_cb(self, func):
        self._error_callback = func

    def get_mqttsta(self):
        if self._status == _CONNECTED and (self.sock is None or not self._stream.is_open):
            return _SERVER_CLOSED
        return self._status

    def close(self):
        """Lets the connection go and keeps the rest, for scripts that connect again by themselves."""
        self._close()
        if self._status != _ERROR:
            self._status = _CONNECTING

    # --- UIFlow2's own

    def isconnected(self):
        try:
            self.ping()
        except OSError:
            return False
        return True

    def delay(self, i):
        time.sleep(self.DELAY)

    def log(self, in_reconnect, e):
        if self.DEBUG:
            print(("mqtt reconnect: %r" if in_reconnect else "mqtt: %r") % e)

    def reconnect(self):
        """Connects again with what is known, as often as it takes."""
        attempt = 0
        while True:
            try:
                return self._connect_again()
            except OSError as error:
                self.log(True, error)
                attempt += 1
                self.delay(attempt)

    # --- both

    def connect(self, clean_session=True, timeout=None):
        self._clean_session = clean_session
        self._status = _CONNECTING
        try:
            present = super().connect(clean_session, timeout)
        except Exception:
            self._status = _ERROR
            raise
        self._status = _CONNECTED
        if self._is_quectel and self.keepalive > 0 and self._pinger is None:
            self._pinger = threading.Thread(target=self._ping_for_ever, name="umqtt ping", daemon=True)
            self._pinger.start()
        return 0 if self._is_quectel else present

    def disconnect(self):
        self._pinger = None
        try:
            if self.sock is not None:
                super().disconnect()
        finally:
            self._status = _ERROR

    def publish(self, topic, msg, retain=False, qos=0):
        return self._persisting(lambda: super(MQTTClient, self).publish(topic, msg, retain, qos))

    def subscribe(self, topic, handler=0, qos=0, **more):
        """subscribe(topic, handler, qos=0) or subscribe(topic, qos=0)."""
        if callable(handler):
            self._handlers[_bytes(topic)] = handler
            self._is_quectel = self._is_quectel and sched.config.get("dialect") == "quecpython"
            level = qos
        else:
            level = qos or handler
            assert self.cb is not None or self._handlers, "Subscribe callback is not set"
        self._subscriptions[_bytes(topic)] = level
        self._subscribe(topic, level)

    def wait_msg(self):
        if self._is_quectel and self._status == _ERROR and self.sock is None:
            return None
        return self._persisting(super().wait_msg)

    def check_msg(self, attempts=2):
        return self._persisting(super().check_msg, attempts)

    def _persisting(self, act, attempts=None):
        """Acts, and connects again where the connection has gone and the dialect does so by itself."""
        while attempts is None or attempts > 0:
            try:
                return act()
            except OSError as error:
                if self._status == _ERROR or (self._is_quectel and not self._reconnects):
                    raise
                self.log(False, error)
            self.reconnect()
            if attempts is not None:
                attempts -= 1
        return None

    def _connect_again(self):
        if not self._is_quectel:
            return self.connect(False)
        # QuecPython subscribes again by itself.
        answer = self.connect(self._clean_session)
        for topic, level in self._subscriptions.items():
            self._subscribe(topic, level)
        return answer

    def _lost(self):
        error = super()._lost()
        if self._status == _CONNECTED:
            self._status = _SERVER_CLOSED
        return error

    def _closed_early(self):
        if self._is_quectel:
            return Unreachable(104, "MQTT Connect error='index out of range' FAIL")
        return super()._closed_early()

    def _pinged(self):
        return b"\xd0" if self._is_quectel else None

    def _call_back(self, topic, message):
        handled = False
        for pattern, handler in list(self._handlers.items()):
            if pattern == topic or matches(pattern.decode(), topic.decode("utf-8", "replace")):
                handled = True
                handler((topic, message))
        if not handled and self.cb is not None:
            self.cb(topic, message)

    def _ping_for_ever(self):
        """Pings as QuecPython's own thread does, and tells the script what goes wrong."""
        me = self._pinger
        while self._pinger is me:
            time.sleep(max(1, self.keepalive - 3))
            if self._pinger is not me:
                return
            try:
                self.ping()
            except OSError as error:
                if self._reconnects:
                    continue
                self._status = _SERVER_CLOSED
                if self._error_callback is not None:
                    self._error_callback(f"Send ping timeout. {error}")

def _imported_quectel():
    return any(name in sys.modules for name in _QUECTEL_MODULES)

def _bytes(value):
    return value.encode() if isinstance(value, str) else bytes(value)
