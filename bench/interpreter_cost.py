"""What an interpreter costs: time to create and close one that did nothing, used a channel, or imported the library; memory
held by one; the time that a call in one and a pool of one take; the speed of channels, and how CPU-bound work scales over
interpreters that run at once.

usage: BINARY bench/interpreter_cost.py [--count N]

Creating, running and closing are measured in processor time of the thread that does it, so that a busy machine does not show.

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


USES = {
    "little": "x = 1",
    "threading": "import threading",
    "a channel": "import interpreters; recv, send = interpreters.create_channel(); send.send_nowait(1); recv.recv()",
    "34 library modules": """
import argparse, ast, base64, bisect, calendar, collections, configparser, contextlib, copy, csv, dataclasses, datetime, enum, fnmatch
import functools, glob, heapq, html, inspect, io, json, logging, operator, os, pathlib, random, re, shutil, statistics, string, struct
import tempfile, textwrap, typing
""",
}


def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def life(count, source=None):
    """Milliseconds to create, to run the source in, and to close an interpreter, and for both ends (medians)."""
    create, run, close, whole = [], [], [], []
    for _ in range(count):
        a = time.thread_time()
        interp = interpreters.create()
        b = time.thread_time()
        if source:
            interp.run(source)
        c = time.thread_time()
        interp.close()
        d = time.thread_time()
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


def nothing():
    pass


def calls(count):
    """Microseconds for a call of a function in another interpreter."""
    interp, times = interpreters.create(), []
    for _ in range(count):
        started = time.perf_counter()
        interp.call(nothing)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e6


def pools(count):
    """Milliseconds of processor time for a pool of one that does one task: with interpreters, with processes (means)."""
    import concurrent.futures
    results = []
    for kind in (concurrent.futures.InterpreterPoolExecutor, concurrent.futures.ProcessPoolExecutor):
        before = sum(os.times()[:4])    # of this process and its children
        for _ in range(count):
            with kind(1) as executor:
                executor.submit(nothing).result()
        results.append((sum(os.times()[:4]) - before) / count * 1000)
    return results


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
    print(f"create and close {life(options.count)[3]:.3f} ms")
    for use, source in USES.items():
        if OWN or use != "a channel":
            create, run, close, _ = life(max(options.count // 10, 3) if "library" in use else options.count, source)
            print(f"{use}: create {create:.3f} ms, run {run:.3f} ms, close {close:.3f} ms")
    each, left = memory(options.count)
    print(f"memory of an idle interpreter {each:.0f} KiB, left behind after closing {left:.0f} KiB")
    if OWN:
        print(f"channel round trip {round_trips(2000):.1f} microseconds, call {calls(2000):.1f} microseconds")
        print("a pool of one that does one task: {:.1f} ms with an interpreter, {:.1f} ms with a process".format(*pools(20)))
    workers = len(os.sched_getaffinity(0))
    sequential, parallel = scaling(workers)
    print(f"{workers} interpreters: {sequential:.2f} s in turn, {parallel:.2f} s at once, "
          f"speed-up {sequential / parallel:.2f}")


if __name__ == "__main__":
    main()
