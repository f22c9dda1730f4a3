"""QuecPython's timers."""

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
