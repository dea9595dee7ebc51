# global and nonlocal.
count = 0


def outer():
    n = 0

    def inner():
        nonlocal n
        global count
        n += 1
        count += 1
        return n
    return inner


f = outer()
f(), f()
print(f(), count)
