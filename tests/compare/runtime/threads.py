# Threads, locks, thread-local data, and what uncaught exceptions in threads print.
import _thread
import sys
import threading
import time


def show(function, *args, **kwargs):
    try:
        print(function(*args, **kwargs))
    except BaseException as e:
        print(type(e).__name__, e)


lock = _thread.allocate_lock()
show(lock.acquire, False, 3)
show(lock.acquire, True, -3)
show(lock.release)
show(lock.acquire)
show(lock.acquire, False)
show(lock.acquire, timeout=0.01)
show(lock.locked)
show(lock.release)
show(_thread.start_new_thread, 3, 4)
show(_thread.start_new_thread, len, 4)
show(_thread.start_new_thread, len)
show(_thread.stack_size, -1)
show(_thread.stack_size, 100)
show(_thread.RLock().release)
show(_thread._local, 3)
show(setattr, _thread._local(), '__dict__', 3)

total = 0
guard = threading.Lock()


def add(count):
    global total
    for _ in range(count):
        with guard:
            total += 1


threads = [threading.Thread(target=add, args=(2000,)) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(total)


class Local(threading.local):
    def __init__(self, start):
        self.value = start


data = Local(5)
seen = []


def use():
    seen.append(data.value)
    data.value += 1
    data.extra = 'x'
    seen.append(data.__dict__)


t = threading.Thread(target=use)
t.start()
t.join()
print(seen, data.__dict__)

r = threading.RLock()
with r:
    with r:
        print(r._is_owned())
condition = threading.Condition()
ready = []


def consumer():
    with condition:
        while not ready:
            condition.wait()
        print('got', ready.pop())


t = threading.Thread(target=consumer)
t.start()
with condition:
    ready.append(1)
    condition.notify()
t.join()
event = threading.Event()
print(event.wait(0.01))
timer = threading.Timer(0.01, event.set)
timer.start()
print(event.wait(5))


def fail():
    1 / 0


sys.stdout.flush()
t = threading.Thread(target=fail, name='failing')
t.start()
t.join()
threading.excepthook = lambda args: print('hook', args.exc_type.__name__, args.thread.name)
t = threading.Thread(target=fail, name='failing')
t.start()
t.join()
t = threading.Thread(target=sys.exit)
t.start()
t.join()
print(threading.active_count(), _thread._count() >= 0)


def late():
    time.sleep(0.05)
    print('thread ends after main')


threading.Thread(target=late).start()
threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
import atexit
atexit.register(print, 'atexit', 1, sep=':')
atexit.register(lambda: print('first'))
print('main ends')
