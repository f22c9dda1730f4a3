"""`asyncio` under MicroPython's name."""

from asyncio import *
from asyncio import __dict__ as _all

globals().update({name: value for name, value in _all.items() if not name.startswith("__")})
