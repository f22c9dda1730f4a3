"""Pycom's cryptography, as far as random numbers go."""

import os as _os


def getrandbits(bits):
    return _os.urandom((bits + 31) // 32 * 4)
