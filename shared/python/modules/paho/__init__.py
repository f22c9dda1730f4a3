"""The name of paho's modules; everything is in `paho.mqtt`."""
