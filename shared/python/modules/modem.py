"""QuecPython's modem."""

from _device.board import succeeding as _succeeding


def getDevImei():
    return "860000000000001"


def getDevModel():
    return "console"


def getDevSN():
    return "D1X00000000001"


def getDevFwVersion():
    return "console"


__getattr__ = _succeeding("modem")
