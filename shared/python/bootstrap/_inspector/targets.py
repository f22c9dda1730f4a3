"""Where a client connects, and how TLS is spoken there: what a script says of it, and what a host override makes of that."""

import json
import ssl as _ssl

from _inspector_link import link

from . import sched

__all__ = ["LONGEST_CONNECT_MS", "Target", "Tls", "may_ignore_tls_files"]

#: What the system grants a connection attempt that nobody limits.
LONGEST_CONNECT_MS = 130_000


class Tls:
    """How to secure a connection, in the words of ssl.SSLContext. Files are read when the connection is opened, and missing ones raise then.

    verify           False accepts any certificate
    check_hostname   False accepts a good certificate for another name
    server_hostname  name for SNI and verification; None is the target's host
    minimum, maximum 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3' or None
    ca_certs, certfile, keyfile are paths; cadata, certdata and keydata are PEM as str or bytes, and win
    """

    def __init__(
        self,
        *,
        ca_certs=None,
        cadata=None,
        certfile=None,
        certdata=None,
        keyfile=None,
        keydata=None,
        keyfile_password=None,
        verify=True,
        check_hostname=True,
        server_hostname=None,
        alpn=None,
        ciphers=None,
        minimum=None,
        maximum=None,
    ):
        self.ca_certs = ca_certs
        self.cadata = cadata
        self.certfile = certfile
        self.certdata = certdata
        self.keyfile = keyfile
        self.keydata = keydata
        self.keyfile_password = keyfile_password
        self.verify = verify
        self.check_hostname = check_hostname
        self.server_hostname = server_hostname
        self.alpn = alpn
        self.ciphers = ciphers
        self.minimum = minimum
        self.maximum = maximum

    def _described(self):
        """As the link takes it; reads the files."""
        cert = _pem(self.certdata, self.certfile)
        key = _pem(self.keydata, self.keyfile)
        if cert is not None and key is None and "PRIVATE KEY" in cert:
            # One file may hold both, as for ssl.SSLContext.load_cert_chain.
            key = cert
        options = {
            "ca": _pem(self.cadata, self.ca_certs),
            "cert": cert,
            "key": key,
            "passphrase": None if self.keyfile_password is None else _text(self.keyfile_password),
            "serverName": self.server_hostname,
            "alpn": None if self.alpn is None else list(self.alpn),
            "ciphers": self.ciphers,
            "minVersion": self.minimum,
            "maxVersion": self.maximum,
            "verify": bool(self.verify),
            "checkHostname": bool(self.check_hostname),
        }
        return {name: value for name, value in options.items() if value is not None}


def _pem(data, path):
    if data is not None:
        return _text(data)
    if path is None:
        return None
    with open(path, "rb") as file:
        return _text(file.read())


def _text(value):
    if isinstance(value, str):
        return value
    data = bytes(value)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # A certificate in DER.
        return _ssl.DER_cert_to_PEM_cert(data)


def _host(host):
    """What getaddrinfo takes."""
    if isinstance(host, (bytes, bytearray)):
        return bytes(host).decode("ascii")
    if not isinstance(host, str):
        raise TypeError("getaddrinfo() argument 1 must be string or None")
    return host


def _port(port):
    """As getaddrinfo does, which forgets what is beyond 16 bits."""
    if not hasattr(port, "__index__"):
        raise OSError("Int or String expected")
    return int(port) & 0xFFFF


class Target:
    """Where to connect to. `transport` is 'tcp' or 'websockets'; `proxy` a dict {protocol: 'http' | 'socks5', host, port, [username, password]}.

    `connect_timeout` counts seconds, None waits as long as the system does. `srv` looks the broker's service record up first.
    Host overrides of the run apply to it; a script that is sent elsewhere is told so by one visible line.
    """

    def __init__(
        self,
        host,
        port,
        transport="tcp",
        tls=None,
        *,
        ws_path="/mqtt",
        ws_headers=None,
        ws_subprotocol="mqtt",
        bind_address="",
        bind_port=0,
        proxy=None,
        connect_timeout=None,
        srv=False,
    ):
        self.host = _host(host)
        self.port = _port(port)
        self.transport = transport
        self.tls = tls
        self.ws_path = ws_path
        self.ws_headers = ws_headers
        self.ws_subprotocol = ws_subprotocol
        self.bind_address = bind_address
        self.bind_port = bind_port
        self.proxy = proxy
        self.connect_timeout = connect_timeout
        self.srv = srv
        #: Whether a host override settles the way there, TLS included; known once it was asked for.
        self.is_settled = False

    def _described(self, timeout):
        """As the link takes it, after the host overrides."""
        secure = self.tls is not None
        protocol = ("wss" if secure else "ws") if self.transport == "websockets" else ("mqtts" if secure else "mqtt")
        plan = json.loads(link.plan(self.host, self.port, protocol))
        override = plan.get("override")
        self.is_settled = override is not None and "://" in override["to"]
        if override is not None:
            _tell_override(self, plan, secure)
        seconds = self.connect_timeout if timeout is None else timeout
        target = {
            "protocol": plan["protocol"],
            "host": plan["host"],
            "port": plan["port"],
            "srv": bool(self.srv) and override is None,
            "bindAddress": self.bind_address or "",
            "connectTimeoutMs": LONGEST_CONNECT_MS if seconds is None else max(1, int(seconds * 1000)),
        }
        if plan["tls"] == "script":
            target["tls"] = self.tls._described()
        elif plan["tls"] == "override":
            target["tls"] = {"verify": True, "checkHostname": True, **override.get("tls", {})}
        if plan["protocol"].startswith("ws"):
            headers = self.ws_headers or {}
            target["websocket"] = {
                "path": plan.get("path", self.ws_path),
                "headers": [[str(name), str(value)] for name, value in dict(headers).items()],
                "subprotocol": self.ws_subprotocol,
            }
        if self.proxy is not None and override is None:
            target["proxy"] = self.proxy
        return target


#: Lines about overrides that were said in this run.
_told = set()


def _tell_override(target, plan, secure):
    host = plan["host"]
    there = f"{plan['protocol']}://{'[' + host + ']' if ':' in host else host}:{plan['port']}"
    line = f"{target.host}:{target.port} is sent to {there} by a host override."
    if secure and plan["tls"] == "none":
        line += " The script asks for TLS; this connection is in clear."
    elif secure and plan["tls"] == "override":
        line += " Its certificates are those of the override, not the script's."
    if line not in _told:
        _told.add(line)
        sched.note(line)


def may_ignore_tls_files():
    """Whether a host override may stand in for what the script says about TLS: its certificate files may be missing then."""
    return bool(link.replacesTls())
