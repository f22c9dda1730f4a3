"""Boards of Makeblock: their lights, screens, sounds and network."""

from .board import Anything, show


class Wifi:
    def __init__(self, board):
        self._board = board

    def start(self, ssid="", password="", mode=None):
        show(f"{self._board}.wifi", "connected to", ssid)

    connect = start

    def is_connected(self):
        return True

    is_connect = is_connected


class Display:
    def __init__(self, board):
        self._board = board

    def show(self, *values, **_more):
        show(f"{self._board}.display", *(_text(value) for value in values))

    show_label = show_image = show

    def clear(self):
        show(f"{self._board}.display", "(clear)")

    def __getattr__(self, name):
        return getattr(Anything(f"{self._board}.display"), name)


class Led:
    def __init__(self, board):
        self._board = board

    def show(self, *values, **_more):
        show(f"{self._board}.led", *values)

    show_single = show_all = show

    def off(self):
        show(f"{self._board}.led", "off")

    def __getattr__(self, name):
        return getattr(Anything(f"{self._board}.led"), name)


def _text(value):
    return value.decode("utf-8", "replace") if isinstance(value, (bytes, bytearray)) else value


def parts(board):
    """The names of a board's module; what is not among them takes anything."""
    return {"wifi": Wifi(board), "display": Display(board), "led": Led(board)}
