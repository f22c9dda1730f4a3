"""Small screens: show() tells the texts on them."""

import framebuf as _framebuf
from _device.board import show as _show


class SSD1306(_framebuf.FrameBuffer):
    def __init__(self, width, height, external_vcc=False):
        super().__init__(bytearray(height // 8 * width), width, height, _framebuf.MONO_VLSB)
        self.external_vcc = external_vcc

    def show(self):
        _show("SSD1306", *(f"{text!r}" for _, text in sorted(self._texts.items())))

    def _set(self, *_level):
        return None

    init_display = poweron = poweroff = contrast = invert = rotate = _set


class SSD1306_I2C(SSD1306):
    def __init__(self, width, height, i2c, addr=0x3C, external_vcc=False):
        super().__init__(width, height, external_vcc)


class SSD1306_SPI(SSD1306):
    def __init__(self, width, height, spi, dc, res, cs, external_vcc=False):
        super().__init__(width, height, external_vcc)
