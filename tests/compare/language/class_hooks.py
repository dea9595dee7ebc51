# __init_subclass__, __set_name__, __class_getitem__, __getattr__ family, __slots__, __dict__.
class Plugin:
    registry = []

    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.registry.append((cls.__name__, tag))

    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item!r}]"


class One(Plugin, tag="first"):
    pass


class Two(One):
    pass


print(Plugin.registry, One[int], Two["x", 1])
try:
    class Bad(metaclass=type, unknown=1):
        pass
except TypeError as e:
    print(e)


class Field:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return instance.__dict__.get(self.name, "unset")

    def __set__(self, instance, value):
        if value == "bad":
            raise ValueError(value)
        instance.__dict__[self.name] = value

    def __delete__(self, instance):
        del instance.__dict__[self.name]


class Model:
    a = Field()
    b = Field()


m = Model()
m.a = 1
print(m.a, m.b, m.__dict__, type(Model.a).__name__)
del m.a
print(m.a)


class BadField:
    def __set_name__(self, owner, name):
        raise KeyError(name)


try:
    class Broken:
        field = BadField()
except RuntimeError as e:
    print(e, "|", repr(e.__cause__))


class Attr:
    real = 1

    def __getattribute__(self, name):
        if name == "hidden":
            raise AttributeError("really hidden")
        return super().__getattribute__(name)

    def __getattr__(self, name):
        return f"computed {name}"

    def __setattr__(self, name, value):
        print("set", name)
        super().__setattr__(name, value)

    def __delattr__(self, name):
        print("del", name)
        super().__delattr__(name)

    def __dir__(self):
        return ["z", "a"]


o = Attr()
o.x = 5
print(o.x, o.real, o.hidden, o.y, dir(o))
del o.x
print(o.x, hasattr(o, "anything"), getattr(o, "q"))
try:
    del o.nothing
except AttributeError as e:
    print(e)


class Slotted:
    __slots__ = ("x", "_y", "__private")

    def __init__(self):
        self.x = 1
        self.__private = 2


s = Slotted()
print(s.x, Slotted.__slots__, s._Slotted__private, hasattr(s, "__dict__"))
for action in ("s.z = 1", "s._y", "del s._y", "import weakref; weakref.ref(s)"):
    try:
        exec(action)
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, e)
print(type(Slotted.x), Slotted.x)


class SlotChild(Slotted):
    pass


c = SlotChild()
c.free = 3
print(c.__dict__)
for body in ("__slots__ = ('1x',)", "__slots__ = (1,)", "__slots__ = ('x',); x = 1"):
    try:
        exec("class Z:\n    " + body)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
