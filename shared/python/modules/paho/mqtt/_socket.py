"""What `Client.socket()` gives out: something to wait for with `select`, standing for the connection."""

import socket as _standard


class ClientSocket:
    """A connection of `_inspector.wire` with the face of a socket. Its bytes are read and written by the client only.

    `stream` is what `select` looks at: readable where packets came or the connection ended, writable while it stands.
    """

    def __init__(self, stream):
        self.stream = stream
        self._closed = False

    @property
    def signal(self):
        return self.stream.signal

    @property
    def readable(self):
        return self.stream.pending > 0 or not self.stream.is_open

    @property
    def writable(self):
        return self.stream.is_open

    def fileno(self):
        """A number that stays the same while the connection stands; -1 after it."""
        return -1 if self._closed else id(self.stream) % 1_000_000 + 1000

    def getpeername(self):
        return self.stream.remote_address

    def getsockname(self):
        return self.stream.local_address

    def setsockopt(self, *_option):
        """Taken and left aside: the inspector owns the socket."""

    def getsockopt(self, _level, _option, *_size):
        return 0

    def setblocking(self, _flag): ...

    def settimeout(self, _seconds): ...

    def gettimeout(self):
        return 0.0

    def pending(self):
        return 0

    @property
    def family(self):
        return _standard.AF_INET

    @property
    def type(self):
        return _standard.SOCK_STREAM

    def shutdown(self, _how):
        self.close()

    def close(self):
        """Drops the connection without a DISCONNECT."""
        if not self._closed:
            self._closed = True
            self.stream.close()
