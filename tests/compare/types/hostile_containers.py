"""Containers whose keys and items change them while they are searched or sorted: no crash, same items after sorting."""
import random
from collections import OrderedDict, deque

random.seed(5)


class Bad:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return self.value % 7

    def __eq__(self, other):
        draw = random.random()
        if meddling:
            if draw < .05:
                target.clear()
            elif draw < .1:
                target.update({Bad(9): 1} if isinstance(target, dict) else [Bad(9)])
            elif draw < .12:
                raise ValueError
        return draw < .5


for kind in (dict, set):  # (an OrderedDict treated like this crashes the reference)
    for _ in range(300):
        meddling = False
        pairs = [(Bad(random.randrange(50)), i) for i in range(random.randrange(40))]
        target = set(k for k, _ in pairs) if kind is set else kind(pairs)
        meddling = True
        key = Bad(random.randrange(50))
        for operation in (
            lambda: key in target,
            lambda: target.copy(),
            lambda: target == kind([key] if kind is set else {key: 1}),
            lambda: target.add(key) if kind is set else target.setdefault(key, 1),
            lambda: target.discard(key) if kind is set else target.pop(key, None),
            lambda: target.update([key] if kind is set else {key: 1}),
            lambda: target | (target if kind is set else {key: 1}),
        ):
            try:
                operation()
            except (ValueError, KeyError, RuntimeError):
                pass
    print(kind.__name__, "survives")


class Unordered:
    def __lt__(self, other):
        draw = random.random()
        if draw < .01:
            items.append(1)
        if draw > .998:
            raise ValueError
        return draw < .5


for _ in range(50):
    items = [Unordered() for _ in range(random.randrange(300))]
    before = sorted(map(id, items))
    try:
        items.sort()
    except ValueError:
        pass
    assert sorted(map(id, items)) == before
print("sorting keeps every item")

# An OrderedDict as a queue, and as a cache that moves what is used to the end.
queue = OrderedDict((i, i) for i in range(20000))
for i in range(20000):
    queue.popitem(last=False)
    queue[-i] = i
print(len(queue), next(iter(queue)), next(reversed(queue)))
for i in range(5000):
    queue.move_to_end(-i)
print(next(iter(queue)), next(reversed(queue)))
ring = deque(range(10), 7)
for i in range(100):
    ring.append(i)
    ring.rotate(i)
    ring.insert(3, ring.pop())
print(ring)
