"""Messages received in one call: connect, subscribe, receive."""

from . import MQTTException, _one_shot
from . import client as paho


def callback(
    callback,
    topics,
    qos=0,
    userdata=None,
    hostname="localhost",
    port=1883,
    client_id="",
    keepalive=60,
    will=None,
    auth=None,
    tls=None,
    protocol=paho.MQTTv311,
    transport="tcp",
    clean_session=True,
    proxy_args=None,
):
    """Hands each message to `callback(client, userdata, message)` until that calls client.disconnect()."""
    if qos < 0 or qos > 2:
        raise ValueError("qos must be in the range 0-2")
    filters = [topics] if isinstance(topics, str) else topics

    def on_connect(client, _held, _flags, code, _properties=None):
        if code != 0:
            raise MQTTException(paho.connack_string(code))
        for one in filters:
            client.subscribe(one, qos)

    client = paho.Client(client_id, None if protocol == paho.MQTTv5 else clean_session, userdata, protocol, transport)
    client.on_connect = on_connect
    client.on_message = lambda client, held, message: callback(client, held, message)
    _one_shot.run(client, hostname, port, keepalive, will, auth, tls, proxy_args)


def simple(
    topics,
    qos=0,
    msg_count=1,
    retained=True,
    hostname="localhost",
    port=1883,
    client_id="",
    keepalive=60,
    will=None,
    auth=None,
    tls=None,
    protocol=paho.MQTTv311,
    transport="tcp",
    clean_session=True,
    proxy_args=None,
):
    """The next message, or a list of the next `msg_count`; retained ones are left aside where `retained` is false."""
    if msg_count < 1:
        raise ValueError("msg_count must be > 0")
    received = []

    def keep(client, _userdata, message):
        if len(received) == msg_count or (message.retain and not retained):
            return
        received.append(message)
        if len(received) == msg_count:
            client.disconnect()

    callback(
        keep,
        topics,
        qos,
        None,
        hostname,
        port,
        client_id,
        keepalive,
        will,
        auth,
        tls,
        protocol,
        transport,
        clean_session,
        proxy_args,
    )
    return received[0] if msg_count == 1 else received
