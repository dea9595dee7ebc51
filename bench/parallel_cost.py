"""Whether interpreters that work at the same time get in each other's way: N interpreters against N processes, in pairs.

usage: BINARY bench/parallel_cost.py [--workers N] [--pairs N] [--alive N]

For each kind of work, the same source runs in N interpreters of this process (a thread each) and in N processes of the same
binary, one after the other, several times; the ratio of the medians should not exceed 1.05. Every worker times the work
itself, after all have arrived at it. A last line compares one interpreter alone with one among --alive idle ones.
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
}

# Waits until `start` (on the clock that all processes share), works, and says how long that took.
TIMED = """
import time
def work():
{work}
while time.clock_gettime(time.CLOCK_MONOTONIC) < start:
    pass
began = time.clock_gettime(time.CLOCK_MONOTONIC)
work()
took = time.clock_gettime(time.CLOCK_MONOTONIC) - began
"""


def timed(work):
    return TIMED.format(work="\n".join("    " + line for line in work.strip().splitlines()))


def soon():
    return time.clock_gettime(time.CLOCK_MONOTONIC) + 0.4


def in_interpreters(work, count):
    held = [interpreters.create() for _ in range(count)]
    receive, send = interpreters.create_channel()
    source = f"start = {soon()}\n" + timed(work) + "send.send_nowait(took)\n"
    threads = [threading.Thread(target=interp.run, args=(source,), kwargs={"channels": {"send": send}}) for interp in held]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = [receive.recv() for _ in held]
    for interp in held:
        interp.close()
    return max(times)


def in_processes(work, count):
    source = f"start = {soon()}\n" + timed(work) + "print(took)\n"
    held = [subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True) for _ in range(count)]
    return max(float(process.communicate()[0]) for process in held)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--alive", type=int, default=200)
    options = parser.parse_args()
    for name, work in WORK.items():
        pairs = [(in_interpreters(work, options.workers), in_processes(work, options.workers)) for _ in range(options.pairs)]
        ours, theirs = (statistics.median(times) for times in zip(*pairs))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"{name:<13} {options.workers} interpreters {ours:.3f} s, as many processes {theirs:.3f} s, ratio {ratio:.2f}")
    alone, among = [], []
    for _ in range(options.pairs):
        alone.append(in_interpreters(WORK["attributes"], 1))
        idle = [interpreters.create() for _ in range(options.alive)]
        among.append(in_interpreters(WORK["attributes"], 1))
        for interp in idle:
            interp.close()
    print(f"alone {statistics.median(alone):.3f} s, among {options.alive} idle ones {statistics.median(among):.3f} s, "
          f"ratio {statistics.median(b / a for a, b in zip(alone, among)):.2f}")


if __name__ == "__main__":
    main()
