"""The RP2's own parts. Programs of its state machines are taken and do not run."""

from _device.board import Anything as _Anything
from _device.board import absorbing as _absorbing


def country(*_code):
    return "XX"


def bootsel_button():
    return 0


def asm_pio(**_settings):
    return lambda function: function


class PIO:
    IN_LOW, IN_HIGH, OUT_LOW, OUT_HIGH = 0, 1, 2, 3
    SHIFT_LEFT, SHIFT_RIGHT = 0, 1
    JOIN_NONE, JOIN_TX, JOIN_RX = 0, 1, 2
    IRQ_SM0, IRQ_SM1, IRQ_SM2, IRQ_SM3 = 256, 512, 1024, 2048


def StateMachine(number, *_arguments, **_settings):
    return _Anything(f"StateMachine({number})")


__getattr__ = _absorbing("rp2")
