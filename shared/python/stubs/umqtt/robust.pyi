"""MicroPython's `umqtt.robust`: the simple client, which connects again by itself."""

from umqtt import simple

class MQTTClient(simple.MQTTClient):
    DELAY: int
    DEBUG: bool
    def delay(self, i: int) -> None: ...
    def log(self, in_reconnect: bool, e: Exception) -> None: ...
    def reconnect(self) -> int:
        """Connects again, as often as it takes."""
    def check_msg(self, attempts: int = 2) -> int | None: ...
