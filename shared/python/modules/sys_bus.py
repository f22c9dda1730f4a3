"""QuecPython's bus between the parts of a program: each message goes to every subscriber, on a thread of its own."""

import _thread as _threads

_subscribers = {}


def subscribe(topic, handler):
    _subscribers.setdefault(topic, []).append(handler)
    return 0


def publish(topic, message):
    for handler in _subscribers.get(topic, ()):
        _threads.start_new_thread(handler, (topic, message))
    return True


def publish_sync(topic, message):
    for handler in list(_subscribers.get(topic, ())):
        handler(topic, message)
    return True


def unsubscribe(topic, handler=None):
    kept = [one for one in _subscribers.pop(topic, ()) if handler is not None and one is not handler]
    if kept:
        _subscribers[topic] = kept
    return True


def sub_table(topic=None):
    return dict(_subscribers) if topic is None else list(_subscribers.get(topic, ()))
