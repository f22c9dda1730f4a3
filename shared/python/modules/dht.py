"""Sensors of temperature and humidity: a mild day."""


class DHTBase:
    def __init__(self, pin):
        self.pin = pin

    def measure(self):
        return None


class DHT11(DHTBase):
    def temperature(self):
        return 21

    def humidity(self):
        return 45


class DHT22(DHTBase):
    def temperature(self):
        return 21.5

    def humidity(self):
        return 45.2
