"""What an interpreter costs: time to create and close one, memory held by one, the
speed of channels, and how CPU-bound work scales over interpreters that run at once.

usage: BINARY bench/interpreter_cost.py [--count N]

On CPython 3.11 it measures the module of its test suite (test.support.interpreters).
"""
import argparse
import os
import statistics
import threading
import time

try:
    import interpreters
    OWN = True
except ImportError:
    from test.support import interpreters
    OWN = False

WORK = """
total = 0
for i in range(8000000):
    total = (total * 31 + i) % 1000003
"""


def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def life(count):
    """Milliseconds to create, to run something trivial in, and to close an interpreter (medians)."""
    create, run, close, whole = [], [], [], []
    for _ in range(count):
        a = time.perf_counter()
        interp = interpreters.create()
        b = time.perf_counter()
        interp.run("x = 1")
        c = time.perf_counter()
        interp.close()
        d = time.perf_counter()
        create.append(b - a)
        run.append(c - b)
        close.append(d - c)
        whole.append(b - a + d - c)
    return [statistics.median(times) * 1000 for times in (create, run, close, whole)]


def memory(count):
    """KiB for each of many idle interpreters, and what stays for each after closing them all."""
    before = resident()
    held = [interpreters.create() for _ in range(count)]
    with_all = resident()
    for interp in held:
        interp.close()
    return (with_all - before) / count, (resident() - before) / count


def round_trips(count):
    """Microseconds for a message to another interpreter and its answer."""
    ask_recv, ask_send = interpreters.create_channel()
    reply_recv, reply_send = interpreters.create_channel()

    def serve():
        interp = interpreters.create()
        interp.run("while (item := ask.recv()) is not None:\n    reply.send(item)\n",
                   channels={"ask": ask_recv, "reply": reply_send})
        interp.close()

    thread = threading.Thread(target=serve)
    thread.start()
    times = []
    for i in range(count):
        started = time.perf_counter()
        ask_send.send(i)
        reply_recv.recv()
        times.append(time.perf_counter() - started)
    ask_send.send(None)
    thread.join()
    return statistics.median(times) * 1e6


def scaling(workers):
    """(seconds of the work done once for each worker in turn, seconds with all of them at once)"""
    held = [interpreters.create() for _ in range(workers)]
    started = time.perf_counter()
    for interp in held:
        interp.run(WORK)
    sequential = time.perf_counter() - started
    threads = [threading.Thread(target=interp.run, args=(WORK,)) for interp in held]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    parallel = time.perf_counter() - started
    for interp in held:
        interp.close()
    return sequential, parallel


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=50)
    options = parser.parse_args()
    life(3)
    create, run, close, whole = life(options.count)
    print(f"create {create:.3f} ms, first run {run:.3f} ms, close {close:.3f} ms; create and close {whole:.3f} ms")
    each, left = memory(options.count)
    print(f"memory of an idle interpreter {each:.0f} KiB, left behind after closing {left:.0f} KiB")
    if OWN:
        print(f"channel round trip {round_trips(2000):.1f} microseconds")
    workers = len(os.sched_getaffinity(0))
    sequential, parallel = scaling(workers)
    print(f"{workers} interpreters: {sequential:.2f} s in turn, {parallel:.2f} s at once, "
          f"speed-up {sequential / parallel:.2f}")


if __name__ == "__main__":
    main()
