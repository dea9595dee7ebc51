"""Interrupting, stopping, limiting and measuring interpreters."""
import textwrap
import time
import unittest

from concurrent import interpreters
import interpreters as pep554
from support import in_thread, shorter_than, wait_until

BLOCKED_IN = {
    "a loop": "while True: pass",
    "sleep": "import time; time.sleep(60)",
    "a lock": "import threading; l = threading.Lock(); l.acquire(); l.acquire()",
    "a condition": "import threading; c = threading.Condition(); c.acquire(); c.wait()",
    "a channel": "recv.recv()",
    "a full queue": "q.put(1); q.put(2)",
    "select": "import select, socket; a, b = socket.socketpair(); select.select([a], [], [])",
    "poll": "import selectors, socket; a, b = socket.socketpair(); s = selectors.DefaultSelector(); "
            "s.register(a, 1); s.select()",
    "a pipe": "import os; r, w = os.pipe(); os.read(r, 1)",
    "a socket": "import socket; a, b = socket.socketpair(); a.recv(1)",
    "a thread": "import threading, time; t = threading.Thread(target=time.sleep, args=(5,), daemon=True); t.start(); "
                "t.join()",
    "a process": "import subprocess; subprocess.run(['sleep', '60'])",
}


class Interrupting(unittest.TestCase):

    def start(self, source, **options):
        interp = interpreters.create(**options)
        recv, self.send = pep554.create_channel()
        q = interpreters.create_queue(1)
        started_recv, started_send = pep554.create_channel()
        interp.prepare_main(recv=recv, q=q, started=started_send)
        source = textwrap.dedent(source)
        if "started" not in source:
            source = "started.send_nowait(1)\n" + source
        thread = in_thread(interp.exec, source)
        started_recv.recv(timeout=20)
        return interp, thread

    def assert_interrupted(self, thread, kind="KeyboardInterrupt"):
        with shorter_than(self, 20), self.assertRaises(interpreters.ExecutionFailed) as caught:
            thread.join_result()
        self.assertEqual(caught.exception.excinfo.type.__name__, kind)

    def test_interrupt(self):
        for name, source in BLOCKED_IN.items():
            with self.subTest(name):
                interp, thread = self.start(source)
                time.sleep(0.02)
                self.assertTrue(interp.interrupt())
                self.assert_interrupted(thread)
                # And it can go on with something else.
                self.assertEqual(interp.call(len, "abc"), 3)

    def test_nothing_to_interrupt(self):
        self.assertFalse(interpreters.create().interrupt())

    def test_interrupt_can_be_caught(self):
        interp, thread = self.start("""
            try:
                started.send_nowait(1)
                while True: pass
            except KeyboardInterrupt:
                caught = True
            """)
        interp.interrupt()
        thread.join_result()
        self.assertIs(interp.get_main_attr("caught"), True)

    def test_only_the_one_that_is_meant(self):
        first, first_thread = self.start("while True: pass")
        second, second_thread = self.start("recv.recv()")
        first.interrupt()
        self.assert_interrupted(first_thread)
        self.assertTrue(second_thread.is_alive())
        self.send.send(1)
        second_thread.join_result()

    def test_interrupt_reaches_inner_runs(self):
        interp, thread = self.start("""
            from concurrent import interpreters
            interpreters.create().exec("while True: pass")
            """)
        time.sleep(0.1)
        interp.interrupt()
        with self.assertRaises(interpreters.ExecutionFailed):
            thread.join_result()

    def test_force_close(self):
        for name, source in {
            **BLOCKED_IN,
            "a loop that catches": "while True:\n try:\n  while True: pass\n except BaseException: pass",
            "threads": "import threading\nfor i in range(3): threading.Thread(target=recv.recv).start()\nrecv.recv()",
            "an inner run": "from concurrent import interpreters\ni = interpreters.create()\n"
                            "while True:\n try: i.exec('while True: pass')\n except BaseException: pass",
        }.items():
            with self.subTest(name):
                interp, thread = self.start(source)
                time.sleep(0.02)
                with shorter_than(self, 20):
                    interp.close(force=True)
                with self.assertRaises(interpreters.InterpreterError):
                    thread.join_result()
                with self.assertRaises(interpreters.InterpreterNotFoundError):
                    interp.is_running()

    def test_force_close_of_what_ends_never(self):
        for name, source in {
            "a finalizer": "class Endless:\n def __del__(self):\n  while True: pass\nkept = Endless()",
            "many finalizers": "class Endless:\n def __del__(self):\n  while True: sum(iter(int, 1))\nkept = [Endless() for _ in range(99)]",
            "atexit": "import atexit\n@atexit.register\ndef endless():\n while True: pass",
            "a callback": "import gc\nendless = lambda *_: sum(iter(int, 1))\ngc.disable()\ngc.callbacks.append(endless)",
        }.items():
            with self.subTest(name):
                interp = interpreters.create()
                interp.exec(source)
                with shorter_than(self, 30):
                    interp.close(force=True)
                self.assertNotIn(interp.id, [each.id for each in interpreters.list_all()])
        # A time limit is good for that as well.
        interp = interpreters.create(time_limit=0.2)
        interp.exec("class Endless:\n def __del__(self):\n  while True: pass\nkept = Endless()")
        with shorter_than(self, 10):
            interp.close()

    def test_force_close_of_an_idle_one(self):
        interp = interpreters.create()
        interp.close(force=True)
        self.assertNotIn(interp.id, [each.id for each in interpreters.list_all()])


class Limits(unittest.TestCase):

    def test_memory(self):
        interp = interpreters.create(memory_limit=64 << 20)
        with self.assertRaises(interpreters.ExecutionFailed) as caught:
            interp.exec("x = [0] * 10\nwhile True: x += x")
        self.assertIsInstance(caught.exception.__cause__, MemoryError)
        with self.assertRaises(interpreters.ExecutionFailed) as caught:
            interp.exec("x = None\ndef fill():\n y = []\n while True: y.append(str(len(y)))\nfill()")
        self.assertEqual(caught.exception.excinfo.type.__name__, "MemoryError")
        self.assertEqual(interp.call(lambda: sum(range(1000))), 499500)
        self.assertLess(interp.stats()["heap_peak"], (64 << 20) + 1)

    def test_memory_of_what_arrives(self):
        interp = interpreters.create(memory_limit=32 << 20)
        q = interpreters.create_queue()
        q.put(bytes(64 << 20))
        interp.prepare_main(q=q)
        with self.assertRaises(interpreters.ExecutionFailed) as caught:
            interp.exec("q.get()")
        self.assertEqual(caught.exception.excinfo.type.__name__, "MemoryError")

    def test_interrupted_ends_leave_no_interpreters(self):
        before = {each.id for each in interpreters.list_all()}
        for _ in range(20):
            interp = interpreters.create(time_limit=0.02)
            with self.assertRaises(interpreters.ExecutionFailed):
                interp.exec("from concurrent import interpreters\nwhile True: interpreters.create()")
            interp.close()
        del interp
        self.assertEqual({each.id for each in interpreters.list_all()}, before)

    def test_interrupted_finalizer_lets_go_of_an_interpreter(self):
        interp = interpreters.create()
        interp.exec("""if True:
            import sys
            from concurrent import interpreters
            def interrupt(frame, event, argument):
                if frame.f_code.co_name == "__del__":
                    raise KeyboardInterrupt
            inner = interpreters.create()
            number = inner.id
            sys.unraisablehook = lambda raised: None
            sys.settrace(interrupt)
            del inner
            sys.settrace(None)
            """)
        self.assertNotIn(interp.get_main_attr("number"), [each.id for each in interpreters.list_all()])

    def test_no_memory_for_where_an_error_comes_from(self):
        # A cleanup handler is given that place as an int. Far inside a function it needs memory.
        interp = interpreters.create(memory_limit=16 << 20, time_limit=20)
        interp.exec("PADDING = 'n += 1; ' * 300\n" + textwrap.dedent("""
            source = '''
            def fill(items):
                n = 1000
                PADDING
                i = 0
                try:
                    try:
                        for i in range(len(items)):
                            n += 1
                            items[i] = n
                    finally:
                        done = i
                except MemoryError:
                    items.clear()
                    return done
            '''
            space = {}
            exec(source.replace("PADDING", PADDING), space)
            for each in range(3):
                done = space["fill"]([None] * 1_000_000)
                assert 1000 < done < 1_000_000, done
            """))

    def test_too_little_memory_to_start(self):
        for limit in (1, 60_000, 80_000, 100_000, 120_000):
            with self.assertRaises(interpreters.InterpreterError):
                interpreters.create(memory_limit=limit)

    def test_threads_without_memory(self):
        """However little is left when a thread starts, whoever starts it hears of it."""
        source = """
            import threading
            thread = threading.Thread(target=len, args=("",))
            taken = [[] for _ in range(15)]
            for few, size in zip(taken, (8000, 4000, 2000, 1000, 500, 400, 300, 200, 150, 100, 50, 30, 20, 10, 1)):
                try:
                    while True:
                        few.append(b"x" * size)
                except MemoryError:
                    pass
            for few in taken:
                del few[:{}]
            try:
                thread.start()
                thread.join()
                threads = thread.is_alive() + len(threading._limbo)
            except MemoryError:
                threads = 0
            taken = None
            """
        for room in (*range(10), *range(10, 100, 15)):
            interp = interpreters.create(memory_limit=2_500_000, time_limit=20)
            interp.exec("import sys; sys.stderr = None")
            interp.exec(textwrap.dedent(source.format(room)))
            self.assertEqual(interp.get_main_attr("threads"), 0)
            interp.close()

    def test_time(self):
        interp = interpreters.create(time_limit=0.2)
        for source in ("while True: pass", "import time; time.sleep(60)"):
            started = time.monotonic()
            with shorter_than(self, 10), self.assertRaises(interpreters.ExecutionFailed) as caught:
                interp.exec(source)
            self.assertGreaterEqual(time.monotonic() - started, 0.2)
            self.assertEqual(caught.exception.excinfo.type.__name__, "KeyboardInterrupt")
        # Each run has the whole time.
        interp.exec("import time; time.sleep(0.05)")

    def test_time_of_native_loops(self):
        for source in ("sum(iter(int, 1))", "max(itertools.repeat(1))", "list(itertools.repeat(1))", "any(iter(int, 1))",
                       "set(itertools.repeat(1))", "''.join(iter(str, 1))", "bytes(iter(int, 1))", "a, *b = iter(int, 1)",
                       "5 in iter(int, 1)", "next(filter(None, iter(int, 1)))", "next(itertools.islice(iter(int, 1), 1 << 60, None))",
                       "next(itertools.filterfalse(None, itertools.repeat(1)))", "next(itertools.dropwhile(bool, itertools.repeat(1)))",
                       "next(itertools.compress(itertools.repeat(1), itertools.repeat(0)))",
                       "next(itertools.chain.from_iterable(itertools.repeat(())))", "sorted(itertools.repeat(1))",
                       "collections.deque(itertools.permutations(range(20)), 0)", "dict.fromkeys(itertools.repeat(1))",
                       "math.factorial(10**7)", "re.match('(a+)+$', 'a' * 50 + 'b')", "operator.countOf(iter(int, 1), 1)"):
            with self.subTest(source):
                interp = interpreters.create(time_limit=0.2, memory_limit=2 << 30)
                with shorter_than(self, 10), self.assertRaises(interpreters.ExecutionFailed) as caught:
                    interp.exec(f"import collections, itertools, math, operator, re\n{source}")
                self.assertEqual(caught.exception.excinfo.type.__name__, "KeyboardInterrupt")
                self.assertEqual(interp.call(len, "abc"), 3)

    def test_time_of_what_catches_it(self):
        interp = interpreters.create(time_limit=0.2)
        with shorter_than(self, 10), self.assertRaises(interpreters.ExecutionFailed):
            interp.exec("""
                # In a function, since a jump back to the first statement of a try is interrupted outside of it, as in CPython.
                def spin():
                    while True: pass
                caught = 0
                while True:
                    try:
                        spin()
                    except BaseException:
                        caught += 1
                """)
        # It had the same time once more; from then on nothing helped.
        self.assertIn(interp.get_main_attr("caught"), range(1, 4))

    def test_time_of_finalizers(self):
        interp = interpreters.create(time_limit=0.2)
        source = """
            import sys
            sys.unraisablehook = lambda report: lost.append(report.exc_type.__name__)
            lost = []
            class Slow:
                def __del__(self):
                    while True: x = 1
            {}
            """
        with shorter_than(self, 10), self.assertRaises(interpreters.ExecutionFailed) as caught:
            interp.exec(source.format("while True: Slow()"))
        self.assertEqual(caught.exception.excinfo.type.__name__, "KeyboardInterrupt")
        self.assertEqual(interp.get_main_attr("lost"), ["KeyboardInterrupt"])
        # Somebody else's KeyboardInterrupt is not repeated.
        interp.exec("""
            import sys
            sys.unraisablehook = lambda report: None
            class Raising:
                def __del__(self):
                    raise KeyboardInterrupt
            for _ in range(3): Raising()
            """)

    def test_limits_of_what_it_makes(self):
        interp = interpreters.create(memory_limit=64 << 20, time_limit=2)
        interp.exec("from concurrent import interpreters\ninner = interpreters.create(memory_limit=1 << 30, time_limit=60)")
        for source, kind in (("x = bytes(100 << 20)", "MemoryError"), ("while True: pass", "KeyboardInterrupt")):
            with shorter_than(self, 10), self.assertRaises(interpreters.ExecutionFailed) as caught:
                interp.exec(f"inner.exec({source!r})")
            self.assertIn(kind, caught.exception.excinfo.errdisplay)

    def test_memory_of_powers(self):
        interp = interpreters.create(memory_limit=64 << 20)
        with shorter_than(self, 5), self.assertRaises(interpreters.ExecutionFailed) as caught:
            interp.exec("x = 10**10**9")
        self.assertEqual(caught.exception.excinfo.type.__name__, "MemoryError")
        self.assertEqual(interp.call(pow, 3, 100), 3**100)

    def test_time_of_inner_runs(self):
        interp = interpreters.create(time_limit=0.3)
        with shorter_than(self, 10), self.assertRaises(interpreters.ExecutionFailed):
            interp.exec("from concurrent import interpreters\ninterpreters.create().exec('while True: pass')")

    def test_wrong_limits(self):
        for wrong in ({"memory_limit": 0}, {"memory_limit": -1}, {"time_limit": 0}, {"time_limit": -1.5}):
            with self.assertRaises(ValueError):
                interpreters.create(**wrong)
        with self.assertRaises(TypeError):
            interpreters.create(memory_limit="1")


class Figures(unittest.TestCase):

    def test_stats(self):
        interp = interpreters.create()
        before = interp.stats()
        interp.exec("import gc\nkeep = [[] for _ in range(10000)]\ngc.collect()")
        after = interp.stats()
        self.assertEqual(set(before), {
            "heap_bytes", "heap_blocks", "heap_reserved", "heap_peak", "objects", "collections", "collected",
            "lock_takes", "lock_contended", "lock_wait_ns", "lock_hold_ns", "lock_switches"})
        self.assertGreater(after["objects"], before["objects"] + 9000)
        self.assertGreater(after["heap_bytes"], before["heap_bytes"] + 10000 * 56)
        self.assertGreater(after["collections"], before["collections"])
        self.assertGreater(after["lock_hold_ns"], before["lock_hold_ns"])
        self.assertGreater(after["lock_takes"], before["lock_takes"])

    def test_of_a_running_one(self):
        interp = interpreters.create()
        thread = in_thread(interp.exec, "while True: pass")
        wait_until(interp.is_running)
        with shorter_than(self, 5):
            self.assertGreater(interp.stats()["heap_bytes"], 0)
        interp.interrupt()
        with self.assertRaises(interpreters.ExecutionFailed):
            thread.join_result()

    def test_of_the_current_one(self):
        self.assertGreater(interpreters.get_current().stats()["heap_bytes"], 0)


if __name__ == "__main__":
    unittest.main()
