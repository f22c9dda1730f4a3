"""The script's stdin, stdout and stderr, over the owner's terminal or pipes."""

import io
import sys

from _inspector_host import host

from . import turns

#: Bytes the owner may be behind with before a print waits, as it would for a slow terminal.
_MOST_BEHIND = 262_144


class _Output(io.RawIOBase):
    """Bytes on their way to the owner."""

    def __init__(self, stream, number):
        self._stream = stream
        self._number = number

    def writable(self):
        return True

    def isatty(self):
        return host.isTerminal

    def fileno(self):
        return self._number

    def write(self, data):
        behind = host.writeBytes(self._stream, data)
        if behind > _MOST_BEHIND and turns.can_wait() and not turns.is_held():
            turns.wait_for(host, "outputTaken")
        return len(data)


class _InputBytes(io.RawIOBase):
    """The input as bytes, a line at a time."""

    def __init__(self, text):
        self._text = text
        self._rest = b""

    def readable(self):
        return True

    def readinto(self, buffer):
        self._rest = self._rest or self._text.readline().encode()
        data, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


class _Input(io.TextIOBase):
    """Lines the owner sends. Reading waits, and lets everything else go on meanwhile; `select` can wait for one too."""

    encoding = "utf-8"
    errors = "strict"
    name = "<stdin>"
    mode = "r"

    def __init__(self):
        self._rest = ""
        self._ended = False
        self.buffer = io.BufferedReader(_InputBytes(self))

    def readable(self):
        return True

    def fileno(self):
        return 0

    # What select looks at.

    def _channels(self):
        return [self]

    def watch(self, signal):
        host.watchInput(signal.js)

    def unwatch(self, signal):
        host.unwatchInput(signal.js)

    def _is_readable(self):
        return self._rest != "" or self._ended or host.hasInput

    def _is_writable(self):
        return False

    def _has_failed(self):
        return False

    def isatty(self):
        return host.isTerminal

    def _more(self):
        """Appends what comes next; False at the end of the input."""
        if self._ended:
            return False
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            text = turns.wait_for(host, "readLine", turns.current)
        except BaseException:
            # The line is for whoever asks next.
            host.forgetReader(turns.current)
            raise
        if text == "":
            # An end that was typed ends this read alone; a pipe stays at its end.
            self._ended = not host.isTerminal
            return False
        self._rest += text
        return True

    def readline(self, size=-1):
        limit = -1 if size is None else size
        while "\n" not in self._rest and not 0 <= limit <= len(self._rest):
            if not self._more():
                break
        end = self._rest.find("\n") + 1 or len(self._rest)
        if limit >= 0:
            end = min(end, limit)
        line, self._rest = self._rest[:end], self._rest[end:]
        return line

    def read(self, size=-1):
        limit = -1 if size is None else size
        while not 0 <= limit <= len(self._rest):
            if not self._more():
                break
        end = len(self._rest) if limit < 0 else limit
        text, self._rest = self._rest[:end], self._rest[end:]
        return text


def _writer(stream, number, line_buffering):
    raw = io.BufferedWriter(_Output(stream, number), buffer_size=8192)
    errors = "backslashreplace" if stream == "stderr" else "strict"
    return io.TextIOWrapper(raw, encoding="utf-8", errors=errors, line_buffering=line_buffering, write_through=False)


def install():
    for stream, number in (("stdout", 1), ("stderr", 2)):
        writer = _writer(stream, number, line_buffering=host.isTerminal or stream == "stderr")
        writer.mode = "w"
        setattr(sys, stream, writer)
        setattr(sys, f"__{stream}__", writer)
    sys.stdin = sys.__stdin__ = _Input()


def flush():
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            # The script closed or replaced it: what it kept is its own affair.
            pass
