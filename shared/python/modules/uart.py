"""QuecPython's serial ports, by their old name."""

from machine import UART

__all__ = ["UART"]
