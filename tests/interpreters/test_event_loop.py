"""Channels and queues in selectors and asyncio."""
import asyncio
import os
import selectors
import time
import unittest

import interpreters
from support import in_thread


class Selectors(unittest.TestCase):

    def test_channel(self):
        recv, send = interpreters.create_channel()
        with selectors.DefaultSelector() as selector:
            selector.register(recv, selectors.EVENT_READ)
            self.assertEqual(selector.select(0), [])
            send.send_nowait(1)
            self.assertEqual([key.fileobj for key, _ in selector.select(5)], [recv])
            recv.recv()
            self.assertEqual(selector.select(0), [])
            thread = in_thread(lambda: (time.sleep(0.05), send.close()))
            self.assertTrue(selector.select(5))
            thread.join_result()

    def test_queue_with_limit(self):
        q = interpreters.create_queue(1)
        with selectors.DefaultSelector() as selector:
            room = q.put_fileno()
            selector.register(room, selectors.EVENT_READ)
            self.assertTrue(selector.select(0))
            q.put(1)
            self.assertEqual(selector.select(0), [])
            q.get()
            self.assertTrue(selector.select(0))


class Asyncio(unittest.IsolatedAsyncioTestCase):

    async def test_iteration(self):
        recv, send = interpreters.create_channel()
        other = interpreters.create()
        sending = asyncio.to_thread(other.run, "for i in range(100): send.send(i)\nsend.close()",
                                    channels={"send": send})
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.001)

        ticker = asyncio.create_task(tick())
        task = asyncio.create_task(sending)
        self.assertEqual([item async for item in recv], list(range(100)))
        await task
        ticker.cancel()
        self.assertGreater(ticks, 0)

    async def test_many_tasks_on_one_queue(self):
        q = interpreters.create_queue()
        tasks = [asyncio.create_task(q.get_async()) for _ in range(10)]
        await asyncio.sleep(0.01)
        putter = in_thread(lambda: [q.put(i) for i in range(10)])
        self.assertEqual(sorted(await asyncio.wait_for(asyncio.gather(*tasks), 10)), list(range(10)))
        putter.join_result()

    async def test_cancelled_task_takes_nothing(self):
        q = interpreters.create_queue()
        cancelled = asyncio.create_task(q.get_async())
        waiting = asyncio.create_task(q.get_async())
        await asyncio.sleep(0.01)
        cancelled.cancel()
        q.put("item")
        self.assertEqual(await asyncio.wait_for(waiting, 10), "item")
        self.assertTrue(q.empty())

    async def test_put(self):
        q = interpreters.create_queue(1)
        q.put(0)
        putting = asyncio.create_task(q.put_async(1))
        await asyncio.sleep(0.01)
        self.assertFalse(putting.done())
        self.assertEqual(q.get(), 0)
        await asyncio.wait_for(putting, 10)
        self.assertEqual(q.get(), 1)

    async def test_cancelled_when_it_arrives(self):
        q = interpreters.create_queue()
        for i in range(200):
            task = asyncio.create_task(q.get_async())
            await asyncio.sleep(0)
            q.put(i)
            if i % 2:
                await asyncio.sleep(0)
            task.cancel()
            try:
                got = await task
            except asyncio.CancelledError:
                got = await asyncio.wait_for(q.get_async(), 20)
            self.assertEqual(got, i)

    async def test_who_is_woken_and_cancelled_passes_it_on(self):
        q = interpreters.create_queue()
        first, second = (asyncio.create_task(q.get_async()) for _ in range(2))
        await asyncio.sleep(0.02)
        q.put(1)
        loop = asyncio.get_running_loop()
        loop.call_soon(loop.call_soon, first.cancel)
        done, _ = await asyncio.wait([first, second], timeout=20, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait([first, second], timeout=0.1)
        self.assertEqual([task.result() for task in (first, second) if task.done() and not task.cancelled()], [1])
        second.cancel()

    async def test_cancelled_put_puts_nothing(self):
        q = interpreters.create_queue(1)
        q.put(0)
        task = asyncio.create_task(q.put_async(1))
        await asyncio.sleep(0.02)
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        self.assertEqual((q.get(), q.qsize()), (0, 0))

    async def test_closed(self):
        recv, send = interpreters.create_channel()
        waiting = asyncio.create_task(recv.recv_async())
        await asyncio.sleep(0.01)
        send.close()
        with self.assertRaises(interpreters.ChannelClosedError):
            await asyncio.wait_for(waiting, 10)

    def test_two_loops_on_one_queue(self):
        q, received = interpreters.create_queue(2), []

        async def consume():
            while (item := await q.get_async()) is not None:
                received.append(item)

        threads = [in_thread(lambda: asyncio.run(consume())) for _ in range(2)]
        for i in range(300):
            q.put(i, timeout=20)
        for _ in threads:
            q.put(None, timeout=20)
        for thread in threads:
            thread.join_result()
        self.assertEqual(sorted(received), list(range(300)))

    def test_descriptors_are_closed(self):
        def use():
            q = interpreters.create_queue(1)
            q.fileno(), q.put_fileno()
            for end in interpreters.create_channel():
                end.fileno()

        use()
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(1000):
            use()
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    def test_loop_in_another_interpreter(self):
        recv, send = interpreters.create_channel()
        back_recv, back_send = interpreters.create_channel()
        other = interpreters.create()
        thread = in_thread(lambda: other.run("""if True:
            import asyncio
            async def main():
                total = 0
                async for item in recv:
                    total += item
                send.send_nowait(total)
            asyncio.run(main())
            """, channels={"recv": recv, "send": back_send}))
        for i in range(10):
            send.send(i)
        send.close()
        thread.join_result()
        self.assertEqual(back_recv.recv(), 45)


if __name__ == "__main__":
    unittest.main()
