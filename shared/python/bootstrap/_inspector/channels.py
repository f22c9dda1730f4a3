"""What a socket of a script may have at its other end: a connection of the inspector, or another socket of the same script.

Both are channels: `pending`, `ended`, `is_connected`, `unsent`, `connected()`, `send(data)`, `recv(size, timeout)`, `close()`,
`watch(signal)` and `unwatch(signal)`, as `_inspector.wire.ByteStream` has them.
"""

from collections import deque
from itertools import cycle

from . import sched

#: Ports that sockets of this script listen on, by number.
listeners = {}
_free_ports = cycle(range(49152, 65536))
_LOOPBACK = "127.0.0.1"


def free_port():
    return next(number for number in _free_ports if number not in listeners)


class LocalEnd:
    """One end of a pair of sockets inside the script. Nothing of it is recorded: it never was on a network."""

    unsent = 0
    tls = None

    def __init__(self, local_address, remote_address):
        self.signal = sched.Signal()
        self.local_address = local_address
        self.remote_address = remote_address
        self._inbox = deque()
        self._watchers = set()
        self._peer = None
        self._closed = False

    @property
    def pending(self):
        return sum(map(len, self._inbox))

    @property
    def ended(self):
        return self._closed or self._peer._closed

    @property
    def is_connected(self):
        return not self._closed

    def connected(self):
        return True

    def settle(self): ...

    def watch(self, signal):
        self._watchers.add(signal)

    def unwatch(self, signal):
        self._watchers.discard(signal)

    def _changed(self):
        self.signal.set()
        for signal in list(self._watchers):
            signal.set()

    def send(self, data, _initiator=None):
        if self.ended:
            raise BrokenPipeError(32, "Broken pipe")
        packed = bytes(data)
        self._peer._inbox.append(packed)
        self._peer._changed()
        return len(packed)

    def recv(self, size, timeout=None):
        until = None if timeout is None else sched.monotonic() + timeout
        while True:
            self.signal.clear()
            if self._inbox:
                first = self._inbox.popleft()
                if len(first) > size:
                    self._inbox.appendleft(first[size:])
                return first[:size]
            if self.ended:
                return b""
            if timeout == 0 or not self.signal.wait(None if until is None else until - sched.monotonic()):
                return None

    def close(self, _abort=False):
        self._closed = True
        self._changed()
        self._peer._changed()


def pair(first_address=("", 0), second_address=("", 0)):
    """Two ends that hear each other."""
    first, second = LocalEnd(first_address, second_address), LocalEnd(second_address, first_address)
    first._peer, second._peer = second, first
    return first, second


class Listener:
    """A port that other sockets of the same script can connect to; a page has none that a network could reach."""

    def __init__(self, host, port):
        self.signal = sched.Signal()
        if port in listeners:
            raise OSError(98, "Address already in use")
        self.address = (host or "0.0.0.0", port)
        self._waiting = deque()
        self._watchers = set()
        listeners[port] = self

    @property
    def pending(self):
        return len(self._waiting)

    def watch(self, signal):
        self._watchers.add(signal)

    def unwatch(self, signal):
        self._watchers.discard(signal)

    def knock(self):
        """Connects; answers the caller's end."""
        ours, theirs = pair((_LOOPBACK, free_port()), self.address)
        self._waiting.append(theirs)
        self.signal.set()
        for signal in list(self._watchers):
            signal.set()
        return ours

    def accept(self, timeout):
        """The next caller's other end; None where none came in time."""
        until = None if timeout is None else sched.monotonic() + timeout
        while not self._waiting:
            self.signal.clear()
            if timeout == 0 or not self.signal.wait(None if until is None else until - sched.monotonic()):
                return None
        return self._waiting.popleft()

    def close(self):
        listeners.pop(self.address[1], None)
        for end in self._waiting:
            end.close()


def listener_at(host, port):
    """Who listens there inside the script, if anybody."""
    return listeners.get(port) if host in (_LOOPBACK, "localhost", "0.0.0.0", "") else None
