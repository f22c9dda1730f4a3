"""From the words of tls_set() to a context of the ssl module, and from a context to what `_inspector.wire` asks for."""

import ssl


def context_of(ca_certs, certfile, keyfile, cert_reqs, tls_version, ciphers, keyfile_password, alpn_protocols):
    """A context of the ssl module. Its errors are ssl's own: a missing file, an unknown cipher, a verification mode that is none."""
    if tls_version is None:
        tls_version = getattr(ssl, "PROTOCOL_TLS_CLIENT", ssl.PROTOCOL_TLS)
    context = ssl.SSLContext(tls_version)
    if ca_certs is None:
        context.load_default_certs()
    if certfile is not None:
        context.load_cert_chain(certfile, keyfile, keyfile_password)
    if cert_reqs == ssl.CERT_NONE and hasattr(context, "check_hostname"):
        context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED if cert_reqs is None else cert_reqs
    if ca_certs is not None:
        context.load_verify_locations(ca_certs)
    if ciphers is not None:
        context.set_ciphers(ciphers)
    if alpn_protocols is not None:
        context.set_alpn_protocols(alpn_protocols)
    return context


def wire_tls(context, insecure):
    """The `Tls` of a client whose tls_set_context() got this."""
    return context.to_tls(check_hostname=not insecure)
