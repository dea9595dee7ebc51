# Functions: defaults, keywords, star arguments, recursion, closures, lambda.
def add(a, b=10, *args, c=3, **kw):
    """Adds."""
    return a + b + c + sum(args) + sum(kw.values())


print(add(1), add(1, 2), add(1, 2, 3, 4), add(1, c=0), add(1, z=100), add(*[1, 2], **{"c": 5}), add.__doc__, add.__name__)


def fact(n):
    return 1 if n <= 1 else n * fact(n - 1)


print(fact(5), fact(25))


def counter():
    n = 0

    def up():
        nonlocal n
        n += 1
        return n
    return up


c = counter()
c()
print(c(), (lambda x: x + 1)(5), list(map(lambda v: v * 2, [1, 2])))


def nothing():
    pass


print(nothing())
