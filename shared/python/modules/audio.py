"""QuecPython's voice, which is silent here."""

from _device.board import show as _show


class TTS:
    def __init__(self, device=0):
        return None

    def play(self, priority, breakin, mode, text):
        _show("TTS", text)
        return 0

    def close(self):
        return 0

    def setVolume(self, _level):
        return 0

    def getVolume(self):
        return 4

    def setCallback(self, _function):
        return 0


class Audio(TTS):
    def play(self, priority, breakin, file):
        _show("Audio", file)
        return 0
