"""The numbers of paho 1.x as scripts use them, and the texts that paho gives to errors and refusals."""

MQTTv31 = 3
MQTTv311 = 4
MQTTv5 = 5

CONNECT = 0x10
CONNACK = 0x20
PUBLISH = 0x30
PUBACK = 0x40
PUBREC = 0x50
PUBREL = 0x60
PUBCOMP = 0x70
SUBSCRIBE = 0x80
SUBACK = 0x90
UNSUBSCRIBE = 0xA0
UNSUBACK = 0xB0
PINGREQ = 0xC0
PINGRESP = 0xD0
DISCONNECT = 0xE0
AUTH = 0xF0

MQTT_LOG_INFO = 0x01
MQTT_LOG_NOTICE = 0x02
MQTT_LOG_WARNING = 0x04
MQTT_LOG_ERR = 0x08
MQTT_LOG_DEBUG = 0x10

CONNACK_ACCEPTED = 0
CONNACK_REFUSED_PROTOCOL_VERSION = 1
CONNACK_REFUSED_IDENTIFIER_REJECTED = 2
CONNACK_REFUSED_SERVER_UNAVAILABLE = 3
CONNACK_REFUSED_BAD_USERNAME_PASSWORD = 4
CONNACK_REFUSED_NOT_AUTHORIZED = 5

mqtt_cs_new = 0
mqtt_cs_connected = 1
mqtt_cs_disconnecting = 2
mqtt_cs_connect_async = 3

mqtt_ms_invalid = 0
mqtt_ms_publish = 1
mqtt_ms_wait_for_puback = 2
mqtt_ms_wait_for_pubrec = 3
mqtt_ms_resend_pubrel = 4
mqtt_ms_wait_for_pubrel = 5
mqtt_ms_resend_pubcomp = 6
mqtt_ms_wait_for_pubcomp = 7
mqtt_ms_send_pubrec = 8
mqtt_ms_queued = 9

MQTT_ERR_AGAIN = -1
MQTT_ERR_SUCCESS = 0
MQTT_ERR_NOMEM = 1
MQTT_ERR_PROTOCOL = 2
MQTT_ERR_INVAL = 3
MQTT_ERR_NO_CONN = 4
MQTT_ERR_CONN_REFUSED = 5
MQTT_ERR_NOT_FOUND = 6
MQTT_ERR_CONN_LOST = 7
MQTT_ERR_TLS = 8
MQTT_ERR_PAYLOAD_SIZE = 9
MQTT_ERR_NOT_SUPPORTED = 10
MQTT_ERR_AUTH = 11
MQTT_ERR_ACL_DENIED = 12
MQTT_ERR_UNKNOWN = 13
MQTT_ERR_ERRNO = 14
MQTT_ERR_QUEUE_SIZE = 15
MQTT_ERR_KEEPALIVE = 16

MQTT_CLIENT = 0
MQTT_BRIDGE = 1

#: Clean Start of the first connection only; the ones after it resume the session.
MQTT_CLEAN_START_FIRST_ONLY = 3

_ERRORS = (
    "No error.",
    "Out of memory.",
    "A network protocol error occurred when communicating with the broker.",
    "Invalid function arguments provided.",
    "The client is not currently connected.",
    "The connection was refused.",
    "Message not found (internal error).",
    "The connection was lost.",
    "A TLS error occurred.",
    "Payload too large.",
    "This feature is not supported.",
    "Authorisation failed.",
    "Access denied by ACL.",
    "Unknown error.",
    "Error defined by errno.",
    "Message queue full.",
    "Client or broker did not communicate in the keepalive interval.",
)

_REFUSALS = (
    "Connection Accepted.",
    "Connection Refused: unacceptable protocol version.",
    "Connection Refused: identifier rejected.",
    "Connection Refused: broker unavailable.",
    "Connection Refused: bad user name or password.",
    "Connection Refused: not authorised.",
)


def error_string(mqtt_errno):
    """What an MQTT_ERR_* number means, in paho's words."""
    return _ERRORS[mqtt_errno] if 0 <= mqtt_errno < len(_ERRORS) else "Unknown error."


def connack_string(connack_code):
    """What a CONNACK return code means, in paho's words; a reason code of MQTT 5 has a name of its own."""
    if not isinstance(connack_code, int):
        return str(connack_code)
    return _REFUSALS[connack_code] if 0 <= connack_code < len(_REFUSALS) else "Connection Refused: unknown reason."
