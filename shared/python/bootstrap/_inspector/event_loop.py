"""`asyncio` over the script's own sockets and threads.

The interpreter brings a loop that lives on the page's: one for all threads, without sockets, readers or signals, and never at an end. In its
place stands CPython's, which waits in `select` as any other thread does.
"""

import asyncio
import signal
import socket
import ssl as _ssl
import threading
from asyncio import events, runners

from . import sockets


_CONNECT_ERRORS = {104: ConnectionResetError, 110: TimeoutError, 111: ConnectionRefusedError}


class EventLoop(asyncio.SelectorEventLoop):
    """CPython's loop, with signals from the inspector and TLS that is a socket's own."""

    async def create_connection(self, protocol_factory, host=None, port=None, *, ssl=None, sock=None, **named):
        if not ssl:
            return await super().create_connection(protocol_factory, host, port, sock=sock, **named)
        name = named.get("server_hostname")
        secured = await self.run_in_executor(None, _secured, ssl, sock, host, port, host if name is None else name)
        return await super().create_connection(protocol_factory, sock=secured)

    async def sock_connect(self, sock, address):
        try:
            await super().sock_connect(sock, address)
        except OSError as error:
            # The interpreter makes classes of errors by its own numbers, which are not Linux's.
            kind = _CONNECT_ERRORS.get(error.errno, OSError)
            if type(error) is not OSError or kind is OSError:
                raise
            raise kind(*error.args) from None

    def add_signal_handler(self, sig, callback, *args):
        if asyncio.iscoroutine(callback) or _is_coroutine_function(callback):
            raise TypeError("coroutines cannot be used with add_signal_handler()")
        self._check_signal(sig)
        self._check_closed()
        self._signal_handlers[sig] = events.Handle(callback, args, self, None)
        signal.signal(sig, lambda number, _frame: self._handle_signal(number))


def _is_coroutine_function(function):
    from inspect import iscoroutinefunction

    return iscoroutinefunction(function)


def _secured(context, sock, host, port, name):
    """A socket that has shaken hands and whose bytes are read and written as plain ones."""
    if context is True:
        context = _ssl.create_default_context()
    if sock is None:
        sock = socket.create_connection((host, port))
    sock.setblocking(True)
    plain = context.wrap_socket(sock, server_hostname=name).plain()
    plain.setblocking(False)
    return plain


class _Policy(events._BaseDefaultEventLoopPolicy):
    """Who asks in the main thread gets a loop even where none was made, as up to Python 3.13 and on devices."""

    _loop_factory = EventLoop

    class _Local(threading.local):
        _loop = None
        _set = False

    def get_event_loop(self):
        if self._local._loop is None and not self._local._set and threading.current_thread() is threading.main_thread():
            self.set_event_loop(self.new_event_loop())
        return super().get_event_loop()

    def set_event_loop(self, loop):
        self._local._set = True
        super().set_event_loop(loop)


def install():
    """Puts ours in the interpreter's place. To be called once threads and sockets are those of scripts."""
    EventLoop.__module__ = "asyncio.unix_events"
    EventLoop.__name__ = EventLoop.__qualname__ = "_UnixSelectorEventLoop"
    asyncio.SelectorEventLoop = asyncio.EventLoop = EventLoop
    asyncio.run = runners.run
    reset()


def reset():
    """Between runs."""
    events._set_event_loop_policy(_Policy())
