"""Waiting, threads and the run's own end, for the modules that speak to the network.

    signal = Signal()            # a packet came: JavaScript or another thread sets it
    signal.clear()
    if not inbox: signal.wait(timeout=5)

Whatever waits here lets everything else go on: other threads, callbacks, messages.
"""

import sys
import weakref

from _inspector_host import host

from . import primitives, turns

__all__ = [
    "Signal",
    "at_exit",
    "before_waiting",
    "block",
    "config",
    "monotonic",
    "note",
    "script_location",
    "sleep",
    "start_thread",
    "yield_now",
]

#: What the owner chose for this run: `dialect` (a name or ''), among others. Read only.
config = {}

_at_exit = []


def before_waiting(function):
    """Calls `function` whenever a thread is about to give way, also to the clock in the middle of anything that does not `hold` the turn:
    batches that must not lie about leave then. It must not wait."""
    turns.before_waiting.append(function)


def block(target, method, *arguments):
    """Calls a JavaScript object's method, waits for the promise it answers, and answers its value.

    Raises KeyboardInterrupt when the script is stopped.
    """
    return turns.wait_for(target, method, *arguments)


def sleep(seconds):
    """What time.sleep is."""
    if isinstance(seconds, bool) or not hasattr(seconds, "__float__") and not hasattr(seconds, "__index__"):
        raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer or float")
    seconds = float(seconds)
    if seconds != seconds:
        raise ValueError("Invalid value NaN (not a number)")
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    if not turns.can_wait():
        return
    if seconds == 0:
        yield_now()
    else:
        block(host, "sleep", seconds * 1000)


def yield_now():
    """Lets callbacks, other threads and incoming packets run once."""
    if turns.can_wait():
        turns.give_way()


class Signal:
    """A flag that threads wait for; it stays set until it is cleared. `js` is the same flag for JavaScript: set() and clear()."""

    __slots__ = ("js",)

    def __init__(self):
        self.js = host.signal()

    def set(self):
        self.js.set()

    def clear(self):
        self.js.clear()

    def is_set(self):
        return self.js.isSet

    def wait(self, timeout=None):
        """True once the flag is set; False where `timeout` seconds went by first."""
        if self.js.isSet:
            return True
        return block(self.js, "wait", -1 if timeout is None else max(0, timeout) * 1000)


def monotonic():
    """Seconds of a clock that only goes forward."""
    return host.nowMs() / 1000


def start_thread(function, *, name="", daemon=True):
    """Starts a thread of the modules' own; it shows in `threading.enumerate()` like any other. Answers it."""
    import threading

    thread = threading.Thread(target=function, name=name or None, daemon=daemon)
    thread.start()
    return thread


def at_exit(function):
    """Calls `function` when the script's main code and the threads it lasts for are over, before connections are cut; latest first.

    Holds it weakly: the method of an object that is gone by then is not called.
    """
    _at_exit.append(weakref.WeakMethod(function) if hasattr(function, "__self__") else weakref.ref(function))


def run_at_exit():
    while _at_exit:
        function = _at_exit.pop()()
        if function is not None:
            function()


#: Folders whose code is the user's, with a separator at the end; and names of what was typed.
_own_folders = ()
_TYPED = "<python-input"


def set_own_folders(folders):
    global _own_folders
    _own_folders = tuple(folder if folder.endswith("/") else folder + "/" for folder in folders)


def is_own(filename):
    """Whether code of that file is the user's."""
    return filename.startswith(_own_folders) or filename.startswith(_TYPED)


def script_location():
    """Where the user's own code stands in this thread, 'file.py:12'; '' where none of it is at work."""
    frame = sys._getframe(1)
    while frame is not None:
        filename = frame.f_code.co_filename
        if is_own(filename):
            return f"{display_name(filename)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def display_name(filename):
    """A file of the user's as the editor calls it."""
    for folder in _own_folders:
        if filename.startswith(folder):
            return filename[len(folder) :]
    return filename


def note(text):
    """Says one line that is ours and not the script's."""
    host.write("note", str(text) + "\n")


def install():
    import time

    turns.install()
    primitives.install()
    time.sleep = sleep
    if not hasattr(time, "thread_time"):
        time.thread_time, time.thread_time_ns = time.process_time, time.process_time_ns
