"""The microcontroller: pins, buses, timers and clocks, which remember what they were set to and say what they would show."""

import threading as _threading
import time as _time

from _device.board import impossible as _impossible
from _device.board import show as _show

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5


def unique_id():
    """Letters and digits: scripts use it as a client identifier, which brokers want to be text."""
    return b"a1b2c3d4"


def reset():
    """Ends the run, as a device would begin anew."""
    _show("machine.reset", "the device restarts; the run ends here")
    raise SystemExit(0)


soft_reset = reset


def reset_cause():
    return PWRON_RESET


def freq(*hertz):
    return None if hertz else 160_000_000


def idle():
    _time.sleep(0.001)


def lightsleep(milliseconds=0):
    _time.sleep(milliseconds / 1000)


def deepsleep(milliseconds=0):
    _show("machine.deepsleep", milliseconds, "ms; the device starts anew then, the run ends here")
    raise SystemExit(0)


def disable_irq():
    return 0


def enable_irq(_state):
    return None


class Pin:
    IN, OUT, OPEN_DRAIN, ALT = 1, 3, 7, 4
    PULL_UP, PULL_DOWN, PULL_HOLD, PULL_DISABLE, PULL_PU, PULL_PD = 2, 1, 4, 0, 2, 1
    IRQ_RISING, IRQ_FALLING, IRQ_LOW_LEVEL, IRQ_HIGH_LEVEL = 1, 2, 4, 5

    def __init__(self, id, mode=-1, pull=-1, *, value=None, **_more):
        self.id = id
        self._mode = mode
        self._value = 0 if value is None else int(bool(value))
        self._handler = None

    def init(self, mode=-1, pull=-1, *, value=None, **_more):
        self._mode = mode
        if value is not None:
            self.value(value)

    def value(self, *new):
        if not new:
            return self._value
        level = int(bool(new[0]))
        if level != self._value:
            self._value = level
            _show(f"Pin {self.id}", level)
        return None

    def __call__(self, *new):
        return self.value(*new)

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)

    high, low = on, off

    def toggle(self):
        self.value(1 - self._value)

    def read(self):
        return self._value

    def write(self, value):
        self.value(value)

    def mode(self, *mode):
        return self._mode

    def irq(self, handler=None, trigger=3, **_more):
        self._handler = handler
        return self


for _number in range(48):
    setattr(Pin, f"GPIO{_number}", _number)


class Signal:
    def __init__(self, pin, *, invert=False):
        self._pin = pin
        self._invert = invert

    def value(self, *new):
        if not new:
            return self._pin.value() ^ self._invert
        self._pin.value(bool(new[0]) ^ self._invert)
        return None

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)


class ADC:
    ATTN_0DB, ATTN_2_5DB, ATTN_6DB, ATTN_11DB = 0, 1, 2, 3
    WIDTH_9BIT, WIDTH_10BIT, WIDTH_11BIT, WIDTH_12BIT = 9, 10, 11, 12

    def __init__(self, pin=0, **_more):
        self._pin = pin

    def read(self):
        return 2048

    def read_u16(self):
        return 32768

    def read_uv(self):
        return 1_650_000

    def atten(self, *_level):
        return None

    def width(self, *_bits):
        return None

    def channel(self, **_more):
        return self


class PWM:
    def __init__(self, pin, freq=1000, duty=0, **_more):
        self._pin = pin
        self._freq = freq
        self._duty = duty

    def freq(self, *hertz):
        if not hertz:
            return self._freq
        self._freq = hertz[0]
        return None

    def duty(self, *level):
        if not level:
            return self._duty
        self._duty = level[0]
        return None

    duty_u16 = duty_ns = duty

    def deinit(self):
        return None

    def init(self, **_more):
        return None


class _Bus:
    """A bus with nothing on it."""

    def __init__(self, *_arguments, **_more):
        return None

    def init(self, *_arguments, **_more):
        return None

    def deinit(self):
        return None

    def scan(self):
        return []

    def _nothing(self, *_arguments, **_more):
        raise OSError(19, "ENODEV: nothing is connected to the buses of this console")

    readfrom = writeto = readfrom_mem = readfrom_mem_into = writeto_mem = readfrom_into = _nothing


class I2C(_Bus):
    pass


SoftI2C = I2C


class SPI(_Bus):
    MSB, LSB = 0, 1

    def write(self, data):
        return None

    def read(self, size, write=0):
        return bytes(size)

    def readinto(self, buffer, write=0):
        return None


SoftSPI = SPI


class UART:
    def __init__(self, *_arguments, **_more):
        return None

    def init(self, *_arguments, **_more):
        return None

    def any(self):
        return 0

    def read(self, *_size):
        return None

    readline = read

    def write(self, data):
        _show("UART", data)
        return len(data)

    def deinit(self):
        return None


class Timer:
    ONE_SHOT, PERIODIC = 0, 1

    def __init__(self, id=-1, **more):
        self._running = None
        if more:
            self.init(**more)

    def init(self, *, mode=PERIODIC, period=-1, freq=-1, callback=None, **_more):
        seconds = 1 / freq if freq > 0 else period / 1000
        self.deinit()
        token = self._running = object()

        def run():
            while self._running is token:
                _time.sleep(seconds)
                if self._running is not token:
                    return
                callback(self)
                if mode == Timer.ONE_SHOT:
                    return

        # Timers live as long as the device does.
        _threading.Thread(target=run, name="Timer").start()

    def deinit(self):
        self._running = None

    def value(self):
        return 0


class RTC:
    def __init__(self, *_arguments):
        return None

    def datetime(self, *fields):
        if fields:
            return None
        now = _time.localtime()
        return (now[0], now[1], now[2], now[6], now[3], now[4], now[5], 0)

    def ntp_sync(self, *_arguments, **_more):
        return None

    init = datetime

    def now(self):
        return _time.localtime()[:6] + (0, None)

    def memory(self, *data):
        return b""


class WDT:
    def __init__(self, id=0, timeout=5000):
        return None

    def feed(self):
        return None


class TouchPad:
    def __init__(self, pin):
        return None

    def read(self):
        return 500


def bootloader(*_arguments):
    _impossible("machine.bootloader()", "flash the device with its own tools")
