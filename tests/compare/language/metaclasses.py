# Metaclasses: __prepare__, __call__, __instancecheck__, derived metaclass, conflicts, keywords.
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return {"prepared": True}

    def __new__(mcs, name, bases, space, **kw):
        print("new", name, sorted(k for k in space if not k.startswith("__")))
        return super().__new__(mcs, name, bases, space)

    def __init__(cls, name, bases, space, **kw):
        print("init", name, kw)
        super().__init__(name, bases, space)

    def __call__(cls, *args):
        print("call", cls.__name__, args)
        return super().__call__(*args)

    def __instancecheck__(cls, other):
        return other == 42 or super().__instancecheck__(other)

    def __subclasscheck__(cls, other):
        return other is int or super().__subclasscheck__(other)

    def __contains__(cls, item):
        return item == "in"

    def __getattr__(cls, name):
        return f"meta {name}"

    def __len__(cls):
        return 7

    @property
    def prop(cls):
        return "prop of " + cls.__name__


class A(metaclass=Meta, flag=1):
    def __init__(self, *args):
        self.args = args


class B(A):
    pass


a = A(1, 2)
print(a.args, isinstance(42, A), isinstance(a, A), isinstance(a, B), issubclass(int, A), "in" in A)
print(A.missing, len(A), A.prop, type(B).__name__)
try:
    a.missing
except AttributeError as e:
    print(e)


class Other(type):
    pass


try:
    class Bad(A, metaclass=Other):
        pass
except TypeError as e:
    print(e)


class Singleton(type):
    def __init__(cls, *args):
        super().__init__(*args)
        cls.instance = None

    def __call__(cls, *args, **kw):
        if cls.instance is None:
            cls.instance = super().__call__(*args, **kw)
        return cls.instance


class S(metaclass=Singleton):
    pass


print(S() is S())


def function_meta(name, bases, space):
    return (name, bases, sorted(k for k in space if not k.startswith("__")))


class F(1 .__class__, metaclass=function_meta):
    x = 1


print(F)
T = type("T", (A,), {"y": 5}) if False else Meta("T", (), {"y": 5})
print(T.y, T.__module__)
try:
    type("X", (), {}, k=1)
except TypeError as e:
    print(e)
for args in ((1, (), {}), ("X", [], {}), ("X", (), 1), ("X", (1,), {}), ("X",) * 2):
    try:
        type(*args)
    except TypeError as e:
        print(e)


class Resolve:
    def __mro_entries__(self, bases):
        return (dict,)


class R(Resolve()):
    pass


print(R.__mro__[1], R.__orig_bases__[0].__class__.__name__)
