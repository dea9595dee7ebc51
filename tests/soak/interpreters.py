"""Random use of interpreters from many threads: creates, runs, calls, interrupts, limits, closes, sends, forks, signals.

What runs in them computes, waits, starts threads and interpreters, and uses the library's extension modules; what they
send is left lying in channels and queues, shared, or fights being copied; some have hardly any memory.

usage: OROCHI tests/soak/interpreters.py [--seconds N] [--threads N] [--seed N] [--without OPERATION]...

Under the address sanitizer of GCC 12, leave `fork` out: its allocator's locks are not whole in the child.

Every operation may fail with the errors that belong to it, and with no other; at the end all interpreters must be
closed, all threads must be joined, and channels must still work. A crash is for the caller to see; what hangs for two
minutes after the end shows where, and ends with 1.
"""
import argparse
import faulthandler
import gc
import os
import random
import signal
import sys
import threading
import time

from concurrent import futures, interpreters
import interpreters as pep554

SCRIPTS = [
    "x = [i for i in range(1000)]",
    "while True: pass",
    "import time; time.sleep(30)",
    "import threading; l = threading.Lock(); l.acquire(); l.acquire()",
    "recv.recv()",
    "q.get()",
    "[q.put(i, timeout=0.01) for i in range(10)]",
    "x = []\nfor i in range(10000): x.append('x' * 10000)",
    "import gc\nfor i in range(100): x = []; x.append(x)\ngc.collect()",
    "raise ValueError('soak')",
    "import threading\nt = [threading.Thread(target=sum, args=(range(1000),)) for _ in range(3)]\n"
    "[e.start() for e in t]; [e.join() for e in t]",
    "from concurrent import interpreters\ni = interpreters.create()\ni.exec('y = 1')\ni.close()",
    "import json, re; json.loads(json.dumps({'a': [1, 2, {'b': None}]}))",
    "q.put(b'z' * 700000, timeout=0.01)",
    "q.put(memoryview(bytearray(1000)), timeout=0.01)",
    "try:\n  while True: pass\nexcept KeyboardInterrupt:\n  import sys; sys.exit()",
    "import threading, time\nthreading.Thread(target=time.sleep, args=(0.02,), daemon=True).start()",
    "import bz2, lzma, zlib\n[c.decompress(c.compress(bytes(10000))) for c in (bz2, lzma, zlib)]",
    # Closed in the end, for SQLite holds f, f its globals, and those the connection: no collector sees that, here as in CPython.
    "import sqlite3\ndb = sqlite3.connect(':memory:')\ntry:\n  db.create_function('f', 1, lambda x: x + 1)\n"
    "  db.execute('create table t (x)')\n  db.executemany('insert into t values (?)', [(i,) for i in range(100)])\n"
    "  assert db.execute('select sum(f(x)) from t').fetchone() == (5050,)\nfinally: db.close()",
    "import decimal, hashlib, datetime\nassert str(decimal.Decimal(1) / 7).startswith('0.142857')\n"
    "hashlib.sha256(b'x' * 100000).hexdigest()\ndatetime.datetime.now().isoformat()",
    "import ctypes\n@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))\n"
    "def compare(a, b): return a[0] - b[0]\nnumbers = (ctypes.c_int * 50)(*range(50, 0, -1))\n"
    "ctypes.CDLL(None).qsort(numbers, 50, ctypes.sizeof(ctypes.c_int), compare)\n"
    "assert list(numbers) == list(range(1, 51))",
    "import asyncio\nasyncio.run(asyncio.wait_for(asyncio.sleep(0.01), 5))",
    "import mmap, multiprocessing.shared_memory, pyexpat, select, ssl, unicodedata, zoneinfo\n"
    "m = mmap.mmap(-1, 100); m[0] = 1; view = memoryview(m)",
    "class Late:\n  def __del__(self):\n    try: q.put('late', timeout=0.001)\n    except Exception: pass\n"
    "late = Late(); late.me = late; waits = [Late()]",
    "def wait():\n  try: yield\n  finally:\n    try: recv.recv(timeout=0.001)\n    except Exception: pass\n"
    "w = wait(); next(w)",
]


class Hostile:
    """Runs code at every step of being copied and of going away."""

    def __init__(self, queue):
        self.queue = queue

    def __reduce__(self):
        try:
            self.queue.put(memoryview(bytearray(10)), timeout=0.001)
        except EXPECTED:
            pass
        return Hostile, (self.queue,)

    def __del__(self):
        try:
            self.queue.put(None, timeout=0.001)
            self.queue.get(timeout=0.001)
        except EXPECTED:
            pass


def refuse(*args):
    raise ValueError("hostile")


class Refuses:
    """Cannot be copied, or not be made again."""

    def __init__(self, early):
        self.early = early

    def __reduce__(self):
        return refuse() if self.early else (refuse, ())


EXPECTED = (interpreters.InterpreterError, interpreters.NotShareableError, interpreters.QueueEmpty,
            interpreters.QueueFull, interpreters.ItemInterpreterDestroyed, pep554.ChannelError, TimeoutError)


def hide_expected(args):
    if not issubclass(args.exc_type, EXPECTED):
        threading.__excepthook__(args)
        os._exit(3)


class Soak:

    def __init__(self, seconds, threads, seed, without=()):
        self.end = time.monotonic() + seconds
        self.seed = seed
        self.threads = threads
        self.without = without
        self.mutex = threading.Lock()
        self.pool = []
        self.counts = {}
        self.errors = []
        self.queue = interpreters.create_queue(8)
        self.recv, self.send = pep554.create_channel()
        self.signals = 0

    def pick(self, rng):
        with self.mutex:
            return rng.choice(self.pool) if self.pool else None

    # Operations. Each takes a source of randomness and an interpreter or None.

    def create(self, rng, interp):
        with self.mutex:
            if len(self.pool) >= self.threads:
                return
        made = interpreters.create(memory_limit=rng.choice([None, 16 << 20, 64 << 20]),
                                   time_limit=rng.choice([0.05, 0.2, 0.5]))
        made.prepare_main(q=self.queue, recv=self.recv)
        with self.mutex:
            self.pool.append(made)

    def run(self, rng, interp):
        if interp:
            interp.exec(rng.choice(SCRIPTS))

    def call(self, rng, interp):
        if interp:
            interp.call(sorted, [rng.random() for _ in range(100)])

    def call_hostile(self, rng, interp):
        if interp:
            interp.call(rng.choice([id, repr, list]), rng.choice([Hostile(self.queue), Refuses(True), Refuses(False)]))

    def call_in_thread(self, rng, interp):
        if interp:
            thread = interp.call_in_thread(rng.choice([sum, time.sleep]), rng.choice([(1, 2), 0.005]))
            if rng.random() < 0.5:
                thread.join()

    def execute(self, rng, interp):
        with futures.InterpreterPoolExecutor(2) as executor:
            results = [executor.submit(pow, n, 2) for n in range(5)]
            if rng.random() < 0.5:
                results.append(executor.submit(time.sleep, 5))
                results[-1].cancel()
                executor.shutdown(wait=False, cancel_futures=True)
            for result in results:
                if not result.cancelled():
                    result.result(timeout=20)

    def use_little_memory(self, rng, interp):
        """Everything may fail in such an interpreter, but nothing may end badly."""
        little = interpreters.create(memory_limit=rng.randrange(100_000, 4_000_000), time_limit=0.3)
        little.prepare_main(q=self.queue, recv=self.recv)
        for _ in range(3):
            try:
                little.exec(rng.choice(SCRIPTS))
            except interpreters.InterpreterError:
                pass

    def leave_lying(self, rng, interp):
        """What is in channels and queues when their ends, or the interpreter that it came from, go away."""
        queue = interpreters.create_queue(unbounditems=rng.choice([interpreters.UNBOUND, interpreters.UNBOUND_ERROR,
                                                                  interpreters.UNBOUND_REMOVE]))
        recv, send = pep554.create_channel()
        source = interpreters.create()
        # Not through themselves: nobody could ever receive them once the ends are gone, and they would stay for ever.
        source.prepare_main(queue=queue, send=send, other=self.queue, recv=self.recv)
        source.exec("buffer = bytearray(100000)\n"
                    "for item in (1, 'text', memoryview(buffer), b'x' * 600000, other, recv, (1, (2.0, None)), "
                    "[], {1: 2}):\n  queue.put(item)\n"
                    "  if not isinstance(item, (list, dict)): send.send_nowait(item)")
        views = [recv.recv() for _ in range(rng.randrange(5))]
        if rng.random() < 0.5:
            source.close()
        for _ in range(rng.randrange(8)):
            views.append(queue.get(timeout=0))
        for view in views:
            if isinstance(view, memoryview):
                view[0] = 1

    def share_buffer(self, rng, interp):
        """A view that outlives its object and is written to by both sides."""
        if interp:
            buffer = bytearray(rng.choice([10, 100_000, 5_000_000]))
            name = f"shared_{threading.get_ident()}"      # another thread may do the same with this interpreter
            interp.prepare_main({name: memoryview(buffer)})
            interp.exec(f"{name}[:] = bytes([1]) * len({name})")
            assert buffer[-1] == 1

    def interrupt(self, rng, interp):
        if interp:
            interp.interrupt()

    def close(self, rng, interp):
        if interp:
            with self.mutex:
                if interp not in self.pool:
                    return
                self.pool.remove(interp)
            interp.close(force=True)

    def drop(self, rng, interp):
        with self.mutex:
            if interp in self.pool:
                self.pool.remove(interp)

    def stats(self, rng, interp):
        if interp:
            assert interp.stats()["heap_bytes"] > 0

    def receive(self, rng, interp):
        self.queue.get(timeout=rng.random() * 0.01)

    def send_item(self, rng, interp):
        self.send.send((1, "text", b"x" * rng.choice([1, 100, 600000])), timeout=0.01)

    def fork(self, rng, interp):
        pid = os.fork()
        if pid == 0:
            # Nothing of the other threads is here; what is shared must be whole.
            status = 1
            try:
                faulthandler.register(signal.SIGALRM, chain=True)     # says where it hangs, and ends it
                signal.alarm(100)
                self.send.send_nowait("child")
                recv, send = pep554.create_channel()
                send.send_nowait(1)
                assert recv.recv() == 1
                inner = interpreters.create()
                inner.exec("x = 1")
                inner.close()
                status = 0
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert status == 0, f"a child ended with {status}"

    def signal(self, rng, interp):
        os.kill(os.getpid(), signal.SIGUSR1)

    OPERATIONS = [(create, 8), (run, 20), (call, 6), (call_hostile, 3), (call_in_thread, 3), (execute, 1),
                  (use_little_memory, 2), (leave_lying, 2), (share_buffer, 2), (interrupt, 10), (close, 3), (drop, 1),
                  (stats, 4), (receive, 6), (send_item, 4), (fork, 1), (signal, 2)]

    def work(self, number):
        rng = random.Random(self.seed * 1000 + number)
        operations, weights = zip(*(each for each in self.OPERATIONS if each[0].__name__ not in self.without))
        while time.monotonic() < self.end and not self.errors:
            operation = rng.choices(operations, weights)[0]
            try:
                operation(self, rng, self.pick(rng))
            except EXPECTED:
                pass
            except BaseException as error:
                import traceback
                self.errors.append(f"{operation.__name__}: {traceback.format_exc()}")
            self.counts[operation.__name__] = self.counts.get(operation.__name__, 0) + 1

    def on_signal(self, *_):
        self.signals += 1

    def main(self):
        signal.signal(signal.SIGUSR1, self.on_signal)
        threading.excepthook = hide_expected
        before = len(interpreters.list_all())
        threads = [threading.Thread(target=self.work, args=(number,)) for number in range(self.threads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for interp in self.pool:
            interp.close(force=True)
        interp = None
        self.pool.clear()
        self.recv.close()
        print(", ".join(f"{name} {count}" for name, count in sorted(self.counts.items())), f"signals {self.signals}",
              sep=", ")
        if self.errors:
            sys.exit("\n".join(self.errors))
        gc.collect()
        left = [each.id for each in interpreters.list_all()][before:]
        if left:
            sys.exit(f"interpreters are left: {left}")
        print("soak: ok")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", action="append", default=[], choices=[each.__name__ for each, _ in Soak.OPERATIONS])
    options = parser.parse_args()
    faulthandler.dump_traceback_later(options.seconds + 120, exit=True)
    Soak(options.seconds, options.threads, options.seed, options.without).main()
    faulthandler.cancel_dump_traceback_later()


if __name__ == "__main__":
    main()
