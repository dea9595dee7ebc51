# Lists: building, changing, slicing, iterating.
a = [1, 2, 3]
a.append(4)
a[0] = "first"
a.extend([5, 6])
a.insert(1, "ins")
print(a, len(a), a[-1], a[1:3], a[::2], 3 in a)
print(a.pop(), a.pop(0), a)
del a[0]
a.remove(3)
a.reverse()
print(a, a + [9], a * 2, a == [5, 4, 2], sorted([3, 1, 2]), [[]] * 2)
b = [x * x for x in range(5) if x != 2]
print(b, sum(b), min(b), max(b), list(reversed(b)), list(enumerate("ab")))
