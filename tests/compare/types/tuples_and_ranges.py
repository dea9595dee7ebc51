# Tuples, ranges and slices: construction, equality, hashing, indexing, methods, errors.
t = (1, "a", None)
print(t, (), (1,), t + (2,), t * 2, t[0], t[-1], t[1:], t[::-1], t.index("a"), t.count(1), len(t), "a" in t, hash(()) == hash(()), hash((1, 2)) == hash((1.0, 2.0)))
print(hash((1, 2, 3)), hash(()), hash((0,)), hash((1, (2, 3))), (1, 2) < (1, 3), (1,) < (1, 0), () == (), (1, 2) == [1, 2], tuple("ab"), tuple([]), tuple(x for x in range(3)))
r = range(0, 20, 3)
print(r, list(r), r[2], r[-1], r[1:4], r[::-1], len(r), 9 in r, 10 in r, "a" in r, 9.0 in r, r.index(9), r.count(3), r.start, r.stop, r.step, r == range(0, 21, 3), hash(r) == hash(range(0, 21, 3)), range(0) == range(2, 1))
print(range(10 ** 30, 10 ** 30 + 5)[2], len(range(-5, 5)), list(range(5, 0, -2)), list(reversed(range(4))), bool(range(0)), range(3, -1), range(2 ** 70)[-1], range(1, 10, 4)[-1], range(10)[::3], min(range(5, 2, -1)))
it = iter(range(3)); print(next(it), it.__length_hint__(), list(it), list(it))
for bad in ("range()", "range(1, 2, 0)", "range(1.5)", "range('a')", "range(1, 2, 3, 4)", "range(5)[9]", "range(5).index(9)", "len(range(2 ** 70))", "range(5)['a']", "(1,)[2]", "(1,)['a']", "(1, 2).index(3)", "() + []", "(1,) < 1", "(1,) * 'a'", "t[0] = 1", "del t[0]", "hash(([],))", "tuple(5)", "tuple(1, 2)", "range(3).start = 1",
            "slice()", "hash(slice(1))", "slice(1).indices(-1)", "slice('a').indices(5)", "slice(1, 2, 0).indices(5)", "[1][slice('a')]", "slice(1, 2).start = 3", "range(1) + range(1)"):
    try:
        exec(bad) if "=" in bad or "del" in bad else print(bad, eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
s = slice(1, None, 2)
print(s, s.start, s.stop, s.step, s.indices(5), s.indices(0), slice(None, None, -1).indices(5), slice(-3, -1).indices(5), slice(100, -100, -3).indices(7), s == slice(1, None, 2), slice(1) < slice(2), slice(5))


class Show:
    def __getitem__(self, key):
        return key


x = Show()
print(x[1], x[1:2], x[::], x[1:2, 3], x[..., None], x[()], x[1,], x["a":"b":"c"], x[*[1, 2]], x[1, *(2, 3)], x[:, ::2])


class P(tuple):
    def __new__(cls, a, b):
        return super().__new__(cls, (a, b))

    @property
    def a(self):
        return self[0]


p = P(1, 2)
print(p, p.a, p == (1, 2), hash(p) == hash((1, 2)), type(p[:]).__name__, type(p + ()).__name__, isinstance(p, tuple), p.__getnewargs__())
big = tuple(range(100)); print(big[50:53], sum(big), big.index(99), len(big * 3), big[-1:-4:-1], max(big), big == tuple(range(100)))
nested = ((1, (2, (3,))),); print(nested, nested[0][1][1][0], ((),), ((), ()), repr(((1,), [2], {3})))
rec = []; t = (rec,); rec.append(t); print(t, rec)
a, b = (b, a) if False else (2, 1); a, b = b, a; print(a, b)
print((1, 2, 3)[::-1] + (0,) * 2, (*"ab",), (1 if False else 2,), (lambda: (yield))().__class__.__name__, sorted([(2, "b"), (1, "z"), (2, "a")]))
