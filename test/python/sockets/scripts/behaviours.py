"""What sockets do and say: the same under python3 and in the console."""

import errno
import select
import selectors
import socket
import sys
import threading
import time

port = int(sys.argv[1])
CONNECT = b"\x10\x0f\0\4MQTT\4\2\0\x3c\0\3abc"


def attempt(what, function, *arguments, **named):
    try:
        print(what, function(*arguments, **named))
    except Exception as error:
        print(what, type(error).__name__, error, getattr(error, "errno", None))


first, second = socket.socketpair()
first.sendall(b"hello")
print(second.recv(2), second.recv(10), select.select([second], [second], [], 0) == ([], [second], []))
second.setblocking(False)
attempt("nothing", second.recv, 1)
second.settimeout(0.05)
attempt("late", second.recv, 1)
begun = time.monotonic()
print(select.select([second], [], [], 0.1), 0.08 < time.monotonic() - begun < 2)
threading.Timer(0.1, first.send, (b"woken",)).start()
print(select.select([second], [], [], 5)[0] == [second], second.recv(10))
first.close()
print(second.recv(10), first.fileno())
attempt("closed", first.send, b"x")
attempt("peer closed", second.send, b"x")
second.close()

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", 0))
server.listen(1)
print(server.getsockname()[0])
caller = socket.create_connection(server.getsockname())
callee, address = server.accept()
print(address == caller.getsockname(), callee.getsockname() == caller.getpeername())
callee.sendall(b"line one\nline two\nrest")
callee.close()
with caller.makefile("rb") as lines:
    print(lines.readline(), lines.read(), lines.read())
caller.close()
server.close()

with socket.create_connection(("localhost", port), timeout=5) as broker:
    print(broker.gettimeout(), broker.getpeername()[1] == port, broker.family, broker.type)
    broker.sendall(CONNECT)
    into = bytearray(10)
    print(broker.recv_into(into), bytes(into[:4]))
    broker.settimeout(0)
    attempt("would block", broker.recv, 1)
    poll = select.poll()
    poll.register(broker, select.POLLIN)
    print(poll.poll(0))
    broker.send(b"\xc0\0")
    print([events for _, events in poll.poll(5000)], broker.recv(10))
    with selectors.DefaultSelector() as selector:
        selector.register(broker, selectors.EVENT_READ | selectors.EVENT_WRITE, "data")
        print([(key.data, events) for key, events in selector.select(1)])
    broker.setblocking(True)
    broker.sendall(CONNECT)
    print(broker.recv(10))

attempt("refused", socket.create_connection, ("127.0.0.1", 1))
attempt("unknown", socket.create_connection, ("no.such.host.invalid", 1))
sock = socket.socket()
print(sock.connect_ex(("127.0.0.1", 1)) == errno.ECONNREFUSED)
sock.close()
attempt("not connected", socket.socket().recv, 1)
attempt("not connected", socket.socket().send, b"x")
attempt("not connected", socket.socket().getpeername)
attempt("negative", socket.socket().settimeout, -1)
attempt("closed", sock.connect, ("127.0.0.1", port))

sock = socket.socket()
sock.setblocking(False)
attempt("in progress", sock.connect, ("127.0.0.1", port))
print(select.select([], [sock], [], 5)[1] == [sock], sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
sock.close()

print(socket.getaddrinfo("127.0.0.1", 1883, socket.AF_INET, socket.SOCK_STREAM)[0])
print(socket.gethostbyname("127.0.0.1"), socket.getservbyname("http"))
socket.setdefaulttimeout(3)
print(socket.socket().gettimeout(), socket.getdefaulttimeout())
print(socket.timeout is TimeoutError, issubclass(socket.gaierror, OSError), socket.error is OSError)
print(errno.errorcode[errno.ECONNRESET], errno.ECONNREFUSED, errno.EAGAIN)
bound, other = socket.socket(), socket.socket()
for sock in (bound, other):
    sock.bind(("127.0.0.1", 0))
number = bound.getsockname()[1]
bound.listen()
print(number > 0, other.getsockname()[1] not in (0, number), bound.getsockname()[1] == number)
descriptor = bound.fileno()
bound = sock = None
print(socket.socket().fileno() == descriptor)
