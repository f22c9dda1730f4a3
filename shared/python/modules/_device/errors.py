"""Errors of a connection, as scripts for any of the dialects catch them."""


class MQTTException(Exception):
    """The broker said no: args[0] is the code of its CONNACK, or 0x80 of its SUBACK."""


class Refused(MQTTException, ValueError):
    """A refused connection. QuecPython's scripts catch ValueError, all others MQTTException."""


class Unreachable(MQTTException, ValueError, OSError):
    """No connection came about: an OSError with its errno, and what QuecPython's scripts catch."""


for _kind in (Refused, Unreachable):
    # A traceback names what the script knows.
    _kind.__name__ = "MQTTException" if _kind is Refused else "OSError"
    _kind.__qualname__ = _kind.__name__
    _kind.__module__ = "umqtt.simple" if _kind is Refused else "builtins"
