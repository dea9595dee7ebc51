# What warm code does when the things it has specialised for change under it: constructors, properties, generators,
# attributes, methods, subscripts, numbers and comparisons.
import sys
import traceback


def attempt(function, *arguments):
    try:
        return function(*arguments)
    except BaseException as error:
        frames = [f"{f.name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)][1:]
        return f"{type(error).__name__}: {error} {frames[:4]}"


class Point:
    def __init__(self, x, y=2, *rest, z=3):
        self.x, self.y, self.z = x, y, (z, rest)

    @property
    def total(self):
        return self.x + self.y

    def norm(self):
        return abs(self.x)


def make(cls, *arguments, **keywords):
    result = None
    for _ in range(30):
        result = cls(*arguments, **keywords)
    return result


def make_one(cls):
    for _ in range(30):
        p = cls(1)
    return p


def make_two(cls):
    for _ in range(30):
        p = cls(1, z=5)
    return p


print(vars(make_one(Point)), vars(make_two(Point)), vars(make(Point, 1, 2, 3, z=4)))
print(attempt(make_one, Point).total)
original = Point.__init__
Point.__init__ = lambda self, x: 5
print(attempt(make_one, Point))


def generator_init(self, x):
    yield x


Point.__init__ = generator_init
print(attempt(make_one, Point))


def failing_init(self, x):
    raise KeyError(x)


Point.__init__ = failing_init
print(attempt(make_one, Point))
Point.__init__ = original


class Deep:
    def __init__(self, n):
        self.inner = Deep(n + 1)


print(attempt(make_one, Deep)[:50])


def read(p):
    for _ in range(30):
        value = p.total
    return value


def call(p):
    for _ in range(30):
        value = p.norm()
    return value


p = Point(3)
print(read(p), call(p))
Point.total = property(lambda self: self.missing)
print(attempt(read, p))
Point.total = 7
print(read(p))
p.total = 8
print(read(p))
p.__dict__["norm"] = lambda: "own"
print(call(p))
del p.norm
print(call(p), call(Point(-4)))
Point.total = property(lambda self, extra=1: extra)
print(read(p))
Point.total = property(None)
print(attempt(read, p))


def store(p, values):
    for v in values:
        p.x = v
    return p.x


q = Point(1)
q.__dict__
print(store(q, range(40)), store(Point(1), "ab"), list(vars(q)))


# Generators that run in the loop of their caller.
def numbers(n):
    try:
        for i in range(n):
            yield i
        return "ended"
    finally:
        print("left", n)


def delegate(n):
    got = yield from numbers(n)
    yield got


def stops(n):
    for i in range(n):
        if i == 2:
            raise StopIteration("early")
        yield i


def total(iterable):
    result = []
    for item in iterable:
        result.append(item)
    return result


for _ in range(4):
    print(total(delegate(3)), total(numbers(0)))
print(attempt(total, stops(4)))


def nested(n):
    if n:
        yield from nested(n - 1)
    yield n


def endless():
    yield from endless()


print(len(total(nested(200))), attempt(total, endless())[:60])


def itself():
    for item in g:
        yield item


g = itself()
print(attempt(total, g))
print(attempt(total, g))


def handled():
    try:
        yield 1
    except KeyError as e:
        yield repr(e.__context__)
    yield sys.exc_info()[0]


try:
    1 / 0
except ZeroDivisionError:
    h = handled()
    print(next(h), h.throw(KeyError("k")), next(h), sys.exc_info()[0].__name__)


def frames():
    yield sys._getframe().f_back.f_code.co_name


def through():
    for name in frames():
        return name


print(through(), total(frames()))


class Weird:
    def __getitem__(self, i):
        return i * 2


def subscripts(c, i):
    for _ in range(30):
        value = c[i]
    return value


for c, i in (([1, 2, 3], -1), ((1, 2, 3), -3), ([1], -2), ([1], 2 ** 40), ((), 0), (Weird(), 4), ({3: 4}, 3), ({}, 3), ("abc", -1)):
    print(attempt(subscripts, c, i))
Weird.__getitem__ = lambda self, i, j=0: (i, j)
print(subscripts(Weird(), 4))


def arithmetic(a, b):
    results = []
    for _ in range(12):
        results = [attempt(f, a, b) for f in OPERATIONS]
    return results


def plain(f):
    return f


OPERATIONS = [
    plain(lambda a, b: a + b), plain(lambda a, b: a - b), plain(lambda a, b: a * b), plain(lambda a, b: a / b),
    plain(lambda a, b: a // b), plain(lambda a, b: a % b), plain(lambda a, b: a & b), plain(lambda a, b: a | b),
    plain(lambda a, b: a ^ b), plain(lambda a, b: a << b if b != M - 1 else 0), plain(lambda a, b: a >> b), plain(lambda a, b: a < b),
    plain(lambda a, b: 1 if a <= b else 0), plain(lambda a, b: 1 if a == b else 0), plain(lambda a, b: 1 if a != b else 0),
    plain(lambda a, b: 1 if not a > b else 0), plain(lambda a, b: a >= b)]
M = 2 ** 30
for a, b in ((7, -3), (-7, 3), (0, -5), (5, 0), (M - 1, M - 1), (1 - M, M - 1), (M, -M), (M * M - 1, 1), (-M * M, 3), (1, 29), (1, 30),
             (3, 100), (1.5, 2), (2, 1.5), (1.5, 0), (0.0, -0.0), (float("nan"), 1.0), (float("inf"), 2.0), (True, 2), (2, False), ("a", 2)):
    print(a, b, arithmetic(a, b))
