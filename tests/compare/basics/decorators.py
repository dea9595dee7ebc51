# Decorators with and without arguments.
def twice(f):
    def g(*a):
        return f(f(*a))
    return g


def plus(n):
    def deco(f):
        return lambda *a: f(*a) + n
    return deco


@twice
@plus(10)
def inc(x):
    return x + 1


print(inc(1))
