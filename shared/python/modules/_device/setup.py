"""Makes Python's own modules answer to what MicroPython adds to them. Called once, before a script runs."""

import asyncio
import gc
import os
import stat
import sys

from . import clock


def install():
    clock.install()
    gc.mem_free = lambda: 100_000
    gc.mem_alloc = lambda: 60_000
    gc.threshold = lambda *amount: -1
    sys.print_exception = print_exception
    os.ilistdir = ilistdir
    os.dupterm = lambda *_stream: None
    for thing in (sleep_ms, wait_for_ms, ThreadSafeFlag):
        setattr(asyncio, thing.__name__, thing)


def print_exception(error, file=None):
    """MicroPython's way to print what was caught."""
    import traceback

    traceback.print_exception(error, file=sys.stdout if file is None else file)


def ilistdir(path="."):
    """Of each entry its name, kind, inode and size."""
    with os.scandir(path) as entries:
        for entry in entries:
            facts = entry.stat(follow_symlinks=False)
            yield entry.name, stat.S_IFMT(facts.st_mode), facts.st_ino, facts.st_size


async def sleep_ms(milliseconds):
    await asyncio.sleep(milliseconds / 1000)


async def wait_for_ms(awaitable, milliseconds):
    return await asyncio.wait_for(awaitable, milliseconds / 1000)


class ThreadSafeFlag:
    """MicroPython's flag between an interrupt and the one task that waits for it, which clears it."""

    def __init__(self):
        self._is_set = False
        self._waiter = None

    def set(self):
        self._is_set = True
        if self._waiter is not None:
            loop, event = self._waiter
            loop.call_soon_threadsafe(event.set)

    def clear(self):
        self._is_set = False

    async def wait(self):
        event = asyncio.Event()
        self._waiter = asyncio.get_running_loop(), event
        if not self._is_set:
            await event.wait()
        self._waiter = None
        self._is_set = False
