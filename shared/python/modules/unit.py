"""Units on the ports of an M5 device: whatever is read, called or set is taken, and what would be shown is said."""

from _device.board import Anything as _Anything


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _Anything(f"unit.{name}")
