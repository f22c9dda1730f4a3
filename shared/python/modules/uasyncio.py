"""`asyncio` under MicroPython's name, with its waits in milliseconds."""

from asyncio import *
from asyncio import __dict__ as _all
from asyncio import sleep, wait_for

globals().update({name: value for name, value in _all.items() if not name.startswith("__")})


async def sleep_ms(milliseconds):
    await sleep(milliseconds / 1000)


async def wait_for_ms(awaitable, milliseconds):
    return await wait_for(awaitable, milliseconds / 1000)
