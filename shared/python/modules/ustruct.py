"""`struct` under MicroPython's name; `s` takes text too."""

import struct as _struct
from struct import calcsize, iter_unpack, unpack, unpack_from


def _plain(values):
    return [value.encode() if isinstance(value, str) else value for value in values]


def pack(layout, *values):
    return _struct.pack(layout, *_plain(values))


def pack_into(layout, buffer, offset, *values):
    _struct.pack_into(layout, buffer, offset, *_plain(values))


__all__ = ["calcsize", "iter_unpack", "pack", "pack_into", "unpack", "unpack_from"]
