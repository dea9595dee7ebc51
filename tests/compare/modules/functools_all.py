# functools: partial, lru_cache, reduce, singledispatch, wraps, cached_property, partialmethod, total_ordering.
import functools, pickle
from functools import *
p = partial(int, base=2); print(p("101"), p, p.func, p.args, p.keywords, partial(p, "11")(), partial(partial(print, 1), 2).args, partial(max, 5)(3, 9)); p.extra = 1; print(p.__dict__)
print(reduce(lambda a, b: a * b, [1, 2, 3, 4]), reduce(lambda a, b: a + b, [], 5), reduce(max, "hello"))
calls = []
@lru_cache(maxsize=2)
def f(x, y=0):
    calls.append((x, y)); return x + y
print(f(1), f(1), f(2), f(3), f(1), f(1, y=0), f.cache_info(), calls, f.__wrapped__(7), f.cache_parameters()); f.cache_clear(); print(f.cache_info())
@cache
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(200), fib.cache_info())
@lru_cache(typed=True)
def t(x): return type(x).__name__
print(t(1), t(1.0), t(True), t.cache_info())
try: f([])
except TypeError as e: print(e)
@singledispatch
def show(x): return "object"
@show.register
def _(x: int): return "int"
@show.register(list)
@show.register(tuple)
def _(x): return "sequence"
@show.register
def _(x: str | bytes): return "text" 
print(show(1), show(True), show([]), show(()), show("s"), show(b""), show(1.5), show.dispatch(bool).__name__, sorted(k.__name__ for k in show.registry)) if True else None
class K:
    n = 0
    @cached_property
    def value(self):
        K.n += 1; return K.n
    def base(self, a, b): return a, b
    half = partialmethod(base, 1)
    @singledispatchmethod
    def m(self, x): return "any"
    @m.register
    def _(self, x: int): return "int"
k = K(); print(k.value, k.value, k.__dict__, k.half(2), k.m(1), k.m("a")); del k.value; print(k.value)
@total_ordering
class V:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __gt__(self, o): return self.v > o.v
print(V(1) < V(2), V(1) <= V(1), V(3) >= V(4), sorted([V(3), V(1)], key=lambda v: v.v)[0].v, [cmp_to_key(lambda a, b: b - a)(1) < cmp_to_key(lambda a, b: b - a)(2)], sorted([1, 3, 2], key=cmp_to_key(lambda a, b: b - a)))
def deco(fn):
    @wraps(fn)
    def inner(*a): return fn(*a)
    return inner
@deco
def named(a: int) -> str: "doc"
print(named.__name__, named.__doc__, named.__annotations__, named.__wrapped__.__name__, WRAPPER_ASSIGNMENTS, WRAPPER_UPDATES)
for bad in ("reduce(max, [])", "partial()", "partial(5)", "reduce(5, [1, 2])", "lru_cache(5)(5)", "lru_cache('a')", "singledispatch(len)()", "total_ordering(int)", "cmp_to_key()", "reduce(max, 5)"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, str(e).split(" at 0x")[0])

# A cache in a cycle: the collector may clear its dict before it clears the cache.
import gc
import weakref
gone = []
for round in range(3):
    class Node:
        @functools.lru_cache(maxsize=4)
        def value(self, n):
            return [self, n, type(self).value]
    node = Node()
    node.values = [node.value(n % 6) for n in range(20)]
    gone.append(weakref.ref(node))
    gone.append(weakref.ref(Node))
    print(Node.value.cache_info())
    del node, Node
    gc.collect()
print([each() for each in gone])
