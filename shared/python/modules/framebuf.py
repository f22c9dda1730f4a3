"""Pictures in memory: nothing is drawn here, but texts are kept, to be told when the picture is shown."""

MONO_VLSB, MONO_HLSB, MONO_HMSB, MVLSB = 0, 3, 4, 0
RGB565, GS2_HMSB, GS4_HMSB, GS8 = 1, 5, 2, 6


class FrameBuffer:
    def __init__(self, buffer, width, height, format, stride=None):
        self.width = width
        self.height = height
        self._texts = {}

    def fill(self, _colour):
        self._texts.clear()

    def text(self, text, x, y, _colour=1):
        self._texts[y, x] = text

    def pixel(self, _x, _y, *_colour):
        return None if _colour else 0

    def _drawn(self, *_arguments):
        return None

    hline = vline = line = rect = fill_rect = ellipse = poly = blit = scroll = _drawn
