"""Chains of coloured lights."""

from _device.board import show as _show


class NeoPixel:
    ORDER = (1, 0, 2, 3)

    def __init__(self, pin, n, bpp=3, timing=1):
        self.pin = pin
        self.n = n
        self.bpp = bpp
        self._colours = [(0,) * bpp] * n

    def __len__(self):
        return self.n

    def __getitem__(self, index):
        return self._colours[index]

    def __setitem__(self, index, colour):
        self._colours[index] = tuple(colour)

    def fill(self, colour):
        self._colours = [tuple(colour)] * self.n

    def write(self):
        _show(f"NeoPixel {self.pin}", *self._colours)
