"""The time server of devices: the console's clock is right already."""

import time as _time

host = "pool.ntp.org"


def time():
    return int(_time.time())


def settime():
    return None
