# Binary operators and conversions of user classes: reflected, in-place, index, missing methods, error texts.
class V:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"V({self.n})"


ops = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "lshift": "<<", "rshift": ">>", "and": "&", "or": "|", "xor": "^", "matmul": "@"}
for name, sign in ops.items():
    def make(name, sign):
        def forward(self, o): return f"{self!r}{sign}{o!r}" if not isinstance(o, str) else NotImplemented
        def reflected(self, o): return f"r {o!r}{sign}{self!r}"
        def inplace(self, o): self.n = (sign, o); return self
        return forward, reflected, inplace
    f, r, i = make(name, sign)
    setattr(V, f"__{name}__", f); setattr(V, f"__r{name}__", r)
    if name in ("add", "mul", "pow"): setattr(V, f"__i{name}__", i)
for sign in ops.values():
    print(eval(f"V(1) {sign} 2"), eval(f"2 {sign} V(1)"), eval(f"V(1) {sign} V(2)"), end=" | ")
    v = V(1)
    exec(f"v {sign}= 5")
    print(v)
    for left, right in (("V(1)", "'s'"), ("1", "'s'"), ("None", "None"), ("[]", "{}"), ("object", "1")):
        try:
            r = eval(f"{left} {sign} {right}")
            print(f"{left} {sign} {right} = {r}")
        except TypeError as e:
            print(e)
    try:
        x = None; exec(f"x {sign}= 1")
    except TypeError as e:
        print(e)
for code in ("-None", "+'a'", "~1.5", "abs('a')", "round('a')", "divmod(1, 'a')", "pow('a', 2)", "pow(1, 2, 'a')", "int(V(1))", "float(V(1))", "complex(V(1))", "hex(V(1))", "[1][V(0)]", "range(V(1))", "round(V(1))", "not V(1)", "len(V(1))", "V(1)()", "V(1)[0]", "iter(V(1))", "next(V(1))", "V(1) in V(2)", "1 in 5", "for_ = [x for x in 5]", "sum(['a'])", "sum([[1]])", "sum([[1], [2]], [])", "sum(['a'], '')", "print(*5)", "5()", "None[0]", "None['a']", "(1)[0]", "int[0]", "None.x", "len(5)", "len()", "abs()", "reversed(5)", "reversed({1})", "enumerate(5)", "zip(5)", "zip([1], 5)", "map(5)", "list(map(5, [1]))"):
    try:
        print(code, "=", eval(code) if "=" not in code else exec(code))
    except (TypeError, AttributeError) as e:
        print(code, "->", e)


class N:
    def __neg__(self): return "neg"
    def __pos__(self): return "pos"
    def __invert__(self): return "inv"
    def __abs__(self): return "abs"
    def __int__(self): return 5
    def __float__(self): return 2.5
    def __complex__(self): return 1j
    def __index__(self): return 3
    def __round__(self, n=None): return ("round", n)
    def __trunc__(self): return "trunc"
    def __floor__(self): return "floor"
    def __ceil__(self): return "ceil"
    def __divmod__(self, o): return ("divmod", o)
    def __rdivmod__(self, o): return ("rdivmod", o)
    def __rpow__(self, o): return ("rpow", o)


import math, operator
n = N()
print(-n, +n, ~n, abs(n), int(n), float(n), complex(n), hex(n), round(n), round(n, 2), math.trunc(n), math.floor(n), math.ceil(n), divmod(n, 1), divmod(1, n), 2 ** n, [0, 1, 2, 3][n], operator.index(n), "abcdef"[:n], "ab" * n)
for name, value in (("__int__", 1.5), ("__float__", 1), ("__index__", "x"), ("__complex__", 1), ("__str__", 5), ("__repr__", None), ("__format__", 1), ("__iter__", 5), ("__hash__", "a"), ("__bytes__", "b"), ("__length_hint__", -1), ("__dir__", 5), ("__bool__", None)):
    X = type("X", (), {name: lambda self, *a, value=value: value})
    call = {"__int__": int, "__float__": float, "__index__": hex, "__complex__": complex, "__str__": str, "__repr__": repr, "__format__": format, "__iter__": iter, "__hash__": hash, "__bytes__": bytes, "__length_hint__": operator.length_hint, "__dir__": dir, "__bool__": bool}[name]
    try:
        print(name, call(X()))
    except (TypeError, ValueError) as e:
        print(name, "->", type(e).__name__, e)
