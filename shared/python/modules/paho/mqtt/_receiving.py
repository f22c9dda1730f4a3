"""What a client does with each packet that it receives."""

import threading
from collections import OrderedDict
from time import monotonic
from typing import NamedTuple

from . import _arguments
from ._constants import (
    CONNACK_REFUSED_IDENTIFIER_REJECTED,
    CONNACK_REFUSED_PROTOCOL_VERSION,
    MQTT_ERR_AGAIN,
    MQTT_ERR_CONN_LOST,
    MQTT_ERR_CONN_REFUSED,
    MQTT_ERR_PROTOCOL,
    MQTT_ERR_SUCCESS,
    MQTT_LOG_DEBUG,
    MQTT_LOG_ERR,
    MQTTv5,
    MQTTv31,
    MQTTv311,
    mqtt_cs_connected,
    mqtt_ms_wait_for_pubcomp,
    mqtt_ms_wait_for_pubrel,
)
from ._messages import MQTTMessage
from .packettypes import PacketTypes
from .properties import from_wire
from .reasoncodes import ReasonCode

#: What a broker without MQTT 5 answers to its CONNECT: refused, protocol version.
_CONNACK_OF_3_1_1 = b"\x20\x02\x00\x01"
#: How a CONNACK of 3.1 and 3.1.1 begins; acknowledge flags and return code follow.
_CONNACK = b"\x20\x02"


class ConnectFlags(NamedTuple):
    session_present: bool


class DisconnectFlags(NamedTuple):
    is_disconnect_packet_from_server: bool


class Receiving:
    def _reset_receiving(self):
        self._in_hand = None
        self._in_messages = OrderedDict()
        self._in_message_mutex = threading.Lock()

    def _packet_read(self):
        """One packet. It stays in hand until it was handled without an exception: a callback that raises gets it again."""
        if self._in_hand is None:
            try:
                self._in_hand = self._stream.recv(0)
            except OSError as error:
                if error.errno:
                    self._easy_log(MQTT_LOG_ERR, "failed to receive on socket: %s", error)
                return MQTT_ERR_CONN_LOST
            if self._in_hand is None:
                return MQTT_ERR_AGAIN
        packet = self._in_hand
        handle = _HANDLERS.get(packet["type"])
        if handle is None:
            self._easy_log(MQTT_LOG_ERR, "Error: Unrecognised command %s", packet["type"])
            return MQTT_ERR_PROTOCOL
        rc = handle(self, packet)
        self._in_hand = None
        self._last_msg_in = monotonic()
        return rc

    def _handle_malformed(self, packet):
        data = bytes(packet.get("bytes") or b"")
        if self._protocol == MQTTv5 and data == _CONNACK_OF_3_1_1:
            return self._handle_connack({"sessionPresent": False, "reasonCode": 0x84})
        if self._protocol != MQTTv5 and data[:2] == _CONNACK and len(data) == 4:
            # A return code that 3.1.1 does not know; paho hands it on as it is.
            return self._handle_connack({"sessionPresent": data[2] & 1, "reasonCode": data[3]})
        return MQTT_ERR_PROTOCOL

    def _handle_connack(self, packet):
        present = int(packet["sessionPresent"])
        code = packet["reasonCode"]
        rc = self._retry_refused(present, code)
        if rc is not None:
            return rc
        if code == 0:
            self._state = mqtt_cs_connected
            self._reconnect_delay = None
        properties = None
        result = code
        if self._protocol == MQTTv5:
            result = ReasonCode(PacketTypes.CONNACK, identifier=code)
            properties = from_wire(PacketTypes.CONNACK, packet.get("properties"))
            line = "Received CONNACK (%s, %s) properties=%s"
            self._easy_log(MQTT_LOG_DEBUG, line, present, result, properties)
            if code == 0:
                self._mqttv5_first_connect = False
        else:
            self._easy_log(MQTT_LOG_DEBUG, "Received CONNACK (%s, %s)", present, result)
        self._call_connect(present, ConnectFlags(bool(present)), result, properties)
        if code == 0:
            return self._resend()
        return MQTT_ERR_CONN_REFUSED if code < 6 else MQTT_ERR_PROTOCOL

    def _retry_refused(self, present, code):
        """A broker that refused 3.1.1 gets 3.1, and one that refused an empty client identifier gets a random one. None where neither was."""
        if self._protocol != MQTTv311:
            return None
        if code == CONNACK_REFUSED_PROTOCOL_VERSION:
            if not self._reconnect_on_failure:
                return MQTT_ERR_PROTOCOL
            line = "Received CONNACK (%s, %s), attempting downgrade to MQTT v3.1."
            self._easy_log(MQTT_LOG_DEBUG, line, present, code)
            self._protocol = MQTTv31
        elif code == CONNACK_REFUSED_IDENTIFIER_REJECTED and self._client_id == b"":
            if not self._reconnect_on_failure:
                return MQTT_ERR_PROTOCOL
            line = "Received CONNACK (%s, %s), attempting to use non-empty CID"
            self._easy_log(MQTT_LOG_DEBUG, line, present, code)
            self._client_id = _arguments.random_client_id()
        else:
            return None
        return self.reconnect()

    def _handle_disconnect(self, packet):
        reason = ReasonCode(PacketTypes.DISCONNECT, identifier=packet.get("reasonCode", 0))
        properties = from_wire(PacketTypes.DISCONNECT, packet.get("properties"))
        self._easy_log(MQTT_LOG_DEBUG, "Received DISCONNECT %s %s", reason, properties)
        self._sock_close()
        self._do_on_disconnect(reason, properties, from_server=True)
        return MQTT_ERR_SUCCESS

    def _handle_suback(self, packet):
        self._easy_log(MQTT_LOG_DEBUG, "Received SUBACK")
        properties = None
        if self._protocol == MQTTv5:
            properties = from_wire(PacketTypes.SUBACK, packet.get("properties"))
        self._call_subscribe(packet["packetId"], packet["reasonCodes"], properties)
        return MQTT_ERR_SUCCESS

    def _handle_unsuback(self, packet):
        mid = packet["packetId"]
        self._easy_log(MQTT_LOG_DEBUG, "Received UNSUBACK (Mid: %d)", mid)
        properties = None
        codes = ()
        if self._protocol == MQTTv5:
            properties = from_wire(PacketTypes.UNSUBACK, packet.get("properties"))
            codes = packet.get("reasonCodes", ())
        self._call_unsubscribe(mid, codes, properties)
        return MQTT_ERR_SUCCESS

    def _handle_publish(self, packet):
        topic = packet["topic"]
        qos = packet["qos"]
        message = MQTTMessage(packet.get("packetId", 0) if qos else 0, topic)
        message.dup = int(packet["dup"])
        message.qos = qos
        message.retain = packet["retain"] if self._major == 2 else int(packet["retain"])
        message.payload = packet["payload"]
        if self._protocol == MQTTv5:
            message.properties = from_wire(PacketTypes.PUBLISH, packet.get("properties"))
        elif len(topic) == 0:
            return MQTT_ERR_PROTOCOL
        if self._logs:
            self._log_received(message)
        message.timestamp = monotonic()
        if qos == 0:
            self._call_message(message)
            return MQTT_ERR_SUCCESS
        if qos == 1:
            self._call_message(message)
            return MQTT_ERR_SUCCESS if self._manual_ack else self._send_puback(message.mid)
        rc = self._send_pubrec(message.mid)
        message.state = mqtt_ms_wait_for_pubrel
        with self._in_message_mutex:
            self._in_messages[message.mid] = message
        return rc

    def _log_received(self, message):
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "TOPIC WITH NON-UTF8: " + str(message._topic)
        line = f"Received PUBLISH (d{message.dup}, q{message.qos}, r{int(message.retain)}, m{message.mid}), '{topic}'"
        if self._protocol == MQTTv5:
            line += f", properties={message.properties}"
        self._easy_log(MQTT_LOG_DEBUG, "%s, ...  (%d bytes)", line, len(message.payload))

    def _handle_pubrel(self, packet):
        """The message is handed over now; a PUBREL of one that is not known is answered all the same (MQTT-4.3.3-11)."""
        mid = packet["packetId"]
        self._easy_log(MQTT_LOG_DEBUG, "Received PUBREL (Mid: %d)", mid)
        with self._in_message_mutex:
            message = self._in_messages.pop(mid, None)
        if message is not None:
            self._call_message(message)
            self._inflight_messages -= 1
            if self._max_inflight_messages > 0:
                with self._out_message_mutex:
                    rc = self._update_inflight()
                if rc != MQTT_ERR_SUCCESS:
                    return rc
        return MQTT_ERR_SUCCESS if self._manual_ack else self._send_pubcomp(mid)

    def _handle_pubrec(self, packet):
        mid = packet["packetId"]
        self._easy_log(MQTT_LOG_DEBUG, "Received PUBREC (Mid: %d)", mid)
        with self._out_message_mutex:
            message = self._out_messages.get(mid)
            if message is None:
                return MQTT_ERR_SUCCESS
            message.state = mqtt_ms_wait_for_pubcomp
            message.timestamp = monotonic()
            return self._send_pubrel(mid)

    def _handle_end_of_flow(self, packet):
        """PUBACK or PUBCOMP: on_publish, then the ticket, then the next message."""
        mid = packet["packetId"]
        kind = packet["type"]
        if self._logs:
            self._easy_log(MQTT_LOG_DEBUG, "Received %s (Mid: %d)", kind.upper(), mid)
        with self._out_message_mutex:
            if mid not in self._out_messages:
                return MQTT_ERR_SUCCESS
            number = PacketTypes.PUBACK if kind == "puback" else PacketTypes.PUBCOMP
            properties = None
            if self._protocol == MQTTv5:
                properties = from_wire(number, packet.get("properties"))
            self._call_publish(mid, (number, packet.get("reasonCode", 0), properties))
            message = self._out_messages.pop(mid)
            message.info._set_as_published()
            self._inflight_messages -= 1
            return self._update_inflight() if self._max_inflight_messages > 0 else MQTT_ERR_SUCCESS

    def _handle_pingreq(self, _packet):
        self._easy_log(MQTT_LOG_DEBUG, "Received PINGREQ")
        return self._send_pingresp()

    def _handle_pingresp(self, _packet):
        self._ping_t = 0
        self._easy_log(MQTT_LOG_DEBUG, "Received PINGRESP")
        return MQTT_ERR_SUCCESS

    def _do_on_disconnect(self, rc, properties=None, from_server=False):
        code = rc if from_server else self._code(rc)
        self._call_disconnect(code, properties, from_server, DisconnectFlags)

    def _messages_reconnect_reset_in(self):
        with self._in_message_mutex:
            if self._clean_start_now():
                self._in_messages.clear()
            for mid in [mid for mid, message in self._in_messages.items() if message.qos != 2]:
                del self._in_messages[mid]

    def ack(self, mid, qos):
        """With manual acknowledgement: confirms a message of that QoS."""
        if not self._manual_ack or qos == 0:
            return self._code(MQTT_ERR_SUCCESS)
        return self._code(self._send_puback(mid) if qos == 1 else self._send_pubcomp(mid))

    def manual_ack_set(self, on):
        """True leaves it to ack() to confirm messages of QoS 1 and 2."""
        self._manual_ack = on


_HANDLERS = {
    "connack": Receiving._handle_connack,
    "publish": Receiving._handle_publish,
    "puback": Receiving._handle_end_of_flow,
    "pubcomp": Receiving._handle_end_of_flow,
    "pubrec": Receiving._handle_pubrec,
    "pubrel": Receiving._handle_pubrel,
    "suback": Receiving._handle_suback,
    "unsuback": Receiving._handle_unsuback,
    "pingreq": Receiving._handle_pingreq,
    "pingresp": Receiving._handle_pingresp,
    "disconnect": Receiving._handle_disconnect,
    "malformed": Receiving._handle_malformed,
}
