# timeout: 180
# What an interpreter took is given back when it closes: many of them one after the other, with much of the library and with
# objects that hold on to each other, and many at once.
import interpreters

WORK = """
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


def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def cycles(count, source):
    for _ in range(count):
        interp = interpreters.create()
        interp.run(source)
        interp.close()


def growth(work):
    before = resident()
    work()
    return resident() - before


def crowd():
    held = [interpreters.create() for _ in range(400)]
    held[399].run("import os; assert os.sep == '/'")
    for interp in held:
        interp.close()


cycles(4, WORK)
print("after cycles with imports:", growth(lambda: cycles(20, WORK)) < 1024)
cycles(20, "x = 1")
print("after quiet cycles:", growth(lambda: cycles(400, "x = 1")) < 1024)
crowd()
print("after a crowd:", growth(crowd) < 1024)
