"""`ssl` under MicroPython's name; its wrap_socket verifies nothing unless it is told to, as on a device."""

from ssl import *
from ssl import wrap_socket
