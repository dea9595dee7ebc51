# object, type, getattr machinery, special method lookup on the type, __class__ assignment, dir, __init__ and __new__ interplay.
class A: pass
a = A(); a.__len__ = lambda: 5; a.__call__ = lambda: 1
for f in (lambda: len(a), lambda: a(), lambda: object().x, lambda: setattr(object(), "x", 1), lambda: object(1), lambda: A(1), lambda: type.__call__(A), lambda: type("B", (A,), {"x": 1}).x, lambda: A.__call__().__class__, lambda: object.__new__(A).__class__, lambda: int.__new__(bool, 1), lambda: object.__new__(int), lambda: type(a).__mro__, lambda: a.__class__.__class__, lambda: type.__getattribute__(A, "__name__"), lambda: object.__getattribute__(a, "__dict__").keys(), lambda: object.__reduce__(a), lambda: a.__reduce_ex__(2)[0].__name__, lambda: object.__eq__(a, a), lambda: object.__ne__(a, a), lambda: object.__lt__(a, a), lambda: a.__sizeof__() > 0, lambda: a.__format__(""), lambda: a.__format__("x"), lambda: object.__subclasshook__(), lambda: A.__init_subclass__(), lambda: object().__dir__()[:2], lambda: type.__dict__["__doc__"].__class__, lambda: A.__doc__, lambda: A.__weakref__.__class__, lambda: A.__dict__["__dict__"].__class__, lambda: A.__basicsize__, lambda: int.__itemsize__, lambda: A.__flags__ & 1 << 9, lambda: type.__prepare__(), lambda: A.__text_signature__, lambda: len.__text_signature__, lambda: int.__add__.__objclass__, lambda: len.__self__.__name__, lambda: str.join.__doc__[:20], lambda: a.__module__, lambda: len.__module__, lambda: [].append.__qualname__, lambda: list.append.__qualname__, lambda: A.__getstate__(a), lambda: object().__getstate__(), lambda: isinstance(A, type), lambda: issubclass(type, object), lambda: type(type), lambda: a.__hash__() == hash(a), lambda: bool(A)):
    try: r = f(); print(r if not (isinstance(r, str) and " at 0x" in r) else r.split(" at 0x")[0])
    except Exception as e: print(type(e).__name__, e)
class N:
    def __new__(cls, *a): print("new", a); return object.__new__(cls) if a else 5
    def __init__(self, *a): print("init", a)
print(type(N(1)).__name__, N())
class OnlyNew:
    def __new__(cls, x): return super().__new__(cls)
class OnlyInit:
    def __init__(self, x): pass
class Both:
    def __new__(cls, x): return super().__new__(cls, x)
for f in (lambda: OnlyNew(1), lambda: OnlyInit(1), lambda: Both(1), lambda: OnlyNew(), lambda: OnlyInit()):
    try: print(type(f()).__name__)
    except TypeError as e: print(e)
class B: x = 1
a.__class__ = B; print(a.x, type(a).__name__, isinstance(a, B)); class_ = type("Dyn", (B,), {"__slots__": ("s",)}); d = class_(); d.s = 1
for code in ("a.__class__ = int", "a.__class__ = class_", "d.__class__ = B", "a.__class__ = 5", "del a.__class__", "(5).__class__ = bool", "a.__dict__ = 5", "a.__dict__ = {'q': 7}; print(a.q)", "del a.__dict__; print(a.__dict__)", "B.__dict__ = {}", "B.__dict__['x'] = 1", "B.__bases__ = ()", "B.__bases__ = (int,)", "B.__name__ = 5", "B.__name__ = 'a\\0b'", "B.__qualname__ = 5", "B.__module__ = 5; print(B.__module__)", "B.__doc__ = 'new doc'; print(B.__doc__)", "int.__doc__ = 'x'", "B.__abstractmethods__", "del B.x; print(hasattr(B, 'x'))", "del B.x", "type.x = 1", "B.__class__ = type; print('ok')", "B.__annotations__ = {'a': 1}; print(B.__annotations__)", "class E(B, metaclass=lambda *a: a[0]): pass\nprint(E)", "type('', (), {}).__name__", "type('a\\0', (), {})", "type('X', (), {1: 2}).__dict__[1]", "type('X', (), {'__slots__': 'abc'})().abc", "type('X', (), {'__slots__': ['__dict__']})().z", "type('X', (int,), {'__slots__': ['a']})", "type('X', (B,), {'__slots__': ['__weakref__']})", "type('X', (), {'__classcell__': 5})", "super().x", "B.mro(5)", "type.mro(5)", "B.__subclasses__(1)", "type.__subclasscheck__(int, 5)", "type.__instancecheck__(5, 5)"):
    try: exec(code); print(code, "fine")
    except Exception as e: print(code, "->", type(e).__name__, e)
class Sub:
    def __getattribute__(self, n): raise AttributeError("custom " + n)
try: Sub().x
except AttributeError as e: print(e, hasattr(Sub(), "y"), getattr(Sub(), "z", "default"))
class P:
    def __getattr__(self, n): raise ValueError("not AttributeError")
for f in (lambda: hasattr(P(), "x"), lambda: getattr(P(), "x", 1)):
    try: f()
    except ValueError as e: print(e)
print(vars(type("V", (), {"a": 1}))["a"], dir(type("W", (), {"zz": 1}))[-1], sorted(set(dir(B)) - set(dir(object))), [].__class__.__name__, type(a) is a.__class__, id(a) == id(a), a is a)
