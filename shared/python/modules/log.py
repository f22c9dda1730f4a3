"""QuecPython's log: lines such as `INFO:MQTT:text` on stderr, from a level on."""

import sys as _sys

CRITICAL, ERROR, WARNING, INFO, DEBUG, NOTSET = 50, 40, 30, 20, 10, 0
_NAMES = {CRITICAL: "CRIT", ERROR: "ERROR", WARNING: "WARN", INFO: "INFO", DEBUG: "DEBUG"}
_level = INFO
_loggers = {}


class Logger:
    def __init__(self, name):
        self.name = name

    def isEnabledFor(self, level):
        return level >= _level

    def log(self, level, message, *values):
        if self.isEnabledFor(level):
            text = message % values if values else message
            print(f"{_NAMES.get(level, f'LVL{level}')}:{self.name}:{text}", file=_sys.stderr)

    def debug(self, message, *values):
        self.log(DEBUG, message, *values)

    def info(self, message, *values):
        self.log(INFO, message, *values)

    def warning(self, message, *values):
        self.log(WARNING, message, *values)

    def error(self, message, *values):
        self.log(ERROR, message, *values)

    def critical(self, message, *values):
        self.log(CRITICAL, message, *values)


def getLogger(name="root"):
    return _loggers.setdefault(name, Logger(name))


def set_output(_output):
    return None


def basicConfig(level=INFO, *_arguments, **_more):
    global _level
    _level = level
