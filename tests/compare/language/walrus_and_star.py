# Assignment expressions, starred assignment and calls, unpacking errors.
if (n := len("hello")) > 3:
    print(n)
print((y := 5) + y, y)
data = iter("abc")
while (c := next(data, None)) is not None:
    print(c, end=" ")
print()
a, *b = 1, 2, 3
*c, d = "xyz"
e, *f, g = range(2)
print(a, b, c, d, e, f, g)
(h, (i, *j)), k = (1, "pqr"), 4
print(h, i, j, k)
[l, m] = {1: 2, 3: 4}
print(l, m)
for x, *y in [(1, 2, 3), (4,)]:
    print(x, y)
for bad in ("a, b = 1,", "a, b = 1, 2, 3", "a, *b, c = [1]", "a, b = 5", "(a, b), c = 1, 2", "a, b, c = iter('ab')"):
    try:
        exec(bad)
    except (ValueError, TypeError) as error:
        print(f"{bad}: {type(error).__name__}: {error}")


def f(*args, **kwargs):
    return args, kwargs


print(f(*[1, 2], 3, *(4,), k=1, **{"z": 2}, **{}))
print(f(*"ab", **dict(x=1)), f(**{"a b": 1}))
for call in ("f(**{1: 2})", "f(*1)", "f(**1)", "f(a=1, **{'a': 2})", "f(**{'a': 1}, **{'a': 2})"):
    try:
        eval(call)
    except TypeError as error:
        print(f"{call}: {error}")
x = [1, 2, 3, 4]
x[0], x[1:3] = "first", "ab"
print(x)
i = 0
i, x[i] = 2, "two"
print(i, x)
a = b = c = []
a.append(1)
print(b, a is c)
x = 1, *[2, 3]
print(x, *x, sep="|")


def r():
    return 1, *[2, 3]


def g():
    yield 1, *[5]


print(r(), list(g()), {"a": 1, **{"b": 2}}["b"], [1, 2, 3][(z := 1):], z)
d = {}
d["k"], *d["rest"] = 1, 2, 3
print(d)
class N: pass
o = N()
o.a, (o.b, *o.c) = 1, (2, 3)
print(vars(o))
x = 5; x += (x := 2); print(x)
