"""What crosses without being copied: big bytes and str, buffers."""
import array
import gc
import mmap
import resource
import sys
import unittest

from concurrent import interpreters
import interpreters as pep554
from support import in_thread

MIB = 1 << 20
BIG = 8 * MIB  # of characters or bytes: enough to be moved


def resident():
    """Pages of the process that are in memory and its own, in bytes."""
    with open("/proc/self/smaps_rollup") as file:
        return sum(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))


class BigStrings(unittest.TestCase):

    def setUp(self):
        self.queue = interpreters.create_queue()

    def roundtrip(self, obj):
        self.queue.put(obj)
        return self.queue.get()

    def test_equal(self):
        for obj in [bytes(range(256)) * 4096 * 24, "ascii" * BIG, "hä" * BIG, "\u20ac" * BIG, "\U0001f40d" * BIG,
                    b"x" * BIG, b"x" * (BIG + 1), b"y" * 600_001]:
            got = self.roundtrip(obj)
            self.assertEqual(got, obj)
            self.assertEqual(hash(got), hash(obj))
            self.assertEqual(sys.getrefcount(got), 2)
            self.assertEqual(got[-5:], obj[-5:])

    def test_memory_is_shared(self):
        big = bytes(64 * MIB).replace(b"\0", b"x")
        before = resident()
        copies = [self.roundtrip(big) for _ in range(20)]
        self.assertTrue(all(copy == big for copy in copies))
        self.assertLess(resident() - before, 16 * MIB)

    def test_sender_may_go_first(self):
        big = "text" * BIG
        self.queue.put(big)
        expected = hash(big)
        del big
        self.assertEqual(hash(self.queue.get()), expected)

    def test_appending_does_not_show_elsewhere(self):
        text = "a" * 2 * BIG
        other = self.roundtrip(text)
        text += "b"
        text += "c" * BIG
        self.assertEqual(other, "a" * 2 * BIG)
        self.assertEqual(text, "a" * 2 * BIG + "b" + "c" * BIG)

    def test_between_interpreters_and_after_their_end(self):
        other = interpreters.create()
        other.prepare_main(big=b"0123456789" * BIG)
        big = other.get_main_attr("big")
        other.close()
        self.assertEqual(big, b"0123456789" * BIG)

    def test_inside_other_objects(self):
        obj = {"k": [b"z" * 2 * BIG], "t": ("é" * BIG,)}
        self.assertEqual(self.roundtrip(obj), obj)

    def test_in_a_child_process(self):
        import os
        big = "x" * 2 * BIG
        self.queue.put(big)
        pid = os.fork()
        if pid == 0:
            os._exit(0 if self.queue.get() == big else 1)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)
        self.assertEqual(self.queue.get(), big)

    def test_pages_are_not_touched(self):
        size = 256 * MIB
        big = b"x" * size
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        self.queue.put(big)
        got = self.queue.get()
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
        # A copy would fault in every page of its target (65,536 of them, or 128 huge ones).
        self.assertLess(faults, 64)
        self.assertEqual(got[-1], ord("x"))


class Buffers(unittest.TestCase):

    def setUp(self):
        self.recv, self.send = pep554.create_channel()

    def test_same_memory(self):
        data = bytearray(b"abc")
        self.send.send_nowait(data)
        view = self.recv.recv()
        self.assertIsInstance(view, memoryview)
        view[0] = ord("x")
        self.assertEqual(data, b"xbc")
        with self.assertRaises(BufferError):
            data.append(1)
        view.release()
        gc.collect()
        for _ in range(1000):    # the release is the owner's work, at its next pending calls
            pass
        data.append(1)

    def test_layout(self):
        source = memoryview(array.array("d", range(12))).cast("B").cast("d", (3, 4))
        self.send.send_nowait(source)
        view = self.recv.recv()
        self.assertEqual((view.format, view.shape, view.strides, view.tolist()),
                         (source.format, source.shape, source.strides, source.tolist()))
        self.send.send_nowait(memoryview(b"abcdef")[::2])
        view = self.recv.recv()
        self.assertEqual((bytes(view), view.readonly), (b"ace", True))
        with self.assertRaises(TypeError):
            view[0] = 1

    def test_send_buffer(self):
        self.assertFalse(self.send.send_buffer_nowait(b"bytes"))
        self.assertEqual(bytes(self.recv.recv()), b"bytes")
        with self.assertRaises(TypeError):
            self.send.send_buffer(5)

    def test_other_interpreter_writes(self):
        other = interpreters.create()
        numbers = array.array("i", range(1000))
        other.prepare_main(view=memoryview(numbers))
        other.exec("for i in range(len(view)): view[i] *= 2")
        self.assertEqual(list(numbers), [2 * i for i in range(1000)])

    def test_owner_ends_first(self):
        other = interpreters.create()
        q = interpreters.create_queue()
        other.prepare_main(q=q)
        other.exec("q.put(memoryview(bytearray(b'still here' * 1000)))")
        view = q.get()
        other.close()
        self.assertEqual(bytes(view[-10:]), b"still here")
        del view

    def test_never_received(self):
        data = bytearray(10)
        q = interpreters.create_queue()
        q.put(memoryview(data))
        del q
        for _ in range(1000):
            pass
        data.append(1)

    def test_view_of_a_view(self):
        other = interpreters.create()
        q = interpreters.create_queue()
        data = bytearray(b"12345")
        other.prepare_main(q=q, view=memoryview(data))
        other.exec("q.put(view[1:3])")
        view = q.get()
        view[0] = ord("x")
        self.assertEqual(data, b"1x345")
        other.exec("del view")
        view.release()
        other.exec("pass")
        for _ in range(1000):
            pass
        data.append(1)

    def test_given_back_while_the_main_thread_waits(self):
        """A thread gets its buffer back although the main thread is blocked."""
        def work():
            other = interpreters.create()
            data = bytearray(10)
            other.prepare_main(view=memoryview(data))
            other.exec("del view")
            for _ in range(1000):
                pass
            data.append(1)
            other.close()
        in_thread(work).join_result()

    def test_mmap(self):
        with mmap.mmap(-1, 4096) as memory:
            other = interpreters.create()
            other.prepare_main(view=memoryview(memory))
            other.exec("view[:5] = b'hello'")
            self.assertEqual(memory[:5], b"hello")
            other.exec("del view")
            for _ in range(1000):
                pass


if __name__ == "__main__":
    unittest.main()
