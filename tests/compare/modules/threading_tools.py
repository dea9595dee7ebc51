# threading: locks, conditions, events, semaphores, barriers, timers, local data, daemon threads.
import threading, time, sys
from threading import *
total, lock = 0, Lock()
def add(n):
    global total
    for _ in range(n):
        with lock: total += 1
ts = [Thread(target=add, args=(2000,), name=f"t{i}") for i in range(4)]; [t.start() for t in ts]; [t.join() for t in ts]; print(total, [t.name for t in ts], ts[0].is_alive(), ts[0].daemon)
print(lock.acquire(), lock.acquire(False), lock.acquire(timeout=0.01), lock.locked(), lock.release(), lock.locked()); r = RLock(); print(r.acquire(), r.acquire(), r.release(), r.release(), repr(r).split(" ")[0:2])
for f in (lock.release, r.release, Condition().wait, Condition().notify, lambda: Semaphore(-1), lambda: BoundedSemaphore(1).release(), lambda: ts[0].start(), lambda: current_thread().join(), lambda: Thread(target=1, group=1), lambda: lock.acquire(timeout=-5), lambda: lock.acquire(False, 1), lambda: Thread().join(), lambda: Thread(name=5).name.x, lambda: Barrier(0), lambda: lock.acquire(timeout=1e20)):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
c, items, got = Condition(), [], []
def consume():
    for _ in range(3):
        with c:
            c.wait_for(lambda: items); got.append(items.pop(0))
t = Thread(target=consume); t.start()
for i in range(3):
    with c: items.append(i); c.notify()
t.join(); print(got, c.acquire(), c.wait(0.01)); c.release()
e = Event(); Thread(target=lambda: (time.sleep(0.02), e.set())).start(); print(e.is_set(), e.wait(5), e.is_set(), e.clear(), e.wait(0.01)); s = Semaphore(2); print(s.acquire(), s.acquire(), s.acquire(blocking=False)); s.release(2)
b, order = Barrier(3, action=lambda: order.append("action")), []
def meet(): b.wait(); order.append("after")
ts = [Thread(target=meet) for _ in range(3)]; [t.start() for t in ts]; [t.join() for t in ts]; print(order, b.parties, b.n_waiting, b.broken); b.abort()
try: b.wait()
except BrokenBarrierError: print("broken")
data = local(); data.x = "main"
def other():
    print(hasattr(data, "x")); data.x = "other"
t = Thread(target=other); t.start(); t.join(); print(data.x)
class L(local):
    def __init__(self): self.v = current_thread().name
l = L(); out = []; t = Thread(target=lambda: out.append(l.v), name="named"); t.start(); t.join(); print(l.v, out)
tm = Timer(0.01, print, ["timer"]); tm.start(); tm.join(); tm = Timer(9, print, ["never"]); tm.start(); tm.cancel(); tm.join(); print(main_thread() is current_thread(), active_count(), [t.name for t in enumerate()], get_ident() == main_thread().ident, get_native_id() > 0, current_thread().native_id == get_native_id())
class T(Thread):
    def run(self): self.result = 5
t = T(); t.start(); t.join(); print(t.result, t.ident != get_ident(), "stopped" in repr(t)); t = Thread(target=time.sleep, args=(30,), daemon=True); t.start(); print(t.daemon, t.is_alive(), t.join(0.01), "daemon" in repr(t)); print(stack_size(), threading.TIMEOUT_MAX > 1e8, sys.getswitchinterval()); sys.setswitchinterval(0.001); print(sys.getswitchinterval())
import _thread; res = []; done = allocate = _thread.allocate_lock(); done.acquire(); _thread.start_new_thread(lambda a, k: (res.append((a, k)), done.release()), (1,), {"k": 2}); done.acquire(); print(res)
cv = []; 
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
t = Thread(target=lambda: cv.append(deep(500))); t.start(); t.join(); print(cv)
settrace(None); Thread(target=print, args=("kw",), kwargs={"end": "!\n"}).start(); [t.join() for t in enumerate() if t is not main_thread() and not t.daemon]; print("end")
