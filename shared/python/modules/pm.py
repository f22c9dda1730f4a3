"""QuecPython's power management."""

from _device.board import succeeding as _succeeding


def create_wakelock(*_arguments):
    return 1


def wakelock_lock(*_arguments):
    return 0


wakelock_unlock = delete_wakelock = autosleep = set_psm_time = wakelock_lock


def get_wakelock_num():
    return 1


__getattr__ = _succeeding("pm")
