# Tracebacks through generators, yield from, coroutines, context managers, properties and class bodies.
import asyncio
import contextlib
import traceback


def inner():
    yield 1
    raise ValueError("from inner")


def outer():
    yield from inner()


async def leaf():
    await asyncio.sleep(0)
    raise KeyError("leaf")


async def branch():
    await leaf()


@contextlib.contextmanager
def manager():
    try:
        yield
    except ZeroDivisionError as e:
        raise RuntimeError("converted") from e


class P:
    @property
    def value(self):
        return self.other

    def __getattr__(self, name):
        raise AttributeError(f"no {name}")

    def __enter__(self):
        return self

    def __exit__(self, *a):
        raise OSError("in exit")


def with_manager():
    with manager():
        1 / 0


def with_exit():
    with P():
        raise ValueError("body")


def class_body():
    class Broken:
        x = 1
        y = x + "a"


def in_thread_of_calls():
    return list(map(lambda v: 1 // v, [1, 0]))


def sorting():
    return sorted([1, 2], key=lambda v: v.missing)


def thrown():
    g = outer()
    next(g)
    g.throw(TypeError("thrown in"))


for f in (lambda: list(outer()), lambda: asyncio.run(branch()), with_manager, with_exit, lambda: P().value, class_body, in_thread_of_calls, sorting, thrown):
    try:
        f()
    except Exception as e:
        for s in traceback.extract_tb(e.__traceback__):
            if "compare" in s.filename:
                print(" ", s.name, s.lineno, s.line, s.colno, s.end_colno)
        print(repr(e), repr(e.__context__), repr(e.__cause__))
with_exit()
