"""`socket` for scripts: TCP over connections of the inspector, recorded like everything else.

The classes and functions take the places of those of CPython's `socket` module, whose other functions then work on top of them.
"""

import errno
import io
import socket as _standard
import weakref

from . import channels, sched, targets, wire

#: Bytes under way beyond which a socket does not take more at once.
_SEND_BUFFER = 262_144
#: Numbers of file descriptors that no file of the interpreter has.
_FIRST_DESCRIPTOR = 1000
_NOT_CONNECTED = (107, "Transport endpoint is not connected")

#: Errors of the network have the numbers of Linux, whatever the interpreter was built for.
_LINUX_ERRORS = {
    "EAGAIN": 11, "EWOULDBLOCK": 11, "EPIPE": 32, "EADDRINUSE": 98, "EADDRNOTAVAIL": 99, "ENETUNREACH": 101, "ECONNABORTED": 103,
    "ECONNRESET": 104, "EISCONN": 106, "ENOTCONN": 107, "ETIMEDOUT": 110, "ECONNREFUSED": 111, "EHOSTUNREACH": 113, "EALREADY": 114,
    "EINPROGRESS": 115, "ENOTSOCK": 88, "EDESTADDRREQ": 89, "EOPNOTSUPP": 95,
}  # fmt: skip

_SERVICES = {"http": 80, "https": 443, "mqtt": 1883, "secure-mqtt": 8883, "domain": 53, "ntp": 123}

#: Open sockets by the number of their descriptor. What nobody holds any more is closed, as in CPython.
by_descriptor = weakref.WeakValueDictionary()
_defaults = {"timeout": None}


class _Address(str):
    """An address that knows the name it was looked up for: host overrides and certificates go by names."""

    __slots__ = ("name",)


def _named(host):
    return getattr(host, "name", None) or (host.decode("ascii") if isinstance(host, (bytes, bytearray)) else host)


def new_descriptor(sock):
    """A number for something that `select` can look at: `_channels()`, `_is_readable()`, `_is_writable()` and `_has_failed()`."""
    number = next(number for number in range(_FIRST_DESCRIPTOR, 1_000_000) if number not in by_descriptor)
    by_descriptor[number] = sock
    return number


class Socket:
    """A TCP socket, in the ways of CPython's and, for streams, of MicroPython's."""

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        if fileno is not None:
            raise OSError(95, "Operation not supported: a socket cannot be made of a file descriptor here")
        self.family = _standard.AF_INET if family == -1 else family
        self.type = _standard.SOCK_STREAM if type == -1 else type
        self.proto = 0 if proto == -1 else proto
        if self.family not in (_standard.AF_INET, _standard.AF_INET6) or self.type & 0xF != _standard.SOCK_STREAM:
            raise OSError(94, "Socket type not supported: the console has TCP (AF_INET or AF_INET6, SOCK_STREAM)")
        self._io_refs = 0
        self._closed = False
        self._descriptor = new_descriptor(self)
        self._timeout = _defaults["timeout"]
        self._channel = None
        self._listener = None
        self._bound = ("0.0.0.0", 0)
        self._wanted_port = 0
        self._shut_for_writing = False
        self._connecting = False

    @classmethod
    def _over(cls, channel):
        sock = cls()
        sock._channel = channel
        return sock

    # --- its life

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()

    def __repr__(self):
        kind = f"{self.__class__.__module__}.{self.__class__.__qualname__}"
        state = "[closed] " if self._closed else ""
        text = f"<{kind} {state}fd={self.fileno()}, family={int(self.family)}, type={int(self.type)}, proto={self.proto}"
        channel = self._channel
        if channel is not None and channel.remote_address is not None:
            text += f", laddr={channel.local_address}, raddr={channel.remote_address}"
        return text + ">"

    def __getstate__(self):
        raise TypeError(f"cannot pickle {self.__class__.__name__!r} object")

    def __del__(self):
        try:
            self._real_close()
        except Exception:
            pass

    def fileno(self):
        return self._descriptor

    def close(self):
        self._closed = True
        if self._io_refs <= 0:
            self._real_close()

    def _decref_socketios(self):
        self._io_refs = max(0, self._io_refs - 1)
        if self._closed:
            self.close()

    def _real_close(self):
        by_descriptor.pop(self._descriptor, None)
        self._descriptor = -1
        channel, self._channel = self._channel, None
        listener, self._listener = self._listener, None
        if channel is not None:
            channel.close()
        if listener is not None:
            listener.close()

    def detach(self):
        raise OSError(95, "Operation not supported: a socket has no file descriptor here")

    def shutdown(self, how):
        channel = self._require_channel()
        if how in (_standard.SHUT_WR, _standard.SHUT_RDWR):
            self._shut_for_writing = True
        if how == _standard.SHUT_RDWR:
            channel.close()

    # --- options

    def settimeout(self, value):
        if value is not None and value < 0:
            raise ValueError("Timeout value out of range")
        self._timeout = None if value is None else float(value)

    def gettimeout(self):
        return self._timeout

    @property
    def timeout(self):
        return self._timeout

    def setblocking(self, flag):
        self._timeout = None if flag else 0.0

    def getblocking(self):
        return self._timeout != 0

    def setsockopt(self, *_option):
        """Taken and left aside: the inspector owns the connection, which sends small packets at once."""

    def getsockopt(self, level, option, size=0):
        if level == _standard.SOL_SOCKET and option == _standard.SO_ERROR:
            return self._pending_error()
        if level == _standard.SOL_SOCKET and option == _standard.SO_TYPE:
            return int(self.type)
        return bytes(size) if size else 0

    def _pending_error(self):
        try:
            if self._channel is not None and self._connecting:
                self._connecting = not self._channel.connected()
        except OSError as error:
            return error.errno or errno.ECONNREFUSED
        return 0

    def get_inheritable(self):
        return False

    def set_inheritable(self, _flag): ...

    # --- addresses

    def bind(self, address):
        self._wanted_port = int(address[1])
        self._bound = (_named(address[0]), self._wanted_port or channels.free_port())

    def getsockname(self):
        if self._listener is not None:
            return self._listener.address
        return self._bound if self._channel is None or self._channel.local_address is None else self._channel.local_address

    def getpeername(self):
        channel = self._require_channel()
        if channel.remote_address is None:
            raise OSError(*_NOT_CONNECTED)
        return channel.remote_address

    # --- connecting

    def connect(self, address):
        self._begin(address)
        if self._timeout == 0:
            if self._channel.connected():
                return
            self._connecting = True
            raise BlockingIOError(errno.EINPROGRESS, "Operation now in progress")
        self._finish_connecting()

    def connect_ex(self, address):
        try:
            self.connect(address)
        except OSError as error:
            if error.errno is None:
                raise
            return error.errno
        return 0

    def _begin(self, address):
        self._require_open()
        if self._connecting:
            if self._channel.connected():
                self._connecting = False
                raise OSError(106, "Transport endpoint is already connected")
            raise BlockingIOError(errno.EALREADY, "Operation already in progress")
        if self._channel is not None and self._channel.is_connected:
            raise OSError(106, "Transport endpoint is already connected")
        host, port = _named(address[0]), int(address[1])
        listener = channels.listener_at(host, port)
        if listener is not None:
            self._channel = listener.knock()
            return
        if self._channel is None:
            self._channel = wire.ByteStream("")
        bind = self._bound[0]
        target = targets.Target(host or "127.0.0.1", port, bind_address="" if bind == "0.0.0.0" else bind, bind_port=self._wanted_port)
        if self._timeout == 0:
            self._channel.begin(target)
        else:
            self._channel.connect(target, self._timeout)

    def _finish_connecting(self):
        self._connecting = False

    # --- a port of its own

    def listen(self, _backlog=128):
        self._require_open()
        if self._listener is None:
            host, port = self._bound
            self._listener = channels.Listener(host, port or channels.free_port())
            host, port = self._listener.address
            if host not in ("127.0.0.1", "localhost"):
                sched.note(f"Port {port} can be reached by this script only: the console has no ports of its own on the network.")

    def accept(self):
        if self._listener is None:
            raise OSError(22, "Invalid argument")
        end = self._listener.accept(self._timeout)
        if end is None:
            raise self._late()
        return Socket._over(end), end.remote_address

    # --- bytes out

    def send(self, data, _flags=0):
        """Takes all of `data`; waits while a great deal is under way, or says so where it may not wait."""
        channel = self._writable_channel()
        if channel.unsent > _SEND_BUFFER:
            if self._timeout == 0:
                raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
            self._wait_for_room(channel)
        return channel.send(memoryview(data).cast("B"))

    def _wait_for_room(self, channel):
        until = None if self._timeout is None else sched.monotonic() + self._timeout
        while channel.unsent > _SEND_BUFFER:
            channel.signal.clear()
            rest = None if until is None else until - sched.monotonic()
            if channel.unsent > _SEND_BUFFER and not channel.signal.wait(rest):
                raise TimeoutError("timed out")

    def sendall(self, data, _flags=0):
        view = memoryview(data).cast("B")
        for start in range(0, max(1, len(view)), _SEND_BUFFER):
            self.send(view[start : start + _SEND_BUFFER])

    def sendmsg(self, buffers, _ancillary=(), flags=0, _address=None):
        return self.send(b"".join(buffers), flags)

    def write(self, data, size=None):
        """MicroPython's: all of `data`, or its first `size` bytes."""
        view = memoryview(data).cast("B")
        view = view if size is None else view[:size]
        self.sendall(view)
        return len(view)

    def sendto(self, *_arguments):
        raise OSError(95, "Operation not supported: the console has no UDP")

    def sendfile(self, file, offset=0, count=None):
        file.seek(offset)
        data = file.read() if count is None else file.read(count)
        self.sendall(data)
        return len(data)

    # --- bytes in

    def recv(self, size, flags=0):
        if size < 0:
            raise ValueError("negative buffersize in recv")
        return self._receive(size, flags)

    def _receive(self, size, flags=0):
        channel = self._require_channel()
        dont_wait = flags & getattr(_standard, "MSG_DONTWAIT", 0x40)
        data = channel.recv(size, 0 if dont_wait else self._timeout)
        if data is None:
            raise self._late()
        return data

    def _late(self):
        if self._timeout == 0:
            return BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        return TimeoutError("timed out")

    def recv_into(self, buffer, size=0, flags=0):
        view = memoryview(buffer).cast("B")
        data = self._receive(size or len(view), flags)
        view[: len(data)] = data
        return len(data)

    def recvfrom(self, size, flags=0):
        return self.recv(size, flags), None

    def read(self, size=-1):
        """MicroPython's: `size` bytes, fewer only at the end; everything up to the end by default. None where nothing waits and it may not."""
        collected = bytearray()
        while size < 0 or len(collected) < size:
            try:
                data = self._receive(65536 if size < 0 else size - len(collected))
            except BlockingIOError:
                return bytes(collected) or None
            if data == b"":
                break
            collected += data
        return bytes(collected)

    def readinto(self, buffer, size=None):
        view = memoryview(buffer).cast("B")
        data = self.read(len(view) if size is None else size)
        if data is None:
            return None
        view[: len(data)] = data
        return len(data)

    def readline(self):
        """MicroPython's: up to the end of the line, or of the stream."""
        line = bytearray()
        while not line.endswith(b"\n"):
            data = self._receive(1)
            if data == b"":
                break
            line += data
        return bytes(line)

    def makefile(self, mode="r", buffering=None, *, encoding=None, errors=None, newline=None):
        if not set(mode) <= {"r", "w", "b"}:
            raise ValueError(f"invalid mode {mode!r} (only r, w, b allowed)")
        reads, writes = "r" in mode or "w" not in mode, "w" in mode
        raw = _standard.SocketIO(self, ("r" if reads else "") + ("w" if writes else ""))
        self._io_refs += 1
        if buffering == 0:
            if "b" not in mode:
                raise ValueError("unbuffered streams must be binary")
            return raw
        size = io.DEFAULT_BUFFER_SIZE if buffering is None or buffering < 0 else buffering
        kind = io.BufferedRWPair if reads and writes else io.BufferedReader if reads else io.BufferedWriter
        buffered = kind(raw, raw, size) if reads and writes else kind(raw, size)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

    # --- what select looks at

    def _channels(self):
        return [channel for channel in (self._channel, self._listener) if channel is not None]

    def _is_readable(self):
        if self._listener is not None:
            return self._listener.pending > 0
        channel = self._channel
        if channel is None:
            return True
        channel.settle()
        return bool(channel.pending) or channel.ended

    def _is_writable(self):
        channel = self._channel
        if channel is None:
            return self._listener is None
        return channel.ended or (channel.is_connected and channel.unsent <= _SEND_BUFFER)

    def _has_failed(self):
        return self._connecting and self._channel is not None and self._channel.ended

    # ---

    def _require_open(self):
        if self._descriptor < 0:
            raise OSError(9, "Bad file descriptor")

    def _require_channel(self):
        self._require_open()
        if self._channel is None:
            raise OSError(*_NOT_CONNECTED)
        return self._channel

    def _writable_channel(self):
        self._require_open()
        channel = self._channel
        if channel is None or self._shut_for_writing:
            raise BrokenPipeError(32, "Broken pipe")
        return channel


def socketpair(family=None, type=_standard.SOCK_STREAM, proto=0):
    """Two sockets of the script that hear each other."""
    first, second = channels.pair()
    return Socket._over(first), Socket._over(second)


def _is_address(host):
    from ipaddress import ip_address

    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    """Addresses of a host, in the way of CPython: [(family, SOCK_STREAM, 6, '', (address, port))]."""
    number = _port_number(port)
    name = _named(host)
    if name in (None, "", "localhost"):
        addresses = ["127.0.0.1"]
    elif _is_address(name):
        addresses = [name]
    else:
        addresses = wire.resolve(name, number)
    found = []
    for text in addresses:
        address = _Address(text)
        address.name = name or text
        is_new = ":" in text
        kind = _standard.AF_INET6 if is_new else _standard.AF_INET
        if family in (0, kind):
            place = (address, number, 0, 0) if is_new else (address, number)
            found.append((kind, _standard.SOCK_STREAM, 6, "", place))
    if not found:
        raise _standard.gaierror(-9, "Address family for hostname not supported")
    return found


def _port_number(port):
    if port is None:
        return 0
    if isinstance(port, (str, bytes)):
        text = port.decode() if isinstance(port, bytes) else port
        if text.isdigit():
            return int(text)
        if text in _SERVICES:
            return _SERVICES[text]
        raise _standard.gaierror(-8, "Servname not supported for ai_socktype")
    return int(port)


def gethostbyname(host):
    return getaddrinfo(host, 0, _standard.AF_INET)[0][4][0]


def gethostbyname_ex(host):
    return host, [], [place[0] for *_, place in getaddrinfo(host, 0, _standard.AF_INET)]


def gethostname():
    return "console"


def getservbyname(name, _protocol="tcp"):
    if name in _SERVICES:
        return _SERVICES[name]
    raise OSError("service/proto not found")


def setdefaulttimeout(value):
    if value is not None and value < 0:
        raise ValueError("Timeout value out of range")
    _defaults["timeout"] = None if value is None else float(value)


def getdefaulttimeout():
    return _defaults["timeout"]


def reset():
    """Between runs: what a script set for all sockets."""
    _defaults["timeout"] = None
    channels.listeners.clear()


def install():
    """Puts ours in the places of CPython's."""
    for name, number in _LINUX_ERRORS.items():
        setattr(errno, name, number)
        errno.errorcode[number] = name
    errno.errorcode[11] = "EAGAIN"
    for function in (
        socketpair, getaddrinfo, gethostbyname, gethostbyname_ex, gethostname, getservbyname, setdefaulttimeout, getdefaulttimeout,
    ):  # fmt: skip
        setattr(_standard, function.__name__, function)
    Socket.__name__ = Socket.__qualname__ = "socket"
    Socket.__module__ = "socket"
    _standard.socket = _standard.SocketType = Socket
    _standard.fromfd = Socket.detach
    for name, value in {"SO_REUSEADDR": 2, "SO_KEEPALIVE": 9, "TCP_NODELAY": 1, "SO_ERROR": 4, "SO_BROADCAST": 6, "IP_TOS": 1}.items():
        if not hasattr(_standard, name):
            setattr(_standard, name, value)
