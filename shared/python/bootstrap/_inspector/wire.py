"""The clients' way to the network: packets or bytes over connections that the inspector opens, records and shows.

A dialect (paho, umqtt, ...) makes one PacketStream for each of its client objects and opens it as often as it connects; Target is of
`_inspector.targets`:

    stream = PacketStream(name='sensor-1', protocol=4)
    stream.open(Target('broker.local', 1883, connect_timeout=5))
    stream.send({'type': 'connect', 'clientId': 'sensor-1', 'cleanStart': True, 'keepAlive': 60})
    packet = stream.recv(timeout=5)          # {'type': 'connack', 'sessionPresent': False, 'reasonCode': 0}

Packets are dicts with the names of the specification in camelCase:

    connect      clientId, cleanStart, keepAlive, [protocolName, protocolVersion,] [will {topic, payload, qos, retain, [properties]},]
                 [username,] [password: bytes,] [properties]
    connack      sessionPresent, reasonCode, [properties]
    publish      topic, payload, qos, retain, dup, [packetId,] [properties]
    puback, pubrec, pubrel, pubcomp      packetId, [reasonCode = 0,] [properties]
    subscribe    packetId, subscriptions [{topicFilter, qos, [noLocal, retainAsPublished, retainHandling]}], [properties]
    suback       packetId, reasonCodes, [properties]
    unsubscribe  packetId, topicFilters, [properties]
    unsuback     packetId, reasonCodes, [properties]
    pingreq, pingresp
    disconnect, auth      [reasonCode = 0,] [properties]
    malformed    bytes, rule, message, undecodable      only received: what a genuine client does with it is the dialect's affair;
                                                        after an undecodable one nothing comes but the end
    raw          bytes                                  only sent: goes out and is recorded as it is

Outbound, texts may be str or bytes (UTF-8), payloads bytes-like, and fields of their usual value may be left out. Inbound, topics and
payloads are bytes, all other texts str. Properties have the names of the specification too: 'userProperties': [(name, value)],
'subscriptionIdentifiers': [int], binary ones are bytes. No packet is ever sent or answered by the stream itself.

Errors of open() are those of CPython's socket and ssl modules, errno and text included. KeyboardInterrupt comes out of every call that waits.
"""

import json
from collections import deque

from _inspector_link import link

from . import sched, turns
from .link_errors import StreamClosed, closed, connect_error, gaierror
from .packet_batches import ACKNOWLEDGEMENT_NAMES, ACKNOWLEDGEMENTS, PUBLISH, checked, decoded, pack
from .targets import LONGEST_CONNECT_MS

__all__ = ["ByteStream", "PacketStream", "resolve"]

#: A batch leaves when so many packets or bytes are queued, whether anybody waits or not.
_BATCH_PACKETS = 1000
_BATCH_BYTES = 262_144
#: Bytes that the network has not taken before a sender waits, as a blocking socket would.
_MOST_UNSENT = 8 * 1024 * 1024


class _Stream:
    """A client's connections, one after the other: what packets and bytes have in common."""

    _mode = "packets"

    def __init__(self, name):
        self.signal = sched.Signal()
        self.remote_address = None
        self.local_address = None
        self.tls = None
        self._name = name
        self._source = None
        self._attempt = None
        self._watchers = set()
        #: The connection before, while it ends in order: another of the same client would cut it off.
        self._leaving = None

    @property
    def is_open(self):
        return self._attempt is not None and self._attempt.isOpen and (not self._attempt.isOver or self.pending > 0)

    @property
    def unsent(self):
        return 0 if self._attempt is None else self._attempt.unsentBytes

    def _connect(self, target, timeout, protocol):
        described = target._described(timeout)
        if self._source is None:
            self._source = link.source(self._mode, self._name)
        self._reset()
        leaving, self._leaving = self._leaving, None
        if leaving is not None:
            _await_end(leaving)
        self.signal.clear()
        attempt = self._begin(described, protocol, False)
        try:
            while not attempt.isOpen and not attempt.isOver:
                self.signal.wait()
                self.signal.clear()
        except BaseException:
            attempt.close(True)
            self._attempt = None
            raise
        if not attempt.isOpen:
            raise self._failed(target.host)
        self._take_facts()

    def _begin(self, described, protocol, decides_later):
        attempt = self._attempt = link.open(self._source, protocol, json.dumps(described), self.signal.js, decides_later)
        attempt.tellsSent = self._mode == "bytes"
        for signal in self._watchers:
            attempt.watch(signal.js)
        return attempt

    def watch(self, signal):
        """Sets `signal` as well from now on."""
        self._watchers.add(signal)
        if self._attempt is not None:
            self._attempt.watch(signal.js)

    def unwatch(self, signal):
        self._watchers.discard(signal)
        if self._attempt is not None:
            self._attempt.unwatch(signal.js)

    def _failed(self, host):
        """What CPython raises for an attempt that is over, which is forgotten."""
        end = self._attempt.end
        self._attempt = None
        return connect_error(end.code, json.loads(end.data), host)

    def _take_facts(self):
        facts = json.loads(self._attempt.facts)
        self.remote_address = _address(facts["remoteAddress"])
        self.local_address = _address(facts["localAddress"])
        self.tls = facts.get("tls")

    def _reset(self):
        """Forgets what is left of the last connection."""

    def flush(self):
        pass

    def wait_sent(self, timeout=None):
        self.flush()
        self._hear_of_sent()
        until = None if timeout is None else sched.monotonic() + timeout
        while self.unsent > 0:
            rest = None if until is None else until - sched.monotonic()
            if rest is not None and rest <= 0:
                return False
            self.signal.clear()
            if self.unsent > 0 and not self.signal.wait(rest):
                return False
        return True

    def _hear_of_sent(self):
        """From now on `signal` is set when bytes have left."""
        if self._attempt is not None:
            self._attempt.tellsSent = True

    def _wait_for_room(self):
        """Waits while the network is far behind, where the thread can."""
        if self.unsent <= _MOST_UNSENT or not turns.can_wait() or turns.is_held():
            return
        self._hear_of_sent()
        while self.unsent > _MOST_UNSENT // 2:
            self.signal.clear()
            if self.unsent > _MOST_UNSENT // 2:
                self.signal.wait()

    def _require_open(self):
        attempt = self._attempt
        if attempt is None or not attempt.isOpen:
            raise StreamClosed(9, "Bad file descriptor")
        if attempt.isOver:
            raise self._end()
        return attempt

    def _end(self):
        end = self._attempt.end
        return closed(end.code, json.loads(end.data))

    def close(self, abort=False):
        """Ends the connection: after what was sent, or at once."""
        if not abort:
            self.flush()
        attempt, self._attempt = self._attempt, None
        if attempt is not None and not attempt.isOver:
            attempt.close(abort)
            if not abort:
                self._leaving = attempt
                _await_at_exit(attempt)
        self.signal.set()

    def release(self):
        self.close()
        if self._source is not None:
            link.release(self._source)
            self._source = None


#: Attempts that end in order and may still carry bytes.
_ending = []
_awaits_endings = False
#: Seconds that the end of a script waits for them: while bytes are to leave, and for the peer to close.
_LONGEST_LEAVING = 2
_LONGEST_CLOSING = 0.5


def _await_at_exit(attempt):
    """What was sent before an orderly close still leaves, even if the script ends right behind it."""
    global _awaits_endings
    if not _awaits_endings:
        _awaits_endings = True
        sched.at_exit(_await_endings)
    _ending[:] = [one for one in _ending if not one.isOver]
    _ending.append(attempt)


def _await_endings():
    global _awaits_endings
    _awaits_endings = False
    _await_end(*_ending)
    _ending.clear()


def _await_end(*attempts):
    """Waits until connections that end in order are over, for a while."""
    begun = sched.monotonic()
    while True:
        standing = [attempt for attempt in attempts if not attempt.isOver]
        longest = _LONGEST_LEAVING if any(attempt.unsentBytes for attempt in standing) else _LONGEST_CLOSING
        if not standing or sched.monotonic() - begun > longest:
            return
        sched.sleep(0.002)


def _address(text):
    host, _, port = text.rpartition(":")
    return (host.strip("[]"), int(port) if port.isdigit() else 0)


#: Streams with packets that have not left Python's hands.
_unflushed = set()


def _flush_all():
    with turns.hold:
        streams = list(_unflushed)
        _unflushed.clear()
    for stream in streams:
        stream.flush()


sched.before_waiting(lambda: _unflushed and _flush_all())


class PacketStream(_Stream):
    """One client object of a script, over all its connections; one source in the inspector.

    `name` is what its tab says, by custom the client identifier. `protocol` is 3, 4 or 5 and may be set again before each open().
    `signal` is set whenever a packet came or the connection ended, and while somebody waits for it when bytes left for the network; whoever waits for it clears it first and then
    looks. Nothing in it takes a lock: send() may be called from any thread, recv() from one at a time.
    """

    def __init__(self, name="", protocol=4):
        super().__init__(name)
        self.protocol = protocol
        self._queue = []
        self._queued_bytes = 0
        self._inbox = deque()

    @property
    def pending(self):
        """Packets that recv() would return at once."""
        attempt = self._attempt
        while attempt is not None and attempt.pending:
            self._unpack(attempt.take().batch)
        return len(self._inbox)

    def open(self, target, timeout=None):
        """Connects; returns when bytes can flow. `timeout` in seconds overrides the target's. A connection that still stands is dropped."""
        self._connect(target, timeout, self.protocol)

    def _reset(self):
        self._queue = []
        self._queued_bytes = 0
        self._inbox.clear()

    def send(self, packet, initiator=None):
        """Queues one packet; it leaves when Python next waits, when enough is queued, or by flush().

        `initiator` is where in the script it comes from, 'file.py:12'; by default where the script stands now. Raises StreamClosed where no
        connection stands. Waits only while megabytes are unsent, as a blocking socket would.
        """
        kind = packet["type"]
        if kind == "publish":
            self.publish(
                packet["topic"],
                packet.get("payload", b""),
                packet.get("qos", 0),
                packet.get("retain", False),
                packet.get("dup", False),
                packet.get("packetId", 0),
                packet.get("properties"),
                initiator,
            )
            return
        if initiator is None:
            initiator = sched.script_location()
        header = ACKNOWLEDGEMENTS.get(kind)
        if header is not None and not packet.get("reasonCode") and not packet.get("properties"):
            self._enqueue((header, packet["packetId"], b"", b"", None, initiator), 4)
        else:
            self._enqueue((0, 0, b"", b"", checked(packet), initiator), 64)

    def publish(self, topic, payload, qos=0, retain=False, dup=False, packet_id=0, properties=None, initiator=None):
        """send() of a PUBLISH without the dict."""
        if initiator is None:
            initiator = sched.script_location()
        if isinstance(topic, str):
            topic = topic.encode()
        if isinstance(payload, str):
            payload = payload.encode()
        header = PUBLISH | (dup and 8) | qos << 1 | (1 if retain else 0)
        self._enqueue((header, packet_id, topic, payload, properties, initiator), len(topic) + len(payload))

    def _enqueue(self, entry, size):
        self._require_open()
        self._queue.append(entry)
        self._queued_bytes += size
        _unflushed.add(self)
        if len(self._queue) >= _BATCH_PACKETS or self._queued_bytes >= _BATCH_BYTES:
            self.flush()
            self._wait_for_room()

    def flush(self):
        """Hands what is queued to the inspector now."""
        with turns.hold:
            queue, self._queue = self._queue, []
            self._queued_bytes = 0
            attempt = self._attempt
            if queue and attempt is not None and not attempt.isOver:
                attempt.send(*pack(queue))

    def recv(self, timeout=None):
        """The next packet; None where `timeout` seconds brought none (0 only looks). Raises StreamClosed after the last."""
        until = None if timeout is None else sched.monotonic() + timeout
        looked = False
        while True:
            self.signal.clear()
            if self.pending:
                return self._inbox.popleft()
            attempt = self._attempt
            if attempt is None or not attempt.isOpen:
                raise StreamClosed(9, "Bad file descriptor")
            if attempt.isOver:
                raise self._end()
            if timeout == 0:
                if looked:
                    return None
                looked = True
                sched.yield_now()
            elif not self.signal.wait(None if until is None else until - sched.monotonic()):
                return None

    def _unpack(self, batch):
        rows = batch.rows.to_memoryview()
        data = batch.bytes.to_bytes()
        others = batch.others.to_py() if batch.others.length else ()
        properties = dict(batch.properties.to_py()) if batch.properties.length else None
        append = self._inbox.append
        at = 0
        other = 0
        for row in range(0, len(rows), 5):
            header = rows[row]
            packet_id = rows[row + 1]
            kind = header >> 4
            if kind == 3:
                topic_end = rows[row + 2]
                end = rows[row + 3]
                packet = {
                    "type": "publish",
                    "topic": data[at:topic_end],
                    "payload": data[topic_end:end],
                    "qos": header >> 1 & 3,
                    "retain": bool(header & 1),
                    "dup": bool(header & 8),
                }
                if packet_id:
                    packet["packetId"] = packet_id
                if properties is not None and row // 5 in properties:
                    packet["properties"] = decoded(properties[row // 5])
                at = end
            elif header == 0:
                packet = decoded(others[other])
                other += 1
            else:
                packet = {"type": ACKNOWLEDGEMENT_NAMES[kind], "packetId": packet_id, "reasonCode": 0}
            append(packet)


#: Milliseconds of an attempt that the script itself limits.
_NO_LIMIT_MS = 86_400_000


class ByteStream(_Stream):
    """One connection of a script that makes its own packets: what the socket module is built on. Recorded as a source of its own.

    A connection stands as soon as TCP does. Whether it is secured is said by secure() before the first byte; the first send() or recv() says
    that it stays in clear. The inspector decodes the bytes of both directions for its views; they travel unchanged. `signal` is as in
    PacketStream.
    """

    _mode = "bytes"

    def __init__(self, name=""):
        super().__init__(name)
        self._inbox = deque()
        self._arrived = 0
        self._host = ""
        self._undecided = False

    @property
    def pending(self):
        """Bytes that recv() would return at once."""
        attempt = self._attempt
        while attempt is not None and attempt.pending:
            data = attempt.take().bytes.to_bytes()
            self._inbox.append(data)
            self._arrived += len(data)
        return self._arrived

    @property
    def ended(self):
        """The server has closed; recv() returns what came before, then b'' or raises."""
        return self._attempt is None or bool(self._attempt.isOver)

    @property
    def is_connected(self):
        """Bytes can be sent, now or once TLS stands."""
        return self._attempt is not None and bool(self._attempt.isConnected)

    def begin(self, target):
        """Starts to connect and returns at once; `signal` says when is_connected or ended changed. An earlier connection is dropped."""
        described = {**target._described(None), "connectTimeoutMs": _NO_LIMIT_MS}
        if self._source is None:
            self._source = link.source(self._mode, self._name)
        self._inbox.clear()
        self._arrived = 0
        self._host = target.host
        self._undecided = not target.is_settled
        self.signal.clear()
        self._begin(described, 4, self._undecided)

    def connected(self):
        """Whether the connection stands by now; raises what connect() would where it cannot."""
        attempt = self._attempt
        if attempt is None or (attempt.isOver and not attempt.isConnected):
            raise OSError(9, "Bad file descriptor") if attempt is None else self._failed(self._host)
        if attempt.isConnected and self.remote_address is None:
            self._take_facts()
        return bool(attempt.isConnected)

    def connect(self, target, timeout=None):
        """Returns when TCP stands. `timeout` in seconds; None waits as long as the system does."""
        self.remote_address = self.local_address = self.tls = None
        self.begin(target)
        limit = LONGEST_CONNECT_MS / 1000 if timeout is None else timeout
        expired = TimeoutError(110, "Connection timed out") if timeout is None else TimeoutError("timed out")
        self._wait_until(self.connected, limit, expired)

    def _wait_until(self, reached, limit, expired):
        """Waits `limit` seconds at most, None for ever; gives the connection up where that fails."""
        until = None if limit is None else sched.monotonic() + limit
        try:
            while True:
                self.signal.clear()
                if reached():
                    return
                if not self.signal.wait(None if until is None else until - sched.monotonic()):
                    raise expired
        except BaseException:
            attempt, self._attempt = self._attempt, None
            if attempt is not None:
                attempt.close(True)
            raise

    def secure(self, tls, timeout=None):
        """Secures a connection that has carried nothing yet; returns when TLS stands. Raises ssl.SSLError and its like.

        Where a host override settles the way there, what it says holds.
        """
        if not self._undecided:
            if not self.is_connected:
                raise OSError(107, "Transport endpoint is not connected")
            self._wait_until(self._is_open, timeout, TimeoutError("The handshake operation timed out"))
            if self.tls is None:
                sched.note(f"{self._host}: the script asks for TLS; this connection is in clear.")
            return
        described = tls._described()
        self._undecided = False
        self._host = tls.server_hostname or self._host
        self._attempt.secure(json.dumps({"verify": True, **described}))
        self._wait_until(self._is_open, timeout, TimeoutError("The handshake operation timed out"))

    def _is_open(self):
        attempt = self._attempt
        if attempt.isOver and not attempt.isOpen:
            raise self._failed(self._host)
        if attempt.isOpen:
            self._take_facts()
        return bool(attempt.isOpen)

    def settle(self):
        """The connection stays in clear."""
        if self._undecided and self.is_connected:
            self._undecided = False
            self._attempt.secure("")

    def send(self, data, initiator=None):
        """Queues all of `data` and returns its length."""
        attempt = self._attempt
        if attempt is None or not attempt.isConnected:
            raise OSError(107, "Transport endpoint is not connected")
        self.settle()
        if attempt.isOver:
            raise self._broken()
        packed = bytes(data)
        attempt.write(packed, sched.script_location() if initiator is None else initiator)
        self._wait_for_room()
        return len(packed)

    def _broken(self):
        error = self._end()
        if error.errno:
            return ConnectionResetError(error.errno, error.strerror)
        return BrokenPipeError(32, "Broken pipe")

    def recv(self, size, timeout=None):
        """Up to `size` bytes; b'' at the end of the stream, None where `timeout` seconds brought nothing. Raises OSError as CPython's recv."""
        until = None if timeout is None else sched.monotonic() + timeout
        looked = False
        self.settle()
        while True:
            self.signal.clear()
            if self.pending:
                return self._take(size)
            attempt = self._attempt
            if attempt is None or not attempt.isConnected:
                raise OSError(107, "Transport endpoint is not connected")
            if attempt.isOver:
                error = self._end()
                if error.errno:
                    raise ConnectionResetError(error.errno, error.strerror)
                return b""
            if timeout == 0:
                if looked:
                    return None
                looked = True
                sched.yield_now()
            elif not self.signal.wait(None if until is None else until - sched.monotonic()):
                return None

    def _take(self, size):
        first = self._inbox[0]
        if len(first) <= size:
            self._inbox.popleft()
        else:
            self._inbox[0] = first[size:]
            first = first[:size]
        self._arrived -= len(first)
        return first


def resolve(host, port=0):
    """Addresses of a host name, overrides for it or for its port applied; raises socket.gaierror(-2) where there is none, which is also reported to the page."""
    plan = json.loads(link.plan(host, port, "mqtt"))
    answer = json.loads(sched.block(link, "resolve", plan["host"]))
    if not answer["addresses"]:
        raise gaierror(answer.get("failure", {}).get("code", "dns-not-found"))
    return answer["addresses"]
