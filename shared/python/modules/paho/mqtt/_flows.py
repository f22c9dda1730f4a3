"""The rules of messages with QoS 1 and 2 as tables: what an acknowledgement does, and what a new connection does with open flows."""

from ._constants import (
    mqtt_ms_publish,
    mqtt_ms_resend_pubrel,
    mqtt_ms_wait_for_puback,
    mqtt_ms_wait_for_pubcomp,
    mqtt_ms_wait_for_pubrec,
)

#: What a message waits for once it was sent, by its QoS.
AFTER_PUBLISH = {
    1: mqtt_ms_wait_for_puback,  # MQTT-4.3.2-1
    2: mqtt_ms_wait_for_pubrec,  # MQTT-4.3.3-1
}

#: Acknowledgements that end a flow; the sender does not look at what it waited for, nor at the reason code.
ENDS_FLOW = frozenset(("puback", "pubcomp"))

#: (QoS, state when the connection ended, session is resumed): state before the next CONNACK, and whether it is sent with DUP.
ON_RECONNECT = {
    (1, mqtt_ms_publish, False): (mqtt_ms_publish, False),
    (1, mqtt_ms_publish, True): (mqtt_ms_publish, False),
    (1, mqtt_ms_wait_for_puback, False): (mqtt_ms_publish, True),
    (1, mqtt_ms_wait_for_puback, True): (mqtt_ms_publish, True),  # MQTT-4.4.0-1
    (2, mqtt_ms_publish, False): (mqtt_ms_publish, False),
    (2, mqtt_ms_publish, True): (mqtt_ms_publish, False),
    (2, mqtt_ms_wait_for_pubrec, False): (mqtt_ms_publish, True),
    (2, mqtt_ms_wait_for_pubrec, True): (mqtt_ms_publish, True),  # MQTT-4.4.0-1
    (2, mqtt_ms_resend_pubrel, False): (mqtt_ms_publish, True),
    (2, mqtt_ms_resend_pubrel, True): (mqtt_ms_resend_pubrel, False),
    (2, mqtt_ms_wait_for_pubcomp, False): (mqtt_ms_publish, True),
    (2, mqtt_ms_wait_for_pubcomp, True): (mqtt_ms_resend_pubrel, False),  # MQTT-4.4.0-1
}
