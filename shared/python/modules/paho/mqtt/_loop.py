"""The network loops: one round, for ever, in a thread, or driven from outside."""

import threading
from time import monotonic

from _inspector import sched

from ._connection import WebsocketConnectionError
from ._constants import (
    MQTT_ERR_AGAIN,
    MQTT_ERR_CONN_LOST,
    MQTT_ERR_INVAL,
    MQTT_ERR_KEEPALIVE,
    MQTT_ERR_NO_CONN,
    MQTT_ERR_NOMEM,
    MQTT_ERR_SUCCESS,
    MQTT_LOG_DEBUG,
    mqtt_cs_connect_async,
    mqtt_cs_connected,
    mqtt_cs_disconnecting,
    mqtt_cs_new,
)

#: Packets that one round of loop_forever() reads at most before it looks at the clock.
_BATCH = 64
#: Longest sleep, in seconds, in which a wish to stop goes unseen.
_NAP = 0.1


class Loop:
    def _reset_loop(self):
        self._thread = None
        self._thread_terminate = False
        self._has_wake = False
        self._woken = False

    def loop(self, timeout=1.0, max_packets=1):
        """One round: waits for packets up to `timeout` seconds, handles one or a few, writes what is queued, looks after the keep alive."""
        if self._thread_terminate is True and threading.current_thread() is not self._thread:
            self._thread_terminate = False
        self._has_wake = True
        return self._code(self._loop(timeout))

    def _loop(self, timeout=1.0, batch=None):
        if timeout < 0.0:
            raise ValueError("Invalid timeout.")
        if self._sock is None:
            return MQTT_ERR_CONN_LOST
        stream = self._stream
        self._await_work(stream, timeout)
        if stream.pending or self._in_hand is not None or not stream.is_open:
            rc = self._loop_read(batch)
            if rc or self._sock is None:
                return rc
        if self._out_packet:
            rc = self._loop_write()
            if rc or self._sock is None:
                return rc
        return self._loop_misc()

    def _await_work(self, stream, timeout):
        """Until there is something to read or to write, or something was queued since the last round, `timeout` seconds at most.

        Bytes that left are no reason to come back.
        """
        until = monotonic() + timeout
        while True:
            stream.signal.clear()
            if self._woken or not self._idle(stream) or not stream.signal.wait(until - monotonic()):
                self._woken = False
                return

    def _idle(self, stream):
        return not self._out_packet and self._in_hand is None and not stream.pending and stream.is_open

    def loop_read(self, max_packets=1):
        """Handles the packets that came; for when socket() is readable."""
        return self._code(self._loop_read(None))

    def _loop_read(self, batch):
        """`batch` packets at most; without it as many as messages are under way. Ends early where something is to be written."""
        if self._sock is None:
            return MQTT_ERR_NO_CONN
        for _ in range(batch or max(1, len(self._out_messages) + len(self._in_messages))):
            if self._sock is None:
                return MQTT_ERR_NO_CONN
            rc = self._packet_read()
            if rc > 0:
                return self._loop_rc_handle(rc)
            if rc == MQTT_ERR_AGAIN or (batch and (self._out_packet or not self._has_arrived())):
                break
        return MQTT_ERR_SUCCESS

    def _has_arrived(self):
        """Whether reading on would find something; reading itself would give way first."""
        return self._sock is not None and (self._stream.pending > 0 or not self._stream.is_open)

    def loop_write(self, max_packets=1):
        """Writes what is queued; for when socket() is writable and want_write() is true."""
        return self._code(self._loop_write())

    def _loop_write(self):
        if self._sock is None:
            return MQTT_ERR_NO_CONN
        if self._writing:
            return MQTT_ERR_SUCCESS
        self._writing = True
        try:
            rc = self._packet_write()
        finally:
            self._writing = False
            if self._out_packet:
                self._call_socket_register_write()
            else:
                self._call_socket_unregister_write()
        return self._loop_rc_handle(rc) if rc > 0 else MQTT_ERR_SUCCESS

    def want_write(self):
        return len(self._out_packet) > 0

    def loop_misc(self):
        """Pings and notices silence; to be called every second or so."""
        return self._code(self._loop_misc())

    def _loop_misc(self):
        if self._sock is None:
            return MQTT_ERR_NO_CONN
        now = monotonic()
        self._check_keepalive(now)
        if self._ping_t > 0 and now - self._ping_t >= self._keepalive and self._sock is not None:
            self._lost_by_silence()
            return MQTT_ERR_CONN_LOST
        return MQTT_ERR_SUCCESS

    def _check_keepalive(self, now=None):
        """After `keepalive` seconds of silence in either direction: a PINGREQ, or the end where one is still unanswered."""
        now = monotonic() if now is None else now
        silent = now - self._last_msg_out >= self._keepalive or now - self._last_msg_in >= self._keepalive
        if self._keepalive == 0 or not silent:
            return
        if self._state == mqtt_cs_connected and self._ping_t == 0:
            self._send_pingreq()
            self._last_msg_in = self._last_msg_out = now
        else:
            self._lost_by_silence()

    def _lost_by_silence(self):
        self._sock_close()
        asked_for = self._state == mqtt_cs_disconnecting
        self._do_on_disconnect(MQTT_ERR_SUCCESS if asked_for else MQTT_ERR_KEEPALIVE)

    def _loop_rc_handle(self, rc):
        """The connection is over: closes it and tells on_disconnect why."""
        if rc:
            self._sock_close()
            if self._state == mqtt_cs_disconnecting:
                rc = MQTT_ERR_SUCCESS
            elif self._major == 2:
                self._state = mqtt_cs_new
            self._do_on_disconnect(rc)
        return rc

    def loop_forever(self, timeout=1.0, max_packets=1, retry_first_connection=False):
        """Loops until disconnect(), connecting again as often as the connection is lost. Returns how the last round ended."""
        self._first_connection(retry_first_connection)
        while True:
            rc = MQTT_ERR_SUCCESS
            while rc == MQTT_ERR_SUCCESS:
                rc = self._loop(timeout, _BATCH)
                if self._thread_terminate is True and not self._out_packet and not self._out_messages:
                    return self._code(rc or MQTT_ERR_NOMEM)
            if self._should_end() or not self._reconnect_on_failure:
                return self._code(rc)
            self._reconnect_wait()
            if self._should_end():
                return self._code(rc)
            self._try_reconnect()

    def _should_end(self):
        return self._state == mqtt_cs_disconnecting or self._thread_terminate is True

    def _first_connection(self, retry):
        """Connects where connect_async() left it to the loop, once: later attempts are the loop's, which waits before each of them too."""
        if self._state == mqtt_cs_connect_async and not self._try_reconnect(reraise=not retry):
            self._reconnect_wait()

    def _try_reconnect(self, reraise=False):
        try:
            self.reconnect()
            return True
        except (OSError, WebsocketConnectionError):
            self._call_plain("connect_fail")
            if reraise:
                raise
            self._easy_log(MQTT_LOG_DEBUG, "Connection failed, retrying")
            return False

    def _reconnect_wait(self):
        """Sleeps the delay of reconnect_delay_set(), or until someone asks the loop to end."""
        if self._reconnect_delay is None:
            self._reconnect_delay = self._reconnect_min_delay
        else:
            self._reconnect_delay = min(self._reconnect_delay * 2, self._reconnect_max_delay)
        until = monotonic() + self._reconnect_delay
        while not self._should_end() and (remaining := until - monotonic()) > 0:
            sched.sleep(min(remaining, _NAP))

    def loop_start(self):
        """loop_forever() in a thread that does not keep the script alive."""
        if self._thread is not None:
            return self._code(MQTT_ERR_INVAL)
        self._thread_terminate = False
        self._has_wake = True
        name = f"paho-mqtt-client-{self._client_id.decode('utf-8', 'replace')}" if self._major == 2 else None
        self._thread = threading.Thread(target=self._thread_main, name=name, daemon=True)
        self._thread.start()
        return self._code(MQTT_ERR_SUCCESS) if self._major == 2 else None

    def _thread_main(self):
        self.loop_forever(retry_first_connection=True)

    def loop_stop(self, force=False):
        """Ends the thread once all that publish() accepted is sent and acknowledged, and waits for that."""
        if self._thread is None:
            return self._code(MQTT_ERR_INVAL)
        self._thread_terminate = True
        self._woken = True
        if self._stream is not None:
            self._stream.signal.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        self._thread = None
        return self._code(MQTT_ERR_SUCCESS) if self._major == 2 else None

    def is_connected(self):
        """A CONNACK accepted the last connection; the 1.x line does not take it back where the connection was lost."""
        return self._state == mqtt_cs_connected
