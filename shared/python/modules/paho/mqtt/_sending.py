"""What a client sends: publish(), subscribe(), unsubscribe(), and the packets behind them in the order in which they are queued."""

import itertools
import threading
from collections import OrderedDict, deque
from time import monotonic

from _inspector import sched, turns

from . import _arguments
from ._constants import (
    DISCONNECT,
    MQTT_BRIDGE,
    MQTT_CLEAN_START_FIRST_ONLY,
    MQTT_ERR_CONN_LOST,
    MQTT_ERR_NO_CONN,
    MQTT_ERR_QUEUE_SIZE,
    MQTT_ERR_SUCCESS,
    MQTT_LOG_DEBUG,
    MQTT_LOG_ERR,
    PUBLISH,
    MQTTv5,
    MQTTv31,
    mqtt_ms_publish,
    mqtt_ms_queued,
    mqtt_ms_resend_pubrel,
    mqtt_ms_wait_for_pubcomp,
)
from ._flows import AFTER_PUBLISH, ON_RECONNECT
from ._messages import MQTTMessage, MQTTMessageInfo
from .properties import to_wire
from .subscribeoptions import SubscribeOptions

#: Seconds without progress after which the end of a script waits no longer for what is to leave.
_LONGEST_DRAIN = 2


class Sending:
    """Packets wait in `_out_packet` while a callback runs or a loop thread is there to write them; otherwise they leave in the call.

    An entry is (first byte, packet, mid, ticket, initiator). The ticket stands with messages of QoS 0 only, whose end is their leaving;
    the packet of a PUBLISH is the arguments of `PacketStream.publish`.
    """

    def _reset_sending(self):
        self._out_packet = deque()
        self._out_messages = OrderedDict()
        self._out_message_mutex = threading.RLock()
        self._inflight_messages = 0
        self._mids = itertools.count()
        self._last_mid = 0
        self._writing = False
        self._registered_write = False

    def _mid_generate(self):
        """1 to 65535 and around; one for each publish() of whatever QoS, subscribe() and unsubscribe()."""
        mid = self._last_mid = next(self._mids) % 65535 + 1
        return mid

    def publish(self, topic, payload=None, qos=0, retain=False, properties=None):
        """Sends a message, or queues it: with QoS above 0 also while there is no connection, though the ticket says rc 4 then."""
        if self._protocol != MQTTv5 and (topic is None or len(topic) == 0):
            raise ValueError("Invalid topic.")
        encoded = topic.encode("utf-8")
        _arguments.check_topic(encoded)
        _arguments.check_qos(qos)
        data = _arguments.payload_bytes(payload)
        _arguments.check_size(data)
        mid = self._mid_generate()
        if qos == 0:
            info = MQTTMessageInfo(mid)
            info.rc = self._code(self._send_publish(mid, encoded, data, 0, retain, False, info, properties))
            return info
        return self._publish_flow(mid, encoded, data, qos, retain, properties)

    def _publish_flow(self, mid, topic, payload, qos, retain, properties):
        message = MQTTMessage(mid, topic)
        message.timestamp = monotonic()
        message.payload = payload
        message.qos = qos
        message.retain = retain
        message.properties = properties
        info = message.info
        with self._out_message_mutex:
            full = self._max_queued_messages > 0 and len(self._out_messages) >= self._max_queued_messages
            if full or mid in self._out_messages:
                info.rc = self._code(MQTT_ERR_QUEUE_SIZE)
                return info
            self._out_messages[mid] = message
            if not self._may_start_flow():
                message.state = mqtt_ms_queued
                info.rc = self._code(MQTT_ERR_SUCCESS)
                return info
            message.state = AFTER_PUBLISH[qos]
            self._inflight_messages += 1
            rc = self._send_message(message)
            if rc == MQTT_ERR_NO_CONN:
                self._inflight_messages -= 1
                message.state = mqtt_ms_publish
            info.rc = self._code(rc)
            return info

    def _may_start_flow(self):
        return self._max_inflight_messages == 0 or self._inflight_messages < self._max_inflight_messages

    def _send_message(self, message):
        return self._send_publish(
            message.mid,
            message._topic,
            message.payload,
            message.qos,
            message.retain,
            message.dup,
            None,
            message.properties,
        )

    def _send_publish(
        self, mid, topic, payload=b"", qos=0, retain=False, dup=False, info=None, properties=None
    ):
        if self._sock is None:
            return MQTT_ERR_NO_CONN
        if self._logs:
            self._log_publish(mid, topic, payload, qos, retain, dup, properties)
        carried = to_wire(properties) if self._protocol == MQTTv5 else None
        packet = (topic, payload, qos, bool(retain), dup, mid if qos else 0, carried)
        self._out_packet.append((PUBLISH, packet, mid, info, sched.script_location()))
        return self._packet_queued()

    def _log_publish(self, mid, topic, payload, qos, retain, dup, properties):
        line = f"Sending PUBLISH (d{dup:d}, q{qos}, r{int(retain):d}, m{mid}), '{topic}'"
        if self._protocol == MQTTv5:
            line += f", properties={properties}"
        line += f", ... ({len(payload)} bytes)" if payload else " (NULL payload)"
        self._easy_log(MQTT_LOG_DEBUG, "%s", line)

    def subscribe(self, topic, qos=0, options=None, properties=None):
        """(0, mid), or (4, None) without a connection. `topic` is a filter, a (filter, qos) or a list of these; options in MQTT 5."""
        wanted = _arguments.subscriptions(
            topic, qos, options, SubscribeOptions if self._protocol == MQTTv5 else None
        )
        if self._sock is None:
            return self._code(MQTT_ERR_NO_CONN), None
        rc, mid = self._send_subscribe(False, wanted, properties)
        return self._code(rc), mid

    def unsubscribe(self, topic, properties=None):
        """(0, mid), or (4, None) without a connection."""
        filters = _arguments.unsubscriptions(topic)
        if self._sock is None:
            return self._code(MQTT_ERR_NO_CONN), None
        rc, mid = self._send_unsubscribe(False, filters, properties)
        return self._code(rc), mid

    def _send_subscribe(self, dup, topics, properties=None):
        mid = self._mid_generate()
        packet = {"type": "subscribe", "packetId": mid, "subscriptions": [_wire_subscription(*one) for one in topics]}
        self._add_properties(packet, properties)
        self._easy_log(MQTT_LOG_DEBUG, "Sending SUBSCRIBE (d%d, m%d) %s", dup, mid, topics)
        return self._queue(0x82, packet, mid), mid

    def _send_unsubscribe(self, dup, topics, properties=None):
        mid = self._mid_generate()
        packet = {"type": "unsubscribe", "packetId": mid, "topicFilters": topics}
        self._add_properties(packet, properties)
        if self._protocol == MQTTv5:
            self._easy_log(MQTT_LOG_DEBUG, "Sending UNSUBSCRIBE (d%d, m%d) %s %s", dup, mid, properties, topics)
        else:
            self._easy_log(MQTT_LOG_DEBUG, "Sending UNSUBSCRIBE (d%d, m%d) %s", dup, mid, topics)
        return self._queue(0xA2, packet, mid), mid

    def _add_properties(self, packet, properties):
        if self._protocol == MQTTv5:
            carried = to_wire(properties)
            if carried:
                packet["properties"] = carried

    def _send_connect(self, keepalive):
        clean = self._clean_start_now()
        packet = {"type": "connect", "clientId": self._client_id, "cleanStart": clean, "keepAlive": keepalive}
        packet["protocolName"] = "MQIsdp" if self._protocol == MQTTv31 else "MQTT"
        packet["protocolVersion"] = self._protocol | (0x80 if self._client_mode == MQTT_BRIDGE else 0)
        if self._will:
            packet["will"] = self._wire_will()
        if self._username is not None:
            packet["username"] = self._username
            if self._password is not None:
                packet["password"] = self._password
        self._add_properties(packet, self._connect_properties)
        self._log_connect(clean, keepalive)
        self._keepalive = keepalive
        return self._queue(0x10, packet)

    def _wire_will(self):
        will = {
            "topic": self._will_topic,
            "payload": self._will_payload,
            "qos": self._will_qos,
            "retain": bool(self._will_retain),
        }
        self._add_properties(will, self._will_properties)
        return will

    def _clean_start_now(self):
        """Whether the next CONNECT asks for a fresh session."""
        if self._protocol != MQTTv5:
            return bool(self._clean_session)
        if self._clean_start == MQTT_CLEAN_START_FIRST_ONLY:
            return self._mqttv5_first_connect
        return bool(self._clean_start)

    def _log_connect(self, clean, keepalive):
        given = (self._username is not None, self._password is not None and self._username is not None)
        numbers = (*given, self._will and self._will_retain, self._will and self._will_qos, self._will, clean, keepalive)
        line = "Sending CONNECT (u%d, p%d, wr%d, wq%d, wf%d, c%d, k%d) client_id=%s"
        if self._protocol == MQTTv5:
            self._easy_log(
                MQTT_LOG_DEBUG, line + " properties=%s", *numbers, self._client_id, self._connect_properties
            )
        else:
            self._easy_log(MQTT_LOG_DEBUG, line, *numbers, self._client_id)

    def _send_disconnect(self, reasoncode=None, properties=None):
        packet = {"type": "disconnect"}
        if self._protocol == MQTTv5:
            self._easy_log(
                MQTT_LOG_DEBUG, "Sending DISCONNECT reasonCode=%s properties=%s", reasoncode, properties
            )
            if reasoncode is not None:
                packet["reasonCode"] = reasoncode.value
            self._add_properties(packet, properties)
        else:
            self._easy_log(MQTT_LOG_DEBUG, "Sending DISCONNECT")
        return self._queue(DISCONNECT, packet)

    def _send_pingreq(self):
        self._easy_log(MQTT_LOG_DEBUG, "Sending PINGREQ")
        rc = self._queue(0xC0, {"type": "pingreq"})
        if rc == MQTT_ERR_SUCCESS:
            self._ping_t = monotonic()
        return rc

    def _send_pingresp(self):
        self._easy_log(MQTT_LOG_DEBUG, "Sending PINGRESP")
        return self._queue(0xD0, {"type": "pingresp"})

    def _send_with_mid(self, kind, command, mid):
        if self._logs:
            self._easy_log(MQTT_LOG_DEBUG, "Sending %s (Mid: %d)", kind.upper(), mid)
        return self._queue(command, {"type": kind, "packetId": mid}, mid)

    def _send_puback(self, mid):
        return self._send_with_mid("puback", 0x40, mid)

    def _send_pubrec(self, mid):
        return self._send_with_mid("pubrec", 0x50, mid)

    def _send_pubrel(self, mid):
        return self._send_with_mid("pubrel", 0x62, mid)

    def _send_pubcomp(self, mid):
        return self._send_with_mid("pubcomp", 0x70, mid)

    def _queue(self, command, packet, mid=0):
        self._out_packet.append((command, packet, mid, None, sched.script_location()))
        return self._packet_queued()

    def _packet_queued(self):
        """Writes what is queued, unless a loop thread, an external loop or the callback's end will. The next round of loop() does not wait."""
        self._woken = self._has_wake
        if self._thread is None:
            if self._on_socket_register_write is None and self._callback_depth == 0:
                return self._loop_write()
        elif self._stream is not None and not self._leaves_ahead():
            self._stream.signal.set()
        self._call_socket_register_write()
        return MQTT_ERR_SUCCESS

    def _leaves_ahead(self):
        """A message of a flow that is alone in the queue goes to the connection without the loop thread's help: nobody is called back for it."""
        with turns.hold:
            if len(self._out_packet) != 1 or self._writing or self._callback_depth > 0 or self._on_socket_register_write is not None:
                return False
            command, packet, _, info, initiator = entry = self._out_packet[0]
            if command != PUBLISH or info is not None:
                return False
            self._out_packet.popleft()
        try:
            self._stream.publish(*packet, initiator)
        except OSError:
            # The loop thread finds the same, and tells.
            self._out_packet.appendleft(entry)
            return False
        self._last_msg_out = monotonic()
        return True

    def _packet_write(self):
        """Hands all that is queued to the connection."""
        stream = self._stream
        queue = self._out_packet
        while queue:
            entry = queue.popleft()
            command, packet, mid, info, initiator = entry
            try:
                if command == PUBLISH:
                    stream.publish(*packet, initiator)
                else:
                    stream.send(packet, initiator)
            except OSError as error:
                queue.appendleft(entry)
                if error.errno:
                    self._easy_log(MQTT_LOG_ERR, "failed to receive on socket: %s", error)
                return MQTT_ERR_CONN_LOST
            if info is not None:
                if self.on_publish is not None:
                    self._call_publish(mid)
                info._set_as_published()
            elif command == DISCONNECT:
                self._last_msg_out = monotonic()
                self._do_on_disconnect(MQTT_ERR_SUCCESS)
                self._sock_close()
                return MQTT_ERR_SUCCESS
        self._last_msg_out = monotonic()
        return MQTT_ERR_SUCCESS

    def _drain(self):
        """At the end of the script: what publish() accepted still leaves, without callbacks."""
        if self._sock is None:
            return
        try:
            while self._out_packet:
                command, packet, _, _, initiator = self._out_packet.popleft()
                if command == PUBLISH:
                    self._stream.publish(*packet, initiator)
                else:
                    self._stream.send(packet, initiator)
            self._stream.flush()
            self._await_queued()
            self._stream.wait_sent(_LONGEST_DRAIN)
        except OSError:
            pass

    def _await_queued(self):
        """While a loop thread reads acknowledgements: until what waits for its turn is out, as long as that gets anywhere."""
        left = -1
        while self._thread is not None and self._thread.is_alive() and self._sock is not None:
            with self._out_message_mutex:
                queued = sum(message.state == mqtt_ms_queued for message in self._out_messages.values())
            if queued != left:
                left, until = queued, monotonic() + _LONGEST_DRAIN
            if queued == 0 or monotonic() > until:
                return
            sched.sleep(0.005)

    def _lose_queued(self):
        """The connection ended: what was queued is lost, and the tickets of QoS 0 say so."""
        while self._out_packet:
            info = self._out_packet.popleft()[3]
            if info is not None:
                info.rc = self._code(MQTT_ERR_CONN_LOST)
                info._set_as_published()

    def _messages_reconnect_reset_out(self):
        with self._out_message_mutex:
            self._inflight_messages = 0
            resumed = not self._clean_start_now()
            for message in self._out_messages.values():
                message.timestamp = 0
                if not self._may_start_flow():
                    message.state = mqtt_ms_queued
                    continue
                change = ON_RECONNECT.get((message.qos, message.state, resumed))
                if change is not None:
                    message.state, repeats = change
                    message.dup = message.dup or repeats

    def _resend(self):
        """After a CONNACK: the messages of open flows, in their order; those beyond the window wait on."""
        with self._out_message_mutex:
            for message in list(self._out_messages.values()):
                message.timestamp = monotonic()
                if message.state == mqtt_ms_queued:
                    self._loop_write()
                    return MQTT_ERR_SUCCESS
                rc = self._resend_one(message)
                if rc != MQTT_ERR_SUCCESS:
                    return rc
                self._loop_write()
        return MQTT_ERR_SUCCESS

    def _resend_one(self, message):
        self._callback_depth += 1
        try:
            if message.state == mqtt_ms_publish:
                self._inflight_messages += 1
                message.state = AFTER_PUBLISH[message.qos]
                return self._send_message(message)
            if message.state == mqtt_ms_resend_pubrel:
                self._inflight_messages += 1
                message.state = mqtt_ms_wait_for_pubcomp
                return self._send_pubrel(message.mid)
            return MQTT_ERR_SUCCESS
        finally:
            self._callback_depth -= 1

    def _update_inflight(self):
        """A flow ended: the next ones start, as far as the window allows."""
        for message in list(self._out_messages.values()):
            if self._inflight_messages >= self._max_inflight_messages:
                break
            if message.state == mqtt_ms_queued:
                self._inflight_messages += 1
                message.state = AFTER_PUBLISH[message.qos]
                rc = self._send_message(message)
                if rc != MQTT_ERR_SUCCESS:
                    return rc
        return MQTT_ERR_SUCCESS


def _wire_subscription(topic, wanted):
    if not isinstance(wanted, SubscribeOptions):
        return {"topicFilter": topic, "qos": wanted}
    return {
        "topicFilter": topic,
        "qos": wanted.QoS,
        "noLocal": bool(wanted.noLocal),
        "retainAsPublished": bool(wanted.retainAsPublished),
        "retainHandling": wanted.retainHandling,
    }
