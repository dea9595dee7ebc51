"""The same CPU-bound work four ways: in a loop, in threads, in processes and in interpreters.

usage: four_ways.py [--workers N] [--tasks N] [--size N]

Each task is pure Python: a prime sieve, a few bodies under gravity, and a text job.
Every way starts its workers, hands them all tasks and collects all results; the time
includes the start. Needs the module `interpreters` (PEP 554) for the fourth row, and
says so where it is missing, as on CPython 3.11.
"""
import argparse
import multiprocessing
import os
import queue
import sys
import threading
import time

try:
    import interpreters
except ImportError:
    interpreters = None


def sieve(limit):
    flags = bytearray([1]) * (limit + 1)
    for n in range(2, int(limit ** 0.5) + 1):
        if flags[n]:
            for multiple in range(n * n, limit + 1, n):
                flags[multiple] = 0
    return sum(flags) - 2


def gravity(steps):
    bodies = [[0.0, 0.0, 0.0, 0.0, 39.5], [4.8, -1.2, 0.6, 2.8, 0.04], [8.3, 4.1, -1.0, 1.8, 0.01], [12.9, -15.1, 1.1, 0.9, 0.002]]
    for _ in range(steps):
        for i, a in enumerate(bodies):
            for b in bodies[i + 1:]:
                dx, dy = a[0] - b[0], a[1] - b[1]
                pull = 0.001 / (dx * dx + dy * dy) ** 1.5
                a[2] -= dx * b[4] * pull
                a[3] -= dy * b[4] * pull
                b[2] += dx * a[4] * pull
                b[3] += dy * a[4] * pull
        for body in bodies:
            body[0] += 0.001 * body[2]
            body[1] += 0.001 * body[3]
    return round(sum(body[0] + body[1] for body in bodies), 9)


def words(count):
    tally = {}
    text = " ".join(f"word{(n * n) % 997} and{n % 13}" for n in range(count))
    for word in text.split():
        tally[word] = tally.get(word, 0) + 1
    return sorted(tally.items(), key=lambda item: (-item[1], item[0]))[0]


def task(size):
    """One unit of work; what it returns can cross a channel."""
    return sieve(30 * size), gravity(size), words(10 * size)


# The four ways: each is called with the tasks, the number of workers and a function
# to call with each result.

def sequentially(tasks, workers, done):
    for size in tasks:
        done(task(size))


def in_threads(tasks, workers, done):
    todo, results = queue.SimpleQueue(), queue.SimpleQueue()

    def work():
        while (size := todo.get()) is not None:
            results.put(task(size))

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for item in [*tasks, *[None] * workers]:
        todo.put(item)
    for _ in tasks:
        done(results.get())
    for thread in threads:
        thread.join()


def process_main(todo, results):
    while (size := todo.get()) is not None:
        results.put(task(size))


def in_processes(tasks, workers, done):
    todo, results = multiprocessing.SimpleQueue(), multiprocessing.SimpleQueue()
    processes = [multiprocessing.Process(target=process_main, args=(todo, results)) for _ in range(workers)]
    for process in processes:
        process.start()
    for item in [*tasks, *[None] * workers]:
        todo.put(item)
    for _ in tasks:
        done(results.get())
    for process in processes:
        process.join()


def in_interpreters(tasks, workers, done):
    source = f"""\
import sys
sys.path.insert(0, {os.path.dirname(os.path.abspath(__file__))!r})
from four_ways import task
while (size := todo.recv()) is not None:
    results.send(task(size))
"""
    todo_recv, todo_send = interpreters.create_channel()
    results_recv, results_send = interpreters.create_channel()

    def work():
        interp = interpreters.create()
        try:
            interp.run(source, channels={"todo": todo_recv, "results": results_send})
        finally:
            interp.close()

    def feed():
        # send() waits for its receiver, so it must not keep the results waiting.
        for item in [*tasks, *[None] * workers]:
            todo_send.send(item)

    threads = [threading.Thread(target=work) for _ in range(workers)] + [threading.Thread(target=feed)]
    for thread in threads:
        thread.start()
    for _ in tasks:
        done(results_recv.recv())
    for thread in threads:
        thread.join()


def progress(text):
    if sys.stderr.isatty():
        print(f"\r{text:<60}", end="", file=sys.stderr, flush=True)


def main():
    cores = len(os.sched_getaffinity(0))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=cores)
    parser.add_argument("--tasks", type=int, default=0, help="default: four for each worker")
    parser.add_argument("--size", type=int, default=40000, help="of a task")
    options = parser.parse_args()
    count = options.tasks or options.workers * 4
    tasks = [options.size] * count
    print(f"{count} tasks, {options.workers} workers, {cores} cores, {sys.implementation.name} {sys.version.split()[0]}")

    ways = [("sequential", sequentially), ("threads", in_threads), ("processes", in_processes)]
    if interpreters is not None:
        ways.append(("interpreters", in_interpreters))
    times, expected = {}, None
    for name, way in ways:
        results = []

        def done(result):
            results.append(result)
            progress(f"{name}: {len(results)} of {count}")

        progress(f"{name}: 0 of {count}")
        started = time.perf_counter()
        way(tasks, options.workers, done)
        times[name] = time.perf_counter() - started
        results = sorted(results)
        expected = expected or results
        if results != expected:
            sys.exit(f"four_ways: {name} computed something else: {results[:1]} instead of {expected[:1]}")
    progress("")
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)

    print(f"{'way':<14}{'seconds':>9}{'speed-up':>10}")
    for name, seconds in times.items():
        print(f"{name:<14}{seconds:9.2f}{times['sequential'] / seconds:9.2f}x")
    if interpreters is None:
        print("interpreters   skipped: this Python has no module 'interpreters'")
    else:
        print(f"interpreters take {times['interpreters'] / times['processes']:.2f} of the time of processes")


if __name__ == "__main__":
    main()
