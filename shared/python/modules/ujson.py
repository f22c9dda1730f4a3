"""`json` under MicroPython's name; dumps() takes bytes, as a device's does."""

import json as _json
from json import *


def _text(value):
    return value.decode() if isinstance(value, (bytes, bytearray)) else _json.JSONEncoder().default(value)


def dumps(obj, *arguments, **keywords):
    return _json.dumps(obj, *arguments, default=_text, **keywords)


def dump(obj, stream, *arguments, **keywords):
    return _json.dump(obj, stream, *arguments, default=_text, **keywords)
