# Decorators, function attributes, defaults, keyword-only and positional-only parameters, signatures.
import functools
import inspect


def tag(name):
    print("making", name)

    def wrap(f):
        print("applying", name)
        f.tags = getattr(f, "tags", []) + [name]
        return f
    return wrap


@tag("outer")
@tag("inner")
def f(a, b=2, /, c=3, *args, d, e=5, **kw):
    """Documentation."""
    return a, b, c, args, d, e, kw


print(f.tags, f.__doc__, f.__defaults__, f.__kwdefaults__, f.__name__, f.__module__)
print(inspect.signature(f))
print(f(1, d=4), f(1, 2, 3, 4, 5, d=6, x=7, a=8))
for call in ("f()", "f(1)", "f(1, 2, 3, d=1, e=2, c=3)", "f(d=1)"):
    try:
        print(eval(call))
    except TypeError as e:
        print(call, "->", e)


def g(a, /, *, b):
    pass


for call in ("g(a=1, b=2)", "g(1, 2)", "g(1)", "g(1, b=2, c=3)", "g(1, 2, b=3)", "g()"):
    try:
        print(eval(call))
    except TypeError as e:
        print(call, "->", e)


def mutable(x=[]):
    x.append(len(x))
    return x


print(mutable(), mutable(), mutable([]), mutable.__defaults__)


def logged(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        print("call", f.__name__, args, kwargs)
        return f(*args, **kwargs)
    return wrapper


class Calc:
    @logged
    def add(self, x, *, y=1):
        return x + y

    @staticmethod
    @logged
    def s(x):
        return x

    @classmethod
    @logged
    def c(cls):
        return cls.__name__

    def __repr__(self):
        return "<Calc>"


print(Calc().add(1, y=2), Calc.s(3), Calc.c(), Calc().c())
print(Calc.add.__wrapped__.__qualname__, Calc.add.__qualname__)


@print
def printed():
    pass


print(printed) if printed is None else None
f.__defaults__ = (9,)
f.__name__ = "renamed"
print(f.__name__, repr(f).split(" at ")[0])
h = lambda *a, k=0, **kw: (a, k, kw)
print(h(1, 2, k=3, z=4), h.__name__, h.__qualname__)
@(lambda f: [f, f()])
def listed(): return "in a list"
print(listed[1])
g.custom = 1
print(g.__dict__, callable(g))
try:
    f.__code__ = 5
except TypeError as e:
    print(e)
try:
    g.__defaults__ = 5
except TypeError as e:
    print(e)
m = Calc().add
print(m.__self__, m.__func__ is Calc.__dict__["add"], m == m.__self__.add, m.__name__)
