"""`time` as microcontrollers have it, beside and, for their scripts, in place of Python's own."""

import sys
import time

from _inspector import sched

#: Ticks wrap around, as they do on a device.
_PERIOD = 1 << 30
#: Who imports one of these runs on a device.
_DEVICE_MODULES = ("machine", "network", "umqtt", "mqtt", "M5", "checkNet", "utime")
_now, _localtime, _gmtime, _mktime, _strftime = time.time, time.localtime, time.gmtime, time.mktime, time.strftime


class Moment(tuple):
    """The eight fields that localtime() answers on a device. Those that read the fields by name may, as with Python's own."""

    __slots__ = ()

    def __getattr__(self, name):
        return getattr(_nine(self), name)


def _nine(fields):
    return time.struct_time((*fields[:8], -1)) if len(fields) == 8 else fields


def _asks_device():
    """Whether the script whose line stands two calls up is one for a device; modules of Python's own are never told device's times."""
    return any(name in sys.modules for name in _DEVICE_MODULES) and sched.is_own(sys._getframe(2).f_code.co_filename)


def device_time():
    """Whole seconds."""
    return int(_now())


def device_localtime(seconds=None):
    return Moment(_localtime(seconds)[:8])


def device_gmtime(seconds=None):
    return Moment(_gmtime(seconds)[:8])


def _time():
    return device_time() if _asks_device() else _now()


def _local(seconds=None):
    return device_localtime(seconds) if _asks_device() else _localtime(seconds)


def _gm(seconds=None):
    return device_gmtime(seconds) if _asks_device() else _gmtime(seconds)


def mktime(fields):
    """Takes the eight fields of a device too, which knows no daylight saving, and answers whole seconds for those."""
    return int(_mktime(_nine(fields))) if len(fields) == 8 else _mktime(fields)


def strftime(form, *fields):
    return _strftime(form, *map(_nine, fields))


def ticks_ms():
    return int(sched.monotonic() * 1000) % _PERIOD


def ticks_us():
    return int(sched.monotonic() * 1_000_000) % _PERIOD


def ticks_add(ticks, delta):
    return (ticks + delta) % _PERIOD


def ticks_diff(end, start):
    half = _PERIOD // 2
    return (end - start + half) % _PERIOD - half


def sleep_ms(milliseconds):
    time.sleep(max(0, milliseconds) / 1000)


def sleep_us(microseconds):
    time.sleep(max(0, microseconds) / 1_000_000)


def install():
    for function in (ticks_ms, ticks_us, ticks_add, ticks_diff, sleep_ms, sleep_us, mktime, strftime):
        setattr(time, function.__name__, function)
    time.ticks_cpu = ticks_us
    for name, function in {"time": _time, "localtime": _local, "gmtime": _gm}.items():
        function.__name__ = function.__qualname__ = name
        setattr(time, name, function)
