"""MicroPython's own module: hints to its compiler and its heap, which mean nothing here."""

import threading as _threading


def const(value):
    return value


def native(function):
    return function


viper = asm_thumb = native


def schedule(function, argument):
    """Calls the function soon, on a thread of its own."""
    _threading.Thread(target=function, args=(argument,), daemon=True).start()


def mem_info(*_verbose):
    print("stack: 1000 out of 15360")
    print("GC: total: 160000, used: 60000, free: 100000")


def qstr_info(*_verbose):
    return None


heap_lock = heap_unlock = qstr_info


def alloc_emergency_exception_buf(_size):
    return None


def opt_level(*_level):
    return 0


def kbd_intr(_character):
    return None


def stack_use():
    return 1000
