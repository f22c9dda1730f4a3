"""QuecPython's mobile network: registered at home."""

from _device.board import succeeding as _succeeding


def getState():
    return ([1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0])


def csqQueryPoll():
    return 25


def getModemFun():
    return 1


def setModemFun(*_arguments):
    return 0


def operatorName():
    return ("Console", "Console", "460", "00")


def getConfig():
    return (0, False)


__getattr__ = _succeeding("net")
