"""QuecPython's power and odds and ends."""

from _device.board import show as _show


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


class ADC:
    ADC0, ADC1 = 0, 1

    def open(self):
        return 0

    def read(self, _channel):
        return 1650

    def close(self):
        return 0
