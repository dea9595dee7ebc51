# Errors of calling Python functions: missing, surplus, unexpected, duplicates, in methods, lambdas and classes.
def none(): pass
def one(a): pass
def two(a, b): pass
def three(a, b, c): pass
def defaults(a, b=1, c=2): pass
def kwonly(a, *, k, m): pass
def kwdefault(*, k=1): pass
def star(a, *args, k): pass
def posonly(a, b, /): pass
def posonly_default(a, b=1, /, c=2): pass
def both(a, /, b, *, c): pass
def kwargs(**kw): pass
def posonly_kwargs(a, /, **kw): return a, kw


class C:
    def method(self, x): pass
    @classmethod
    def cm(cls, x): pass
    @staticmethod
    def sm(x): pass
    def __call__(self, a): pass
    def noself(): pass
    class Inner:
        def __init__(self, a): pass


class New:
    def __new__(cls, a): return super().__new__(cls)


class Plain: pass
class Init:
    def __init__(self, a, b=2): self.a = a
class Returns:
    def __init__(self): return 5
class BadNew(Plain):
    def __init__(self): pass


lam = lambda x, y=1: x
nested = (lambda: (lambda q: q))()
calls = ["none(1)", "none(1, 2)", "none(a=1)", "one()", "one(1, 2)", "one(b=1)", "one(1, a=1)", "one(1, b=2)", "two()", "two(1)", "two(b=1)", "two(1, 2, 3)", "three()", "three(1)", "three(a=1)", "three(1, 2, 3, 4, 5)",
         "defaults()", "defaults(1, 2, 3, 4)", "defaults(b=1)", "defaults(1, d=5)", "kwonly()", "kwonly(1)", "kwonly(1, k=1)", "kwonly(1, 2, k=1, m=2)", "kwonly(1, 2)", "kwonly(1, 2, k=3)", "kwdefault(1)", "kwdefault(j=1)", "star()", "star(1)", "star(1, 2, 3)", "posonly()", "posonly(1)", "posonly(a=1, b=2)", "posonly(1, b=2)", "posonly(1, 2, 3)",
         "posonly_default(a=1)", "posonly_default(1, 2, 3, 4)", "posonly_default()", "both(1, 2, 3)", "both(1)", "both(a=1, b=2, c=3)", "both()", "kwargs(1)", "posonly_kwargs(a=1)", "posonly_kwargs(1, a=2)", "C().method()", "C().method(1, 2)", "C.method()", "C.method(1)", "C.cm()", "C.cm(1, 2)", "C().sm()", "C.sm(1, 2)", "C()()", "C()(1, 2)", "C().noself()", "C.noself(1)", "C.Inner()", "C.Inner(1, 2, 3)",
         "New()", "New(1, 2)", "Plain(1)", "Plain(a=1)", "Init()", "Init(1, 2, 3)", "Init(c=1)", "Returns()", "BadNew(1)", "lam()", "lam(1, 2, 3)", "lam(z=1)", "nested()", "nested(1, 2)", "one(*[1, 2])", "one(**{'z': 1})", "one(*1)", "one(**5)", "one(1, *None)", "one(1, **None)", "one(**{1: 2})", "kwargs(**{'a': 1}, **{'a': 2})", "kwargs(a=1, **{'a': 2})", "print(*1)", "len(**{'a': 1, 'b': 2})", "[].append(*[1, 2])", "dict(**{'a': 1}, a=2)", "Init(1, a=2)", "Plain.x()", "Plain().x()", "None()", "(1)()", "'a'()", "C().method.x", "C.method.__get__()", "int.x"]
for call in calls:
    try:
        print(call, "=", eval(call))
    except (TypeError, AttributeError, SyntaxError) as e:
        print(call, "->", type(e).__name__, e)
one.__name__ = "renamed"
one.__qualname__ = "quite.renamed"
C.method.__qualname__ = "Q.m"
for call in ("one()", "C().method()", "one(1, 2)", "one(x=1)"):
    try:
        eval(call)
    except TypeError as e:
        print(e)
