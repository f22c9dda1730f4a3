"""`select` for the sockets of scripts, and for their input."""

import select as _standard
import sys

from . import sched, sockets, turns


def _socket_of(item):
    number = item if isinstance(item, int) else item.fileno()
    if number < 0:
        raise ValueError("file descriptor cannot be a negative integer (-1)")
    found = sockets.by_descriptor.get(number)
    if found is None:
        raise OSError(95, "Operation not supported: only sockets and the input can be waited for here")
    return found


def _wait(socks, look, timeout):
    """What `look()` finds, as soon as it finds something; nothing after `timeout` seconds, None waits for ever."""
    found = look()
    if found or (timeout == 0 and turns.gave_way_just_now()):
        return found
    with _Watch(socks) as watch:
        return watch.until(look, timeout)


class _Watch:
    """One flag that is set whenever something of the sockets changes."""

    def __init__(self, socks):
        self._signal = sched.Signal()
        self._channels = [channel for sock in socks for channel in sock._channels()]

    def __enter__(self):
        for channel in self._channels:
            channel.watch(self._signal)
        return self

    def __exit__(self, *_error):
        for channel in self._channels:
            channel.unwatch(self._signal)

    def until(self, look, timeout):
        end = None if timeout is None or timeout < 0 else sched.monotonic() + timeout
        looked = False
        while True:
            self._signal.clear()
            found = look()
            rest = None if end is None else end - sched.monotonic()
            if found or (looked and rest is not None and rest <= 0):
                return found
            if rest is not None and rest <= 0:
                # What arrived meanwhile is seen once others had their turn.
                sched.yield_now()
            else:
                self._signal.wait(rest)
            looked = True


def select(rlist, wlist, xlist, timeout=None):
    """The sockets that can be read, written, or have failed to connect; waits for one up to `timeout` seconds."""
    readers = [(item, _socket_of(item)) for item in rlist]
    writers = [(item, _socket_of(item)) for item in wlist]
    failing = [(item, _socket_of(item)) for item in xlist]

    def look():
        ready = (
            [item for item, sock in readers if sock._is_readable()],
            [item for item, sock in writers if sock._is_writable()],
            [item for item, sock in failing if sock._has_failed()],
        )
        return ready if any(ready) else None

    if timeout is not None and timeout < 0:
        raise ValueError("timeout must be non-negative")
    return _wait([sock for _, sock in (*readers, *writers, *failing)], look, timeout) or ([], [], [])


class Poll:
    """`select.poll()`, with MicroPython's ipoll()."""

    def __init__(self):
        self._items = {}

    def register(self, item, events=None):
        sock = _socket_of(item)
        wanted = _standard.POLLIN | _standard.POLLOUT if events is None else events
        self._items[sock.fileno()] = [item, sock, wanted]

    def modify(self, item, events):
        number = _socket_of(item).fileno()
        if number not in self._items:
            raise FileNotFoundError(2, "No such file or directory")
        self._items[number][2] = events

    def unregister(self, item):
        number = item if isinstance(item, int) else item.fileno()
        if number not in self._items:
            raise KeyError(item)
        del self._items[number]

    def poll(self, timeout=None):
        """[(descriptor, events)]; `timeout` in milliseconds."""
        return [(number, events) for number, _, events in self._ready(timeout)]

    def ipoll(self, timeout=-1, _flags=0):
        """MicroPython's: pairs of the object itself and its events."""
        yield from [(item, events) for _, item, events in self._ready(timeout)]

    def _ready(self, timeout):
        def look():
            found = []
            for number, (item, sock, wanted) in self._items.items():
                events = 0
                if sock.fileno() < 0:
                    events = _standard.POLLNVAL
                else:
                    if wanted & _standard.POLLIN and sock._is_readable():
                        events |= _standard.POLLIN
                    if wanted & _standard.POLLOUT and sock._is_writable():
                        events |= _standard.POLLOUT
                    if sock._has_failed():
                        events |= _standard.POLLERR | _standard.POLLHUP
                if events:
                    found.append((number, item, events))
            return found

        seconds = None if timeout is None or timeout < 0 else timeout / 1000
        return _wait([sock for _, sock, _ in self._items.values()], look, seconds) or []


def install():
    """Puts ours in the places of CPython's."""
    sockets.by_descriptor[sys.stdin.fileno()] = sys.stdin
    _standard.select = select
    _standard.poll = Poll
    selectors = sys.modules.get("selectors")
    if selectors is not None:
        # It was loaded with the interpreter and holds on to what it found then.
        selectors.PollSelector._selector_cls = Poll
        selectors.SelectSelector._select = staticmethod(select)
