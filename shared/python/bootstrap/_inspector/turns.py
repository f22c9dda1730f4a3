"""Threads of one script that take turns: each has a stack of its own that JavaScript can put aside, and hands over when it waits.

A thread gives way in wait_for() alone. Between two such calls nothing else runs, but for the clock's signal, which makes a busy
thread give way too; `hold` keeps it off while lists and counters are being changed.
"""

import asyncio
import signal
import sys
from asyncio import _get_running_loop, _set_running_loop
from asyncio.tasks import _swap_current_task
from time import monotonic

from _inspector_host import host
from pyodide.ffi import can_run_sync, run_sync

from . import garbage

MAIN = 1

#: Identity of the thread whose turn it is.
current = MAIN
#: Threads that gave way to the clock and have not had their turn again.
_yielding = set()
#: Threads that were told to end; those that wait once more never get another turn.
_doomed = set()
_held = 0
_next_ident = MAIN
#: Functions of threads that have not begun, by identity.
_beginnings = {}
#: Called by whoever is about to give way.
before_waiting = []
#: The interpreter's own loop. Pyodide wants one to run wherever it makes a promise or puts a stack aside, and hands it on to what runs next: it
#: is to find this one, which has no tasks, and never a script's.
_page_loop = asyncio.get_event_loop()
_INTERRUPTED = host.INTERRUPTED
#: Who only looks, again and again, gives way so often, in seconds.
_LOOKS_FOR = 0.002
_last_given_way = 0


class _Hold:
    """Keeps the clock from taking the turn away; never wait inside."""

    __slots__ = ()

    def __enter__(self):
        global _held
        _held += 1

    def __exit__(self, *_):
        global _held
        _held -= 1


hold = _Hold()


def can_wait():
    """False where JavaScript called Python directly: such a call cannot be put aside."""
    return can_run_sync()


def wait_for(target, method, *arguments):
    """Gives way until the promise that a JavaScript object's method answers is settled; answers its value.

    Raises KeyboardInterrupt in the main thread when the script is stopped, unless it handles SIGINT itself: then its handler is called and
    the wait goes on. Other threads end with SystemExit when the run ends.
    """
    _let_go()
    me = current
    value = _outside(host.wait, me, host, "never") if me in _doomed else _outside(host.wait, me, target, method, *arguments)
    while value == _INTERRUPTED:
        _interrupted(me)
        value = _outside(host.waitAgain, me)
    return value


def _outside(wait, me, *arguments):
    """What the promise settles to that a call answers; meanwhile other threads have their turns."""
    global current, _last_given_way
    loop = _get_running_loop()
    task = None if loop is None else _swap_current_task(loop, None)
    _set_running_loop(_page_loop)
    try:
        return run_sync(wait(me, *arguments))
    finally:
        current = me
        _last_given_way = monotonic()
        _set_running_loop(loop)
        if task is not None:
            _swap_current_task(loop, task)


def _let_go():
    garbage.collect_if_due()
    for function in before_waiting:
        function()


def _interrupted(me):
    if me != MAIN:
        _doomed.add(me)
        raise SystemExit
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:
        raise KeyboardInterrupt
    if callable(handler):
        handler(int(signal.SIGINT), sys._getframe(2))


def give_way():
    """Lets whatever is due run first: messages, callbacks, other threads."""
    wait_for(host, "macrotask")


def gave_way_just_now():
    """Whether what is due had its turn so short a time ago that a look at what there is need not wait for more."""
    return monotonic() - _last_given_way < _LOOKS_FOR


def _can_be_put_aside(frame):
    """Whether no JavaScript stands on the stack of a thread, for such a stack cannot be put aside; Pyodide knows of most such calls, but not of the Python that it runs itself while it makes a class.

    JavaScript is called by our own code alone. That is at the bottom of each stack, where it runs the script; anywhere above the turn must stay.
    """
    at_bottom = False
    if frame is None or frame.f_code.co_filename.startswith(_PACKAGE):
        return False
    while frame is not None:
        filename = frame.f_code.co_filename
        if filename.startswith(_PACKAGE):
            at_bottom = True
        elif at_bottom or filename.startswith(_PYODIDE):
            return False
        frame = frame.f_back
    return at_bottom


_PACKAGE = __file__.rsplit("/", 1)[0] + "/"
_PYODIDE = ("<frozen abc>", "/lib/python314.zip/_pyodide/", "/lib/python314.zip/pyodide/")


def _clock(_number, frame):
    me = current
    if _held or me in _yielding or not can_run_sync() or not _can_be_put_aside(frame):
        return
    _yielding.add(me)
    try:
        give_way()
    finally:
        _yielding.discard(me)


def begin(function):
    """Makes a thread that runs `function` when its turn comes; answers its identity."""
    global _next_ident
    with hold:
        _next_ident += 1
        ident = _next_ident
        _beginnings[ident] = function
    host.spawn(ident)
    return ident


def run_thread(ident):
    """The bottom of a thread's stack; called by JavaScript."""
    global current
    current = ident
    function = _beginnings.pop(ident)
    _set_running_loop(None)
    try:
        function()
    finally:
        _set_running_loop(_page_loop)
        _doomed.discard(ident)


def as_main(function):
    """Marks a function that JavaScript calls on a stack of its own for the main thread; what it leaves in batches goes out behind it."""

    def call(*arguments):
        global current
        current = MAIN
        _set_running_loop(None)
        try:
            return function(*arguments)
        finally:
            _set_running_loop(_page_loop)
            _let_go()

    return call


def doom(ident):
    """Ends a thread at its next wait, or never lets it run again."""
    host.interrupt(ident)


def install():
    """Called once, before any code of a script runs."""
    garbage.install()
    signal.signal(signal.SIGALRM, _clock)


def is_held():
    """Whether the turn must not be given away now."""
    return _held > 0
