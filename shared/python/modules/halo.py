"""Makeblock's halo."""

from _device.board import absorbing as _absorbing
from _device.makeblock import parts as _parts

globals().update(_parts("halo"))
__getattr__ = _absorbing("halo")
