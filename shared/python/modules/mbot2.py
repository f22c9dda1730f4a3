"""Makeblock's mbot2."""

from _device.board import absorbing as _absorbing
from _device.makeblock import parts as _parts

globals().update(_parts("mbot2"))
__getattr__ = _absorbing("mbot2")
