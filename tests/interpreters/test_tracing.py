"""tracemalloc: each interpreter traces its own memory."""
import os
import subprocess
import textwrap
import tracemalloc
import unittest

from concurrent import interpreters
import interpreters as pep554
from support import in_thread

# Allocates, frees and resizes, and knows what the traces must then say.
WORK = """
    import random, tracemalloc
    def make(size): return bytes(size)
    def sizes(): return sorted(t.size for t in tracemalloc.take_snapshot().traces
                               if t.traceback[-1].lineno == make.__code__.co_firstlineno and t.size >= 1000)
    for round in range(8):
        old = [make(1500) for _ in range(50)]
        tracemalloc.start(limit)
        assert tracemalloc.get_traceback_limit() == limit
        kept = []
        for i in range(1500):
            kept.append(make(random.randrange(1000, 40000)))
            if len(kept) > 60: kept.pop(random.randrange(len(kept)))
            if i % 30 == 0 and old: old.pop()
        expected = sorted(len(block) + 33 for block in kept)
        assert sizes() == expected, (sizes(), expected)
        current, peak = tracemalloc.get_traced_memory()
        assert sum(expected) <= current <= peak, (current, peak)
        frames = tracemalloc.get_object_traceback(kept[0])
        assert len(frames) == min(limit, 2), list(frames)
        if round % 2: tracemalloc.clear_traces()
        if round % 3: kept.clear()
        tracemalloc.stop()
    """


class Tracing(unittest.TestCase):

    def exec(self, interp, source):
        interp.exec(textwrap.dedent(source))

    def test_own_memory_only(self):
        one, other = interpreters.create(), interpreters.create()
        self.exec(one, """
            import tracemalloc
            tracemalloc.start(2)
            block = bytes(5000)
            """)
        self.exec(other, """
            import tracemalloc
            assert not tracemalloc.is_tracing()
            tracemalloc.start()
            assert tracemalloc.get_traced_memory()[0] < 5000
            tracemalloc.stop()
            """)
        self.assertFalse(tracemalloc.is_tracing())
        self.exec(one, """
            assert tracemalloc.get_traceback_limit() == 2
            assert [t.size for t in tracemalloc.take_snapshot().traces if t.size == 5033] == [5033]
            """)
        one.close()     # while it traces
        other.close()

    def test_at_the_same_time(self):
        threads = []
        for limit in (1, 2, 3, 50):
            interp = interpreters.create()
            interp.prepare_main(limit=limit)
            threads.append(in_thread(self.exec, interp, WORK))
        for thread in threads:
            thread.join_result(100)

    def test_threads_of_one_interpreter(self):
        interp = interpreters.create()
        self.exec(interp, """
            import sys, threading, tracemalloc
            sys.setswitchinterval(1e-5)
            def make(): return bytes(3000)
            def work():
                for _ in range(300): kept.append(make()); make(); kept[0:1] = []
            kept = [make()] * 5
            tracemalloc.start(3)
            threads = [threading.Thread(target=work) for _ in range(4)]
            for t in threads: t.start()
            for t in threads: t.join()
            assert len([t for t in tracemalloc.take_snapshot().traces if t.size == 3033]) == len(set(map(id, kept))) == 5
            assert len(tracemalloc.get_object_traceback(kept[-1])) == 3
            tracemalloc.stop()
            """)
        interp.close()

    def test_received_without_copying(self):
        recv, send = pep554.create_channel()
        interp = interpreters.create()
        interp.prepare_main(recv=recv)
        send.send_nowait(b"x" * 20_000_000)
        self.exec(interp, """
            import tracemalloc
            tracemalloc.start()
            block = recv.recv()
            assert [t.size for t in tracemalloc.take_snapshot().traces if t.size > 10_000_000] == [20_000_033]
            assert tracemalloc.get_traced_memory()[0] > 20_000_000
            del block
            assert tracemalloc.get_traced_memory()[0] < 1_000_000
            """)
        interp.close()

    def test_from_the_start(self):
        program = textwrap.dedent("""
            from concurrent import interpreters
            import tracemalloc
            interp = interpreters.create()
            interp.exec("import tracemalloc\\n"
                        "assert tracemalloc.is_tracing() and tracemalloc.get_traceback_limit() == 7\\n"
                        "assert len(tracemalloc.take_snapshot().traces) > 10\\n"
                        "tracemalloc.stop()")
            interp.close()
            print(tracemalloc.is_tracing())
            """)
        ran = subprocess.run([os.environ["OROCHI"], "-X", "tracemalloc=7", "-c", program],
                             capture_output=True, text=True, timeout=60)
        self.assertEqual((ran.stdout, ran.stderr, ran.returncode), ("True\n", "", 0))

    def test_stays_within_a_limit(self):
        interp = interpreters.create(memory_limit=30_000_000)
        self.exec(interp, """
            import tracemalloc
            def deep(n, out):
                if n: return deep(n - 1, out)
                while True: out.append(object())
            def fill():
                out = []
                try:
                    deep(50, out)
                except MemoryError:
                    return len(out)
            without = fill()
            tracemalloc.start(100)
            traced = fill()
            assert 10_000 < traced <= without * 1.1, (traced, without)
            assert 1_000_000 < tracemalloc.get_tracemalloc_memory() < 30_000_000
            assert 10_000 < fill()
            tracemalloc.stop()
            """)
        interp.close()


if __name__ == "__main__":
    unittest.main()
