# Comprehensions: scopes, nesting, conditions, walrus, laziness, errors in the first iterable.
print([x * y for x in range(4) if x % 2 for y in range(x)])
print([[j for j in range(i)] for i in range(4)])
print({x: x ** 2 for x in range(3)}, {x % 3 for x in range(10)})
print({k: v for k, v in zip("abc", range(3)) if v})
print(list(x for x in [1, 2, 3]))
x = "outer"
[x for x in range(3)]
print(x)
print([last := v for v in range(3)], last)
print([(a, b, c) for a, (b, *c) in [(1, (2, 3, 4)), (5, (6,))]])


def order():
    log = []

    def note(v):
        log.append(v)
        return v
    {note(("k", i)): note(("v", i)) for i in range(2)}
    return log


print(order())
g = (1 // x for x in [1, 0])
print(next(g))
try:
    next(g)
except ZeroDivisionError as e:
    print("later:", e)
print(list(g))
try:
    g = (y for y in undefined_name)
except NameError as e:
    print("at once:", e)


class K:
    n = 3
    squares = [i * i for i in range(n)]
    try:
        bad = [i * n for i in range(2)]
    except NameError as e:
        print(e)


print(K.squares)


def closure_in():
    return [lambda: i for i in range(3)]


print([f() for f in closure_in()])
print([*range(3), *"ab"], {**{"a": 1}, "b": 2, **{"a": 3}}, (*[1], 2, *()), {*[1, 2], 3})
print([i for i in range(20) if i > 3 if i % 5 == 0])
print(sum(i for i in range(101)), max((i % 7, i) for i in range(20)))
print([(i, j) for i in range(3) for j in range(i) if (i + j) % 2])
print([y for x in range(3) for y in [x * 10]])
print((lambda: [v for v in range(2)])())
print([a if a else "none" for a in (0, 1)], [not a for a in (0, 1)])
