# pickle: every protocol, reduce protocols, memo, persistent ids, buffers, errors, unpickler restrictions.
import copyreg, io, pickle, pickletools
class Plain:
    def __init__(self, a): self.a = a
    def __eq__(self, o): return vars(self) == vars(o)
class State(Plain):
    def __getstate__(self): return {"a": self.a * 2}
    def __setstate__(self, s): self.a = s["a"] + 1
class Red:
    def __reduce__(self): return (Plain, (7,), {"extra": 1})
class New:
    def __new__(cls, x): o = super().__new__(cls); o.x = x; return o
    def __getnewargs__(self): return (self.x,)
class Slots:
    __slots__ = ("p", "q")
class L(list): pass
class D(dict):
    def __reduce_ex__(self, p): return (D, (), {"v": p}, None, iter([("k", 1)]))
def func(): pass
rec = [1]; rec.append(rec); shared = [1, 2]
for proto in range(6):
    values = [None, True, 1, -5, 300, 70000, 2 ** 40, -2 ** 100, 1.5, "text é", b"bytes", b"x" * 300, (1,), (1, 2, 3, 4), [1, [2]], {"a": {1: 2}}, {1, 2}, frozenset([3]), Plain(1), func, len, int, Ellipsis, range(3), bytearray(b"q"), 1j, slice(1, 2), [shared, shared], NotImplemented, type(None), print, Plain, [].append.__name__]
    print(proto, [pickle.loads(pickle.dumps(v, proto)) == v for v in values].count(True), len(pickle.dumps(values, proto)), pickle.loads(pickle.dumps(State(3), proto)).a, vars(pickle.loads(pickle.dumps(Red(), proto))), pickle.dumps([1, "a", (2, 3)], proto))
    r = pickle.loads(pickle.dumps(rec, proto)); x = pickle.loads(pickle.dumps([shared, shared], proto)); l = L([1]); l.attr = 5; l2 = pickle.loads(pickle.dumps(l, proto)); print(r[1] is r, x[0] is x[1], l2, l2.attr, type(l2).__name__)
n = pickle.loads(pickle.dumps(New(4), 2)); s = Slots(); s.p = 1; d = pickle.loads(pickle.dumps(D(), 4)); print(n.x, pickle.loads(pickle.dumps(s, 2)).p, d, d.v)
for bad in ("pickle.dumps(lambda: 1)", "pickle.dumps((i for i in []))", "pickle.dumps(open('/dev/null'))", "pickle.dumps(s, 0)", "pickle.loads(b'')", "pickle.loads(b'garbage')", "pickle.loads(b'\\x80\\x04K')", "pickle.loads(b'cnope\\nx\\n.')", "pickle.loads(b'cos\\nnope\\n.')", "pickle.dumps(1, 99)", "pickle.loads('str')", "pickle.loads(b'I1\\n')", "pickle.loads(b'.')", "pickle.loads(b'\\x80\\x63.')", "pickle.dump(1, 5)", "pickle.load(5)", "pickle.dumps(type('X', (), {})())", "pickle.dumps(__builtins__)", "pickle.loads(b'(lp0\\n')"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, str(e).split(" at 0x")[0])
class P(pickle.Pickler):
    def persistent_id(self, o): return "shared" if o is shared else None
    def reducer_override(self, o): return (str, ("overridden",)) if isinstance(o, New) else NotImplemented
class U(pickle.Unpickler):
    def persistent_load(self, i): return ["loaded", i]
    def find_class(self, m, n):
        if n == "Plain": raise pickle.UnpicklingError("forbidden")
        return super().find_class(m, n)
b = io.BytesIO(); P(b).dump([shared, New(1), 5]); b.seek(0); print(U(b).load())
try: U(io.BytesIO(pickle.dumps(Plain(1)))).load()
except pickle.UnpicklingError as e: print(e)
b = io.BytesIO(); p = pickle.Pickler(b, 2); p.dump([1]); p.dump([2]); b.seek(0); u = pickle.Unpickler(b); print(u.load(), u.load()); bufs = []; data = pickle.dumps(pickle.PickleBuffer(bytearray(b"abc")), 5, buffer_callback=bufs.append); print(len(data), pickle.loads(data, buffers=bufs))
copyreg.pickle(complex, lambda c: (complex, (c.real, 99))); print(pickle.loads(pickle.dumps(1j))); out = io.StringIO(); pickletools.dis(pickle.dumps({"a": [1]}, 2), out); print(out.getvalue(), len(pickletools.optimize(pickle.dumps([1, 2], 4))))
