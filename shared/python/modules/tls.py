"""MicroPython's newer name for what it has of `ssl`."""

from ssl import CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED, PROTOCOL_TLS_CLIENT, SSLContext

__all__ = ["CERT_NONE", "CERT_OPTIONAL", "CERT_REQUIRED", "PROTOCOL_TLS_CLIENT", "SSLContext"]
