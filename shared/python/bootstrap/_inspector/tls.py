"""`ssl` for scripts: contexts that say how to secure a connection, and sockets whose TLS is the inspector's.

The interpreter's own `ssl` keeps settings only. Files are read when they are named, and errors are CPython's, as far as they can be known
before a handshake; the handshake's own come from the inspector.
"""

import re
import ssl as _standard
import warnings

from . import sockets, targets, wire

_CERTIFICATE = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----")
_KEY = re.compile(rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")
_VERSIONS = {"TLSv1": "TLSv1", "TLSv1_1": "TLSv1.1", "TLSv1_2": "TLSv1.2", "TLSv1_3": "TLSv1.3"}
#: Oldest and newest version that a protocol constant of one version stands for.
_OF_PROTOCOL = {"PROTOCOL_TLSv1": "TLSv1", "PROTOCOL_TLSv1_1": "TLSv1.1", "PROTOCOL_TLSv1_2": "TLSv1.2"}

_Stub = _standard.SSLContext


def _read(path):
    """A file's bytes; None where it is missing and a host override stands in for what it would say."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        if targets.may_ignore_tls_files():
            return None
        raise


class SSLContext(_Stub):
    """See ssl.SSLContext."""

    def __init__(self, protocol=None, *arguments, **named):
        super().__init__(protocol, *arguments, **named)
        self._authorities = []
        self._certificate = None
        self._key = None
        self._password = None
        self._alpn = []
        self._ciphers = None
        for name, version in _OF_PROTOCOL.items():
            if protocol is not None and protocol == getattr(_standard, name, None) and protocol != _standard.PROTOCOL_TLS:
                self._only = version
                break
        else:
            self._only = None

    def load_verify_locations(self, cafile=None, capath=None, cadata=None):
        """Adds authorities; from then on only these are believed."""
        if cafile is None and capath is None and cadata is None:
            raise TypeError("cafile, capath and cadata cannot be all omitted")
        if cafile is not None:
            data = _read(cafile)
            if data is not None and _CERTIFICATE.search(data) is None:
                raise _error(136, "X509", "NO_CERTIFICATE_OR_CRL_FOUND", "no certificate or crl found")
            if data is not None:
                self._authorities.append(data.decode("latin-1"))
        if cadata is not None:
            self._authorities.append(_authority_text(cadata))

    def load_cert_chain(self, certfile, keyfile=None, password=None):
        """The certificate and key to show; a key that does not fit its certificate is told by the handshake."""
        certificate = _read(certfile)
        key = certificate if keyfile is None else _read(keyfile)
        if certificate is None or key is None:
            return
        if _CERTIFICATE.search(certificate) is None or _KEY.search(key) is None:
            raise _standard.SSLError(9, "[SSL] PEM lib (_ssl.c:4149)")
        self._certificate = certificate.decode("latin-1")
        self._key = key.decode("latin-1")
        secret = password() if callable(password) else password
        self._password = secret.decode() if isinstance(secret, (bytes, bytearray)) else secret

    def set_alpn_protocols(self, alpn_protocols):
        for protocol in alpn_protocols:
            if not 0 < len(protocol) < 256:
                raise _standard.SSLError("ALPN protocols must be 1 to 255 bytes long")
        self._alpn = list(alpn_protocols)

    def set_ciphers(self, ciphers):
        super().set_ciphers(ciphers)
        self._ciphers = ciphers

    def cert_store_stats(self):
        count = sum(len(_CERTIFICATE.findall(text.encode("latin-1"))) for text in self._authorities)
        return {"x509": count, "crl": 0, "x509_ca": count}

    def to_tls(self, server_hostname=None, check_hostname=None):
        """As `_inspector.wire` takes it."""
        verify = self.verify_mode != _standard.CERT_NONE
        checks = self.check_hostname if check_hostname is None else check_hostname
        return targets.Tls(
            cadata="\n".join(self._authorities) if self._authorities else None,
            certdata=self._certificate,
            keydata=self._key,
            keyfile_password=self._password,
            verify=verify,
            check_hostname=verify and checks,
            server_hostname=server_hostname,
            alpn=self._alpn or None,
            ciphers=self._ciphers,
            minimum=self._only or _version(self.minimum_version),
            maximum=self._only or _version(self.maximum_version),
        )

    def wrap_socket(
        self,
        sock,
        server_side=False,
        do_handshake_on_connect=True,
        suppress_ragged_eofs=True,
        server_hostname=None,
        session=None,
    ):
        if server_side:
            raise NotImplementedError("The console's sockets are clients: it has no port that a TLS server could listen on.")
        if self.check_hostname and not server_hostname:
            raise ValueError("check_hostname requires server_hostname")
        return SSLSocket(self, sock, do_handshake_on_connect, server_hostname)

    def wrap_bio(self, *_arguments, **_named):
        raise NotImplementedError("TLS without a socket is not to be had in the console: wrap a socket, or use paho's or umqtt's own TLS.")


class SSLCertVerificationError(_standard.SSLError, ValueError):
    """A certificate that is not believed; `verify_message` says why."""


def _error(number, library, reason, text):
    error = _standard.SSLError(number, f"[{library}: {reason}] {text} (_ssl.c:4149)")
    error.library, error.reason = library, reason
    return error


def _version(value):
    return _VERSIONS.get(getattr(value, "name", ""))


def _authority_text(cadata):
    if isinstance(cadata, str):
        if _CERTIFICATE.search(cadata.encode("latin-1", "replace")) is None:
            raise _standard.SSLError(0, "not enough data: cadata does not contain a certificate (_ssl.c:4149)")
        return cadata
    data = bytes(cadata)
    if _CERTIFICATE.search(data) is not None:
        return data.decode("latin-1")
    if data[:1] != b"\x30":
        raise _standard.SSLError(0, "not enough data: cadata does not contain a certificate (_ssl.c:4149)")
    return _standard.DER_cert_to_PEM_cert(data)


class SSLSocket(sockets.Socket):
    """A socket that is secured before its first byte."""

    def __init__(self, context, sock, do_handshake_on_connect, server_hostname):
        super().__init__(sock.family, sock.type, sock.proto)
        self.context = context
        self.server_hostname = server_hostname
        self.server_side = False
        self._handshakes = do_handshake_on_connect
        self._secured = False
        self._timeout = sock.gettimeout()
        self._bound, self._wanted_port = sock._bound, sock._wanted_port
        channel, sock._channel = sock._channel, None
        self._connecting = sock._connecting
        self._channel = channel
        sock._real_close()
        sock._closed = True
        if channel is not None and not isinstance(channel, wire.ByteStream):
            raise OSError(95, "Operation not supported: a connection inside the script is not secured")
        if channel is not None and do_handshake_on_connect and not self._connecting:
            if self._timeout == 0:
                raise ValueError("do_handshake_on_connect should not be specified for non-blocking sockets")
            self._handshake_or_close()

    def _finish_connecting(self):
        super()._finish_connecting()
        if self._handshakes:
            self._handshake_or_close()

    def _handshake_or_close(self):
        try:
            self.do_handshake()
        except BaseException:
            self.close()
            raise

    def do_handshake(self, block=False):
        """Returns when TLS stands."""
        if self._secured:
            return
        channel = self._require_channel()
        self._connecting = False
        name = self.server_hostname
        text = name.decode() if isinstance(name, (bytes, bytearray)) else name
        channel.secure(self.context.to_tls("" if text is None else text), self._timeout or None)
        self._secured = True

    def _writable_channel(self):
        self.do_handshake()
        return super()._writable_channel()

    def _receive(self, size, flags=0):
        self.do_handshake()
        try:
            return super()._receive(size, flags)
        except BlockingIOError:
            raise _standard.SSLWantReadError(2, "The operation did not complete (read) (_ssl.c:2702)") from None

    def send(self, data, flags=0):
        try:
            return super().send(data, flags)
        except BlockingIOError:
            raise _standard.SSLWantWriteError(3, "The operation did not complete (write) (_ssl.c:2541)") from None

    def read(self, size=1024, buffer=None):
        """ssl's: up to `size` bytes."""
        if buffer is not None:
            return self.recv_into(buffer, size)
        return self.recv(size)

    def pending(self):
        return 0 if self._channel is None else self._channel.pending

    def _is_readable(self):
        return self._secured and super()._is_readable()

    def plain(self):
        """The socket under this one, which reads and writes what is secured on its way; this one is closed."""
        self.do_handshake()
        channel, self._channel = self._channel, None
        self.close()
        return sockets.Socket._over(channel)

    def unwrap(self):
        raise OSError(95, "Operation not supported: what was secured stays so")

    def _tls(self):
        self.do_handshake()
        return self._channel.tls

    def version(self):
        return None if not self._secured or self._channel.tls is None else self._channel.tls["protocol"]

    def cipher(self):
        tls = self._tls()
        return None if tls is None else (tls["cipher"], tls["protocol"], 256)

    def selected_alpn_protocol(self):
        tls = self._tls()
        return None if tls is None else tls.get("alpn")

    def getpeercert(self, binary_form=False):
        """The server's certificate: DER, or its names and times in ssl's words; {} where it was not verified."""
        tls = self._tls()
        if tls is None or not tls["chain"]:
            return None
        first = tls["chain"][0]
        if binary_form:
            return _standard.PEM_cert_to_DER_cert(first["pem"])
        if self.context.verify_mode == _standard.CERT_NONE:
            return {}
        return {
            "subject": _distinguished(first["subject"]),
            "issuer": _distinguished(first["issuer"]),
            "version": 3,
            "serialNumber": first["serialNumber"],
            "notBefore": _openssl_time(first["validFromMs"]),
            "notAfter": _openssl_time(first["validToMs"]),
            "subjectAltName": tuple(_alternative(name) for name in first["subjectAltNames"]),
        }


_LONG_NAMES = {"CN": "commonName", "O": "organizationName", "OU": "organizationalUnitName", "C": "countryName", "L": "localityName", "ST": "stateOrProvinceName"}


def _distinguished(text):
    parts = [part.partition("=") for part in re.split(r"[\n,] ?", text) if "=" in part]
    return tuple(((_LONG_NAMES.get(name.strip(), name.strip()), value),) for name, _, value in parts)


def _openssl_time(milliseconds):
    from time import gmtime, strftime

    moment = gmtime(milliseconds / 1000)
    return strftime("%b ", moment) + f"{moment.tm_mday:2d}" + strftime(" %H:%M:%S %Y GMT", moment)


def _alternative(name):
    kind, _, value = name.partition(":")
    return kind, value


def create_default_context(purpose=_standard.Purpose.SERVER_AUTH, *, cafile=None, capath=None, cadata=None):
    context = SSLContext(_standard.PROTOCOL_TLS_CLIENT)
    if cafile or capath or cadata:
        context.load_verify_locations(cafile, capath, cadata)
    return context


def wrap_socket(
    sock,
    keyfile=None,
    certfile=None,
    server_side=False,
    cert_reqs=_standard.CERT_NONE,
    ssl_version=None,
    ca_certs=None,
    do_handshake_on_connect=True,
    suppress_ragged_eofs=True,
    ciphers=None,
    *,
    key=None,
    cert=None,
    cadata=None,
    server_hostname=None,
    do_handshake=True,
):
    """The module's function of Python up to 3.11, with the words of MicroPython's: key, cert and cadata are contents there."""
    context = SSLContext(_standard.PROTOCOL_TLS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if cadata is not None:
            context.load_verify_locations(cadata=cadata)
        if ca_certs:
            context.load_verify_locations(ca_certs)
        if certfile:
            context.load_cert_chain(certfile, keyfile)
    if cert is not None and key is not None:
        context._certificate, context._key = _pem(cert, "CERTIFICATE"), _pem(key, "PRIVATE KEY")
    if ciphers:
        context.set_ciphers(ciphers)
    context.verify_mode = cert_reqs
    return context.wrap_socket(sock, server_side, do_handshake_on_connect and do_handshake, server_hostname=server_hostname)


def _pem(value, kind):
    data = value.encode() if isinstance(value, str) else bytes(value)
    if data.startswith(b"-----"):
        return data.decode("latin-1")
    import base64

    body = base64.encodebytes(data).decode()
    return f"-----BEGIN {kind}-----\n{body}-----END {kind}-----\n"


def match_hostname(cert, hostname):
    """Of Python up to 3.11. The handshake has compared the names where the context asks for it; this compares them once more."""
    names = [value for kind, value in (cert or {}).get("subjectAltName", ()) if kind in ("DNS", "IP Address")]
    if not any(_matches(name.lower(), hostname.lower()) for name in names):
        raise SSLCertVerificationError(1, f"hostname {hostname!r} doesn't match {', '.join(map(repr, names)) or 'any name'}")


def _matches(pattern, hostname):
    if pattern.startswith("*."):
        return hostname.partition(".")[2] == pattern[2:]
    return pattern == hostname


def install():
    """Puts ours in the places of the interpreter's."""
    for ours in (SSLContext, SSLSocket):
        ours.__module__ = "ssl"
        ours.__qualname__ = ours.__name__
    SSLCertVerificationError.__module__ = "ssl"
    _standard.SSLCertVerificationError = _standard.CertificateError = SSLCertVerificationError
    _standard.SSLContext = SSLContext
    _standard.SSLSocket = SSLSocket
    SSLContext.sslsocket_class = SSLSocket
    for function in (create_default_context, wrap_socket, match_hostname):
        setattr(_standard, function.__name__, function)
    _standard._create_default_https_context = create_default_context
    _standard._create_unverified_context = lambda *_arguments, **_named: _unverified()
    _standard.HAS_SNI = _standard.HAS_ALPN = True


def _unverified():
    context = SSLContext(_standard.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = _standard.CERT_NONE
    return context
