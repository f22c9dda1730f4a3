"""The ESP32's own parts."""


def raw_temperature():
    return 128


def mcu_temperature():
    return 45


def hall_sensor():
    return 0


def wake_on_ext0(*_arguments, **_more):
    return None


wake_on_ext1 = wake_on_touch = wake_on_ext0


class NVS:
    """Values that last for one run."""

    def __init__(self, namespace):
        self._values = {}

    def set_i32(self, key, value):
        self._values[key] = value

    def get_i32(self, key):
        if key not in self._values:
            raise OSError(-4354, "ESP_ERR_NVS_NOT_FOUND")
        return self._values[key]

    set_blob = set_i32

    def get_blob(self, key, buffer):
        data = self.get_i32(key)
        buffer[: len(data)] = data
        return len(data)

    def erase_key(self, key):
        self._values.pop(key, None)

    def commit(self):
        return None
