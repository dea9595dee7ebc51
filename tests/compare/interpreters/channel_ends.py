# Channels of the module interpreters within one interpreter: order, defaults, identity of ends, blocking recv.
import threading
try:
    import interpreters
except ImportError:
    from test.support import interpreters
recv, send = interpreters.create_channel()
print(type(recv).__name__, type(send).__name__, recv.id == send.id, recv == send, recv == type(recv)(recv.id), hash(recv) == hash(type(recv)(recv.id)), (recv, send) in interpreters.list_all_channels())
for value in (None, 1, "text é", b"bytes", -5, ""):
    send.send_nowait(value)
print([recv.recv_nowait() for _ in range(6)], recv.recv_nowait("default"))
try:
    recv.recv_nowait()
except interpreters.ChannelEmptyError as e:
    print(type(e).__name__, isinstance(e, interpreters.ChannelError))
got = []
thread = threading.Thread(target=lambda: got.append(recv.recv()))
thread.start()
send.send_nowait("to a blocked thread")
thread.join()
print(got)
results = []
def consume():
    while (item := recv.recv()) is not None:
        results.append(item)
consumer = threading.Thread(target=consume)
consumer.start()
for i in range(20):
    send.send_nowait(i)
send.send_nowait(None)
consumer.join()
print(results)
for bad in (lambda: send.send_nowait([]), lambda: send.send_nowait({}), lambda: type(recv)(99999).recv_nowait(), lambda: type(send)(99999).send_nowait(1), lambda: type(recv)("x")):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__)
channels = [interpreters.create_channel() for _ in range(10)]
for n, (r, s) in enumerate(channels):
    s.send_nowait(n)
print([r.recv() for r, s in channels])
