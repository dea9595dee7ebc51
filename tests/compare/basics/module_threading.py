# threading: start, join, lock.
import threading
lock, total = threading.Lock(), []


def work(n):
    with lock:
        total.append(n)


threads = [threading.Thread(target=work, args=(i,)) for i in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(total))
