"""`umqtt` as UIFlow2 and QuecPython have it, both under one name: told apart by what a script calls.

subscribe(topic, handler, qos) is UIFlow2's: the handler gets one pair. subscribe(topic, qos) with set_callback() is QuecPython's and
MicroPython's. A first line `# dialect: quecpython` (or uiflow, micropython) settles what calls leave open.
"""

from _device.errors import MQTTException

from .client import MQTTClient

__all__ = ["MQTTClient", "MQTTException"]
