# __hash__ and __eq__ protocols, identity shortcuts, rich comparison reflection, NotImplemented.
class Loud:
    def __init__(self, name): self.name = name
    def __repr__(self): return self.name
for op in ("lt", "le", "eq", "ne", "gt", "ge"):
    def make(op):
        def compare(self, other):
            print(f"{self.name}.{op}({other})", end=" ")
            return NotImplemented
        return compare
    setattr(Loud, f"__{op}__", make(op))


class Louder(Loud):
    def __eq__(self, other):
        print(f"sub {self.name}.eq({other})", end=" ")
        return NotImplemented


a, b, c = Loud("a"), Loud("b"), Louder("c")
print(a == b, a == c, c == a, a != b, a == 1, 1 == a)
for code in ("a < b", "a <= c", "1 > a", "a >= None"):
    try:
        eval(code)
    except TypeError as e:
        print(e)
for v in (a, c):
    try:
        hash(v)
    except TypeError as e:
        print(e)


class OnlyEq:
    def __eq__(self, o): return True


class Keeps(OnlyEq):
    __hash__ = object.__hash__


print(OnlyEq.__hash__, hash(Keeps()) is not None, OnlyEq() != 5, OnlyEq() == None, [OnlyEq()] == [3], OnlyEq() in [1, 2], 5 in [OnlyEq()])


class H:
    def __init__(self, h): self.h = h
    def __hash__(self): return self.h


print([hash(H(h)) for h in (5, -1, 2 ** 61, 2 ** 64 + 3, -2 ** 63, True)])
for h in (1.5, "x", None):
    try:
        hash(H(h))
    except TypeError as e:
        print(e)


class AlwaysFalse:
    def __eq__(self, o): return False
    __hash__ = None


f = AlwaysFalse()
print(f == f, f in [f], [f] == [f], (f,) == (f,), [f].count(f), [f].index(f), {"k": f} == {"k": f})


class NonBool:
    def __eq__(self, o): return "truthy"
    def __lt__(self, o): return []
    def __ne__(self, o): return 0


n = NonBool()
print(n == 1, n < 1, n != 1, [n] == [1], sorted([n, n]) is not None, n in [5], not (n == 1))


class RaisesBool:
    def __bool__(self): return 5


try:
    bool(RaisesBool())
except TypeError as e:
    print(e)


class Len:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n


for v in (0, 3, -1, "x", 2 ** 70, 1.0):
    try:
        print(bool(Len(v)), len(Len(v)))
    except (TypeError, ValueError, OverflowError) as e:
        print(type(e).__name__, e)
print(hash("a") == hash("a"), hash(None) == hash(None), hash(1) == hash(1.0) == hash(True) == hash(1 + 0j), hash(float("inf")), hash(print) == hash(print), object() == object(), hash(int) == hash(int))
import functools
@functools.total_ordering
class V:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n
print(V(1) <= V(2), V(1) > V(2), V(2) >= V(2), V(1) != V(2), isinstance(object.__eq__(1, 2), type(NotImplemented)), (1).__eq__("a"), (1).__lt__(2), object().__ne__(1), int.__eq__(1, 1.0))
