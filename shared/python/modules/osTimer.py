"""QuecPython's timers. The module is called as the class is."""

import sys as _sys
from types import ModuleType as _ModuleType

from machine import Timer as _Timer


class osTimer:
    def __init__(self):
        self._timer = _Timer()

    def start(self, milliseconds, cyclic, callback):
        mode = _Timer.PERIODIC if cyclic else _Timer.ONE_SHOT
        self._timer.init(mode=mode, period=milliseconds, callback=lambda _timer: callback(None))
        return 0

    def stop(self):
        self._timer.deinit()
        return 0

    delete_timer = stop


class _Callable(_ModuleType):
    def __call__(self):
        return osTimer()


_sys.modules[__name__].__class__ = _Callable
