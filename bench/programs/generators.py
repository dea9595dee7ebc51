"""Generators, comprehensions and itertools pipelines."""
import itertools


def count(n):
    i = 0
    while i < n:
        yield i
        i += 1


def evens(source):
    for v in source:
        if v % 2 == 0:
            yield v


def squares(source):
    for v in source:
        yield v * v


def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)


def coroutine():
    total = 0
    while True:
        total += yield total


c = coroutine()
next(c)
for i in range(2000000):
    c.send(i)
print(sum(squares(evens(count(3000000)))), sum(tree(17)), c.send(0), sum([x * 2 for x in range(700000) if x & 1]),
      sum(x for x in itertools.islice(itertools.chain(count(200000), count(200000)), 300000)), len({x % 1000: x for x in range(400000)}))
