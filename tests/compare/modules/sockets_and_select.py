# socket on loopback, select, selectors, socketpair, addresses, timeouts, errors.
import os, select, selectors, socket, threading
srv = socket.create_server(("127.0.0.1", 0)); port = srv.getsockname()[1]; out = []
def serve():
    c, addr = srv.accept()
    with c:
        out.append(addr[0]); data = c.recv(100); c.sendall(data[::-1]); f = c.makefile("rw", encoding="utf-8"); out.append(f.readline()); f.write("reply é\n"); f.flush(); c.shutdown(socket.SHUT_WR); out.append(c.recv(10))
t = threading.Thread(target=serve); t.start()
with socket.create_connection(("127.0.0.1", port), timeout=5) as s: print(s.send(b"hello"), s.recv(5), s.gettimeout(), s.family, s.type, s.getpeername()[0], s.fileno() > 0, s.sendall(b"line\n"), s.makefile("rb").read()); s.close(); print(s.fileno())
t.join(); srv.close(); print(out)
a, b = socket.socketpair(); a.sendmsg([b"one", b"two"]); print(b.recv(4, socket.MSG_PEEK), b.recvmsg(10)[0], a.setblocking(False), a.getblocking()); buf = bytearray(5); b.send(b"xyz"); print(a.recv_into(buf), buf)
for f in (lambda: a.recv(1), lambda: (b.settimeout(0.01), b.recv(1)), lambda: socket.create_connection(("127.0.0.1", 1), timeout=1), lambda: s.recv(1), lambda: socket.socket(99, 99), lambda: a.send("str"), lambda: a.recv(-1), lambda: socket.inet_aton("x"), lambda: socket.socket().bind(("127.0.0.1", 99999)), lambda: socket.socket().connect("x"), lambda: socket.getaddrinfo("127.0.0.1", "nosuchservice"), lambda: socket.inet_pton(socket.AF_INET6, "zz"), lambda: socket.socket().accept(), lambda: a.setsockopt(1), lambda: a.settimeout(-1), lambda: socket.ntohs(2 ** 20), lambda: socket.socket().listen("a"), lambda: socket.gethostbyname("a..b")):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
print(socket.inet_aton("1.2.3.4"), socket.inet_ntoa(b"\1\2\3\4"), socket.inet_pton(socket.AF_INET6, "::1").hex(), socket.inet_ntop(socket.AF_INET6, bytes(15) + b"\1"), socket.htons(1), socket.ntohl(1), socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM), socket.AF_INET, socket.SOCK_STREAM, repr(socket.AF_UNIX), socket.has_ipv6, socket.getdefaulttimeout(), issubclass(socket.timeout, TimeoutError), socket.error is OSError, socket.gaierror.__mro__[1])
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(("127.0.0.1", 0)); u.sendto(b"dgram", u.getsockname()); print(u.recvfrom(10)[0], u.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)); u.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); print(u.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)); u.close()
x = socket.socket(socket.AF_UNIX); x.bind("sock"); x.listen(); y = socket.socket(socket.AF_UNIX); y.connect("sock"); c, _ = x.accept(); y.send(b"unix"); print(c.recv(9), x.getsockname()); [q.close() for q in (x, y, c)]
print([len(l) for l in select.select([b], [a], [], 0)]); a.send(b"!"); print(select.select([b], [], [], 1)[0] == [b]); p = select.poll(); p.register(b, select.POLLIN); print(p.poll(0) == [(b.fileno(), select.POLLIN)], p.unregister(b), p.poll(0)); e = select.epoll(); e.register(b, select.EPOLLIN); print(e.poll(0) == [(b.fileno(), 1)], e.closed, e.close())
with selectors.DefaultSelector() as sel: k = sel.register(b, selectors.EVENT_READ, "data"); print([(key.data, ev) for key, ev in sel.select(1)], sel.get_key(b).data, len(sel.get_map()), sel.unregister(b).data, type(sel).__name__)
for bad in ("select.select([5.5], [], [])", "select.select([], [], [], -1)", "select.select([999], [], [], 0)", "select.poll().unregister(99)", "select.select([])", "select.select(5, [], [])", "select.epoll(0)", "selectors.DefaultSelector().register('x', 1)", "selectors.DefaultSelector().register(0, 9)"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
import array; fds = os.pipe(); socket.send_fds(a, [b"m"], [fds[0]]); m, got, *_ = socket.recv_fds(b, 10, 1); os.write(fds[1], b"via fd"); print(os.read(got[0], 9)); d = a.dup(); a.close(); d.send(b"dup"); b.setblocking(True); print(b.recv(9), repr(a)[:15], d.detach() > 0)
