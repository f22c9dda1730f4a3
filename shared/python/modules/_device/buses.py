"""Buses of a microcontroller, with nothing on them."""

from .board import show


class _Bus:
    def __init__(self, *_arguments, **_more):
        return None

    def init(self, *_arguments, **_more):
        return None

    def deinit(self):
        return None


class I2C(_Bus):
    """Nobody answers, as on a board whose sensor is not plugged in."""

    I2C0, I2C1, I2C2 = 0, 1, 2
    STANDARD_MODE, FAST_MODE = 0, 1

    def scan(self):
        return []

    def _nothing(self, *_arguments, **_more):
        raise OSError(19, "ENODEV: nothing is connected to the buses of this console")

    readfrom = readfrom_into = writeto = writevto = readfrom_mem = readfrom_mem_into = writeto_mem = readinto = start = _nothing

    def stop(self):
        return None

    def read(self, *_arguments):
        """QuecPython's reading and writing answer -1 where it failed."""
        return -1

    write = read


class SoftI2C(I2C):
    pass


class SPI(_Bus):
    """Reads zeros."""

    MSB, LSB = 0, 1
    CONTROLLER, MASTER = 0, 0

    def write(self, _data, _size=None):
        return None

    def read(self, size, write=0):
        if isinstance(size, (bytearray, memoryview)):
            return self.readinto(size)
        return bytes(size)

    def readinto(self, buffer, write=0):
        buffer[:] = bytes(len(buffer))

    def write_readinto(self, _data, buffer):
        self.readinto(buffer)

    def write_read(self, buffer, _data, _size):
        self.readinto(buffer)
        return 0


class SoftSPI(SPI):
    pass


class UART(_Bus):
    """Nothing comes; what goes out is told."""

    UART0, UART1, UART2, UART3 = 0, 1, 2, 3
    INV_TX, INV_RX, RTS, CTS = 1, 2, 1, 2
    RX_ANY, RX_IDLE, IRQ_RX, IRQ_RXIDLE = 1, 2, 1, 2

    def any(self):
        return 0

    def read(self, *_size):
        return None

    readline = readinto = read

    def write(self, data):
        show("UART", data.decode("utf-8", "replace") if isinstance(data, (bytes, bytearray)) else data)
        return len(data)

    def flush(self):
        return None

    def txdone(self):
        return True

    def sendbreak(self):
        return None

    def irq(self, *_arguments, **_more):
        return None

    def set_callback(self, _function):
        return 0

    def control_485(self, *_arguments):
        return 0

    def close(self):
        return 0


class I2S(_Bus):
    RX, TX, MONO, STEREO = 0, 1, 0, 1

    def readinto(self, buffer):
        buffer[:] = bytes(len(buffer))
        return len(buffer)

    def write(self, data):
        return len(data)

    def irq(self, _handler):
        return None
