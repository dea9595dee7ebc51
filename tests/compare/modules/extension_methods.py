# Methods of a stock binary module that take their defining class (METH_METHOD), called in every way.
import _queue
import functools

q = _queue.SimpleQueue()
for i in range(6):
    q.put(i)
print(q.get(), q.get(False), q.get(block=False, timeout=None))
print(next(iter(q.get, None)), functools.partial(q.get, False)(), list(map(q.get, [True])))
for call in (lambda: q.get(block=False), lambda: q.get(timeout=-1), lambda: q.get(1, 2, 3), lambda: q.get_nowait(1)):
    try:
        call()
    except Exception as e:
        print(type(e).__name__, e)
