# async/await without asyncio: driving coroutines with send, awaitables, async for/with.
import types


class Suspend:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


async def add(a, b):
    x = await Suspend(a)
    y = await Suspend(b)
    return x + y


def drive(coro, answers):
    answers = iter(answers)
    try:
        request = coro.send(None)
        while True:
            print("request", request)
            request = coro.send(next(answers))
    except StopIteration as e:
        return e.value


print(drive(add("first", "second"), [10, 20]))


class Ticker:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        await Suspend(f"tick {self.n}")
        return self.n


class Manager:
    async def __aenter__(self):
        await Suspend("enter")
        return "managed"

    async def __aexit__(self, kind, value, tb):
        await Suspend("exit")
        print("exit with", kind)
        return kind is KeyError


async def agen(n):
    for i in range(n):
        got = yield i
        if got:
            print("agen got", got)
        await Suspend(f"agen {i}")


async def main():
    async for i in Ticker(2):
        print("item", i)
    else:
        print("else")
    async with Manager() as m:
        print(m)
        raise KeyError("swallowed")
    print([i async for i in Ticker(2)])
    print({i: await Suspend("v") async for i in agen(2)})
    a = agen(3)
    print(await a.__anext__(), await a.asend("hello"))
    await a.aclose()
    return "done"


print(drive(main(), range(100)))


@types.coroutine
def old_style():
    value = yield "old"
    return value * 2


async def uses_old():
    return await old_style()


print(drive(uses_old(), [21]))
c = add(1, 2)
print(type(c).__name__, c.cr_await, c.__name__)
c.close()
try:
    c.send(None)
except RuntimeError as e:
    print(e)


async def bad():
    await 5


try:
    bad().send(None)
except TypeError as e:
    print(e)


async def bad_for():
    async for _ in [1]:
        pass


try:
    bad_for().send(None)
except TypeError as e:
    print(e)


async def bad_with():
    async with 3:
        pass


try:
    bad_with().send(None)
except TypeError as e:
    print(e)
c = add(1, 2)
c.send(None)
try:
    c.throw(ValueError("thrown in"))
except ValueError as e:
    print(repr(e))
