"""The ESP32's own parts."""


from _device.board import absorbing as _absorbing

WAKEUP_ALL_LOW, WAKEUP_ANY_HIGH = False, True
HEAP_DATA, HEAP_EXEC = 4, 1
__getattr__ = _absorbing("esp32")


def raw_temperature():
    return 128


def mcu_temperature():
    return 45


def idf_heap_info(_kind):
    return [(160_000, 100_000, 60_000, 90_000)]


def gpio_deep_sleep_hold(_on):
    return None


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
