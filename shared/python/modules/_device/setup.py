"""Makes Python's own modules answer to what MicroPython adds to them. Called once, before a script runs."""

import gc
import sys
import time

from _inspector import sched

#: Ticks wrap around, as they do on a device.
_PERIOD = 1 << 30


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


def _mktime(fields, _original=time.mktime):
    """Takes the eight fields of a device too, which knows no daylight saving, and answers whole seconds for those."""
    if len(fields) == 8:
        return int(_original((*fields, -1)))
    return _original(fields)


def install():
    for function in (ticks_ms, ticks_us, ticks_add, ticks_diff, sleep_ms, sleep_us):
        setattr(time, function.__name__, function)
    time.ticks_cpu = ticks_us
    time.mktime = _mktime
    gc.mem_free = lambda: 100_000
    gc.mem_alloc = lambda: 60_000
    gc.threshold = lambda *amount: -1
    sys.print_exception = print_exception


def print_exception(error, file=None):
    """MicroPython's way to print what was caught."""
    import traceback

    traceback.print_exception(error, file=sys.stdout if file is None else file)
