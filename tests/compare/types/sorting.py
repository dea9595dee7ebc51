# Sorting: stability, key, reverse, reentrancy, exceptions in comparisons, functools.cmp_to_key, big inputs.
import functools
import random
data = [("b", 2), ("a", 2), ("c", 1), ("d", 1), ("e", 3)]
print(sorted(data, key=lambda x: x[1]), sorted(data, key=lambda x: x[1], reverse=True), sorted("bAaB", key=str.lower), sorted([3, 1.5, True, 2]))
random.seed(5)
big = [random.randrange(1000) for _ in range(3000)]
s = sorted(big); print(s[:10], s[-5:], all(a <= b for a, b in zip(s, s[1:])), sorted(big, reverse=True) == s[::-1])
pairs = [(random.randrange(20), i) for i in range(2000)]; t = sorted(pairs, key=lambda p: p[0])
print(all(a[0] < b[0] or a[1] < b[1] for a, b in zip(t, t[1:])), t[:3]); t = sorted(pairs, key=lambda p: p[0], reverse=True)
print(all(a[0] > b[0] or a[1] < b[1] for a, b in zip(t, t[1:])), t[:3])
for runs in (list(range(500)), list(range(500))[::-1], [i % 7 for i in range(500)], list(range(250)) + list(range(250)), [0] * 500):
    r = runs[:]; r.sort(); print(r == sorted(runs), r[0], r[-1], end="; ")
print()
compared = []


class C:
    def __init__(self, n): self.n = n
    def __lt__(self, o):
        compared.append((self.n, o.n))
        return self.n < o.n
    def __repr__(self): return f"C{self.n}"


print(sorted([C(3), C(1), C(2), C(5), C(4)]), compared)
l = [3, 1, 2]


class Mutates:
    def __init__(self, n): self.n = n
    def __lt__(self, o):
        l.append(1)
        return self.n < o.n


l[:] = [Mutates(i) for i in (2, 1, 3)]
try:
    l.sort()
except ValueError as e:
    print(e, len(l))
seen = []
l = [3, 1, 2]; l.sort(key=lambda x: seen.append(list(l)) or x); print(l, seen)
def boom(x):
    if x == 2: raise KeyError("key failed")
    return x
l = [3, 2, 1]
try:
    l.sort(key=boom)
except KeyError as e:
    print(e, l)
class Fails:
    def __init__(self, n): self.n = n
    def __lt__(self, o): raise RuntimeError("lt failed")
    def __repr__(self): return f"F{self.n}"
l = [Fails(1), Fails(2), Fails(3)]
try:
    l.sort()
except RuntimeError as e:
    print(e, l)
for bad in ([1, "a"], [None, 1], [1j, 2], [{}, {}], [(1, "a"), (1, 2)], [[1], (1,)]):
    try:
        sorted(bad)
    except TypeError as e:
        print(e)
print(sorted(["10", "9", "1"], key=functools.cmp_to_key(lambda a, b: int(a) - int(b))), sorted([float("nan"), 1.0]) is not None, sorted([2 ** 70, -2 ** 70, 1, 1.5]), sorted(["é", "z", "a", "漢"]), sorted([(1, 2), (1,), ()]), sorted({"b": 1, "a": 2}), sorted(b"ba"))
print(min([3, 1, 2], key=lambda x: -x), max("apple", "fig", key=len), min([], default="d"), max((1, 2), (1, 3)), min(["b", "a"], ["a", "z"]), max([1, 1.0, True]))
for bad in ("min([])", "max()", "min(1)", "max(1, 'a')", "min(1, 2, default=3)", "sorted()", "sorted([1], 5)", "sorted(5)", "max([1], key=5)", "sorted([1], cmp=1)", "sorted([1, 2], key=lambda: 1)", "sorted([1], reverse='x')"):
    try:
        print(eval(bad))
    except (TypeError, ValueError) as e:
        print(bad, "->", type(e).__name__, e)
print(list(reversed(sorted([1, 3, 2]))), sorted(sorted([(x % 3, x) for x in range(9)], key=lambda p: p[1], reverse=True), key=lambda p: p[0]))
