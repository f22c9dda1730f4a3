"""MicroPython's prompt over the network: the console has one of its own."""

from _inspector import sched as _sched


def start(*_arguments, **_more):
    _sched.note("webrepl.start(): nothing is started here; the console has a prompt of its own.")


def stop():
    return None
