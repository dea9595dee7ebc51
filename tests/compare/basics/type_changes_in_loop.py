# The same code meets different types: specialised instructions must fall back correctly.
def add(a, b):
    return a + b


def attr(o):
    return o.x


def index(c, i):
    return c[i]


class A:
    x = "class"


class B:
    def __init__(self): self.x = "instance"


class C:
    __slots__ = "x",
    def __init__(self): self.x = "slot"


class D:
    x = property(lambda self: "property")


class E:
    def __getattr__(self, n): return "getattr " + n


import sys
for round in range(3):
    for pair in ((1, 2), (1.5, 2), ("a", "b"), ([1], [2]), (1, True), (10 ** 20, 1), ((1,), (2,))):
        for _ in range(30):
            r = add(*pair)
        print(r, end=" ")
    for o in (A(), B(), C(), D(), E(), sys.modules[__name__]):
        x = "module"
        for _ in range(30):
            r = attr(o)
        print(r, end=" ")
    for c, i in (([1, 2], 1), ((1, 2), 0), ({"k": "v"}, "k"), ("str", 1), (b"b", 0), (range(5), 3)):
        for _ in range(30):
            r = index(c, i)
        print(r, end=" ")
    print()
A.x = "changed"
print(attr(A()))
b = B(); b.__class__ = A; print(attr(b)); del b.x; print(attr(b))
def g(): return len("abc")
for _ in range(50): g()
len = lambda x: "shadowed"
print(g())
del len
print(g())
