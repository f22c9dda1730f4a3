"""The microcontroller: pins, buses, timers and clocks, which remember what they were set to and say what they would show."""

import random as _random
import threading as _threading
import time as _time

from _device.analogue import ADC, DAC, PWM, TouchPad
from _device.board import Anything as _Anything
from _device.board import impossible as _impossible
from _device.board import show as _show
from _device.buses import I2C, I2S, SPI, UART, SoftI2C, SoftSPI

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5
PIN_WAKE, EXT0_WAKE, EXT1_WAKE, TIMER_WAKE, TOUCHPAD_WAKE, ULP_WAKE = 2, 2, 3, 4, 5, 6
IDLE, SLEEP, LIGHTSLEEP, DEEPSLEEP = 1, 2, 2, 4


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


def wake_reason():
    return 0


def freq(*hertz):
    return None if hertz else 160_000_000


def idle():
    _time.sleep(0.001)


def lightsleep(milliseconds=0):
    _time.sleep(milliseconds / 1000)


def deepsleep(milliseconds=0):
    _show("machine.deepsleep", milliseconds, "ms; the device starts anew then, the run ends here")
    raise SystemExit(0)


def time_pulse_us(_pin, _level, timeout=1_000_000):
    """An echo from 10 cm away."""
    return min(580, timeout)


def rng():
    return _random.getrandbits(24)


def bitstream(*_arguments):
    return None


def disable_irq():
    return 0


def enable_irq(_state):
    return None


class _Memory:
    """Registers, which read as zero."""

    def __getitem__(self, _address):
        return 0

    def __setitem__(self, _address, _value): ...


mem8 = mem16 = mem32 = _Memory()


class Pin:
    """Inputs read what their pull resistor makes of a pin that nothing is connected to: 1 with PULL_UP, as a button that is not pressed."""

    IN, OUT, OPEN_DRAIN, ALT, ALT_OPEN_DRAIN, ANALOG = 1, 3, 7, 4, 5, 8
    PULL_UP, PULL_DOWN, PULL_HOLD, PULL_DISABLE, PULL_PU, PULL_PD = 2, 1, 4, 0, 2, 1
    IRQ_RISING, IRQ_FALLING, IRQ_LOW_LEVEL, IRQ_HIGH_LEVEL = 1, 2, 4, 5
    DRIVE_0, DRIVE_1, DRIVE_2, DRIVE_3 = 0, 1, 2, 3
    board = cpu = _Anything("Pin.board")

    def __init__(self, id, mode=None, pull=None, value=None, **_more):
        self.id = id
        self._mode = mode
        self._value = int(pull == self.PULL_UP) if value is None else int(bool(value))
        self._handler = None

    def __repr__(self):
        return f"Pin({self.id})"

    def init(self, mode=None, pull=None, *, value=None, **_more):
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

    def set_dir(self, direction):
        self._mode = direction
        return 0

    def get_dir(self):
        return self._mode

    def drive(self, *_strength):
        return None

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


class ExtInt:
    """QuecPython's interrupt of a pin at which nothing happens."""

    IRQ_RISING, IRQ_FALLING, IRQ_RISING_FALLING = 0, 1, 2
    PULL_PU, PULL_PD, PULL_DISABLE = 1, 2, 0

    def __init__(self, pin, *_arguments):
        self._pin = pin

    def enable(self):
        return 0

    disable = enable

    def line(self):
        return self._pin

    def read_count(self, _clear=0):
        return [0, 0]

    def read_level(self):
        return 0


for _number in range(48):
    setattr(ExtInt, f"GPIO{_number}", _number)


class Timer:
    ONE_SHOT, PERIODIC = 0, 1
    Timer0, Timer1, Timer2, Timer3 = 0, 1, 2, 3

    def __init__(self, id=-1, **more):
        self.id = id
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

    def start(self, period, mode, callback):
        """QuecPython's."""
        self.init(period=period, mode=mode, callback=callback)
        return 0

    def stop(self):
        self.deinit()
        return 0

    def value(self):
        return 0

    def __repr__(self):
        return f"Timer({self.id})"


class RTC:
    """The console's clock; setting it is taken and left aside. What is kept in its memory lasts for the run."""

    ALARM0 = 0
    _memory = b""

    def __init__(self, *_arguments, **_more):
        return None

    def datetime(self, *fields):
        if fields:
            return None
        now = _time.localtime()
        return (now[0], now[1], now[2], now[6], now[3], now[4], now[5], 0)

    init = datetime

    def ntp_sync(self, *_arguments, **_more):
        return None

    def synced(self):
        return True

    def now(self):
        return (*_time.localtime()[:6], 0, None)

    def memory(self, *data):
        if not data:
            return RTC._memory
        RTC._memory = data[0].encode() if isinstance(data[0], str) else bytes(data[0])
        return None

    def alarm(self, *_arguments, **_more):
        return None

    alarm_left = cancel = irq = alarm

    def set_alarm(self, _fields):
        return 0

    register_callback = enable_alarm = set_alarm


class WDT:
    def __init__(self, id=0, timeout=5000):
        return None

    def feed(self):
        return None

    def stop(self):
        return 0


def bootloader(*_arguments):
    _impossible("machine.bootloader()", "flash the device with its own tools")


class SDCard:
    def __init__(self, *_arguments, **_more):
        _impossible("machine.SDCard", "keep files beside the script")


def __getattr__(name):
    """Parts that some boards have and this console only takes note of."""
    if name in ("Counter", "Encoder", "KeyPad", "LCD", "NetLight", "UsbHid", "USBDevice"):
        return _Anything(f"machine.{name}")
    raise AttributeError(f"module 'machine' has no attribute {name!r}")
