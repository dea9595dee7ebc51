# asyncio: gather, tasks, cancellation, queues, locks, timeouts, TaskGroup, exceptions, streams on a pipe.
import asyncio


async def work(n, delay):
    await asyncio.sleep(delay)
    return n * n


async def failing():
    await asyncio.sleep(0)
    raise ValueError("failed")


async def producer(q):
    for i in range(4):
        await q.put(i)
    await q.put(None)


async def consumer(q):
    got = []
    while (item := await q.get()) is not None:
        got.append(item)
    return got


async def main():
    print(await asyncio.gather(work(1, 0.02), work(2, 0.01), work(3, 0)))
    print(await asyncio.gather(failing(), work(5, 0), return_exceptions=True))
    t = asyncio.create_task(asyncio.sleep(10), name="sleeper")
    await asyncio.sleep(0)
    t.cancel()
    try:
        await t
    except asyncio.CancelledError:
        print("cancelled", t.cancelled(), t.get_name())
    try:
        await asyncio.wait_for(asyncio.sleep(5), 0.01)
    except asyncio.TimeoutError as e:
        print("timeout", repr(e))
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(5)
    except TimeoutError:
        print("timeout context")
    q = asyncio.Queue(2)
    _, got = await asyncio.gather(producer(q), consumer(q))
    print(got)
    lock, order = asyncio.Lock(), []

    async def locked(n):
        async with lock:
            order.append(("in", n))
            await asyncio.sleep(0)
            order.append(("out", n))
    await asyncio.gather(*(locked(i) for i in range(3)))
    print(order)
    event = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, event.set)
    print(await event.wait())
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(failing())
            slow = group.create_task(asyncio.sleep(10))
    except* ValueError as e:
        print(e.exceptions, slow.cancelled())
    done, pending = await asyncio.wait([asyncio.create_task(work(i, 0)) for i in range(3)])
    print(sorted(d.result() for d in done), pending)
    print(await asyncio.to_thread(sum, [1, 2, 3]))
    semaphore = asyncio.Semaphore(1)
    async with semaphore:
        print(semaphore.locked())
    f = asyncio.get_running_loop().create_future()
    f.add_done_callback(lambda f: print("callback", f.result()))
    f.set_result("r")
    await asyncio.sleep(0)
    async for x in agen():
        print(x, end=" ")
    print()


async def agen():
    for i in range(3):
        await asyncio.sleep(0)
        yield i

asyncio.run(main())
try:
    asyncio.run(failing())
except ValueError as e:
    print(e)
