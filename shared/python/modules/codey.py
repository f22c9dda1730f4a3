"""Makeblock's codey."""

from _device.board import absorbing as _absorbing
from _device.makeblock import parts as _parts

globals().update(_parts("codey"))
__getattr__ = _absorbing("codey")
