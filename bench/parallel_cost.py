"""Whether interpreters that work at the same time get in each other's way: N interpreters against N processes, in pairs.

usage: BINARY bench/parallel_cost.py [--workers N] [--pairs N] [--alive N] [--only WORK]

For each kind of work, the same source runs in N interpreters of this process (a thread each) and in N processes of the same
binary, one after the other, several times; the median of the ratios should not exceed 1.05. Every worker times the work
itself, after all have arrived at it: the processor time of its thread, in which waiting for cache lines, spinning and page
faults show, and by the clock, in which waiting for locks shows as well, and on a busy machine everything else. The last lines compare one
interpreter alone with one among --alive others, idle ones first and then N - 1 that work.
"""
import argparse
import os
import statistics
import subprocess
import sys
import threading
import time

import interpreters

WORK = {
    "arithmetic": """
total = 0
for i in range(3000000):
    total = (total * 31 + i) % 1000003
""",
    "allocation": """
for i in range(60000):
    rows = [[j, str(j), (j, i)] for j in range(12)]
""",
    "dictionaries": """
table = {}
for i in range(600000):
    key = i % 5003
    table[key] = table.get(key, 0) + i
    if i % 7 == 0:
        table.pop(key)
""",
    "attributes": """
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def moved(self, d):
        return Point(self.x + d, self.y - d)
point = Point(0, 0)
for i in range(300000):
    point = point.moved(i)
    point.x = point.y
""",
    "big blocks": """
for i in range(1500):
    data = [None] * 40000
    text = "x" * 700000
""",
    "exceptions": """
for i in range(150000):
    try:
        int("x" if i % 2 else "1")
    except ValueError as error:
        last = error
    len(f"{i:>8}"), type(i).__mro__, isinstance(i, (str, int))
""",
}

# Waits until `start` (on the clock that all processes share), works, and says how long that took.
TIMED = """
import time
def work():
{work}
while time.clock_gettime(time.CLOCK_MONOTONIC) < start:
    pass
began, used = time.clock_gettime(time.CLOCK_MONOTONIC), time.thread_time()
work()
used = time.thread_time() - used
took = time.clock_gettime(time.CLOCK_MONOTONIC) - began
"""


def timed(work):
    return TIMED.format(work="\n".join("    " + line for line in work.strip().splitlines()))


def soon():
    return time.clock_gettime(time.CLOCK_MONOTONIC) + 0.4


def in_interpreters(work, count):
    """(mean processor time, longest time by the clock)"""
    held = [interpreters.create() for _ in range(count)]
    receive, send = interpreters.create_channel()
    source = f"start = {soon()}\n" + timed(work) + "send.send_nowait((used, took))\n"
    threads = [threading.Thread(target=interp.run, args=(source,), kwargs={"channels": {"send": send}}) for interp in held]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = [receive.recv() for _ in held]
    for interp in held:
        interp.close()
    return summary(times)


def in_processes(work, count):
    source = f"start = {soon()}\n" + timed(work) + "print(used, took)\n"
    held = [subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True) for _ in range(count)]
    return summary([tuple(map(float, process.communicate()[0].split())) for process in held])


def summary(times):
    used, took = zip(*times)
    return statistics.mean(used), max(took)


def compare(pairs, ours, theirs):
    """Prints medians of processor time, and of the ratios in each pair."""
    a, b = (statistics.median(used for used, _ in side) for side in zip(*pairs))
    used = statistics.median(a[0] / b[0] for a, b in pairs)
    took = statistics.median(a[1] / b[1] for a, b in pairs)
    print(f"{ours} {a:.3f} s, {theirs} {b:.3f} s, ratio {used:.2f} (by the clock {took:.2f})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--alive", type=int, default=200)
    parser.add_argument("--only", action="append", metavar="WORK", help=f"one of {', '.join(WORK)}; may be repeated")
    options = parser.parse_args()
    n = options.workers
    chosen = [name for name in WORK if not options.only or name in options.only]
    for name in chosen:
        pairs = [(in_interpreters(WORK[name], n), in_processes(WORK[name], n)) for _ in range(options.pairs)]
        compare(pairs, f"{name:<13} {n} interpreters", f"{n} processes")
    for name in chosen:
        pairs = []
        for _ in range(options.pairs):
            alone = in_interpreters(WORK[name], 1)
            idle = [interpreters.create() for _ in range(options.alive)]
            pairs.append((in_interpreters(WORK[name], 1), alone))
            for interp in idle:
                interp.close()
        compare(pairs, f"{name:<13} among {options.alive} idle ones", "alone")
    for name in chosen:
        pairs = [(in_interpreters(WORK[name], n), in_interpreters(WORK[name], 1)) for _ in range(options.pairs)]
        compare(pairs, f"{name:<13} among {n - 1} working ones", "alone")


if __name__ == "__main__":
    main()
