# Generators: send, throw, close, yield from, return values, states, finally.
import inspect


def echo():
    received = None
    while True:
        try:
            received = yield received
        except ValueError as e:
            received = f"caught {e}"


g = echo()
print(inspect.getgeneratorstate(g), next(g), g.send(1), g.throw(ValueError("v")), g.send("x"))
g.close()
print(inspect.getgeneratorstate(g), g.gi_frame)
try:
    next(g)
except StopIteration as e:
    print("stop", e.value)


def with_return():
    yield 1
    return "result"


def delegating():
    value = yield from with_return()
    print("got", value)
    value = yield from [10, 20]
    print("got", value)
    return 5


print(list(delegating()))


def cleanup():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("exit")
        raise
    finally:
        print("finally")


c = cleanup()
next(c)
del c
c = cleanup()
next(c)
c.close()


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


s = stubborn()
next(s)
try:
    s.close()
except RuntimeError as e:
    print(e)


def stop_inside():
    yield 1
    raise StopIteration("inner")


try:
    list(stop_inside())
except RuntimeError as e:
    print(e, "|", repr(e.__cause__))


def self_running():
    yield next(me)


me = self_running()
try:
    next(me)
except ValueError as e:
    print(e)
g = echo()
try:
    g.send(1)
except TypeError as e:
    print(e)


class Sub:
    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def send(self, value):
        print("send", value)
        return value

    def throw(self, *args):
        print("throw", args[0])
        raise StopIteration("thrown")

    def close(self):
        print("close")


def proxy():
    r = yield from Sub()
    print("r", r)
    yield "end"


p = proxy()
print(next(p), p.send(7), p.throw(KeyError("k")))
p = proxy()
next(p)
p.close()


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


print([v for v, _ in zip(fib(), range(15))])


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


print(list(tree(4)))
print(g.__name__, g.__qualname__, type(g), repr(g).split(" at ")[0])
