"""Queues of concurrent.interpreters (PEP 734)."""
import pickle
import queue
import time
import unittest

from concurrent import interpreters
from concurrent.interpreters import _queues as queues
from support import in_thread, wait_until


class Queues(unittest.TestCase):

    def test_names(self):
        q = interpreters.create_queue(3)
        self.assertEqual((q.maxsize, q.qsize(), q.empty(), q.full()), (3, 0, True, False))
        self.assertEqual(repr(q), f"Queue({q.id})")
        self.assertIs(interpreters.Queue(q.id), q)
        self.assertIs(pickle.loads(pickle.dumps(q)), q)
        self.assertIs(q.unbounditems, interpreters.UNBOUND)
        self.assertEqual(hash(q), hash(q.id))
        with self.assertRaises(queues.QueueNotFoundError):
            interpreters.Queue(10**9)
        with self.assertRaises(TypeError):
            interpreters.Queue("1")
        self.assertTrue(issubclass(interpreters.QueueEmpty, queue.Empty))
        self.assertTrue(issubclass(interpreters.QueueFull, queue.Full))
        self.assertIn(q, queues.list_all())

    def test_order_and_limits(self):
        q = interpreters.create_queue(2)
        q.put(1)
        q.put([2])
        self.assertTrue(q.full())
        with self.assertRaises(interpreters.QueueFull):
            q.put_nowait(3)
        with self.assertRaises(interpreters.QueueFull):
            q.put(3, timeout=0.02)
        self.assertEqual([q.get(), q.get()], [1, [2]])
        with self.assertRaises(interpreters.QueueEmpty):
            q.get_nowait()
        with self.assertRaises(interpreters.QueueEmpty):
            q.get(timeout=0.02)
        with self.assertRaises(ValueError):
            q.get(timeout=-1)

    def test_put_waits_in_order(self):
        q = interpreters.create_queue(1)
        q.put(0)
        putters = []
        for i in range(1, 4):
            putters.append(in_thread(q.put, i))
            time.sleep(0.03)
        self.assertEqual([q.get(timeout=5) for _ in range(4)], [0, 1, 2, 3])
        for putter in putters:
            putter.join_result()

    def test_anything_that_pickles(self):
        q = interpreters.create_queue()
        for obj in [{"a": [1, 2]}, {1, 2}, range(3), 2 + 3j, q, (q, [q]), bytearray(b"xy"), ValueError("v")]:
            q.put(obj)
            self.assertEqual(repr(q.get()), repr(obj))
        view = q
        q.put([view, "x"])
        self.assertIs(q.get()[0], view)
        with self.assertRaises(interpreters.NotShareableError) as caught:
            q.put(lambda x: q)
        self.assertIsNotNone(caught.exception.__cause__)
        self.assertTrue(issubclass(interpreters.NotShareableError, TypeError))
        self.assertTrue(q.empty())

    def test_is_shareable(self):
        q = interpreters.create_queue()
        for obj in [None, True, 1, 1.0, "", b"", (), (1, (q,)), q, memoryview(b"")]:
            self.assertIs(interpreters.is_shareable(obj), True)
        for obj in [[], {}, object(), bytearray(), (1, [])]:
            self.assertIs(interpreters.is_shareable(obj), False)

    def test_unbound(self):
        other = interpreters.create()
        q = interpreters.create_queue()
        other.prepare_main(q=q)
        other.exec("""if True:
            from concurrent.interpreters import UNBOUND, UNBOUND_ERROR, UNBOUND_REMOVE
            q.put("default")
            q.put("removed", unbounditems=UNBOUND_REMOVE)
            q.put("error", unbounditems=UNBOUND_ERROR)
            q.put("placeholder", unbounditems=UNBOUND)
            """)
        q.put("mine")
        other.close()
        self.assertEqual(q.qsize(), 4)
        self.assertIs(q.get(), interpreters.UNBOUND)
        with self.assertRaises(interpreters.ItemInterpreterDestroyed):
            q.get()
        self.assertIs(q.get(), interpreters.UNBOUND)
        self.assertEqual(q.get(), "mine")
        self.assertEqual(repr(interpreters.UNBOUND), "concurrent.interpreters.UNBOUND")
        self.assertIs(pickle.loads(pickle.dumps(interpreters.UNBOUND)), interpreters.UNBOUND)
        with self.assertRaises(NotImplementedError):
            interpreters.create_queue(unbounditems=3)

    def test_removed_items_make_room(self):
        other = interpreters.create()
        q = interpreters.create_queue(1, unbounditems=interpreters.UNBOUND_REMOVE)
        other.prepare_main(q=q)
        other.exec("q.put(1)")
        putter = in_thread(q.put, 2)
        time.sleep(0.05)
        other.close()
        putter.join_result()
        self.assertEqual(q.get(), 2)

    def test_between_interpreters(self):
        work, done = interpreters.create_queue(4), interpreters.create_queue()
        workers = [interpreters.create() for _ in range(2)]
        for worker in workers:
            worker.prepare_main(work=work, done=done)
        threads = [in_thread(worker.exec, """if True:
            while (item := work.get()) is not None:
                done.put({"square": item * item})
            """) for worker in workers]
        for i in range(50):
            work.put(i)
        for _ in workers:
            work.put(None)
        for thread in threads:
            thread.join_result()
        results = sorted(done.get()["square"] for _ in range(50))
        self.assertEqual(results, [i * i for i in range(50)])


if __name__ == "__main__":
    unittest.main()
