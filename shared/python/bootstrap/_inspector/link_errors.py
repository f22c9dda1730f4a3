"""The failures of connections as the errors of CPython's socket and ssl modules, errno and text included."""

import json
import socket as _socket
import ssl as _ssl

__all__ = ["StreamClosed", "closed", "connect_error", "gaierror"]


class StreamClosed(OSError):
    """The connection is over and all that came before its end was read.

    `code` is '' after an orderly close by the server, else the engine's code of the failure (`tcp-reset`, ...) with its `data`.
    errno and text are what CPython's recv would raise, 0 and '' where it would answer b''.
    """

    code = ""
    data = {}


def closed(end_code, data):
    if end_code in ("tcp-reset", "write-failed"):
        error = StreamClosed(104, "Connection reset by peer")
    elif end_code in ("invalid", "unencodable"):
        error = StreamClosed(22, " ".join(["Invalid argument", *filter(None, [data.get("message")])]))
    elif end_code == "aborted":
        error = StreamClosed(103, "Software caused connection abort")
    else:
        error = StreamClosed(0, "")
    error.code = "" if end_code == "closed-by-peer" else end_code
    error.data = data
    return error


def gaierror(code):
    if code == "dns-not-found":
        return _socket.gaierror(-2, "Name or service not known")
    return _socket.gaierror(-3, "Temporary failure in name resolution")


#: Verification failures in OpenSSL's words.
_CERTIFICATE_TEXTS = {
    "tls-certificate-expired": "certificate has expired",
    "tls-certificate-not-yet-valid": "certificate is not yet valid",
    "tls-unknown-ca": "unable to get local issuer certificate",
    "tls-self-signed": "self-signed certificate",
    "tls-certificate-rejected": "certificate rejected",
}


#: Other failures of TLS in OpenSSL's words.
_TLS_TEXTS = {
    "tls-client-certificate-required": "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required",
    "tls-client-certificate-rejected": "[SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca",
    "tls-not-tls": "[SSL: WRONG_VERSION_NUMBER] wrong version number",
    "tls-protocol-version": "[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version",
    "tls-no-common-cipher": "[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] ssl/tls alert handshake failure",
    "tls-alpn": "[SSL: TLSV1_ALERT_NO_APPLICATION_PROTOCOL] tlsv1 alert no application protocol",
    "tls-bad-credentials": "[SSL] PEM lib",
    "tls-wrong-passphrase": "[SSL] PEM lib",
}


def connect_error(code, data, host):
    """What CPython raises where a connection fails for this reason."""
    simple = {
        "tcp-refused": lambda: ConnectionRefusedError(111, "Connection refused"),
        "tcp-timeout": lambda: TimeoutError(110, "Connection timed out"),
        "timeout": lambda: TimeoutError("timed out"),
        "tcp-unreachable": lambda: OSError(113, "No route to host"),
        "tcp-reset": lambda: ConnectionResetError(104, "Connection reset by peer"),
        "closed-by-peer": lambda: ConnectionResetError(104, "Connection reset by peer"),
        "bind-failed": lambda: OSError(99, "Cannot assign requested address"),
        "invalid": lambda: OSError(22, "Invalid argument"),
        "aborted": lambda: ConnectionAbortedError(103, "Software caused connection abort"),
        "too-many-sources": lambda: OSError(24, f"Too many open files: the limit is {data.get('limit')} clients in one run"),
        "tcp-failed": lambda: OSError(5, str(data.get("errno", "Input/output error"))),
    }
    if code in simple:
        return simple[code]()
    if code.startswith(("dns-", "srv-")):
        return gaierror("dns-not-found" if code == "srv-not-found" else code)
    if code == "tls-wrong-host":
        text = f"Hostname mismatch, certificate is not valid for '{host}'."
        return _certificate_error(text)
    if code in _CERTIFICATE_TEXTS:
        return _certificate_error(_CERTIFICATE_TEXTS[code])
    if code.startswith("tls-"):
        text = _TLS_TEXTS.get(code, f"[SSL] {data.get('message', code)}")
        return _ssl.SSLError(1, f"{text} (_ssl.c:1032)")
    if code.startswith("proxy-"):
        return ConnectionError(f"the proxy failed: {code} {json.dumps(data)}")
    if code.startswith(("upgrade-", "websocket-")):
        return ConnectionError(f"WebSocket handshake error, {code} {json.dumps(data)}")
    return OSError(5, f"{code} {json.dumps(data)}")


def _certificate_error(text):
    error = _ssl.SSLCertVerificationError(1, f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {text} (_ssl.c:1032)")
    error.reason = "CERTIFICATE_VERIFY_FAILED"
    error.verify_message = text
    return error
