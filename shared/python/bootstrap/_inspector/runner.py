"""Runs one script as python runs it, then keeps a prompt over its names."""

import atexit
import builtins
import codeop
import importlib
import itertools
import json
import os
import rlcompleter
import sys
import threading
import tokenize
import types

from . import event_loop, failures, garbage, polling, primitives, sched, sockets, streams, tls, turns

STOPPED = 130
_CONTINUED = "continuation"
_PRIMARY = "primary"

_main = types.ModuleType("__main__")
_main.__dict__.update(__builtins__=builtins, __annotations__={})


def read_source(path):
    """The text of a file in the encoding it declares."""
    with tokenize.open(path) as file:
        return file.read()


def compile_script(source, filename):
    """Compiles a script. Tabs that MicroPython reads as columns of eight, and Python refuses beside spaces, are read as MicroPython does."""
    try:
        return compile(source, filename, "exec", dont_inherit=True)
    except TabError:
        expanded = "".join(_expand(line) for line in source.splitlines(keepends=True))
    return compile(expanded, filename, "exec", dont_inherit=True)


def _expand(line):
    text = line.lstrip(" \t")
    return line[: len(line) - len(text)].expandtabs(8) + text


def exit_code(error):
    """What sys.exit(...) makes of its argument, as python does."""
    code = error.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def _guarded(function):
    """Runs user code; answers its exit code, 0 where it came to its end."""
    try:
        function()
        return 0
    except SystemExit as error:
        return exit_code(error)
    except KeyboardInterrupt as error:
        _tell(error)
        return STOPPED
    except BaseException as error:
        _tell(error)
        return 1


def _tell(error):
    streams.flush()
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except BaseException as second:
        failures.print_exception(second)


@turns.as_main
def run_script(path, argv, folder=None):
    """Runs a file as `__main__`, standing in `folder`; answers its exit code."""
    sockets.reset()
    event_loop.reset()
    primitives.reopen_pools()
    garbage.enable()
    threading._counter = itertools.count(1).__next__  # names of threads begin at Thread-1 in each run
    if folder is not None:
        os.chdir(folder)
    sys.argv = list(argv)
    sys.path[0:0] = [os.path.dirname(os.path.abspath(path))]
    _main.__file__ = path
    _main.__dict__["__name__"] = "__main__"
    sys.modules["__main__"] = _main

    def execute():
        code = compile_script(read_source(path), os.path.abspath(path))
        exec(code, _main.__dict__)

    return _guarded(execute)


@turns.as_main
def finish(code, stopped):
    """Ends a run: threads it lasts for, what modules still have to send, `atexit`; then everything else is cut. Answers the exit code.

    A script that was stopped waits for no thread any more.
    """
    if not stopped:
        # An interrupt from here on ends the run, as it ends python while it waits for threads.
        for part in (primitives.join_lasting, sched.run_at_exit):
            ended = _guarded(part)
            code = ended or code
            if ended == STOPPED:
                break
    _guarded(atexit._run_exitfuncs)
    failures.install()
    primitives.end_all()
    streams.flush()
    return code


class Prompt:
    """Lines typed at the prompt, over the names of the script that ran last."""

    def __init__(self):
        self._lines = []
        self._number = 0
        self._compile = codeop.CommandCompiler()
        self._complete = rlcompleter.Completer(_main.__dict__).complete
        sys.modules.setdefault("__main__", _main)

    @turns.as_main
    def evaluate(self, text):
        """Takes lines as if they were typed one after the other; answers which prompt comes next."""
        lines = text.split("\n")
        for index, line in enumerate(lines):
            if index == len(lines) - 1 and line == "" and index > 0 and not self._lines:
                break
            self._push(line)
        return _CONTINUED if self._lines else _PRIMARY

    @turns.as_main
    def run_block(self, source, filename, first_line):
        """Runs a piece of a file; its lines keep their numbers."""
        shifted = "\n" * (first_line - 1) + source
        _guarded(lambda: exec(compile_script(shifted, filename), _main.__dict__))
        streams.flush()

    def _push(self, line):
        self._lines.append(line)
        source = "\n".join(self._lines)
        name = f"<python-input-{self._number}>"
        try:
            code = self._compile(source, name, "single")
        except (OverflowError, SyntaxError, ValueError) as error:
            self._lines.clear()
            _tell(error)
            return
        if code is None:
            return
        self._lines.clear()
        self._number += 1
        import linecache

        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            exec(code, _main.__dict__)
        except SystemExit as error:
            code = exit_code(error)
            sched.note(f"The prompt goes on after exit({'' if code == 0 else code}).")
        except BaseException as error:
            _tell(error)
        streams.flush()

    def reset(self):
        """Forgets lines of a statement that is not whole."""
        self._lines.clear()

    def complete(self, text):
        """Completions of the last word of a line, and how many characters of it they replace."""
        start = len(text)
        while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_."):
            start -= 1
        word = text[start:]
        found = []
        if word:
            while (option := self._complete(word, len(found))) is not None:
                found.append(option)
        return json.dumps([len(word), list(dict.fromkeys(found))])


def install(config, own_folders, module_folders):
    """Readies a fresh interpreter; called once by JavaScript, before anything of a script."""
    sched.config.update(config)
    sched.set_own_folders(own_folders)
    streams.install()
    sockets.install()
    polling.install()
    tls.install()
    sched.install()
    event_loop.install()
    failures.install()
    sys.path[:0] = module_folders
    importlib.invalidate_caches()
    from _device import setup

    setup.install()
    return Prompt()


def set_environment(variables, own_folders):
    """The environment of the script that runs next, and whose code is the user's."""
    os.environ.update(variables)
    sched.set_own_folders(own_folders)


def has_threads():
    """Whether something goes on under the prompt."""
    return bool(primitives.lasting or primitives.daemons)
