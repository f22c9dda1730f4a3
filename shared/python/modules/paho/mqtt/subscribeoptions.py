"""What MQTT 5 lets a client ask for with each topic filter of a SUBSCRIBE (MQTT 5.0 §3.8.3.1)."""

from . import MQTTException

_NAMES = ["QoS", "noLocal", "retainAsPublished", "retainHandling"]


class SubscribeOptions:
    RETAIN_SEND_ON_SUBSCRIBE, RETAIN_SEND_IF_NEW_SUB, RETAIN_DO_NOT_SEND = range(3)

    def __init__(self, qos=0, noLocal=False, retainAsPublished=False, retainHandling=RETAIN_SEND_ON_SUBSCRIBE):
        object.__setattr__(self, "names", list(_NAMES))
        self.QoS = qos
        self.noLocal = noLocal
        self.retainAsPublished = retainAsPublished
        self.retainHandling = retainHandling
        assert self.QoS in (0, 1, 2)
        assert self.retainHandling in (0, 1, 2), "Retain handling should be 0, 1 or 2"

    def __setattr__(self, name, value):
        if name not in self.names:
            raise MQTTException(f"{name} Attribute name must be one of {self.names}")
        object.__setattr__(self, name, value)

    def pack(self):
        """The byte that follows the topic filter."""
        assert self.QoS in (0, 1, 2)
        assert self.retainHandling in (0, 1, 2), "Retain handling should be 0, 1 or 2"
        flags = (1 if self.noLocal else 0) << 2 | (1 if self.retainAsPublished else 0) << 3
        return bytes([self.QoS | flags | self.retainHandling << 4])

    def unpack(self, buffer):
        """Takes the options from the first byte of `buffer` and says how long they are: 1."""
        byte = buffer[0]
        self.retainHandling = byte >> 4 & 0x03
        self.retainAsPublished = bool(byte >> 3 & 1)
        self.noLocal = bool(byte >> 2 & 1)
        self.QoS = byte & 0x03
        assert self.retainHandling in (0, 1, 2), f"Retain handling should be 0, 1 or 2, not {self.retainHandling}"
        assert self.QoS in (0, 1, 2), f"QoS should be 0, 1 or 2, not {self.QoS}"
        return 1

    def json(self):
        return {name: getattr(self, name) for name in _NAMES}

    def __str__(self):
        return "{" + ", ".join(f"{name}={getattr(self, name)}" for name in _NAMES) + "}"

    __repr__ = __str__
