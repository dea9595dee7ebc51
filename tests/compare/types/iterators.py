# Iterator protocol: iter with sentinel, sequence protocol, zip strict, map, filter, enumerate, exhaustion, length hints.
import operator


class Seq:
    def __getitem__(self, i):
        if i > 3:
            raise IndexError
        return i * i


class Bad:
    def __getitem__(self, i):
        if i == 2:
            raise KeyError("not index error")
        return i


print(list(Seq()), 4 in Seq(), 5 in Seq(), [*Seq()], max(Seq()), dict(enumerate(Seq())))
try:
    list(Bad())
except KeyError as e:
    print(repr(e))
n = iter([1, 2, 0, 3])
print(list(iter(lambda: next(n), 0)), list(n))


class Once:
    def __init__(self): self.i = 0
    def __iter__(self): return self
    def __next__(self):
        self.i += 1
        if self.i > 3: raise StopIteration("finished")
        return self.i


o = Once(); print(list(o), list(o), next(o, "default"))
try:
    next(o)
except StopIteration as e:
    print(e.value, e.args)
print(list(zip("abc", [1, 2])), list(zip()), list(zip("ab", "cd", "ef")), list(map(lambda *a: a, "ab", [1, 2, 3])), list(filter(None, [0, 1, "", "x"])), list(filter(lambda x: x > 1, [1, 2, 3])), list(enumerate("ab", 5)), list(enumerate("a", start=2 ** 70)))
for pair in (("ab", "c"), ("a", "bc"), ("a", "b", "cd")):
    try:
        list(zip(*pair, strict=True))
    except ValueError as e:
        print(e)
z = zip([1, 2], iter("a")); print(list(z), next(z, "end"))
it = iter([1, 2, 3]); print(list(zip(it, it)), list(it))
for make in (lambda: iter([1, 2, 3]), lambda: iter((1,)), lambda: iter(range(4)), lambda: iter({1: 2}), lambda: iter("abc"), lambda: reversed([1, 2]), lambda: iter(b"ab"), lambda: iter({1, 2}), lambda: map(str, [1]), lambda: (x for x in [1])):
    i = make(); print(type(i).__name__, operator.length_hint(i, -1), iter(i) is i, end="; ")
print()
class Hint:
    def __length_hint__(self): return 7
    def __iter__(self): return iter([1])
print(operator.length_hint(Hint()), list(Hint()), any([]), all([]), any([0, 1]), all([1, 0]), sum(range(5), 100), sum([0.5, 1]), sum([[1], [2]], []))
print(list(reversed("abc")), list(reversed(range(3))), list(reversed({"a": 1, "b": 2})), list(reversed((1, 2))))
class Rev:
    def __reversed__(self): return "custom"
class RevSeq:
    def __len__(self): return 3
    def __getitem__(self, i): return i * 10
print(reversed(Rev()), list(reversed(RevSeq())))
def gen():
    yield from (i for i in range(2)); yield from "xy"; return 5
print([*gen()], dict.fromkeys(gen()), ",".join(str(x) for x in gen()), tuple(gen()), set(gen()) == {0, 1, "x", "y"}, next(gen()))
for bad in ("next(5)", "next([])", "next(iter([]))", "iter(5)", "iter(5, 1)", "iter()", "list(iter(int, 0))", "zip(1)", "zip('a', strict=5, x=1)", "map(str)", "filter(None)", "enumerate()", "enumerate([], 'a')", "sum(5)", "sum()", "any(5)", "reversed()", "a, b = iter([1])", "min(5)", "[*None]", "aiter(5)", "anext(5)"):
    try:
        r = eval(bad) if "=" not in bad or "(" in bad.split("=")[0] else exec(bad)
        print(bad, "=", r)
    except (TypeError, StopIteration, ValueError) as e:
        print(bad, "->", type(e).__name__, e)
class NoNext:
    def __iter__(self): return self
try:
    for x in NoNext(): pass
except TypeError as e:
    print(e)
class NoIter: __iter__ = None
try:
    iter(NoIter())
except TypeError as e:
    print(e)
l = [1, 2, 3]; i = iter(l); i.__setstate__(2); print(next(i), i.__reduce__()[1])
