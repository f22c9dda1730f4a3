"""The parts of an M5 device: those of every microcontroller, and others of which whatever is read, called or set is taken."""

from machine import ADC, I2C, I2S, PWM, SPI, UART, WDT, Pin, SoftI2C, SoftSPI, Timer

from _device.board import absorbing as _absorbing

__getattr__ = _absorbing("hardware")
Button, IR, RFID, RGB, Rotary = (__getattr__(_name) for _name in ("Button", "IR", "RFID", "RGB", "Rotary"))
