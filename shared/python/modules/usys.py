"""`sys` under MicroPython's name."""

import sys as _sys

_sys.modules[__name__] = _sys
