"""Exceptions as python prints them: with the script's own lines, and without the frames that stand for the interpreter here."""

import sys
import traceback

from . import sched

_PACKAGE = __file__.rsplit("/", 1)[0] + "/"
_INTERNAL = (_PACKAGE, "/lib/python314.zip/_pyodide/", "/lib/python314.zip/pyodide/")


def _is_internal(filename):
    return filename.startswith(_INTERNAL)


def _strip(report):
    """Takes our frames out of a report and of the reports of its causes."""
    seen = set()
    stack = [report]
    while stack:
        each = stack.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.stack[:] = [frame for frame in each.stack if not _is_internal(frame.filename)]
        stack += [each.__cause__, each.__context__, *(each.exceptions or ())]


def format_exception(error):
    """The text that python prints for an exception nobody caught."""
    report = traceback.TracebackException.from_exception(error, compact=True)
    _strip(report)
    lines = list(report.format())
    if not report.stack and lines[:1] == ["Traceback (most recent call last):\n"]:
        del lines[0]
    return "".join(lines)


def print_exception(error):
    """Prints to stderr, and says what can be done where the reason is this console."""
    print(format_exception(error), end="", file=sys.stderr)
    hint = _hint(error)
    if hint:
        sys.stderr.flush()
        sched.note(hint)


#: Modules of firmware that nothing stands for here.
_OF_DEVICES = frozenset(
    "bluetooth ubluetooth aioble btree cryptolib ucryptolib uctypes espnow camera sensor image lcd sms voiceCall fota app_fota gnss quecgnss "
    "cellLocator wifilocator wifiScan USBNET atcmd SecureData ql_fs aLiYun TenCentYun nb lpm".split()
)


_ONE_PROCESS = "The console has one process and starts no others; threading and concurrent.futures.ThreadPoolExecutor work."
#: What the interpreter says where a process was to be started.
_NO_PROCESSES = 138


def _hint(error):
    if isinstance(error, ModuleNotFoundError) and error.name:
        top = error.name.partition(".")[0]
        if top == "_multiprocessing":
            return _ONE_PROCESS
        if top in _OF_DEVICES:
            return (
                f"{top} is part of a device’s firmware and needs the device itself. Leave out what uses it, or put a {top}.py of your own beside "
                "the script, or into a tab, that does as much as the script needs."
            )
        return (
            f"There is no module {top} here. The console has Python's standard library, paho-mqtt, the umqtt dialects and the usual modules "
            f"of devices; put {top}.py beside the script, or into a tab of its own, to import it."
        )
    if isinstance(error, OSError) and error.errno == _NO_PROCESSES:
        return _ONE_PROCESS
    if isinstance(error, SyntaxError) and _is_old_print(error):
        return "This is Python 2; the console runs Python 3. Write print(…) with parentheses."
    return ""


def _is_old_print(error):
    return "Missing parentheses in call to 'print'" in str(error.msg)


def excepthook(_kind, error, _trace):
    print_exception(error)


def thread_excepthook(args):
    """`threading.excepthook`, with our frames left out."""
    if args.exc_type is SystemExit:
        return
    name = args.thread.name if args.thread is not None else args.exc_type.__name__
    print(f"Exception in thread {name}:", file=sys.stderr)
    error = args.exc_value if args.exc_value is not None else args.exc_type()
    print_exception(error)


def install():
    import threading

    sys.excepthook = excepthook
    threading.excepthook = threading.__excepthook__ = thread_excepthook
