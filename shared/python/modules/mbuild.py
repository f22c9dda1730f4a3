"""Makeblock's mbuild."""

from _device.board import absorbing as _absorbing
from _device.makeblock import parts as _parts

globals().update(_parts("mbuild"))
__getattr__ = _absorbing("mbuild")
