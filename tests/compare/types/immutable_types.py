# Which types of the library's native modules let attributes be set on them.
import importlib
import re
import types

MODULES = ("_asyncio _csv _elementtree _io _json _lsprof _pickle _queue _random _sqlite3 _socket _struct _thread _zoneinfo array "
           "collections contextvars datetime functools grp hashlib itertools mmap operator os pwd pyexpat re resource select "
           "signal ssl sys time types unicodedata zlib").split()


def is_native(cls):
    return not any(isinstance(value, types.FunctionType) for value in vars(cls).values())


def show(name, cls):
    try:
        cls.attribute = 1
    except TypeError as error:
        print(name, error)
    else:
        del cls.attribute
        print(name, "takes attributes")


for module_name in MODULES:
    module = importlib.import_module(module_name)
    for name, value in sorted(vars(module).items()):
        if isinstance(value, type) and is_native(value) and name != "__loader__":
            show(f"{module_name}.{name}", value)

import array
import collections
import csv
import hashlib
import io
import os
import select
import struct
import sys
import threading
import time
import unicodedata
import zlib

for value in (select.poll(), zlib.compressobj(), zlib.decompressobj(), csv.reader([]), csv.writer(io.StringIO()),
              re.compile(""), re.match("", ""), sys.flags, sys.float_info, sys.version_info, sys.hash_info, sys.int_info,
              sys.thread_info, sys.get_asyncgen_hooks(), os.stat("."), os.terminal_size((1, 2)), os.scandir("."),
              next(os.scandir("/")), time.localtime(), struct.iter_unpack("b", b""), iter(array.array("i")),
              hashlib.md5(), hashlib.sha256(), hashlib.blake2b(), unicodedata.ucd_3_2_0, threading.Lock(),
              threading.RLock(), iter(collections.deque())):
    show(type(value).__name__, type(value))

# Attributes that cannot be set.
import contextvars


def refused(value, attribute):
    for change in lambda: setattr(value, attribute, 1), lambda: delattr(value, attribute):
        try:
            change()
        except (AttributeError, TypeError) as error:
            print(type(value).__name__, attribute, error)


async def asynchronous():
    yield


generator = (each for each in ())
for value, *attributes in ((generator, "gi_code", "gi_frame", "gi_running"), (asynchronous(), "ag_code", "ag_running"),
                           (contextvars.ContextVar("name"), "name"), (sys._getframe(), "f_trace_opcodes", "f_code")):
    for attribute in attributes:
        refused(value, attribute)
print([(call.__module__, call.__qualname__) for call in (open, io.open_code, io.text_encoding)], sys.modules["_io"].__name__)
