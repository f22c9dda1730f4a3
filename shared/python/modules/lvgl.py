"""The graphics library of UIFlow2: whatever is read, called or set is taken, and what would be shown is said."""

from _device.board import absorbing as _absorbing

__getattr__ = _absorbing("lvgl")
