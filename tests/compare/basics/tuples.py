# Tuples: packing, unpacking, comparison.
t = 1, 2, 3
a, b, c = t
print(t, a, b, c, t[0], t[1:], t + (4,), len(t), (), (1,), (1, 2) < (1, 3))
a, b = b, a
(x, y), *rest = [(1, 2), 3, 4]
print(a, b, x, y, rest, hash((1, 2)) == hash((1, 2)), {(1, 2): "v"}[1, 2])
