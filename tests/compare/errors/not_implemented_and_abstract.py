# Abstract classes, NotImplementedError, instantiation errors, readonly attributes, missing protocol methods.
import abc
import collections.abc


class A(abc.ABC):
    @abc.abstractmethod
    def one(self): ...
    @property
    @abc.abstractmethod
    def two(self): ...


class B(A):
    def one(self): return 1


class C(B):
    two = 2


for cls in (A, B, C):
    try:
        print(cls(), sorted(cls.__abstractmethods__)) if False else print(type(cls()).__name__)
    except TypeError as e:
        print(e, sorted(cls.__abstractmethods__))
A.register(int)
print(isinstance(5, A), issubclass(bool, A), issubclass(str, A))


class Sized(metaclass=abc.ABCMeta):
    @classmethod
    def __subclasshook__(cls, c):
        return True if any("__len__" in b.__dict__ for b in c.__mro__) else NotImplemented


print(issubclass(list, Sized), issubclass(int, Sized), isinstance("", Sized))
for cls in (collections.abc.Mapping, collections.abc.Sequence, collections.abc.Iterator, collections.abc.MutableSet, collections.abc.Hashable):
    try:
        cls()
    except TypeError as e:
        print(e)


class Seq(collections.abc.Sequence):
    def __init__(self, *a): self.a = a
    def __len__(self): return len(self.a)
    def __getitem__(self, i): return self.a[i]


s = Seq(1, 2, 3, 2)
print(list(s), 2 in s, s.index(2), s.count(2), list(reversed(s)))


class Map(collections.abc.MutableMapping):
    def __init__(self): self.d = {}
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
    def __iter__(self): return iter(self.d)
    def __len__(self): return len(self.d)


m = Map(); m.update(a=1, b=2); print(dict(m), m.pop("a"), m.get("z"), m.setdefault("q", 5), list(m.items()), m == {"b": 2, "q": 5}, m.popitem())
try:
    m.pop("none")
except KeyError as e:
    print(repr(e))
for value in ([], (), {}, set(), "", 1, iter([]), (i for i in []), print, range(1), b"", {}.keys(), object(), type):
    print(type(value).__name__, [c.__name__ for c in (collections.abc.Iterable, collections.abc.Iterator, collections.abc.Sequence, collections.abc.MutableSequence, collections.abc.Mapping, collections.abc.Set, collections.abc.Hashable, collections.abc.Callable, collections.abc.Sized, collections.abc.Container, collections.abc.Reversible, collections.abc.Generator) if isinstance(value, c)])
for cls in ("function", "generator", "NoneType", "ellipsis", "module", "code", "method", "cell", "coroutine", "mappingproxy", "builtin_function_or_method", "traceback", "frame", "wrapper_descriptor", "dict_keys", "list_iterator", "getset_descriptor", "NotImplementedType"):
    import types
    table = {t.__name__: t for t in [*vars(types).values(), type({}.keys()), type(iter([]))] if isinstance(t, type)}
    t = table[cls]
    try:
        print(cls, t())
    except TypeError as e:
        print(cls, "->", e)
try:
    raise NotImplemented
except TypeError as e:
    print(e)
try:
    raise NotImplementedError
except NotImplementedError as e:
    print(repr(e))
class D(A):
    one = two = None
print(D().one, D.__abstractmethods__)
