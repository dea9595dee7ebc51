# Sets: algebra and membership.
a = {1, 2, 3}
a.add(4)
a.discard(1)
print(sorted(a), 2 in a, len(a), sorted(a | {9}), sorted(a & {2, 3}), sorted(a - {2}), sorted(a ^ {2, 7}), set(), {1} < {1, 2}, frozenset([1]))
