"""QuecPython's power and odds and ends."""

from _device.analogue import ADC, PWM
from _device.board import show as _show
from _device.board import succeeding as _succeeding

__getattr__ = _succeeding("misc")


class Power:
    @staticmethod
    def powerOnReason():
        return 1

    @staticmethod
    def powerDownReason():
        return 0

    @staticmethod
    def getVbatt():
        return 3700

    @staticmethod
    def powerRestart():
        _show("Power.powerRestart", "the device restarts; the run ends here")
        raise SystemExit(0)

    powerDown = powerRestart


class PowerKey:
    def powerKeyEventRegister(self, _function):
        return 0


class USB:
    def getStatus(self):
        return 1

    def setCallback(self, _function):
        return 0
