"""Thermometers on a bus of one wire: a mild day."""


class DS18X20:
    def __init__(self, onewire):
        self.ow = onewire

    def scan(self):
        return self.ow.scan()

    def convert_temp(self):
        return None

    def read_temp(self, _rom):
        return 21.5
