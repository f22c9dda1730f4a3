"""The callbacks of a client: where they are kept, the decorators that set them, and with which arguments each is called."""

import contextlib

from . import reasoncodes
from ._constants import MQTT_LOG_ERR, MQTTv5
from .enums import CallbackAPIVersion
from .matcher import MQTTMatcher
from .packettypes import PacketTypes
from .properties import Properties


def _callback(name):
    """The property `on_<name>`. A subclass may define a method of that name instead; it is looked up on the client at each call."""
    slot = f"_on_{name}"

    def read(self):
        return getattr(self, slot)

    def write(self, function):
        setattr(self, slot, function)

    return property(read, write)


def _decorator(name):
    def decorate(self):
        def keep(function):
            setattr(self, f"on_{name}", function)
            return function

        return keep

    decorate.__name__ = f"{name}_callback"
    return decorate


_NAMES = (
    "log",
    "pre_connect",
    "connect",
    "connect_fail",
    "subscribe",
    "message",
    "publish",
    "unsubscribe",
    "disconnect",
    "socket_open",
    "socket_close",
    "socket_register_write",
    "socket_unregister_write",
)


class Callbacks:
    """Callbacks run one after another; while one runs, `_callback_depth` keeps publish() and its like from writing."""

    def _reset_callbacks(self):
        for name in _NAMES:
            setattr(self, f"_on_{name}", None)
        self._callback_depth = 0
        self._on_message_filtered = MQTTMatcher()
        self._has_filters = False

    for _name in _NAMES:
        locals()[f"on_{_name}"] = _callback(_name)
        locals()[f"{_name}_callback"] = _decorator(_name)
    del _name

    def message_callback_add(self, sub, callback):
        """`callback` gets the messages that match the filter `sub`; on_message then gets those that match no such filter."""
        if callback is None or sub is None:
            raise ValueError("sub and callback must both be defined.")
        self._on_message_filtered[sub] = callback
        self._has_filters = True

    def message_callback_remove(self, sub):
        if sub is None:
            raise ValueError("sub must defined.")
        with contextlib.suppress(KeyError):
            del self._on_message_filtered[sub]

    def topic_callback(self, sub):
        def keep(function):
            self.message_callback_add(sub, function)
            return function

        return keep

    def _call(self, what, function, *arguments):
        """Calls back, and says in the log what came out of it before it goes on upwards."""
        self._callback_depth += 1
        try:
            function(self, self._userdata, *arguments)
        except Exception as error:
            self._easy_log(MQTT_LOG_ERR, "Caught exception in %s: %s", what, error)
            if not self.suppress_exceptions:
                raise
        finally:
            self._callback_depth -= 1

    @property
    def _version_2(self):
        return self._callback_api_version is CallbackAPIVersion.VERSION2

    def _call_connect(self, session_present, flags, code, properties):
        """`code` is a return code of MQTT 3 or a ReasonCode."""
        function = self.on_connect
        if function is None:
            return
        if self._version_2:
            reason = code if self._protocol == MQTTv5 else reasoncodes.of_connack(code)
            properties = properties if properties is not None else Properties(PacketTypes.CONNACK)
            self._call("on_connect", function, flags, reason, properties)
        elif self._protocol == MQTTv5:
            self._call("on_connect", function, {"session present": session_present}, code, properties)
        else:
            self._call("on_connect", function, {"session present": session_present}, code)

    def _call_disconnect(self, code, properties, from_server, flags):
        """`code` is an MQTT_ERR_* number, or the ReasonCode of the server's DISCONNECT."""
        function = self.on_disconnect
        if function is None:
            return
        if self._version_2:
            reason = reasoncodes.of_disconnect(code) if isinstance(code, int) else code
            properties = properties if properties is not None else Properties(PacketTypes.DISCONNECT)
            self._call("on_disconnect", function, flags(from_server), reason, properties)
        elif self._protocol == MQTTv5:
            self._call("on_disconnect", function, code, properties)
        else:
            self._call("on_disconnect", function, code)

    def _call_publish(self, mid, acknowledgement=None):
        """`acknowledgement` is (PUBACK or PUBCOMP as packet type, reason code, properties); None where the message just left."""
        function = self.on_publish
        if function is None:
            return
        if self._version_2:
            kind, code, properties = acknowledgement or (PacketTypes.PUBACK, 0, None)
            self._call(
                "on_publish",
                function,
                mid,
                reasoncodes.ReasonCode(kind, identifier=code),
                properties if properties is not None else Properties(kind),
            )
        else:
            self._call("on_publish", function, mid)

    def _call_subscribe(self, mid, codes, properties):
        function = self.on_subscribe
        if function is None:
            return
        if self._protocol == MQTTv5 or self._version_2:
            reasons = [reasoncodes.ReasonCode(PacketTypes.SUBACK, identifier=code) for code in codes]
            self._call("on_subscribe", function, mid, reasons, properties or Properties(PacketTypes.SUBACK))
        else:
            self._call("on_subscribe", function, mid, tuple(codes))

    def _call_unsubscribe(self, mid, codes, properties):
        function = self.on_unsubscribe
        if function is None:
            return
        reasons = [reasoncodes.ReasonCode(PacketTypes.UNSUBACK, identifier=code) for code in codes]
        if self._version_2:
            self._call("on_unsubscribe", function, mid, reasons, properties or Properties(PacketTypes.UNSUBACK))
        elif self._protocol == MQTTv5:
            self._call("on_unsubscribe", function, mid, properties, reasons[0] if len(reasons) == 1 else reasons)
        else:
            self._call("on_unsubscribe", function, mid)

    def _call_message(self, message):
        matching = self._matching(message) if self._has_filters else ()
        for function in matching:
            name = getattr(function, "__name__", str(function))
            self._call(f"user defined callback function {name}", function, message)
        if not matching:
            function = self.on_message
            if function is not None:
                self._call("on_message", function, message)

    def _matching(self, message):
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return ()
        return list(self._on_message_filtered.iter_match(topic))

    def _call_plain(self, name, *arguments):
        function = getattr(self, f"on_{name}")
        if function is not None:
            self._call(f"on_{name}", function, *arguments)

    def _call_socket_open(self, sock):
        self._call_plain("socket_open", sock)

    def _call_socket_close(self, sock):
        self._call_plain("socket_close", sock)

    def _call_socket_register_write(self):
        if self._sock is not None and not self._registered_write:
            self._registered_write = True
            if self.on_socket_register_write is not None:
                self._call_plain("socket_register_write", self._sock)

    def _call_socket_unregister_write(self, sock=None):
        if self._registered_write:
            self._registered_write = False
            if self.on_socket_unregister_write is not None:
                self._call_plain("socket_unregister_write", sock or self._sock)
