# Sets and frozensets: algebra, methods, comparisons, hash, mutation while iterating, errors.
a, b = {1, 2, 3, 4}, {3, 4, 5}
print(a | b, a & b, a - b, a ^ b, b - a, a | frozenset([9]), type(frozenset([1]) | {2}).__name__, type({2} | frozenset([1])).__name__)
print(a.union([7], (8,)), a.intersection(range(3), {1}), a.difference([1], [2]), a.symmetric_difference([1, 99]), a.issubset(range(9)), a.issuperset([1]), a.isdisjoint([9]), a < {1, 2, 3, 4, 5}, a <= a, a < a, a > {1}, {1} < {2}, a == frozenset(a))
s = set("abc"); s.add("z"); s.discard("q"); s.remove("a"); print(sorted(s), len(s), "z" in s)
s = set(); s |= {1, 2}; s.update([3], {4: 5}, "x"); s &= {1, 3, 4}; s -= {1}; s ^= {3, 10}; print(sorted(s)); s.difference_update([4]); s.intersection_update([10, 11]); s.symmetric_difference_update([1]); print(sorted(s))
print(set(), frozenset(), {1}, frozenset({1}), repr({"a"}), set([1, 1.0, True]), {(), frozenset()} == {frozenset(), ()}, bool(set()), set(range(5)), {0, 1, 2, 8, 16})
print(hash(frozenset()) == hash(frozenset([])), hash(frozenset([1, 2, 3])) == hash(frozenset([3, 2, 1])), hash(frozenset([1, 2, 3])), hash(frozenset()), {frozenset([1]): "x"}[frozenset([1])], {1, 2} in [{2, 1}], frozenset([1]) in {frozenset([1])}, {1} in {frozenset([1])})
for bad in ("{[]}", "{{}}", "set(5)", "set(1, 2)", "{1} | [2]", "{1} & 5", "{1}.remove(2)", "set().pop()", "hash(set())", "{1} + {2}", "{1} < 5", "{1}[0]", "frozenset().add(1)", "{1}.union(5)", "{1}.add()", "{1}.add([])", "{1}.update(5)", "set.add(1)", "{1}.issubset(5)", "frozenset(1, 2)", "{1}.pop(1)", "set(a=1)", "{1}.remove({2})", "{*5}"):
    try:
        print(bad, eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
for change in ("z.add(99)", "z.discard(1)", "z.clear()"):
    z = {1, 2, 3}
    try:
        for x in z:
            exec(change)
        print(change)
    except RuntimeError as e:
        print(change, "->", e)
it = iter({5}); print(it.__length_hint__(), next(it), list(it))


class Sub(set):
    pass


class Frozen(frozenset):
    def __new__(cls, it):
        return super().__new__(cls, [x * 2 for x in it])


print(Sub([1]), type(Sub([1]) | {2}).__name__, type(Sub([1]).copy()).__name__, Frozen([1, 2]), frozenset(Frozen([1])), type(Frozen([3]).union([1])).__name__)
big = set(range(2000))
for i in range(0, 2000, 2): big.discard(i)
print(len(big), sum(big), min(big), 3 in big, 4 in big, len(big & set(range(100))), len(big ^ set(range(100)))); copied = big.copy(); big.clear(); print(len(copied), big)
x = {1, 2}; x.add(frozenset([1])); print(len(x), x - {1, 2}, {1, 2}.__reduce__()[1], sorted({3, 1, 2}, reverse=True), set("hello") & set("world") == {"l", "o"})


class Evil:
    def __init__(self): self.s = None
    def __hash__(self): return 7
    def __eq__(self, o):
        if self.s: self.s.clear()
        return False


e = Evil(); s = {e}; e.s = s; s.add(Evil()); print(len(s) <= 2, "alive")
f = frozenset([1]); print(f.copy() is f, frozenset(f) is f, frozenset() is frozenset(), {i % 3 for i in range(10)}, {*"ab"} == {"a", "b"}, set().union(*[[1], [2]]))
