"""Units on the ports of an M5 device: whatever is read, called or set is taken, and what would be shown is said."""

from _device.board import absorbing as _absorbing

__getattr__ = _absorbing("unit")
