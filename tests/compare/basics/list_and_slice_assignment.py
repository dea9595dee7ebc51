# Slice assignment and deletion.
a = list(range(10))
a[2:4] = ["x"]
a[::3] = [0] * len(a[::3])
del a[1:3]
print(a)
a[len(a):] = [1, 2]
a[:0] = "ab"
print(a, a[-3:], a[::-2])
