"""Sockets with TLS: contexts, handshakes, certificates and their errors."""

import asyncio
import select
import socket
import ssl
import sys

plain, secure, authority = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
CONNECT = b"\x10\x0f\0\4MQTT\4\2\0\x3c\0\3tls"


def attempt(what, function, *arguments, **named):
    try:
        print(what, function(*arguments, **named))
    except Exception as error:
        text = str(error).partition(" (_ssl.c")[0]
        print(what, [kind.__name__ for kind in type(error).__mro__[:-4]], text, getattr(error, "reason", None))


context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
print(context.verify_mode == ssl.CERT_REQUIRED, context.check_hostname)
attempt("verify_mode", setattr, context, "verify_mode", ssl.CERT_NONE)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
context.check_hostname = True
print(context.verify_mode == ssl.CERT_REQUIRED)
try:
    context.load_verify_locations("no-such-file.pem")
except FileNotFoundError:
    print("no such file")
attempt("no certificate", context.load_verify_locations, sys.argv[0])
attempt("nothing", context.load_verify_locations)
attempt("no key", context.load_cert_chain, authority)
attempt("no name", context.wrap_socket, socket.socket())
context.load_verify_locations(authority)
print(context.cert_store_stats())

with socket.create_connection(("localhost", secure)) as raw, context.wrap_socket(raw, server_hostname="localhost") as sock:
    print(raw.fileno(), sock.version(), sock.cipher()[1], sock.server_hostname, sock.context is context, sock.server_side)
    print(sorted(sock.getpeercert()["subjectAltName"])[0], len(sock.getpeercert(True)) > 300)
    sock.sendall(CONNECT)
    print(sock.recv(4), sock.pending())
    sock.setblocking(False)
    attempt("nothing", sock.recv, 1)
    sock.send(b"\xc0\0")
    print(select.select([sock], [], [], 5)[0] == [sock], sock.recv(10))

late = context.wrap_socket(socket.socket(), server_hostname="localhost", do_handshake_on_connect=False)
late.connect(("localhost", secure))
late.settimeout(5)
late.do_handshake()
late.write(CONNECT)
print(late.read(4))
late.close()

attempt("unknown authority", lambda: ssl.create_default_context().wrap_socket(socket.create_connection(("localhost", secure)), server_hostname="localhost"))
attempt("other name", lambda: context.wrap_socket(socket.create_connection(("localhost", secure)), server_hostname="other.example"))
unchecked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
unchecked.check_hostname = False
unchecked.verify_mode = ssl.CERT_NONE
with unchecked.wrap_socket(socket.create_connection(("localhost", secure))) as sock:
    print(sock.getpeercert(), sock.selected_alpn_protocol())


async def streams():
    reader, writer = await asyncio.open_connection("localhost", secure, ssl=context)
    writer.write(CONNECT)
    await writer.drain()
    print(await reader.readexactly(4))
    writer.close()
    await writer.wait_closed()
    try:
        await asyncio.open_connection("localhost", secure, ssl=ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        print(error.verify_message)


asyncio.run(streams())
