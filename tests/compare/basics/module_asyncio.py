# asyncio: tasks that wait.
import asyncio


async def work(n):
    await asyncio.sleep(0.001 * n)
    return n * n


async def main():
    print(await asyncio.gather(work(3), work(1)))


asyncio.run(main())
