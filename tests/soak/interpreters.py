"""Random use of interpreters from many threads: creates, runs, calls, interrupts, limits, closes, sends, forks, signals.

usage: OROCHI tests/soak/interpreters.py [--seconds N] [--threads N] [--seed N]

Every operation may fail with the errors that belong to it, and with no other; at the end all interpreters must be
closed, all threads must be joined, and channels must still work. A crash or a hang is for the caller to see.
"""
import argparse
import gc
import os
import random
import signal
import sys
import threading
import time

from concurrent import interpreters
import interpreters as pep554

SCRIPTS = [
    "x = [i for i in range(1000)]",
    "while True: pass",
    "import time; time.sleep(30)",
    "import threading; l = threading.Lock(); l.acquire(); l.acquire()",
    "recv.recv()",
    "q.get()",
    "[q.put(i, timeout=0.01) for i in range(10)]",
    "x = []\nwhile True: x.append('x' * 10000)",
    "import gc\nfor i in range(100): x = []; x.append(x)\ngc.collect()",
    "raise ValueError('soak')",
    "import threading\nt = [threading.Thread(target=sum, args=(range(1000),)) for _ in range(3)]\n"
    "[e.start() for e in t]; [e.join() for e in t]",
    "from concurrent import interpreters\ni = interpreters.create()\ni.exec('y = 1')\ni.close()",
    "import json, re; json.loads(json.dumps({'a': [1, 2, {'b': None}]}))",
    "q.put(b'z' * 700000, timeout=0.01)",
    "q.put(memoryview(bytearray(1000)), timeout=0.01)",
    "try:\n  while True: pass\nexcept KeyboardInterrupt:\n  import sys; sys.exit()",
]

EXPECTED = (interpreters.InterpreterError, interpreters.QueueEmpty, interpreters.QueueFull, pep554.ChannelError,
            TimeoutError)


class Soak:

    def __init__(self, seconds, threads, seed):
        self.end = time.monotonic() + seconds
        self.seed = seed
        self.threads = threads
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
        made = interpreters.create(memory_limit=rng.choice([None, 64 << 20]), time_limit=rng.choice([0.05, 0.2, 0.5]))
        made.prepare_main(q=self.queue, recv=self.recv)
        with self.mutex:
            self.pool.append(made)

    def run(self, rng, interp):
        if interp:
            interp.exec(rng.choice(SCRIPTS))

    def call(self, rng, interp):
        if interp:
            interp.call(sorted, [rng.random() for _ in range(100)])

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
                signal.alarm(20)
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

    OPERATIONS = [(create, 8), (run, 20), (call, 6), (interrupt, 10), (close, 3), (drop, 1), (stats, 4), (receive, 6),
                  (send_item, 4), (fork, 1), (signal, 2)]

    def work(self, number):
        rng = random.Random(self.seed * 1000 + number)
        operations, weights = zip(*self.OPERATIONS)
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
    options = parser.parse_args()
    Soak(options.seconds, options.threads, options.seed).main()


if __name__ == "__main__":
    main()
