"""Pycom's light."""

from _device.board import show as _show


def heartbeat(*_on):
    return None


def rgbled(colour):
    _show("pycom.rgbled", f"#{colour:06x}")


def nvs_set(*_arguments):
    return None


def nvs_get(*_arguments):
    return None
