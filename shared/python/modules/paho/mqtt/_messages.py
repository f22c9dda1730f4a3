"""What scripts hold of a message: the message itself, and the ticket that publish() gives out for one."""

from _inspector import sched, turns

from ._constants import MQTT_ERR_QUEUE_SIZE, MQTT_ERR_SUCCESS, error_string, mqtt_ms_invalid


class MQTTMessageInfo:
    """The ticket of a publish(): also a pair (rc, mid)."""

    __slots__ = "mid", "_published", "_waiter", "rc", "_iterpos"

    def __init__(self, mid):
        self.mid = mid
        self.rc = MQTT_ERR_SUCCESS
        self._published = False
        self._waiter = None
        self._iterpos = 0

    def __str__(self):
        return str((self.rc, self.mid))

    def __iter__(self):
        self._iterpos = 0
        return self

    def __next__(self):
        at = self._iterpos
        if at > 1:
            raise StopIteration
        self._iterpos = at + 1
        return self[at]

    next = __next__

    def __getitem__(self, index):
        if index == 0:
            return self.rc
        if index == 1:
            return self.mid
        raise IndexError("index out of range")

    def _set_as_published(self):
        self._published = True
        waiter = self._waiter
        if waiter is not None:
            waiter.set()

    def _check(self):
        if self.rc == MQTT_ERR_QUEUE_SIZE:
            raise ValueError("Message is not queued due to ERR_QUEUE_SIZE")
        if self.rc > 0:
            raise RuntimeError(f"Message publish failed: {error_string(self.rc)}")

    def wait_for_publish(self, timeout=None):
        """Blocks until the message is out (QoS 0) or acknowledged, for `timeout` seconds at most; raises where it was never queued."""
        self._check()
        if not self._published:
            with turns.hold:
                if self._waiter is None:
                    self._waiter = sched.Signal()
            if not self._published:
                self._waiter.wait(timeout)
        self._check()

    def is_published(self):
        self._check()
        return self._published


class MQTTMessage:
    """A message on its way in or out. Equal to another with the same mid."""

    __slots__ = "timestamp", "state", "dup", "mid", "_topic", "payload", "qos", "retain", "_info", "properties"

    def __init__(self, mid=0, topic=b""):
        self.timestamp = 0
        self.state = mqtt_ms_invalid
        self.dup = False
        self.mid = mid
        self._topic = topic
        self.payload = b""
        self.qos = 0
        self.retain = False
        self._info = None
        self.properties = None

    def __eq__(self, other):
        return isinstance(other, self.__class__) and self.mid == other.mid

    @property
    def topic(self):
        """Text; a topic that is no UTF-8 raises UnicodeDecodeError here."""
        return self._topic.decode("utf-8")

    @topic.setter
    def topic(self, value):
        self._topic = value

    @property
    def info(self):
        if self._info is None:
            self._info = MQTTMessageInfo(self.mid)
        return self._info

    @info.setter
    def info(self, value):
        self._info = value
