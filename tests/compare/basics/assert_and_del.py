# assert, del, global, chained assignment, augmented assignment, star targets.
a = b = [1]
a += [2]
print(a is b, b)
del a
try:
    a
except NameError as e:
    print(e)
try:
    assert b == [], "not empty"
except AssertionError as e:
    print(e)


def f():
    global g
    g = "set"


f()
print(g)
first, *middle, last = range(5)
print(first, middle, last)
