# Dictionaries: order, views, methods, merging, equality, mutation while iterating, missing, errors.
d = {"b": 1, "a": 2, 3: "x", (1, 2): [], None: 0}
d["c"] = 5; d["b"] = 9; del d["a"]; d["a"] = 0
print(d, len(d), list(d), list(d.values()), list(d.items()), list(reversed(d)))
print(d.get("zz"), d.get("zz", 7), d.pop("c"), d.pop("nope", None), d.setdefault("new", []), d.setdefault("b", 5), d.popitem(), "b" in d, 3.0 in d, d[3.0])
print(dict(a=1, **{"b": 2}), dict([("x", 1), ["y", 2]]), dict({"k": 1}, z=2), dict.fromkeys("aab", 0), dict.fromkeys([1]), dict(zip("ab", range(2))), {1: "a", True: "b", 1.0: "c"})
x, y = {"a": 1, "b": 2}, {"b": 3, "c": 4}
print(x | y, y | x, {**x, **y}); x |= y; x |= [("q", 1)]; x.update(r=2); x.update([("s", 3)], t=4); print(x)
k, v, i = x.keys(), x.values(), x.items()
print(k & {"a", "zz"}, sorted(k | {"zz"}), sorted(k - {"a"}), sorted(k ^ {"a", "m"}), ("a", 1) in i, 3 in v, k == set(x), k >= {"a"}, k.isdisjoint("zyx"), i & {("a", 1)}, k.mapping["a"], len(v))
print(k, v, i, repr({}.keys()), {} == {}, {"a": 1, "b": 2} == {"b": 2, "a": 1}, {"a": 1} != {"a": 2}, list(reversed(x.items()))[:1])
for change in ("z[99] = 1", "del z[1]", "z.clear()", "z[1] = 5"):
    z = {1: 1, 2: 2, 3: 3}
    try:
        for key in z:
            exec(change)
        print(change, z)
    except RuntimeError as e:
        print(change, "->", e)
z = {i: i for i in range(3)}
it = iter(z); next(it); print(it.__length_hint__(), next(it), list(it), list(it))
rec = {}; rec["self"] = rec; print(rec, [rec])
for bad in ("{}['k']", "{}[1]", "{(1, 2): 3}[(3, 4)]", "{[]: 1}", "{{}: 1}", "{}.pop('a')", "{}.popitem()", "dict(5)", "dict([1])", "dict([(1, 2, 3)])", "dict('ab')", "dict(1, 2)", "{} | 5", "{} < {}", "{} + {}", "hash({})", "{}.get()", "{}.update(5)", "{}.update(1, 2)", "{**5}", "{1: 2}.x", "del {}['q']", "dict.fromkeys(5)", "dict(**{1: 2})",
            "{}.keys() + 1", "{1: 2}.keys()[0]", "{}[[]]", "[] in {}", "{}.setdefault([])", "{}.fromkeys()", "dict([('a',)])", "{}.pop()", "{'a b': 1}[None]"):
    try:
        exec("r = " + bad) if not bad.startswith("del") else exec(bad)
        print(bad, r)
    except Exception as e:
        print(bad, "->", type(e).__name__, e)


class Missing(dict):
    def __missing__(self, key):
        return f"missing {key}"


m = Missing(a=1); print(m["a"], m["zz"], m.get("zz"), "zz" in m, m, type(m.copy()).__name__, type(m | {}).__name__)


class Bad:
    def __hash__(self): return 1
    def __eq__(self, other): raise ValueError("eq")


try:
    {Bad(): 1, 1: 2}
except ValueError as e:
    print(e)


class Same:
    def __init__(self, n): self.n = n
    def __hash__(self): return 42
    def __eq__(self, other): return isinstance(other, Same) and self.n == other.n
    def __repr__(self): return f"S{self.n}"


s = {Same(i): i for i in range(6)}; del s[Same(2)]; s[Same(2)] = "again"; print(s, s[Same(5)], Same(9) in s)
big = {i: str(i) for i in range(1000)}
for i in range(0, 1000, 3): del big[i]
print(len(big), sum(big), list(big)[:5], big[1], 3 in big); big.clear(); print(big); big[5] = 1; print(big)
class K:
    def keys(self): return ["p", "q"]
    def __getitem__(self, k): return k * 2
print(dict(K()), {**K()}, dict(sorted({"b": 1, "a": 2}.items())), max({"a": 3, "b": 1}, key={"a": 3, "b": 1}.get), str({"a": "b'\""}), dict(a=1).__contains__("a"), {}.__class__.__name__)
