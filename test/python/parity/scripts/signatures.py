"""Parameters of everything that scripts call, with their defaults."""

import inspect

import paho.mqtt.client as mqtt
import paho.mqtt.publish as publish
import paho.mqtt.subscribe as subscribe

NAMES = """reinitialise ws_set_options tls_set_context tls_insecure_set enable_logger disable_logger connect connect_async
reconnect_delay_set reconnect publish username_pw_set enable_bridge_mode is_connected disconnect subscribe unsubscribe loop
loop_read loop_write want_write loop_misc max_inflight_messages_set max_queued_messages_set message_retry_set user_data_set will_set
will_clear socket loop_forever loop_start loop_stop message_callback_add message_callback_remove proxy_set"""
for name in NAMES.split():
    print(name, inspect.signature(getattr(mqtt.Client, name)))
for function in (publish.single, publish.multiple, subscribe.simple, subscribe.callback):
    print(function.__module__, function.__name__, inspect.signature(function))
for function in (mqtt.error_string, mqtt.connack_string, mqtt.topic_matches_sub):
    print(function.__name__, inspect.signature(function))
