"""M5Stack's UIFlow2: the device itself."""

import time as _time

from _device.board import Anything as _Anything
from _device.board import show as _show


class _Widget:
    """Something on the screen with a text."""

    def __init__(self, text="", *_arguments, **_more):
        self._text = str(text)
        if text:
            _show(type(self).__name__, text)

    def setText(self, text):
        self._text = str(text)
        _show(type(self).__name__, text)

    def getText(self):
        return self._text

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything(f"{type(self).__name__}.{name}")


class _Widgets:
    class Label(_Widget):
        pass

    class Title(_Widget):
        pass

    class Image(_Widget):
        pass

    class Line(_Widget):
        pass

    class Circle(_Widget):
        pass

    class Rectangle(_Widget):
        pass

    class Triangle(_Widget):
        pass

    class QRCode(_Widget):
        pass

    FONTS = _Anything("Widgets.FONTS")

    @staticmethod
    def fillScreen(colour):
        _show("Widgets.fillScreen", f"#{colour:06x}")

    @staticmethod
    def setRotation(_rotation):
        return None

    @staticmethod
    def setBrightness(_level):
        return None


class _Button:
    """A button nobody presses."""

    CB_TYPE = _Anything("Btn.CB_TYPE")

    def isPressed(self):
        return False

    wasPressed = wasReleased = wasClicked = wasHold = isHolding = isReleased = wasDoubleClicked = wasSingleClicked = isPressed

    def setCallback(self, *_arguments, **_more):
        return None


Widgets = _Widgets
BtnA, BtnB, BtnC, BtnPWR, BtnEXT = _Button(), _Button(), _Button(), _Button(), _Button()
Lcd = Display = _Anything("M5.Lcd")
Speaker, Mic, Touch, Led = (_Anything(f"M5.{_name}") for _name in ("Speaker", "Mic", "Touch", "Led"))


class _Imu:
    """A device that lies still."""

    def getAccel(self):
        return (0.0, 0.0, 1.0)

    def getGyro(self):
        return (0.0, 0.0, 0.0)

    getMag = getGyro

    def getAttitude(self):
        return (0.0, 0.0)

    def getType(self):
        return 0

    def isEnabled(self):
        return True


class _Power:
    """A full battery at the charger."""

    def getBatteryLevel(self):
        return 100

    def getBatteryVoltage(self):
        return 4200

    def isCharging(self):
        return True

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything(f"M5.Power.{name}")


Imu, Power = _Imu(), _Power()


def begin(*_arguments):
    return None


def update():
    """Ends a turn of the main loop; gives others theirs."""
    _time.sleep(0.001)


def getBoard():
    return 0


__all__ = [
    "BtnA",
    "BtnB",
    "BtnC",
    "BtnEXT",
    "BtnPWR",
    "Display",
    "Imu",
    "Lcd",
    "Led",
    "Mic",
    "Power",
    "Speaker",
    "Touch",
    "Widgets",
    "begin",
    "getBoard",
    "update",
]
