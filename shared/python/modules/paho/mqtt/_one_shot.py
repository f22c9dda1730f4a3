"""What `publish` and `subscribe` share: a client set up from dictionaries, that runs until it disconnects."""


def run(client, hostname, port, keepalive, will, auth, tls, proxy_args):
    """`will` holds arguments of will_set(), `auth` username and password, `tls` arguments of tls_set() and 'insecure', or it is a context."""
    if proxy_args is not None:
        client.proxy_set(**proxy_args)
    if auth:
        if not auth.get("username"):
            raise KeyError("The 'username' key was not found, this is required for auth")
        client.username_pw_set(auth["username"], auth.get("password"))
    if will is not None:
        client.will_set(**will)
    if isinstance(tls, dict):
        files = dict(tls)
        insecure = files.pop("insecure", False)
        client.tls_set(**files)
        if insecure:
            client.tls_insecure_set(insecure)
    elif tls is not None:
        client.tls_set_context(tls)
    client.connect(hostname, port, keepalive)
    client.loop_forever()
