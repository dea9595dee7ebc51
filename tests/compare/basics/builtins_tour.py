# One use of most built-in functions.
print(abs(-3), all([1, 1]), any([0]), ascii("é"), bin(5), bool([]), bytearray(b"x"), bytes(2), callable(print), chr(97), complex(1, 2), dict(a=1), divmod(7, 3), list(enumerate("a")), eval("1+1"), list(filter(None, [0, 1])), float("2"), format(3, "03"), frozenset())
print(getattr(1, "real"), hash(1), hex(255), int("12"), isinstance(1, int), issubclass(int, object), iter([]) is not None, len("abc"), list("ab"), list(map(str, [1])), max(1, 2), min([3, 4]), next(iter([9])), oct(8), ord("a"), pow(2, 3), range(3), repr("x"), list(reversed([1, 2])), round(1.5), set(), slice(1), sorted("ba"), str(1), sum([1, 2]), tuple([1]), type(1), list(zip([1], "a")))
exec("y = 3")
print(y, "y" in globals(), type(object()), vars().__class__.__name__, id(1) == id(1), len(dir([])) > 30, __name__, memoryview(b"ab")[0], __import__("sys").__name__)
class C: pass
c = C(); setattr(c, "a", 1); print(hasattr(c, "a"), getattr(c, "b", 2), vars(c)); delattr(c, "a"); print(vars(c), staticmethod, property)
