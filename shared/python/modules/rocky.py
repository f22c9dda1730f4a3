"""Makeblock's rocky."""

from _device.board import absorbing as _absorbing
from _device.makeblock import parts as _parts

globals().update(_parts("rocky"))
__getattr__ = _absorbing("rocky")
