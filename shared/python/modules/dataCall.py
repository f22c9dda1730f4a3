"""QuecPython's data connection: it stands, and never changes."""

from _device.board import succeeding as _succeeding

_callback = None


def setCallback(function):
    """Keeps the function; it would be called with (number, 1 or 0) when the connection changes."""
    global _callback
    _callback = function
    return 0


def getInfo(number=1, kind=0):
    return (number, kind, [1, 0, "10.0.0.2", "10.0.0.1", "10.0.0.1"])


def start(*_arguments):
    return 0


def getPDPContext(_number=1):
    return (1, 0, "console", "", "", 0)


activate = deactivate = setApn = setAutoConnect = setPDPContext = setAutoActivate = start


__getattr__ = _succeeding("dataCall")
