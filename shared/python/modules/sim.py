"""QuecPython's SIM card: there, without a PIN."""

from _device.board import succeeding as _succeeding


def getStatus():
    return 1


def getImsi():
    return "460000000000001"


def getIccid():
    return "89860000000000000001"


def getPhoneNumber():
    return ""


__getattr__ = _succeeding("sim")
