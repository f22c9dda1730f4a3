"""A bus of one wire, with one thermometer on it."""


class OneWireError(Exception):
    pass


class OneWire:
    SEARCH_ROM, MATCH_ROM, SKIP_ROM = 0xF0, 0x55, 0xCC

    def __init__(self, pin):
        self.pin = pin

    def reset(self, required=False):
        return True

    def scan(self):
        return [bytearray(b"\x28\xff\x64\x1e\x01\x16\x03\x5c")]
