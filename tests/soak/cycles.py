"""Creates, runs and closes interpreters, many thousand times, and says whether the memory is back where it was.

usage: BINARY tests/soak/cycles.py [--cycles N] [--importing N]

One cycle of --importing imports over thirty library modules, makes objects with finalisers in cycles and leaves a generator
suspended; the others run little. The exit code is 1 when private memory has grown by more than 1 MiB since the
first cycles. A short form of it is in tests/interpreters/test_costs.py.
"""
import argparse
import sys
import time

from concurrent import interpreters

IMPORTING = """
import argparse, ast, base64, bisect, calendar, collections, configparser, contextlib, copy, csv, dataclasses, datetime, decimal, enum
import fnmatch, fractions, functools, glob, hashlib, heapq, html, inspect, io, json, logging, operator, os, pathlib, queue, random, re
import shutil, statistics, string, struct, tempfile, textwrap, threading, typing, unittest, urllib.parse, uuid, zipfile
class Node:
    def __init__(self): self.me = self
    def __del__(self): pass
nodes = [Node() for _ in range(100)]
def suspended():
    try:
        yield
    finally:
        pass
waiting = suspended()
next(waiting)
"""
LITTLE = "import os; total = sum(i * i for i in range(100)); path = os.path.join('a', 'b')"


def private_memory():
    """KiB of resident memory that is no part of a file: heaps, stacks, variables."""
    with open("/proc/self/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Anonymous:"))


def cycles(first, end, importing):
    for number in range(first, end):
        interp = interpreters.create()
        interp.exec(IMPORTING if number % importing == 0 else LITTLE)
        interp.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cycles", type=int, default=10000)
    parser.add_argument("--importing", type=int, default=10)
    options = parser.parse_args()
    warm = min(options.cycles // 10, 10 * options.importing)
    started = time.monotonic()
    cycles(0, warm, options.importing)
    before = private_memory()
    for tenth in range(10):
        rest = options.cycles - warm
        cycles(warm + rest * tenth // 10, warm + rest * (tenth + 1) // 10, options.importing)
        print(f"{warm + rest * (tenth + 1) // 10} cycles: {private_memory() - before:+d} KiB", flush=True)
    grown = private_memory() - before
    print(f"{options.cycles} cycles, one of {options.importing} with imports, in {time.monotonic() - started:.0f} s "
          f"({time.process_time():.0f} s of processor time): memory grew by {grown} KiB")
    return grown > 1024


if __name__ == "__main__":
    sys.exit(main())
