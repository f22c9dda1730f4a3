"""`time` under MicroPython's name."""

from time import *
from time import __dict__ as _all

from _device import clock as _clock

globals().update({name: value for name, value in _all.items() if not name.startswith("__")})
time, localtime, gmtime = _clock.device_time, _clock.device_localtime, _clock.device_gmtime
