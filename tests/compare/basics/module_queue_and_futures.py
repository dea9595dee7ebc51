# queue and concurrent.futures.
import concurrent.futures
import queue
q = queue.Queue()
q.put(1)
print(q.get(), q.empty())
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    print(list(pool.map(lambda x: x * x, range(4))))
