"""Makeblock's cyberpi."""

from _device.board import absorbing as _absorbing
from _device.makeblock import parts as _parts

globals().update(_parts("cyberpi"))
__getattr__ = _absorbing("cyberpi")
