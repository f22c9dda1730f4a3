"""Messages published in one call: connect, publish, disconnect."""

from collections import deque
from collections.abc import Iterable

from . import MQTTException, _one_shot
from . import client as paho


def multiple(
    msgs,
    hostname="localhost",
    port=1883,
    client_id="",
    keepalive=60,
    will=None,
    auth=None,
    tls=None,
    protocol=paho.MQTTv311,
    transport="tcp",
    proxy_args=None,
):
    """Publishes each of `msgs`, a dict of publish()'s arguments or a tuple of them in order, one after the other was sent or acknowledged."""
    if not isinstance(msgs, Iterable):
        raise TypeError("msgs must be an iterable")
    waiting = deque(msgs)
    client = paho.Client(client_id, None, waiting, protocol, transport)
    client.on_connect = _first
    client.on_publish = _next
    _one_shot.run(client, hostname, port, keepalive, will, auth, tls, proxy_args)


def single(
    topic,
    payload=None,
    qos=0,
    retain=False,
    hostname="localhost",
    port=1883,
    client_id="",
    keepalive=60,
    will=None,
    auth=None,
    tls=None,
    protocol=paho.MQTTv311,
    transport="tcp",
    proxy_args=None,
):
    """Publishes one message."""
    message = {"topic": topic, "payload": payload, "qos": qos, "retain": retain}
    multiple([message], hostname, port, client_id, keepalive, will, auth, tls, protocol, transport, proxy_args)


def _first(client, waiting, _flags, code, _properties=None):
    if code != 0:
        raise MQTTException(paho.connack_string(code))
    if waiting:
        _publish(client, waiting)


def _next(client, waiting, _mid):
    if waiting:
        _publish(client, waiting)
    else:
        client.disconnect()


def _publish(client, waiting):
    message = waiting.popleft()
    if isinstance(message, dict):
        client.publish(**message)
    elif isinstance(message, (tuple, list)):
        client.publish(*message)
    else:
        raise TypeError("message must be a dict, tuple, or list")
