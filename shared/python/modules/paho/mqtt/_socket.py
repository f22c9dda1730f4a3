"""What `Client.socket()` gives out: something to wait for with `select`, standing for the connection."""

import socket as _standard

from _inspector import sockets


class ClientSocket:
    """A connection of `_inspector.wire` with the face of a socket. Its bytes are read and written by the client only.

    For `select` it is readable where packets came or the connection ended, and writable while it stands.
    """

    def __init__(self, stream):
        self.stream = stream
        self._closed = False
        self._descriptor = sockets.new_descriptor(self)

    def _channels(self):
        return [self.stream]

    def _is_readable(self):
        return self.stream.pending > 0 or not self.stream.is_open

    def _is_writable(self):
        return True

    def _has_failed(self):
        return False

    def fileno(self):
        """A number that stays the same while the connection stands; -1 after it."""
        return self._descriptor

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
            sockets.by_descriptor.pop(self._descriptor, None)
            self._descriptor = -1
            self.stream.close()
