# Objects that misbehave while the runtime uses them: containers changed underneath, hooks that raise, lie or call back.
class Clears:
    def __init__(self, target): self.target = target
    def __eq__(self, o): self.target.clear(); return False
    def __hash__(self): return 1
    def __lt__(self, o): self.target.clear(); return True
    def __repr__(self): self.target.clear(); return "clears"
    def __index__(self): self.target.clear(); return 1
    def __iter__(self): self.target.clear(); return iter([1, 2])
    def __len__(self): self.target.clear(); return 5
    def __str__(self): self.target.clear(); return "s"
    def __bool__(self): self.target.clear(); return True


def attempt(name, f):
    try:
        r = f()
        print(name, "ok", r if isinstance(r, (int, str, bool, type(None))) else type(r).__name__)
    except Exception as e:
        print(name, type(e).__name__, e)


l = []
def fill(n=5): l[:] = [Clears(l) for _ in range(n)]; return l
for name, f in {"index": lambda: fill().index(3), "count": lambda: fill().count(3), "in": lambda: 3 in fill(), "remove": lambda: fill().remove(3), "eq": lambda: fill() == [1] * 5, "lt": lambda: fill() < [1] * 5, "repr": lambda: repr(fill()), "sort": lambda: fill().sort(), "max": lambda: max(fill()) is not None, "join": lambda: ",".join(map(str, fill())), "slice": lambda: fill()[Clears(l):], "setslice": lambda: fill().__setitem__(slice(Clears(l), 3), [1]), "insert": lambda: fill().insert(Clears(l), 5), "pop": lambda: fill().pop(Clears(l)), "extend": lambda: fill().extend(Clears(l)), "mul": lambda: len(fill() * Clears(l)), "getitem": lambda: fill()[Clears(l)], "all": lambda: all(fill()), "sum": lambda: sum([1, 2]), "filter": lambda: len(list(filter(None, fill()))), "list": lambda: list(fill()[0]), "tuple": lambda: tuple(Clears(fill())), "bytes": lambda: bytes([Clears(fill()), 2]), "bytearray": lambda: bytearray(fill()), "zip": lambda: len(list(zip(fill(), Clears(l)))), "unpack": lambda: (lambda a, b: a)(*Clears(fill()))}.items():
    attempt("list " + name, f)
d = {}
def dfill(): d.clear(); d.update({i: Clears(d) for i in range(4)}); return d
for name, f in {"eq": lambda: dfill() == {i: 7 for i in range(4)}, "repr": lambda: repr(dfill()), "get": lambda: dfill().get(Clears(d)), "set": lambda: dfill().__setitem__(Clears(d), 1), "update": lambda: dfill().update({Clears(d): 1}), "values in": lambda: 5 in dfill().values(), "items in": lambda: (1, 5) in dfill().items(), "setdefault": lambda: dfill().setdefault(Clears(d), 1), "pop": lambda: dfill().pop(Clears(d), "none"), "copy": lambda: len(dfill().copy()), "or": lambda: len(dfill() | {1: 2}), "fromkeys": lambda: len(dict.fromkeys(Clears(dfill())))}.items():
    attempt("dict " + name, f)
s = set()
def sfill(): s.clear(); s.update([1, Clears(s)]) ; return s
for name, f in {"add": lambda: sfill().add(Clears(s)), "in": lambda: Clears(s) in sfill(), "discard": lambda: sfill().discard(Clears(s)), "update": lambda: sfill().update([Clears(s)]), "eq": lambda: sfill() == {1, Clears(s)}, "and": lambda: len(sfill() & {1, Clears(s)}) < 9, "repr": lambda: len(repr(sfill())) > 3}.items():
    attempt("set " + name, f)
class Lies:
    def __len__(self): return 10 ** 6
    def __iter__(self): return iter("ab")
    def __getitem__(self, i): return i if i < 3 else (_ for _ in ()).throw(IndexError)
    def __length_hint__(self): return 1 << 40
    def keys(self): return ["a", "a", 5]
    def __hash__(self): raise ZeroDivisionError("hash")
    def __class_getitem__(cls, i): return i
    def __getattr__(self, n): raise KeyError(n)
    def __instancecheck__(self, o): return 1 / 0
    def __fspath__(self): return 5
    def __format__(self, s): return 5
    def __bytes__(self): return "str"
    def __dir__(self): return [1, "a"]
    def __contains__(self, x): raise LookupError("contains")
x = Lies()
for name, f in {"list": lambda: str(list(x)), "tuple": lambda: str(tuple(x)), "dict": lambda: dict(x), "kwargs": lambda: (lambda **k: k)(**x), "set": lambda: {x}, "in": lambda: 1 in x, "hasattr": lambda: hasattr(x, "q"), "isinstance": lambda: isinstance(1, x), "open": lambda: open(x), "format": lambda: f"{x}", "bytes": lambda: bytes(x), "dir": lambda: dir(x), "reversed": lambda: len([*zip(reversed(x), range(3))]), "sorted": lambda: str(sorted(x)), "min": lambda: min(x), "enumerate": lambda: str(list(enumerate(x))), "sum": lambda: sum(x), "unpack": lambda: (lambda a, b: a + b)(*x), "join": lambda: "".join(x), "extend": lambda: str([].extend(x)), "slice": lambda: [1, 2][x:], "super": lambda: super(Lies, x).nope, "with": lambda: exec("with x: pass", {"x": x}), "await": lambda: exec("async def f(): await x\nf().send(None)", {"x": x}), "raise": lambda: exec("raise x", {"x": x}), "except": lambda: exec("try: 1/0\nexcept x: pass", {"x": x}), "call": lambda: x(), "exec": lambda: exec(x), "import": lambda: __import__(x), "type": lambda: type("T", (x,), {}), "slots": lambda: type("T", (), {"__slots__": x}), "code": lambda: compile(x, "f", "exec"), "int": lambda: int(x), "vars": lambda: str(vars(x)), "copy": lambda: __import__("copy").copy(x) is None, "sort key": lambda: [3, 1].sort(key=x), "print": lambda: print(end=x), "globals": lambda: eval("a", x), "locals": lambda: eval("a", {}, x)}.items():
    attempt("lies " + name, f)
class DelRevives:
    saved = []
    def __del__(self): DelRevives.saved.append(self); [].pop.__class__; raise_later = 1
for _ in range(3): DelRevives()
print(len(DelRevives.saved)); it = iter(l); l[:] = range(5); next(it); del l[:]; print(list(it)); g = (lambda: (yield from g))(); attempt("gen self", lambda: next(g))
class Meta(type):
    def mro(cls): return [cls, 5]
attempt("bad mro", lambda: Meta("X", (), {}))
class GetRaises:
    def __get__(self, *a): raise ValueError("get")
    def __set_name__(self, o, n): o.added = 1
class Uses: attr = GetRaises()
attempt("get", lambda: Uses().attr); attempt("get class", lambda: Uses.attr); attempt("added", lambda: Uses.added)
class Changes:
    def __getattr__(self, n): type(self).__getattr__ = lambda s, n: "second"; return getattr(self, n)
attempt("changes", lambda: Changes().zz)
def f(): f.__code__ = (lambda: "new").__code__; return f()
attempt("code", f); attempt("class change", lambda: setattr(Uses(), "__class__", type("U2", (), {"attr": 1})))
