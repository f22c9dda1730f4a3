"""Bytes as MicroPython has them: they take text in places where Python's own do not."""


class DeviceBytes(bytes):
    """Topic or message of a callback. `topic + " text"` and `"text" in message` work, and results print as bytes, as on a device."""

    __slots__ = ()

    def __add__(self, other):
        return DeviceBytes(bytes(self) + _bytes(other))

    def __radd__(self, other):
        return DeviceBytes(_bytes(other) + bytes(self))

    def __contains__(self, part):
        return bytes.__contains__(self, _bytes(part))

    def __getitem__(self, key):
        part = bytes.__getitem__(self, key)
        return DeviceBytes(part) if isinstance(key, slice) else part

    def format(self, *_arguments, **_keywords):
        raise AttributeError("bytes have no format() in Python 3; decode() the message first: message.decode().format(...)")


def _bytes(value):
    return value.encode() if isinstance(value, str) else value
