"""UIFlow2's helpers."""

import traceback as _traceback


def print_error_msg(error):
    _traceback.print_exception(error)
