"""The properties of MQTT 5 packets: attributes named as in the specification without blanks, checked when they are set."""

import struct

from . import MQTTException
from .packettypes import PacketTypes

_TYPES = [
    "Byte",
    "Two Byte Integer",
    "Four Byte Integer",
    "Variable Byte Integer",
    "Binary Data",
    "UTF-8 Encoded String",
    "UTF-8 String Pair",
]

#: MQTT 5.0 table 2-4: name, identifier, type, and what may carry it.
_ROWS = (
    ("Payload Format Indicator", 1, "Byte", (3, 99)),
    ("Message Expiry Interval", 2, "Four Byte Integer", (3, 99)),
    ("Content Type", 3, "UTF-8 Encoded String", (3, 99)),
    ("Response Topic", 8, "UTF-8 Encoded String", (3, 99)),
    ("Correlation Data", 9, "Binary Data", (3, 99)),
    ("Subscription Identifier", 11, "Variable Byte Integer", (3, 8)),
    ("Session Expiry Interval", 17, "Four Byte Integer", (1, 2, 14)),
    ("Assigned Client Identifier", 18, "UTF-8 Encoded String", (2,)),
    ("Server Keep Alive", 19, "Two Byte Integer", (2,)),
    ("Authentication Method", 21, "UTF-8 Encoded String", (1, 2, 15)),
    ("Authentication Data", 22, "Binary Data", (1, 2, 15)),
    ("Request Problem Information", 23, "Byte", (1,)),
    ("Will Delay Interval", 24, "Four Byte Integer", (99,)),
    ("Request Response Information", 25, "Byte", (1,)),
    ("Response Information", 26, "UTF-8 Encoded String", (2,)),
    ("Server Reference", 28, "UTF-8 Encoded String", (2, 14)),
    ("Reason String", 31, "UTF-8 Encoded String", (2, 4, 5, 6, 7, 9, 11, 14, 15)),
    ("Receive Maximum", 33, "Two Byte Integer", (1, 2)),
    ("Topic Alias Maximum", 34, "Two Byte Integer", (1, 2)),
    ("Topic Alias", 35, "Two Byte Integer", (3,)),
    ("Maximum QoS", 36, "Byte", (2,)),
    ("Retain Available", 37, "Byte", (2,)),
    ("User Property", 38, "UTF-8 String Pair", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 99)),
    ("Maximum Packet Size", 39, "Four Byte Integer", (1, 2)),
    ("Wildcard Subscription Available", 40, "Byte", (2,)),
    ("Subscription Identifier Available", 41, "Byte", (2,)),
    ("Shared Subscription Available", 42, "Byte", (2,)),
)

_NAMES = {title: identifier for title, identifier, _, _ in _ROWS}
_TITLES = {title.replace(" ", ""): title for title in _NAMES}
_KINDS = {identifier: (_TYPES.index(kind), list(holders)) for _, identifier, kind, holders in _ROWS}
_TABLES = frozenset(("packetType", "types", "names", "properties"))
_REPEATABLE = frozenset(("UserProperty", "SubscriptionIdentifier"))

#: Smallest and greatest value of the properties that have limits of their own.
_LIMITS = {
    "ReceiveMaximum": (1, 65535),
    "TopicAlias": (1, 65535),
    "TopicAliasMaximum": (0, 65535),
    "MaximumPacketSize": (1, 268435455),
    "SubscriptionIdentifier": (1, 268435455),
}
_FLAGS = frozenset(("PayloadFormatIndicator", "RequestProblemInformation", "RequestResponseInformation"))


class MalformedPacket(MQTTException):
    """Bytes that are no property."""


def writeInt16(number):
    return bytearray(struct.pack("!H", number))


def readInt16(buffer):
    return struct.unpack_from("!H", buffer)[0]


def writeInt32(number):
    return bytearray(struct.pack("!L", number))


def readInt32(buffer):
    return struct.unpack_from("!L", buffer)[0]


def writeUTF(text):
    return writeBytes(text if isinstance(text, (bytes, bytearray)) else bytes(text, "utf-8"))


def readUTF(buffer, maxlen):
    """The text in front of `buffer` and the bytes it takes, of which there are no more than `maxlen`."""
    if maxlen < 2:
        raise MalformedPacket("Not enough data to read string length")
    length = readInt16(buffer)
    if length > maxlen - 2:
        raise MalformedPacket("Length delimited string too long")
    text = bytes(buffer[2 : 2 + length]).decode("utf-8")
    if "\0" in text:
        raise MalformedPacket("[MQTT-1.5.4-2] Null found in UTF-8 data")
    return text, length + 2


def writeBytes(data):
    return writeInt16(len(data)) + data


def readBytes(buffer):
    length = readInt16(buffer)
    return buffer[2 : 2 + length], length + 2


class VariableByteIntegers:
    """MQTT 5.0 §1.5.5."""

    @staticmethod
    def encode(x):
        assert 0 <= x <= 268435455
        encoded = bytearray()
        while True:
            x, digit = x >> 7, x & 0x7F
            encoded.append(digit | 0x80 if x else digit)
            if not x:
                return bytes(encoded)

    @staticmethod
    def decode(buffer):
        """The number in front of `buffer`, and how many bytes it takes."""
        value = 0
        for at, byte in enumerate(buffer[:4]):
            value |= (byte & 0x7F) << 7 * at
            if not byte & 0x80:
                return value, at + 1
        raise MalformedPacket("Variable byte integer without an end")


class Properties:
    def __init__(self, packetType):
        self.packetType = packetType
        self.types = list(_TYPES)
        self.names = dict(_NAMES)
        self.properties = {identifier: (kind, list(holders)) for identifier, (kind, holders) in _KINDS.items()}

    def allowsMultiple(self, compressedName):
        return compressedName in _REPEATABLE

    def getIdentFromName(self, compressedName):
        """The identifier of a property by its name without blanks; -1 where MQTT has none of that name."""
        title = _TITLES.get(compressedName)
        return -1 if title is None else _NAMES[title]

    def getNameFromIdent(self, identifier):
        return next((title for title, known in _NAMES.items() if known == identifier), None)

    def __setattr__(self, name, value):
        if name in _TABLES:
            object.__setattr__(self, name, value)
            return
        if name not in _TITLES:
            raise MQTTException(f"Property name must be one of {_NAMES.keys()}")
        if self.packetType not in _KINDS[_NAMES[_TITLES[name]]][1]:
            holder = "Will Message" if self.packetType == PacketTypes.WILLMESSAGE else PacketTypes.Names[self.packetType]
            raise MQTTException(f"Property {name} does not apply to packet type {holder}")
        if name in _LIMITS and not isinstance(value, list):
            least, greatest = _LIMITS[name]
            if value < least or value > greatest:
                raise MQTTException(f"{name} property value must be in the range {least}-{greatest}")
        elif name in _FLAGS and value not in (0, 1):
            raise MQTTException(f"{name} property value must be 0 or 1")
        if name in _REPEATABLE:
            values = value if isinstance(value, list) else [value]
            value = (getattr(self, name) if hasattr(self, name) else []) + values
        object.__setattr__(self, name, value)

    def _present(self):
        return [name for name in _TITLES if hasattr(self, name)]

    def __str__(self):
        return "[" + ", ".join(f"{name} : {getattr(self, name)}" for name in self._present()) + "]"

    def json(self):
        """What is set, by name; binary values in hexadecimal."""
        data = {}
        for name in self._present():
            value = getattr(self, name)
            binary = _TYPES[_KINDS[_NAMES[_TITLES[name]]][0]] == "Binary Data"
            data[name] = bytes(value).hex() if binary else value
        return data

    def isEmpty(self):
        return not self._present()

    def clear(self):
        for name in self._present():
            delattr(self, name)

    def writeProperty(self, identifier, type, value):
        written = bytearray(VariableByteIntegers.encode(identifier))
        kind = _TYPES[type]
        if kind == "Byte":
            written.append(value)
        elif kind == "Two Byte Integer":
            written += writeInt16(value)
        elif kind == "Four Byte Integer":
            written += writeInt32(value)
        elif kind == "Variable Byte Integer":
            written += VariableByteIntegers.encode(value)
        elif kind == "Binary Data":
            written += writeBytes(value)
        elif kind == "UTF-8 Encoded String":
            written += writeUTF(value)
        else:
            written += writeUTF(value[0]) + writeUTF(value[1])
        return bytes(written)

    def pack(self):
        """The properties as they stand in a packet, their length in front."""
        written = bytearray()
        for name in self._present():
            identifier = _NAMES[_TITLES[name]]
            value = getattr(self, name)
            for one in value if name in _REPEATABLE else (value,):
                written += self.writeProperty(identifier, _KINDS[identifier][0], one)
        return VariableByteIntegers.encode(len(written)) + bytes(written)

    def readProperty(self, buffer, type, propslen):
        """A value of the type at that index of `types`, and how many bytes it takes."""
        kind = _TYPES[type]
        if kind == "Byte":
            return buffer[0], 1
        if kind == "Two Byte Integer":
            return readInt16(buffer), 2
        if kind == "Four Byte Integer":
            return readInt32(buffer), 4
        if kind == "Variable Byte Integer":
            return VariableByteIntegers.decode(buffer)
        if kind == "Binary Data":
            return readBytes(buffer)
        first, length = readUTF(buffer, propslen)
        if kind == "UTF-8 Encoded String":
            return first, length
        second, more = readUTF(buffer[length:], propslen - length)
        return (first, second), length + more

    def unpack(self, buffer):
        """Replaces the properties by those in front of `buffer`; returns itself and the bytes that they take, their length included."""
        self.clear()
        length, at = VariableByteIntegers.decode(buffer)
        end = at + length
        while at < end:
            identifier, size = VariableByteIntegers.decode(buffer[at:])
            at += size
            value, size = self.readProperty(buffer[at:], _KINDS[identifier][0], end - at)
            at += size
            name = self.getNameFromIdent(identifier).replace(" ", "")
            if name not in _REPEATABLE and hasattr(self, name):
                raise MQTTException(f"Property '{self.getNameFromIdent(identifier)}' must not exist more than once")
            setattr(self, name, value)
        return self, end


#: Attributes whose name in a packet of `_inspector.wire` is not their own with a small first letter.
_WIRE_NAMES = {
    "UserProperty": "userProperties",
    "SubscriptionIdentifier": "subscriptionIdentifiers",
    "SubscriptionIdentifierAvailable": "subscriptionIdentifiersAvailable",
}
_WIRE_NAMES = {name: _WIRE_NAMES.get(name, name[0].lower() + name[1:]) for name in _TITLES}


def to_wire(properties):
    """The properties of a packet for `_inspector.wire`; values that no packet can carry raise as `pack()` does."""
    if properties is None:
        return {}
    properties.pack()
    return {_WIRE_NAMES[name]: getattr(properties, name) for name in properties._present()}


def from_wire(packet_type, received):
    """The `Properties` of a packet of this type that came with `received`, a dict of `_inspector.wire` or None."""
    properties = Properties(packet_type)
    if received:
        for name, wire_name in _WIRE_NAMES.items():
            if wire_name in received:
                value = received[wire_name]
                object.__setattr__(properties, name, list(map(tuple, value)) if name == "UserProperty" else value)
    return properties
