# Data and non-data descriptors, property with all accessors, bound methods, precedence.
class NonData:
    def __get__(self, instance, owner):
        return ("nondata", instance is not None, owner.__name__)


class Data(NonData):
    def __set__(self, instance, value):
        print("Data.__set__", value)


class C:
    n = NonData()
    d = Data()


c = C()
c.__dict__.update(n="instance n", d="instance d")
print(c.n, c.d, C.n, C.d)
c.n = 2
c.d = 3
print(c.n, c.__dict__)
try:
    del c.d
except AttributeError as e:
    print(type(e).__name__, e)


class Temperature:
    def __init__(self, celsius):
        self._c = celsius

    @property
    def celsius(self):
        """Degrees."""
        return self._c

    @celsius.setter
    def celsius(self, value):
        if value < -273:
            raise ValueError("too cold")
        self._c = value

    @celsius.deleter
    def celsius(self):
        self._c = None

    @property
    def read_only(self):
        return 1

    broken = property(lambda self: self.no_such_attribute)
    write_only = property(None, lambda self, v: print("wrote", v))


t = Temperature(20)
t.celsius = 30
print(t.celsius, Temperature.celsius.__doc__, type(Temperature.celsius).__name__)
del t.celsius
print(t.celsius)
t.write_only = 1
for action in ("t.celsius = -300", "t.read_only = 2", "del t.read_only", "t.broken", "t.write_only"):
    try:
        exec(action)
    except (AttributeError, ValueError) as e:
        print(action, "->", type(e).__name__, e)
p = Temperature.celsius
print(p.fget.__name__, p.fset.__name__, p.fdel.__name__, p.__get__(t, Temperature))


class M:
    def method(self):
        return "method"

    @classmethod
    def cls(cls):
        return cls.__name__

    @staticmethod
    def static():
        return "static"


m = M()
m.method = lambda: "shadowed"
print(m.method(), M.method(m), m.cls(), M.static(), m.static())
print(M.__dict__["cls"].__func__.__name__, type(M.__dict__["static"]).__name__, M.method.__get__(m)())


class CallableInstance:
    def __call__(self, *a):
        return a


class Holder:
    f = CallableInstance()
    g = len


print(Holder().f(1), Holder().g([1, 2]))


class Lazy:
    def __init__(self, f):
        self.f = f

    def __get__(self, obj, owner):
        value = obj.__dict__[self.f.__name__] = self.f(obj)
        return value


class UsesLazy:
    @Lazy
    def value(self):
        print("computing")
        return 99


u = UsesLazy()
print(u.value, u.value)
print(int.__add__.__get__(3)(4), "".join.__self__ == "", str.upper.__name__, (5).real.__class__)
