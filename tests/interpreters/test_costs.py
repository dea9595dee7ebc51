"""What an interpreter may cost: memory while it is idle, and that all of it comes back."""
import statistics
import unittest

from concurrent import interpreters

IMPORTS = """
import argparse, ast, base64, bisect, calendar, collections, configparser, contextlib, copy, csv, dataclasses, enum, fnmatch
import fractions, functools, glob, hashlib, heapq, html, inspect, io, json, logging, pathlib, queue, random, re, shutil
import statistics, string, struct, tempfile, textwrap, threading, typing, urllib.parse, uuid
"""


def private_memory():
    """KiB of resident memory that is no part of a file: heaps, stacks, variables."""
    with open("/proc/self/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Anonymous:"))


class Costs(unittest.TestCase):

    def test_idle(self):
        held, costs = [interpreters.create()], []
        for _ in range(200):
            before = private_memory()
            held.append(interpreters.create())
            costs.append(private_memory() - before)
        self.assertLess(statistics.median(costs), 300)
        for interp in held:
            interp.close()

    def test_many_at_once(self):
        held = [interpreters.create() for _ in range(2000)]
        held[1999].exec("import os; assert os.sep == '/'")
        for interp in held:
            interp.close()

    def test_cycles_leave_nothing(self):
        def cycles(count, source):
            for _ in range(count):
                interp = interpreters.create()
                interp.exec(source)
                interp.close()

        for source, count in ((IMPORTS, 10), ("pass", 500)):
            cycles(5, source)
            before = private_memory()
            cycles(count, source)
            self.assertLess(private_memory() - before, 512, source)


if __name__ == "__main__":
    unittest.main()
