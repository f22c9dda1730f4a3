"""Parts of a microcontroller that measure and make voltages: they measure the middle of their range, and remember what they were set to."""


class ADC:
    ATTN_0DB, ATTN_2_5DB, ATTN_6DB, ATTN_11DB = 0, 1, 2, 3
    WIDTH_9BIT, WIDTH_10BIT, WIDTH_11BIT, WIDTH_12BIT = 9, 10, 11, 12
    #: The RP2's own thermometer; its pin measures 27 °C.
    CORE_TEMP = 4
    CORE_VREF, CORE_VBAT = 5, 6
    ADC0, ADC1, ADC2, ADC3 = 0, 1, 2, 3

    def __init__(self, pin=None, **_more):
        self._pin = pin

    def init(self, **_more):
        return None

    def block(self):
        return self

    def open(self):
        return 0

    def close(self):
        return 0

    def read(self, channel=None):
        """MicroPython's twelve bits, or QuecPython's millivolts of a channel."""
        return 2048 if channel is None else 1650

    def read_u16(self):
        return 14022 if self._pin == self.CORE_TEMP else 32768

    def read_uv(self):
        return 1_650_000

    def atten(self, *_level):
        return None

    def width(self, *_bits):
        return None

    def channel(self, *_arguments, **_more):
        return self

    def deinit(self):
        return None


class DAC:
    def __init__(self, pin=None, *_arguments, **_more):
        self._pin = pin

    def write(self, _level):
        return None

    def write_timed(self, *_arguments, **_more):
        return None

    def deinit(self):
        return None


class PWM:
    """Frequency and duty are read back as they were set."""

    PWM0, PWM1, PWM2, PWM3 = 0, 1, 2, 3
    ABOVE_MS, ABOVE_1US, ABOVE_10US, ABOVE_BELOW_US = 0, 1, 2, 3

    def __init__(self, pin=None, *_arguments, freq=1000, duty=0, duty_u16=None, duty_ns=None, **_more):
        self._pin = pin
        self._freq = freq
        self._duty = next(level for level in (duty_u16, duty_ns, duty) if level is not None)

    def init(self, *, freq=None, **duties):
        if freq is not None:
            self._freq = freq
        for level in duties.values():
            self._duty = level

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

    def open(self):
        return 0

    def close(self):
        return 0

    def deinit(self):
        return None


class TouchPad:
    def __init__(self, pin):
        self._pin = pin

    def read(self):
        return 500

    def config(self, _threshold):
        return None
