"""list.sort on several kinds of data, with and without keys."""
import random

rng = random.Random(42)
ints = [rng.randrange(10 ** 9) for _ in range(60000)]
floats = [rng.random() for _ in range(60000)]
strings = [f"{rng.randrange(10 ** 6):06d}" for _ in range(60000)]
tuples = [(rng.randrange(100), s) for s in strings]
result = 0
for _ in range(3):
    a = sorted(ints)
    b = sorted(floats, reverse=True)
    c = sorted(strings, key=lambda s: s[::-1])
    d = sorted(tuples)
    e = sorted(ints, key=lambda n: n % 1000)
    a.sort()
    a.reverse()
    a.sort()
    result += a[100] + int(b[5] * 1000) + len(c[7]) + d[9][0] + e[11]


def quick(items):
    if len(items) < 2:
        return items
    pivot = items[len(items) // 2]
    return quick([x for x in items if x < pivot]) + [x for x in items if x == pivot] + quick([x for x in items if x > pivot])


print(result, quick(ints)[1000] == sorted(ints)[1000])
