"""Dictionaries and sets: word counts, tuple keys, updates, membership, iteration."""
import random

rng = random.Random(3)
words = [f"w{rng.randrange(4000)}" for _ in range(200000)]


def count(words):
    counts = {}
    for w in words:
        counts[w] = counts.get(w, 0) + 1
    return counts


def grid(n):
    cells = {}
    for x in range(n):
        for y in range(n):
            cells[x, y] = (x * y) % 7
    return sum(cells.get((x + 1, y), 0) for x, y in cells)


def churn(n):
    d, seen = {}, set()
    for i in range(n):
        d[i] = i
        seen.add(i * 7 % 1000)
        if i > 1000:
            del d[i - 1000]
    return len(d), len(seen), sum(v for k, v in d.items() if k in seen)


for _ in range(7):
    counts = count(words)
    best = max(counts.items(), key=lambda kv: (kv[1], kv[0]))
    inverted = {}
    for k, v in counts.items():
        inverted.setdefault(v, []).append(k)
print(best, len(inverted), grid(400), churn(400000))
