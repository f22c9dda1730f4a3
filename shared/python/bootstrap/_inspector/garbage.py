"""Collects cyclic garbage while threads give way, in place of the interpreter.

The interpreter's own collector works in small steps, and each begins with the frames of all threads (CPython 3.14, `mark_stacks`). The bottom
frame of a call from C lies on the C stack, and the stack of a thread that is put aside is not in its place: the collector then reads what
another thread has there, and the interpreter dies. Collections of the youngest objects, and of all of them, do not look at frames.
"""

import gc

#: New objects after which the youngest are collected: some milliseconds of a busy script.
_YOUNG = 10_000
#: Collections of the youngest for each of everything.
_YOUNG_PER_WHOLE = 50

_collect = gc.collect
_count = gc.get_count
_wanted = True
_since_whole = 0


def collect_if_due():
    """To be called where a thread gives way."""
    global _since_whole
    if not _wanted or _count()[0] < _YOUNG:
        return
    _since_whole += 1
    if _since_whole < _YOUNG_PER_WHOLE:
        _collect(0)
    else:
        _since_whole = 0
        _collect()


def collect(generation=2):
    """`gc.collect`; of the middle generation it makes a whole one."""
    if not 0 <= generation <= 2:
        raise ValueError("invalid generation")
    return _collect(0 if generation == 0 else 2)


def enable():
    global _wanted
    _wanted = True


def disable():
    global _wanted
    _wanted = False


def isenabled():
    return _wanted


def install():
    """Called once, before any code of a script runs."""
    gc.disable()
    gc.collect, gc.enable, gc.disable, gc.isenabled = collect, enable, disable, isenabled
