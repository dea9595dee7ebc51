# with: order, suppression, failures in enter and exit, return and loops through with, ExitStack.
import contextlib


class M:
    def __init__(self, name, swallow=False, fail=None):
        self.name, self.swallow, self.fail = name, swallow, fail

    def __enter__(self):
        if self.fail == "enter":
            raise RuntimeError("enter " + self.name)
        print("enter", self.name)
        return self.name

    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind and kind.__name__, value, tb is not None)
        if self.fail == "exit":
            raise RuntimeError("exit " + self.name)
        return self.swallow


with M("a") as a, M("b") as b:
    print(a, b)
with (M("a") as a, M("b", swallow=True),):
    raise ValueError("swallowed")
try:
    with M("outer"), M("bad", fail="enter"):
        print("never")
except RuntimeError as e:
    print(e, e.__context__)
try:
    with M("x", fail="exit"):
        raise ValueError("body")
except RuntimeError as e:
    print(e, "context:", repr(e.__context__))


def returns():
    with M("r"):
        return "returned"


print(returns())
for i in range(3):
    with M(i):
        if i == 0:
            continue
        break
with M("t") as (x):
    pass
with M("ab") as (p, q):
    print(p, q)


class NoExit:
    def __enter__(self):
        pass


class NoEnter:
    def __exit__(self, *a):
        pass


for bad in (NoExit, NoEnter, int):
    try:
        with bad():
            pass
    except TypeError as e:
        print(e)


@contextlib.contextmanager
def managed(v):
    print("before", v)
    try:
        yield v * 2
    except KeyError as e:
        print("inside", repr(e))
    finally:
        print("after", v)


with managed(4) as v:
    print(v)
with managed(5):
    raise KeyError("k")
try:
    with managed(6):
        raise IndexError("i")
except IndexError as e:
    print("out", e)
with contextlib.ExitStack() as stack:
    for n in "xyz":
        stack.enter_context(M(n))
    stack.callback(print, "callback")
with contextlib.suppress(ZeroDivisionError):
    1 / 0
with contextlib.nullcontext(3) as n:
    print(n)


@managed("dec")
def decorated():
    print("body")


decorated()
def gen():
    with M("gen"):
        yield 1
        yield 2
g = gen(); next(g); g.close()
