"""Channels and queues in selectors and asyncio."""
import asyncio
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
            room = q._mailbox.descriptor(True)
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

    async def test_closed(self):
        recv, send = interpreters.create_channel()
        waiting = asyncio.create_task(recv.recv_async())
        await asyncio.sleep(0.01)
        send.close()
        with self.assertRaises(interpreters.ChannelClosedError):
            await asyncio.wait_for(waiting, 10)

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
