# concurrent.futures: thread and process pools, map, as_completed, exceptions, cancellation, callbacks; multiprocessing basics.
import concurrent.futures as cf, multiprocessing as mp, os, threading, time
def square(x): return x * x
def fail(x): raise ValueError(f"bad {x}")
def pid_differs(parent): return os.getpid() != parent
def worker(q, n): q.put((n, square(n)))
def shared(v, a, l):
    for i in range(len(a)):
        with l: v.value += i; a[i] = i * 2
def main():
    with cf.ThreadPoolExecutor(2) as ex:
        print(list(ex.map(square, range(5))), sorted(f.result() for f in cf.as_completed([ex.submit(square, i) for i in range(4)])), ex.submit(pow, 2, y := 5).result()); f = ex.submit(fail, 1)
        try: f.result()
        except ValueError as e: print(e, f.exception() is e, f.done(), f.cancel())
        try: list(ex.map(fail, [1]))
        except ValueError as e: print(e)
        ev = threading.Event(); slow = [ex.submit(ev.wait) for _ in range(2)]; queued = ex.submit(square, 9); print(queued.cancel(), queued.cancelled(), slow[0].running(), cf.wait(slow, timeout=0.01).not_done == set(slow))
        try: slow[0].result(timeout=0.01)
        except TimeoutError as e: print("timeout", type(e).__name__)
        try: queued.result()
        except cf.CancelledError as e: print(type(e).__name__)
        slow[0].add_done_callback(lambda f: print("callback", f.result())); ev.set(); d, n = cf.wait(slow, return_when=cf.ALL_COMPLETED); print(len(d), len(n))
    try: ex.submit(square, 1)
    except RuntimeError as e: print(e)
    with cf.ProcessPoolExecutor(2) as ex:
        print(list(ex.map(square, range(6), chunksize=2)), ex.submit(pid_differs, os.getpid()).result())
        try: ex.submit(fail, 2).result()
        except ValueError as e: print(e, type(e.__cause__).__name__)
        try: ex.submit(os._exit, 3).result()
        except cf.process.BrokenProcessPool as e: print(type(e).__name__)
    for bad in (lambda: cf.ThreadPoolExecutor(0), lambda: cf.ProcessPoolExecutor(-1), lambda: cf.Future().set_result(1) and 0, lambda: cf.wait([], return_when="x")):
        try: print(bad())
        except Exception as e: print(type(e).__name__, e)
    q = mp.Queue(); ps = [mp.Process(target=worker, args=(q, i), name=f"p{i}") for i in range(3)]; [p.start() for p in ps]; print(sorted(q.get() for _ in ps)); [p.join() for p in ps]; print([(p.name, p.exitcode, p.is_alive()) for p in ps])
    v, a, l = mp.Value("i", 0), mp.Array("d", 4), mp.Lock(); ps = [mp.Process(target=shared, args=(v, a, l)) for _ in range(2)]; [p.start() for p in ps]; [p.join() for p in ps]; print(v.value, a[:]); c1, c2 = mp.Pipe(); p = mp.Process(target=lambda: (c2.send({"k": [1]}), c2.close())); p.start(); print(c1.recv(), c1.poll(0.01) if False else ""); p.join()
    with mp.Pool(2) as pool: print(pool.map(square, range(5)), pool.apply(square, (7,)), list(pool.imap(square, [1, 2])), sorted(pool.imap_unordered(square, [3, 4])), pool.starmap(pow, [(2, 3)]), pool.apply_async(square, (5,)).get(5))
    p = mp.Process(target=time.sleep, args=(30,)); p.start(); p.terminate(); p.join(); print(p.exitcode, mp.get_start_method(), mp.current_process().name, mp.cpu_count() > 0, mp.parent_process()); e = mp.Event(); p = mp.Process(target=e.set); p.start(); print(e.wait(5)); p.join()
if __name__ == "__main__": main()
