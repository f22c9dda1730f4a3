"""What a topic, a filter, a quality of service or a payload has to be, with the errors that scripts get where it is not."""

import uuid

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST_TOPIC = 65535
_LARGEST_PAYLOAD = 268435455


def base62(num, base=_DIGITS, padding=1):
    """`num` in digits and letters, with zeros in front to `padding` characters."""
    assert num >= 0
    digits = ""
    while num:
        num, digit = divmod(num, 62)
        digits = base[digit] + digits
    return digits.rjust(padding, base[0])


def random_client_id():
    """22 characters, which every broker accepts (MQTT-3.1.3-5)."""
    return base62(uuid.uuid4().int, padding=22).encode("utf-8")


def payload_bytes(payload):
    """What a payload is on the wire: text as UTF-8, numbers as text, None as nothing."""
    if isinstance(payload, str):
        return payload.encode("utf-8")
    if isinstance(payload, (bytes, bytearray)):
        return bytes(payload)
    if isinstance(payload, (int, float)):
        return str(payload).encode("ascii")
    if payload is None:
        return b""
    raise TypeError("payload must be a string, bytearray, int, float or None.")


def check_topic(topic):
    """Of an encoded topic to publish to (MQTT-3.3.2-2)."""
    if b"+" in topic or b"#" in topic or len(topic) > _LONGEST_TOPIC:
        raise ValueError("Publish topic cannot contain wildcards.")


def check_size(payload):
    if len(payload) > _LARGEST_PAYLOAD:
        raise ValueError("Payload too large.")


def check_qos(qos):
    if qos < 0 or qos > 2:
        raise ValueError("Invalid QoS level.")


def filter_bytes(sub):
    """A topic filter as bytes; its wildcards have to fill a level, and # the last (MQTT-4.7.1-2, MQTT-4.7.1-3)."""
    if sub is None or len(sub) == 0:
        raise ValueError("Invalid topic.")
    encoded = sub.encode("utf-8")
    if not _is_filter(encoded):
        raise ValueError("Invalid subscription filter.")
    return encoded


def _is_filter(encoded):
    if not 0 < len(encoded) <= _LONGEST_TOPIC:
        return False
    levels = encoded.split(b"/")
    if any(b"+" in level and len(level) > 1 for level in levels):
        return False
    return all(level == b"#" and at == len(levels) - 1 for at, level in enumerate(levels) if b"#" in level)


def subscriptions(topic, qos, options, options_class):
    """The three ways of naming subscriptions as a list of (filter as bytes, qos or options).

    `options_class` is SubscribeOptions for a client of MQTT 5, else None: then options are left aside.
    """
    if isinstance(topic, tuple):
        if options_class is None:
            topic, qos = topic
        else:
            topic, options = topic
            if not isinstance(options, options_class):
                raise ValueError("Subscribe options must be instance of SubscribeOptions class.")
    if isinstance(topic, str):
        return [_subscription(topic, qos, options, options_class)]
    if not isinstance(topic, list):
        raise ValueError("No topic specified, or incorrect topic type.")
    return [_listed(one_topic, wanted, options_class) for one_topic, wanted in topic]


def _subscription(topic, qos, options, options_class):
    check_qos(qos)
    if options_class is None:
        return filter_bytes(topic), qos
    if options is not None and qos != 0:
        raise ValueError("Subscribe options and qos parameters cannot be combined.")
    if options is not None and not isinstance(options, options_class):
        raise ValueError("Subscribe options must be instance of SubscribeOptions class.")
    if not _is_filter(topic.encode("utf-8")):
        raise ValueError("Invalid subscription filter.")
    return topic.encode("utf-8"), options if options is not None else options_class(qos=qos)


def _listed(topic, wanted, options_class):
    if options_class is not None:
        return topic.encode("utf-8"), wanted if isinstance(wanted, options_class) else options_class(qos=wanted)
    check_qos(wanted)
    return filter_bytes(topic), wanted


def unsubscriptions(topic):
    """A filter or a list of filters as bytes."""
    if topic is None or topic == "":
        raise ValueError("Invalid topic.")
    if isinstance(topic, str):
        return [filter_bytes(topic)]
    if not isinstance(topic, list):
        raise ValueError("No topic specified, or incorrect topic type.")
    return [filter_bytes(one) for one in topic]
