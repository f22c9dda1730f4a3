"""MicroPython's installer: what scripts install is here already, or cannot be had."""

from _inspector import sched as _sched


def install(package, *_arguments, **_more):
    _sched.note(f"upip.install({package!r}): nothing is installed here; the umqtt modules and devices' usual ones are there already.")
