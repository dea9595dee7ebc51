"""Stock extension modules that read CPython's `_PyRuntime`, in several interpreters and threads at the same time.

Each interpreter has to see its own current thread there; another's would crash, or run in the wrong interpreter.
"""
import sys
import threading
import unittest

from concurrent import interpreters

WORK = """
import ctypes

libc = ctypes.CDLL(None)
compare_type = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))

def sort(times):
    for _ in range(times):
        calls = 0

        @compare_type
        def compare(a, b):
            nonlocal calls
            calls += 1
            return a[0] - b[0]

        numbers = (ctypes.c_int * 40)(*range(40, 0, -1))
        libc.qsort(numbers, 40, 4, compare)
        libc.usleep(10)
        assert list(numbers) == list(range(1, 41)) and calls > 40
"""

THREADS = """
import threading
failed = []

def run():
    try:
        sort(60)
    except BaseException as error:
        failed.append(error)

threads = [threading.Thread(target=run) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not failed, failed
"""

LOOP = """
import asyncio
import _asyncio

async def answer(n):
    await asyncio.sleep(0)
    return n

async def main():
    return sum(await asyncio.gather(*[answer(n) for n in range(200)]))

assert asyncio.Task is _asyncio.Task
for _ in range(5):
    assert asyncio.run(main()) == 19900
"""


class StockExtensions(unittest.TestCase):

    def run_everywhere(self, code):
        """In four further interpreters and in this one."""
        interps = [interpreters.create() for _ in range(4)]
        errors = []

        def run(interp):
            try:
                interp.exec(code)
            except interpreters.ExecutionFailed as error:
                errors.append(str(error))

        threads = [threading.Thread(target=run, args=(interp,)) for interp in interps]
        for thread in threads:
            thread.start()
        exec(code, {"__name__": "__main__"})
        for thread in threads:
            thread.join()
        for interp in interps:
            interp.close()
        self.assertEqual(errors, [])

    def test_ctypes(self):
        self.run_everywhere(WORK + "sort(100)")

    def test_ctypes_in_threads(self):
        self.run_everywhere(WORK + THREADS)

    def test_asyncio(self):
        self.run_everywhere(LOOP)

    def test_thread_that_python_does_not_know(self):
        # A thread of C code that calls back lands in the interpreter whose _ctypes made the callback.
        code = WORK + """
import sys
seen = []

@ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
def start(argument):
    seen.append((argument, marker))

identity = ctypes.c_ulong()
assert libc.pthread_create(ctypes.byref(identity), None, start, ctypes.c_void_p(5)) == 0
assert libc.pthread_join(identity, None) == 0
assert seen == [(5, marker)], seen
"""
        interps = [interpreters.create() for _ in range(3)]
        for number, interp in enumerate(interps):
            interp.exec(f"marker = {number}\n" + code)
        for interp in interps:
            interp.close()


if __name__ == "__main__":
    unittest.main()
