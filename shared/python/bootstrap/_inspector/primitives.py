"""The primitives under `threading`: locks, thread handles and thread-local storage for threads that take turns."""

import _thread
import importlib
import sys
import weakref
from collections import deque

from _inspector_host import host

from . import turns

TIMEOUT_MAX = float(_thread.TIMEOUT_MAX)


class Waiters:
    """Threads that wait for one thing, longest first."""

    __slots__ = ("_queue",)

    def __init__(self):
        self._queue = deque()

    def __len__(self):
        return len(self._queue)

    def wait(self, timeout=None):
        """Waits to be woken; False where `timeout` seconds went by first. Must not be called with the turn held."""
        waiter = host.waiter()
        self._queue.append(waiter)
        try:
            woken = turns.wait_for(waiter, "wait", -1 if timeout is None else timeout * 1000)
        except BaseException:
            # Woken and interrupted at once: somebody else gets what this thread was woken for.
            if not self._leave(waiter):
                self.wake()
            raise
        return woken or not self._leave(waiter)

    def _leave(self, waiter):
        with turns.hold:
            for index, each in enumerate(self._queue):
                if each is waiter:
                    del self._queue[index]
                    return True
        return False

    def wake(self):
        """Wakes the one that waits longest; False where nobody waits."""
        if not self._queue:
            return False
        self._queue.popleft().wake()
        return True

    def wake_all(self):
        while self.wake():
            pass


class lock:
    """A lock that is handed over to the thread that waits longest."""

    __slots__ = ("_locked", "_waiters", "__weakref__")

    def __init__(self):
        self._locked = False
        self._waiters = None

    def acquire(self, blocking=True, timeout=-1):
        if timeout != -1:
            if not blocking:
                raise ValueError("can't specify a timeout for a non-blocking call")
            if timeout < 0:
                raise ValueError("timeout value must be a non-negative number")
            if timeout > TIMEOUT_MAX:
                raise OverflowError("timestamp out of range for platform time_t")
        with turns.hold:
            if not self._locked:
                self._locked = True
                return True
            if not blocking:
                return False
            if self._waiters is None:
                self._waiters = Waiters()
        return self._waiters.wait(None if timeout == -1 else timeout)

    def release(self):
        with turns.hold:
            if not self._locked:
                raise RuntimeError("release unlocked lock")
            if self._waiters is None or not self._waiters.wake():
                self._locked = False

    def locked(self):
        return self._locked

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()

    def _at_fork_reinit(self):
        self._locked = False
        self._waiters = None

    def __repr__(self):
        state = "locked" if self._locked else "unlocked"
        return f"<{state} _thread.lock object at {id(self):#x}>"


class RLock:
    """A lock that its owner may take again."""

    __slots__ = ("_block", "_owner", "_count", "__weakref__")

    def __init__(self):
        self._block = lock()
        self._owner = None
        self._count = 0

    def acquire(self, blocking=True, timeout=-1):
        if self._owner == turns.current:
            self._count += 1
            return True
        taken = self._block.acquire(blocking, timeout)
        if taken:
            self._owner = turns.current
            self._count = 1
        return taken

    def release(self):
        if self._owner != turns.current:
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if self._count == 0:
            self._owner = None
            self._block.release()

    def locked(self):
        return self._block.locked()

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()

    def _acquire_restore(self, state):
        self._block.acquire()
        self._count, self._owner = state

    def _release_save(self):
        if self._count == 0:
            raise RuntimeError("cannot release un-acquired lock")
        state = (self._count, self._owner)
        self._count = 0
        self._owner = None
        self._block.release()
        return state

    def _is_owned(self):
        return self._owner == turns.current

    def _recursion_count(self):
        return self._count if self._owner == turns.current else 0

    def _at_fork_reinit(self):
        self._block._at_fork_reinit()
        self._owner = None
        self._count = 0

    def __repr__(self):
        state = "locked" if self._block.locked() else "unlocked"
        return f"<{state} _thread.RLock object owner={self._owner or 0} count={self._count} at {id(self):#x}>"


class _Storage:
    """What each thread has in one `local`."""

    __slots__ = ("arguments", "dicts", "__weakref__")

    def __init__(self, arguments):
        self.arguments = arguments
        self.dicts = {}
        _storages.add(self)


_storages = weakref.WeakSet()


def _own_dict(self):
    """Puts the current thread's names in place; the first time in a thread, a subclass is initialised anew."""
    storage = object.__getattribute__(self, "_local__storage")
    names = storage.dicts.get(turns.current)
    if names is not None:
        object.__setattr__(self, "__dict__", names)
        return
    storage.dicts[turns.current] = names = {}
    object.__setattr__(self, "__dict__", names)
    arguments, keywords = storage.arguments
    type(self).__init__(self, *arguments, **keywords)


class local:
    """Attributes of which each thread has its own."""

    __slots__ = ("_local__storage", "__dict__")

    def __new__(cls, /, *arguments, **keywords):
        if (arguments or keywords) and cls.__init__ is object.__init__:
            raise TypeError("Initialization arguments are not supported")
        self = object.__new__(cls)
        storage = _Storage((arguments, keywords))
        storage.dicts[turns.current] = {}
        object.__setattr__(self, "_local__storage", storage)
        return self

    def __getattribute__(self, name):
        with turns.hold:
            _own_dict(self)
            return object.__getattribute__(self, name)

    def __setattr__(self, name, value):
        if name == "__dict__":
            raise AttributeError(f"{type(self).__name__!r} object attribute '__dict__' is read-only")
        with turns.hold:
            _own_dict(self)
            object.__setattr__(self, name, value)

    def __delattr__(self, name):
        if name == "__dict__":
            raise AttributeError(f"{type(self).__name__!r} object attribute '__dict__' is read-only")
        with turns.hold:
            _own_dict(self)
            object.__delattr__(self, name)


class Semaphore:
    """QuecPython's `_thread.allocate_semphore(n)`."""

    def __init__(self, count=1):
        self._count = count
        self._waiters = Waiters()

    def acquire(self):
        with turns.hold:
            if self._count > 0:
                self._count -= 1
                return True
        return self._waiters.wait()

    def release(self):
        with turns.hold:
            if not self._waiters.wake():
                self._count += 1

    def getCnt(self):
        return (self._count, self._count)


class ThreadHandle:
    """A thread that may be joined."""

    def __init__(self):
        self.ident = 0
        self._done = False
        self._joiners = Waiters()

    def is_done(self):
        return self._done

    def _set_done(self):
        self._done = True
        self._joiners.wake_all()

    def join(self, timeout=None):
        if timeout is not None and timeout < 0:
            timeout = None
        if self.ident == turns.current:
            raise RuntimeError("Cannot join current thread")
        if not self._done:
            self._joiners.wait(timeout)


#: Threads that the run waits for before it ends, and those that end with it; by identity.
lasting = {}
daemons = {}


def start_joinable_thread(function, handle=None, daemon=True):
    handle = ThreadHandle() if handle is None else handle
    kept = daemons if daemon else lasting

    def run():
        try:
            function()
        except SystemExit:
            pass
        except BaseException as error:
            report(error, function)
        finally:
            kept.pop(handle.ident, None)
            for storage in list(_storages):
                storage.dicts.pop(handle.ident, None)
            handle._set_done()

    with turns.hold:
        handle.ident = turns.begin(run)
        kept[handle.ident] = handle
    return handle


def start_new_thread(function, args, kwargs=None):
    """Starts a thread nobody joins. It keeps the run alive, as it keeps a device running whose main script is over."""
    if not callable(function):
        raise TypeError("first arg must be callable")
    if not isinstance(args, tuple):
        raise TypeError("2nd arg must be a tuple")
    kwargs = {} if kwargs is None else kwargs
    return start_joinable_thread(_Call(function, args, kwargs), daemon=False).ident


class _Call:
    """A function with its arguments, told apart in reports by the function's own name."""

    __slots__ = ("function", "args", "kwargs")

    def __init__(self, function, args, kwargs):
        self.function = function
        self.args = args
        self.kwargs = kwargs

    def __call__(self):
        self.function(*self.args, **self.kwargs)


def report(error, function):
    """An exception that nobody caught ended a thread."""
    from . import failures

    named = function.function if isinstance(function, _Call) else function
    print(f"Exception ignored in thread started by: {named!r}", file=sys.stderr)
    failures.print_exception(error)


def join_lasting():
    """Waits until no thread is left that the run lasts for, including those that are started meanwhile. Pools of threads end theirs when asked."""
    for ask in reversed(sys.modules["threading"]._threading_atexits):
        ask()
    while lasting:
        next(iter(lasting.values())).join()


def reopen_pools():
    """Between runs: pools that were told of the end take work again."""
    futures = sys.modules.get("concurrent.futures.thread")
    if futures is not None:
        futures._shutdown = False


def end_all():
    """Ends every thread but the main one, at its next wait."""
    for ident in [*lasting, *daemons]:
        turns.doom(ident)


_main_handle = ThreadHandle()
_main_handle.ident = turns.MAIN


def _make_thread_handle(ident):
    if ident == turns.MAIN:
        return _main_handle
    handle = ThreadHandle()
    handle.ident = ident
    return handle


def get_ident():
    return turns.current


def install():
    """Puts the primitives in place and loads `threading` and what was built on it anew."""
    _thread.allocate_lock = _thread.allocate = _thread.LockType = _thread.lock = lock
    _thread._ThreadHandle = ThreadHandle
    _thread._make_thread_handle = _make_thread_handle
    _thread.start_joinable_thread = start_joinable_thread
    _thread.start_new_thread = _thread.start_new = start_new_thread
    _thread.get_ident = _thread.get_native_id = get_ident
    _thread._get_main_thread_ident = lambda: turns.MAIN
    _thread._count = lambda: len(lasting) + len(daemons)
    _thread._shutdown = join_lasting
    _thread.RLock = RLock
    _thread.stop_thread = turns.doom
    _thread.delete_lock = _thread.delete_semphore = lambda _lock: None
    _thread.get_heap_size = lambda: 100_000
    _thread.threadIsRunning = lambda ident: ident in lasting or ident in daemons
    _thread.stack_size = lambda *_size: 0
    _thread.allocate_semphore = Semaphore
    _thread._local = local
    # `queue` has one made of Python where this is missing.
    sys.modules["_queue"] = None
    threading = importlib.reload(sys.modules["threading"])
    logging = sys.modules.get("logging")
    if logging is not None:
        logging._lock = threading.RLock()
        for handler in logging._handlerList:
            if handler() is not None:
                handler().createLock()
