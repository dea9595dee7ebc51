# weakref: references, callbacks, proxies, containers, finalize, resurrection, gc of cycles.
import gc
import weakref


class C:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"C{self.n}"
    def method(self): return self.n
    def __len__(self): return 3


c = C(1)
r = weakref.ref(c, lambda ref: print("dead", ref() is None, ref is r))
print(r() is c, weakref.getweakrefcount(c), r == weakref.ref(c), hash(r) == hash(c), r is weakref.ref(c))
p = weakref.proxy(c, lambda ref: print("proxy dead"))
print(p.n, p.method(), len(p), str(p), type(p).__name__, isinstance(p, C), p == c)
p.n = 5
print(c.n)
del c
print(r(), r == r)
try:
    p.n
except ReferenceError as e:
    print(e)
d = weakref.WeakValueDictionary()
k = weakref.WeakKeyDictionary()
s = weakref.WeakSet()
objects = [C(i) for i in range(3)]
for o in objects:
    d[o.n] = o; k[o] = o.n; s.add(o)
print(sorted(d), len(k), len(s), sorted(k.values()))
del objects[1], o
print(sorted(d), len(k), len(s), 1 in d, d.get(1))
f = weakref.finalize(objects[0], print, "finalized", sep="-")
print(f.alive, f.detach() is not None, f.alive)
f = weakref.finalize(objects[0], print, "finalized", 0)
objects.clear()
print(f.alive, f())
m = weakref.WeakMethod(C(7).method)
print(m())
x = C(8); m = weakref.WeakMethod(x.method); print(m()())
for bad in (5, "a", (), None, [], {}, object()):
    try:
        weakref.ref(bad)
    except TypeError as e:
        print(e)
for good in (C, print, lambda: 1, {1}, type("T", (), {})(), (i for i in ()), C.method, frozenset()):
    try:
        weakref.ref(good); print("ok", end=" ")
    except TypeError as e:
        print(e)
print()


class Node:
    def __del__(self): print("del", self.name)


a, b = Node(), Node(); a.name, b.name = "a", "b"; a.other, b.other = b, a
r = weakref.ref(a)
del a, b
print(r() is None); gc.collect(); print(r() is None)


class Phoenix:
    kept = None
    def __del__(self):
        Phoenix.kept = self; print("resurrected")


x = Phoenix(); w = weakref.ref(x); del x
print(Phoenix.kept is not None, w() is None); Phoenix.kept = None; print("no second del")
class Slots: __slots__ = ("a", "__weakref__")
print(weakref.ref(Slots())())
class Sub(weakref.ref):
    def __init__(self, o, cb=None, tag=None): super().__init__(o, cb); self.tag = tag
    def __new__(cls, o, cb=None, tag=None): return super().__new__(cls, o, cb)
y = C(9); print(Sub(y, None, "t").tag, Sub(y) is not Sub(y), repr(weakref.ref(y)).split(" at ")[0], weakref.getweakrefs(y))
def cb(ref): raise ValueError("in callback")
import sys
sys.unraisablehook = lambda u: print("unraisable", u.exc_value, u.err_msg)
w = weakref.ref(y, cb); del y
