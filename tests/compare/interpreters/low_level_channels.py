# Channels of _xxsubinterpreters: send, receive, ends, association, closing, errors.
import _xxsubinterpreters as interps
c = interps.channel_create()
print(repr(c).split("(")[0], int(c) >= 0, interps.channel_list_all() == [c])
for value in (None, 5, -2 ** 60, "text é", b"bytes", ""):
    interps.channel_send(c, value)
print([interps.channel_recv(c) for _ in range(6)])
print(interps.channel_recv(c, "default"))
i = interps.create()
interps.run_string(i, f"import _xxsubinterpreters as interps\ninterps.channel_send({int(c)}, b'from inside')")
print(interps.channel_recv(c))
interps.channel_send(c, "to inside")
interps.run_string(i, f"got = interps.channel_recv({int(c)})\ninterps.channel_send({int(c)}, got + '!')")
print(interps.channel_recv(c))
send, recv = interps._channel_id(int(c), send=True), interps._channel_id(int(c), recv=True)
print(repr(send).split("(")[0], send.end, recv.end, c.end, send == recv, hash(c) == hash(c), c.send.end, c.recv.end, int(send) == int(c))
for bad in ("interps.channel_send(c, [])", "interps.channel_send(c, 1.5)", "interps.channel_send(999, 1)", "interps.channel_recv(999)", "interps.channel_recv(c)", "interps._channel_id(-1)", "interps._channel_id('a')", "interps._channel_id(int(c), send=False, recv=False)", "interps.channel_send(recv, 1)", "interps.channel_recv(send)", "interps.channel_destroy(999)", "interps.channel_close(999)", "interps.channel_send()"):
    try:
        print(bad, eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
interps.channel_send(c, 1)
try:
    interps.channel_close(c)
except interps.ChannelNotEmptyError as e:
    print(type(e).__name__, e)
interps.channel_close(c, force=True)
try:
    interps.channel_send(c, 1)
except interps.ChannelClosedError as e:
    print(type(e).__name__, e)
d = interps.channel_create()
interps.channel_send(d, 1)
print(interps.channel_list_interpreters(d, send=True) == [interps.get_main()], interps.channel_list_interpreters(d, send=False))
interps.channel_release(d, send=True)
interps.channel_destroy(d)
try:
    interps.channel_recv(d)
except interps.ChannelNotFoundError as e:
    print(type(e).__name__)
print([t.__mro__[1].__name__ for t in (interps.ChannelError, interps.ChannelClosedError, interps.ChannelEmptyError, interps.RunFailedError)])
interps.destroy(i)
