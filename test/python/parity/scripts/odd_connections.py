"""Hosts, ports, names and times that nobody can connect with; what comes after them works as ever."""

import sys
import time

import paho.mqtt.client as mqtt

sys.unraisablehook = lambda *_: None
broker = int(sys.argv[1])


def attempt(what, function):
    try:
        print(what, function())
    except Exception as error:
        print(what, type(error).__name__, error)


def visit(client, *arguments):
    """Connects, and leaves in order."""
    rc = client.connect(*arguments)
    client.loop_start()
    while not client.is_connected():
        time.sleep(0.01)
    client.disconnect()
    client.loop_stop()
    return rc


def connecting(*arguments, client_id="odd"):
    return lambda: visit(mqtt.Client(client_id), *arguments)


def named(name, password):
    client = mqtt.Client("odd")
    client.username_pw_set(name, password)
    return visit(client, "127.0.0.1", broker)


attempt("host bytes", connecting(b"127.0.0.1", broker))
attempt("host number", connecting(5, broker))
attempt("host url", connecting("mqtt://127.0.0.1", broker))
attempt("host space", connecting("127.0.0.1 ", broker))
attempt("port float", connecting("127.0.0.1", float(broker)))
attempt("port text", connecting("127.0.0.1", str(broker)))
attempt("keepalive float", connecting("127.0.0.1", broker, 60.0))
attempt("keepalive great", connecting("127.0.0.1", broker, 70_000))
attempt("keepalive text", connecting("127.0.0.1", broker, "60"))
attempt("name long", connecting("127.0.0.1", broker, client_id="x" * 70_000))
attempt("user long", lambda: named("u" * 70_000, "p"))
attempt("user bytes", lambda: named(b"u", b"p"))
attempt("bound", connecting("127.0.0.1", broker, 60, "127.0.0.1"))
attempt("bound elsewhere", connecting("127.0.0.1", broker, 60, "9.9.9.9"))
attempt("as ever", connecting("127.0.0.1", broker, 60))
