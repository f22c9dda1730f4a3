"""Packets on their way to and from the inspector: many of them as columns, texts and bytes as the specification has them."""

import json
import struct
from array import array

__all__ = ["ACKNOWLEDGEMENT_NAMES", "ACKNOWLEDGEMENTS", "PUBLISH", "checked", "decoded", "pack"]

PUBLISH = 0x30
ACKNOWLEDGEMENTS = {"puback": 0x40, "pubrec": 0x50, "pubrel": 0x62, "pubcomp": 0x70}
ACKNOWLEDGEMENT_NAMES = {4: "puback", 5: "pubrec", 6: "pubrel", 7: "pubcomp"}


def pack(queue):
    """A batch as the link takes it."""
    rows = array("I")
    pieces = []
    length = 0
    blobs = []
    blob_length = 0
    others = []
    properties = []
    initiators = [""]
    numbers = {"": 0}

    def plain(value):
        nonlocal blob_length
        if isinstance(value, (bytes, bytearray, memoryview)):
            data = bytes(value)
            start = blob_length
            blob_length += len(data)
            blobs.append(data)
            return {"$": [start, blob_length]}
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items() if inner is not None}
        if isinstance(value, (list, tuple)):
            return [plain(inner) for inner in value]
        return value

    for number, (header, packet_id, topic, payload, extra, initiator) in enumerate(queue):
        place = numbers.get(initiator)
        if place is None:
            place = numbers[initiator] = len(initiators)
            initiators.append(initiator)
        if header == 0:
            others.append(_completed(plain(extra)))
        else:
            pieces.append(topic)
            pieces.append(payload)
            if extra:
                properties.append([number, plain(extra)])
        topic_end = length + len(topic)
        length = topic_end + len(payload)
        rows.extend((header, packet_id, topic_end, length, place))
    return (
        rows.tobytes(),
        b"".join(pieces),
        json.dumps(others) if others else "",
        b"".join(blobs),
        json.dumps(properties) if properties else "",
        json.dumps(initiators),
    )


#: Fields that are bytes on the wire; all others that come as bytes are text.
_BINARY = {"payload", "password", "bytes", "correlationData", "authenticationData"}


def checked(packet):
    """A packet that can be sent, as `pack` takes it. Raises what a client raises that packs its bytes itself: struct.error for what has no room."""
    struct.pack("!H", packet.get("keepAlive", 0))
    return _texts(packet)


def _texts(packet, name=""):
    """A packet whose texts are str and whose binary fields are bytes."""
    if isinstance(packet, dict):
        return {inner: _texts(value, inner) for inner, value in packet.items()}
    if isinstance(packet, (list, tuple)):
        return [_texts(value, name) for value in packet]
    if name in _BINARY:
        return packet.encode() if isinstance(packet, str) else packet
    if isinstance(packet, (bytes, bytearray, memoryview)):
        struct.pack("!H", len(packet))
        return bytes(packet).decode()
    if isinstance(packet, str):
        struct.pack("!H", len(packet.encode()))
    return packet


_DEFAULTS = {
    "disconnect": {"reasonCode": 0},
    "auth": {"reasonCode": 0},
    "puback": {"reasonCode": 0},
    "pubrec": {"reasonCode": 0},
    "pubrel": {"reasonCode": 0},
    "pubcomp": {"reasonCode": 0},
    "connect": {"protocolVersion": 4, "cleanStart": True, "keepAlive": 0, "clientId": ""},
}


def _completed(packet):
    """Fills in what may be left out."""
    whole = {**_DEFAULTS.get(packet["type"], {}), **packet}
    if whole["type"] == "connect":
        whole.setdefault("protocolName", "MQIsdp" if whole["protocolVersion"] == 3 else "MQTT")
        if "will" in whole:
            whole["will"] = {"payload": {"$": [0, 0]}, "qos": 0, "retain": False, **whole["will"]}
    return whole


def decoded(value):
    """What came from JavaScript, with bytes for its arrays of bytes."""
    if isinstance(value, dict):
        return {name: decoded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [decoded(inner) for inner in value]
    if isinstance(value, memoryview):
        return bytes(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
