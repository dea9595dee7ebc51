"""Function calls: recursion, defaults, keywords, closures, *args, built-ins."""


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def defaults(a, b=2, *, c=3):
    return a + b + c


def variadic(*args, **kwargs):
    return len(args) + len(kwargs)


def adder(n):
    def add(x):
        return x + n
    return add


def tak(x, y, z):
    return z if y >= x else tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


def loop(n):
    add, total = adder(5), 0
    for i in range(n):
        total += defaults(i) + defaults(i, 1, c=2) + variadic(i, i, k=i) + add(i) + len((i, i)) + abs(-i)
    return total


print(fib(29), loop(600000), tak(16, 9, 3))
