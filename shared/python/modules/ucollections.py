"""`collections` under MicroPython's name."""

from collections import OrderedDict, defaultdict, deque, namedtuple

__all__ = ["OrderedDict", "defaultdict", "deque", "namedtuple"]
