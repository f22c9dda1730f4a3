"""Reason codes of MQTT 5: a number, the packet that carries it, and the specification's name for the pair (MQTT 5.0 table 2-6)."""

import functools

from .packettypes import PacketTypes

#: Code, its name, and the packet types in which it has that name; 0 has three.
_ROWS = (
    (0, "Success", (2, 4, 5, 6, 7, 11, 15)),
    (0, "Normal disconnection", (14,)),
    (0, "Granted QoS 0", (9,)),
    (1, "Granted QoS 1", (9,)),
    (2, "Granted QoS 2", (9,)),
    (4, "Disconnect with will message", (14,)),
    (16, "No matching subscribers", (4, 5)),
    (17, "No subscription found", (11,)),
    (24, "Continue authentication", (15,)),
    (25, "Re-authenticate", (15,)),
    (128, "Unspecified error", (2, 4, 5, 9, 11, 14)),
    (129, "Malformed packet", (2, 14)),
    (130, "Protocol error", (2, 14)),
    (131, "Implementation specific error", (2, 4, 5, 9, 11, 14)),
    (132, "Unsupported protocol version", (2,)),
    (133, "Client identifier not valid", (2,)),
    (134, "Bad user name or password", (2,)),
    (135, "Not authorized", (2, 4, 5, 9, 11, 14)),
    (136, "Server unavailable", (2,)),
    (137, "Server busy", (2, 14)),
    (138, "Banned", (2,)),
    (139, "Server shutting down", (14,)),
    (140, "Bad authentication method", (2, 14)),
    (141, "Keep alive timeout", (14,)),
    (142, "Session taken over", (14,)),
    (143, "Topic filter invalid", (9, 11, 14)),
    (144, "Topic name invalid", (2, 4, 5, 14)),
    (145, "Packet identifier in use", (4, 5, 9, 11)),
    (146, "Packet identifier not found", (6, 7)),
    (147, "Receive maximum exceeded", (14,)),
    (148, "Topic alias invalid", (14,)),
    (149, "Packet too large", (2, 14)),
    (150, "Message rate too high", (14,)),
    (151, "Quota exceeded", (2, 4, 5, 9, 14)),
    (152, "Administrative action", (14,)),
    (153, "Payload format invalid", (4, 5, 14)),
    (154, "Retain not supported", (2, 14)),
    (155, "QoS not supported", (2, 14)),
    (156, "Use another server", (2, 14)),
    (157, "Server moved", (2, 14)),
    (158, "Shared subscription not supported", (9, 14)),
    (159, "Connection rate exceeded", (2, 14)),
    (160, "Maximum connect time", (14,)),
    (161, "Subscription identifiers not supported", (9, 14)),
    (162, "Wildcard subscription not supported", (9, 14)),
)


class _UnknownReason(KeyError, AssertionError):
    """No such code or name in a packet of this type: an AssertionError to scripts of the 1.x line, a KeyError to those of 2.x."""

    def __str__(self):
        return str(self.args[0])


_UnknownReason.__name__ = _UnknownReason.__qualname__ = "AssertionError"
_UnknownReason.__module__ = "builtins"


@functools.total_ordering
class ReasonCode:
    """One code in one type of packet. Equal to its number, to its name and to the same code of any packet."""

    def __init__(self, packetType, aName="Success", identifier=-1):
        self.packetType = packetType
        self.names = {}
        for code, name, types in _ROWS:
            self.names.setdefault(code, {})[name] = list(types)
        if identifier != -1:
            self.set(self._name_of(identifier))
        elif aName == "Success" and packetType == PacketTypes.DISCONNECT:
            self.set("Normal disconnection")
        else:
            self.set(aName)

    def _name_of(self, identifier):
        for code, name, types in _ROWS:
            if code == identifier and self.packetType in types:
                return name
        raise _UnknownReason(identifier)

    def getId(self, name):
        """The number that `name` has in a packet of this type."""
        for code, row_name, types in _ROWS:
            if row_name == name and self.packetType in types:
                return code
        raise _UnknownReason(name)

    def set(self, name):
        self.value = self.getId(name)

    def getName(self):
        return self._name_of(self.value)

    @property
    def is_failure(self):
        """Codes of 0x80 and greater say that something failed (MQTT 5.0 §2.4)."""
        return self.value >= 0x80

    def unpack(self, buffer):
        """Takes the code from the first byte of `buffer` and says how long it is: 1."""
        self._name_of(buffer[0])
        self.value = buffer[0]
        return 1

    def pack(self):
        return bytearray([self.value])

    def json(self):
        return self.getName()

    def __eq__(self, other):
        if isinstance(other, int):
            return self.value == other
        if isinstance(other, str):
            return self.getName() == other
        if isinstance(other, ReasonCode):
            return self.value == other.value
        return False

    def __lt__(self, other):
        if isinstance(other, int):
            return self.value < other
        if isinstance(other, ReasonCode):
            return self.value < other.value
        return NotImplemented

    def __hash__(self):
        return hash(self.value)

    def __str__(self):
        return self.getName()

    def __repr__(self):
        return f"ReasonCode({PacketTypes.Names[self.packetType]}, {self.getName()!r})"


#: The name of the 1.x line.
ReasonCodes = ReasonCode


def of_connack(code):
    """What a CONNACK return code of MQTT 3.1.1 is called in MQTT 5."""
    names = (
        "Success",
        "Unsupported protocol version",
        "Client identifier not valid",
        "Server unavailable",
        "Bad user name or password",
        "Not authorized",
    )
    return ReasonCode(PacketTypes.CONNACK, names[code] if 0 <= code < len(names) else "Unspecified error")


def of_disconnect(error):
    """The reason that callbacks of version 2 get where a connection ended by an MQTT_ERR_* number instead of a DISCONNECT."""
    return ReasonCode(PacketTypes.DISCONNECT, {0: "Success", 16: "Keep alive timeout"}.get(error, "Unspecified error"))
