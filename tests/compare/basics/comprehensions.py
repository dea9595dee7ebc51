# List, set, dict and generator comprehensions.
print([x for x in range(3)], {x % 2 for x in range(4)}, {x: -x for x in range(2)}, sum(x for x in range(4)), [(x, y) for x in "ab" for y in [1, 2] if y > 1], [[i] for i in range(2)])
x = 1
print([x for x in [5]], x, [y := 3, y])
