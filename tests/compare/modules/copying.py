# copy: shallow and deep, memo, recursive structures, hooks.
import copy
a = [1, [2, 3], {"k": (4, [5])}]; b, c = copy.copy(a), copy.deepcopy(a); a[1].append(9); a[2]["k"][1].append(8); print(b, c, b[1] is a[1], c[1] is a[1])
r = [1]; r.append(r); d = copy.deepcopy(r); print(d[1] is d, d is r); x = {}; x["self"] = x; print(copy.deepcopy(x)["self"] is not x)
t = (1, "a", (2,)); print(copy.deepcopy(t) is t, copy.copy(t) is t, copy.deepcopy(([],))[0] is not None, copy.copy("s"), copy.deepcopy(len) is len, copy.copy(int) is int, copy.deepcopy(None), copy.copy({1, 2}), copy.copy(bytearray(b"x")), copy.deepcopy(frozenset([1])), copy.copy(range(3)), copy.deepcopy(slice(1, 2)))
class C:
    def __init__(self): self.l = [1]; self.me = self
class H:
    def __copy__(self): return "copied"
    def __deepcopy__(self, memo): return "deep", type(memo).__name__
class S:
    __slots__ = ("v",)
class N(C):
    def __reduce_ex__(self, p): return (list, ([p],))
class L(list): pass
c = C(); d = copy.copy(c); e = copy.deepcopy(c); print(d.l is c.l, d.me is c, e.l is c.l, e.me is e, copy.copy(H()), copy.deepcopy([H()]), copy.copy(N()), type(copy.copy(L([1]))).__name__)
s = S(); s.v = [1]; print(copy.copy(s).v is s.v, copy.deepcopy(s).v); shared = []; z = copy.deepcopy([shared, shared]); print(z[0] is z[1], copy.deepcopy({"a": shared, "b": shared})["a"] is not shared)
for bad in (lambda: copy.copy(i for i in []), lambda: copy.deepcopy(open("/dev/null")), lambda: copy.copy(type("X", (), {"__copy__": 5})())):
    try: print(bad())
    except Exception as x: print(type(x).__name__, x)
memo = {id(shared): "from memo"}; print(copy.deepcopy([shared], memo), copy.Error, copy.error is copy.Error)
