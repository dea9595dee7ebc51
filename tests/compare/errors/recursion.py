# main: counts the frames below it
# Recursion limits: functions, repr, comparison, deep structures, generators, recovery afterwards.
import sys
sys.setrecursionlimit(300)


def down(n):
    return down(n + 1)


try:
    down(0)
except RecursionError as e:
    print(e)


class R:
    def __repr__(self): return repr(self)
    def __eq__(self, o): return self == o
    def __getattr__(self, n): return self.missing
    def __call__(self): return self()
    def __add__(self, o): return self + o
    def __iter__(self): return iter(self)
    def __len__(self): return len(self)
    def __hash__(self): return hash(self)
    def __lt__(self, o): return self < o
    def __getitem__(self, i): return self[i]
    def __str__(self): return f"{self}"


r = R()
for code in ("repr(r)", "r == 1", "r.x", "r()", "r + 1", "iter(r)", "len(r)", "hash(r)", "r < 1", "r[0]", "str(r)"):
    try:
        eval(code)
    except RecursionError as e:
        print(code, type(e).__name__)
a, b = [], []
for _ in range(100000):
    a, b = [a], [b]
for f in (repr, str, lambda x: x == b):
    try:
        f(a)
    except RecursionError as e:
        print(e)
t = ()
for _ in range(100000):
    t = (t,)
try:
    hash(t)
    print("hashed")
except RecursionError as e:
    print(e)
del a, b, t
d = {}
for _ in range(50000):
    d = {1: d}
try:
    repr(d)
except RecursionError as e:
    print(e)
del d


def gen(n):
    yield n
    yield from gen(n + 1)


try:
    for v in gen(0):
        last = v
except RecursionError as e:
    print("generator", last > 100)


def handler(depth):
    try:
        handler(depth + 1)
    except RecursionError:
        return depth
    return depth


print(handler(0))


def count(n):
    return 0 if n == 0 else 1 + count(n - 1)


print(count(200))
try:
    count(400)
except RecursionError as e:
    print(e)
sys.setrecursionlimit(2000)
print(count(1500))
for bad in (0, -5, "x", 1):
    try:
        sys.setrecursionlimit(bad)
    except (ValueError, TypeError, RecursionError) as e:
        print(type(e).__name__, e)
print(sys.getrecursionlimit())
class Chain:
    def __init__(self, n): self.n = n
head = None
for i in range(100000):
    c = Chain(head); head = c
del head, c
print("chain freed")
x = lambda f: f(f)
try:
    x(x)
except RecursionError as e:
    print(e)
try:
    isinstance(1, eval("(" * 50 + "int," + ")," * 49 + ")"))
    print("ok")
except Exception as e:
    print(type(e).__name__)
