# queue: FIFO, LIFO, priority, simple; blocking, timeouts, join, errors.
import queue, threading
q = queue.Queue(2); q.put(1); q.put_nowait(2); print(q.qsize(), q.full(), q.empty())
for f in (lambda: q.put_nowait(3), lambda: q.put(3, timeout=0.01), lambda: q.put(1, timeout=-1), lambda: queue.Queue().get_nowait(), lambda: queue.Queue().get(timeout=0.01), lambda: queue.Queue().task_done(), lambda: queue.SimpleQueue().get_nowait(), lambda: queue.SimpleQueue().get(timeout=0.01), lambda: queue.SimpleQueue().get(timeout=-1), lambda: queue.PriorityQueue().put((1, 2), False, "x")):
    try: print(f())
    except Exception as e: print(type(e).__module__, type(e).__name__, e)
print(q.get(), q.get(), q.empty()); l = queue.LifoQueue(); p = queue.PriorityQueue(); s = queue.SimpleQueue()
for x in (3, 1, 2): l.put(x); p.put((x, str(x))); s.put(x)
print([l.get() for _ in range(3)], [p.get() for _ in range(3)], [s.get() for _ in range(3)], s.empty(), s.qsize())
work, results = queue.Queue(), queue.SimpleQueue()
def worker():
    while True:
        x = work.get()
        if x is None: work.task_done(); break
        results.put(x * x); work.task_done()
ts = [threading.Thread(target=worker) for _ in range(3)]; [t.start() for t in ts]
for i in range(50): work.put(i)
for _ in ts: work.put(None)
work.join(); [t.join() for t in ts]; print(sorted(results.get() for _ in range(50)) == [i * i for i in range(50)], work.unfinished_tasks)
b = queue.Queue(1); out = []
def slow():
    for i in range(20): b.put(i)
    b.put(None)
t = threading.Thread(target=slow); t.start()
while (x := b.get()) is not None: out.append(x)
t.join(); print(out, queue.Empty.__mro__[1], queue.Full.__name__)
