# MRO, super, diamonds, class cells, bases errors, __bases__ changes, subclasses.
class A:
    def who(self):
        return ["A"]


class B(A):
    def who(self):
        return ["B"] + super().who()


class C(A):
    def who(self):
        return ["C"] + super().who()


class D(B, C):
    def who(self):
        return ["D"] + super().who()

    @classmethod
    def make(cls):
        return super().__new__(cls)

    @property
    def p(self):
        return super().__repr__().split(" at ")[0]


print([k.__name__ for k in D.__mro__], D().who(), type(D.make()).__name__, D().p)
print(super(B, D()).who(), super(C, D()).who())
print(D.__base__.__name__, [b.__name__ for b in D.__bases__], [k.__name__ for k in A.__subclasses__()])
try:
    type("X", (A, B), {})
except TypeError as e:
    print(e)
try:
    type("X", (A, A), {})
except TypeError as e:
    print(e)
for bad in (bool, type(None), type(lambda: 0), range, slice):
    try:
        type("X", (bad,), {})
    except TypeError as e:
        print(e)
try:
    class L(int, list):
        pass
except TypeError as e:
    print(e)


class E:
    def who(self):
        return ["E"]


class F(E):
    pass


f = F()
print(f.who())
F.__bases__ = (B,)
print(f.who(), [k.__name__ for k in F.__mro__])
f.__class__ = C
print(f.who(), isinstance(f, C), issubclass(F, A))
try:
    f.__class__ = int
except TypeError as e:
    print(e)
try:
    super().x
except RuntimeError as e:
    print(e)


def no_class(self):
    return super()


try:
    no_class(1)
except RuntimeError as e:
    print(e)
try:
    super(D, A()).who()
except TypeError as e:
    print(e)
s = super(D, D())
print(s.__thisclass__.__name__, s.__self_class__.__name__, repr(s)[:34])


class G:
    def cell(self):
        return __class__

    x = 1
    locals()["y"] = 2


print(G().cell() is G, G.y, G.__name__, G.__qualname__, G.__module__)
G.__name__ = "Renamed"
print(G, G.__qualname__)
G.__qualname__ = "Q.R"
print(G)
try:
    del G.__name__
except TypeError as e:
    print(e)
try:
    A.__mro__ = ()
except AttributeError as e:
    print(e)
try:
    int.x = 1
except TypeError as e:
    print(e)


class MroMeta(type):
    def mro(cls):
        return [cls, E, object]


class H(metaclass=MroMeta):
    pass


print(H().who(), [k.__name__ for k in H.__mro__])
