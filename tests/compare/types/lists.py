# Lists: methods, slices, assignment, comparison, recursion, mutation during iteration, errors.
a = [3, 1, 2]
a.append(4); a.extend("ab"); a.insert(1, "i"); a.insert(-100, "first"); a.insert(100, "last")
print(a, a.pop(), a.pop(0), a.pop(-2), a.index(1), a.count(3), a)
a.remove("i"); a.reverse()
print(a, a.copy(), a[::-1], a[1:3], a[-2:], a[10:], a[::2], a[3:0:-1])
b = list(range(10))
b[2:5] = "xyzw"; print(b)
b[::3] = [0] * len(b[::3]); print(b)
b[5:2] = [9]; print(b)
del b[1], b[-1], b[::2]; print(b)
b[:] = []; print(b, not b)
b += (1, 2); b += {"k": 1}; b *= 2; print(b, b * 0, 2 * b, b + [5])
c = [1]; c.append(c); print(c, c == c, str([c, (c,)]))
print([1, 2] < [1, 3], [1] < [1, 0], [] < [0], [2] > [1, 5], [1, "a"] == [1, "a"], [1] != (1,), [float("nan")] == [float("nan")])
d = [1, 2, 3, 4]
for x in d:
    if x < 3:
        d.append(x * 10)
    if x == 4:
        d.remove(1)
print(d)
e = [1, 2, 3]
it = iter(e)
next(it); e.clear()
print(list(it), it.__length_hint__(), list(reversed([1, 2, 3])))
for bad in ("[1][5]", "[1][-2]", "[]['a']", "[].pop()", "[1].pop(9)", "[1].remove(2)", "[1].index(2)", "[1].index(1, 1)", "[1] + (2,)", "[1] * 'a'", "[1] * 1.5", "[1] < 1", "[][0] = 1", "list(5)", "list(1, 2)", "[].insert(1)", "[].extend(5)", "hash([])", "[1].sort(lambda: 1)",
            "[1, 2, 3].__setitem__(slice(0, 3, 2), [1])", "[1].__setitem__(slice(None), 5)", "[].append()", "[].append(1, 2)", "[1].index()", "[1]()", "[1, 'a'].sort()", "[1][1.0]", "[].nope", "[1][None:2:0]", "list(a=1)", "[].sort(key=5)", "[2, 1].sort(key=5)", "[] @ []", "-[]", "[1](2)"):
    try:
        exec("result = " + bad) if "= 1" not in bad else exec(bad)
        print(bad, result)
    except Exception as e:
        print(bad, "->", type(e).__name__, e)


class Grow(list):
    def __getitem__(self, i):
        return "got %r" % (i,)

    def append(self, x):
        super().append(x * 2)


g = Grow([1, 2]); g.append(3)
print(g, g[0], g[1:2], list(g), g == [1, 2, 6], type(g + [1]).__name__, type(g.copy()).__name__, len(g), sum(g))
print(list("abc"), list({"a": 1}), list((x for x in [1])), [*range(3)], list(range(5))[1:-1], [[0] * 2 for _ in range(2)], [[]] * 2)
m = [[0] * 2] * 2; m[0][0] = 1; print(m)
print(list.__doc__.splitlines()[0], [].__len__(), [1, 2].__contains__(2), [0, 1][True], [1, 2, 3].__sizeof__() > 0, [1, 2][-1:])


class Evil:
    def __init__(self, l): self.l = l
    def __eq__(self, other):
        self.l.clear()
        return False


l = []
l.extend([Evil(l), 1, 2])
print(1 in l, l)
l = [1, 2, 3]; l.extend(l); print(l); l[1:1] = l; print(l); l[::2] = l[::2]; print(len(l)); l = [1, 2]; l += l; print(l)
