# functools: the common ones.
import functools


@functools.lru_cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), functools.reduce(lambda a, b: a + b, range(5)), functools.partial(int, base=2)("101"))
