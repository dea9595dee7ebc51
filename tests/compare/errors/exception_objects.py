# Exception classes: hierarchy, args, str, repr, attributes, OSError mapping, UnicodeError, StopIteration, SystemExit, pickling.
import builtins
import errno
import pickle


def tree(c, depth=0):
    print("  " * depth + c.__name__)
    for s in sorted(c.__subclasses__(), key=lambda s: s.__name__):
        if s.__module__ == "builtins":
            tree(s, depth + 1)


tree(BaseException)
for e in (ValueError(), ValueError("a"), ValueError("a", 1), KeyError("k"), KeyError("k", 2), KeyError(), ValueError(ValueError("in")), ValueError(None), IndexError("é\n"), StopIteration(5), SystemExit(3), SystemExit(), SystemExit(1, 2), AssertionError("x"), OSError("only"), OSError(2, "msg"), OSError(2, "msg", "file"), OSError(13, "p", "f", None, "g"), OSError(99999, "?"), OSError(1, 2, 3, 4, 5, 6), BlockingIOError(11, "x", 5), UnicodeDecodeError("utf-8", b"abc", 1, 2, "why"), UnicodeEncodeError("ascii", "aé", 1, 2, "r"), UnicodeEncodeError("ascii", "aéé", 1, 3, "r"), UnicodeTranslateError("abc", 0, 1, "t"), SyntaxError("m"), SyntaxError("m", ("f", 1, 2, "text")), SyntaxError("m", ("f", 1, 2, "text", 1, 5)), ImportError("i", name="n", path="p"), ModuleNotFoundError("mm", name="q"), AttributeError("a", name="n", obj=1), NameError("n", name="nn"), ExceptionGroup("eg", [ValueError(1)]), StopAsyncIteration(1), KeyboardInterrupt("k"), GeneratorExit()):
    print(type(e).__name__, "|", str(e), "|", repr(e), "|", e.args, "|", {k: getattr(e, k) for k in ("value", "code", "errno", "strerror", "filename", "filename2", "characters_written", "name", "path", "msg", "lineno", "offset", "text", "start", "reason") if hasattr(e, k)})
for code in ("ENOENT", "EEXIST", "EACCES", "EPERM", "EAGAIN", "EPIPE", "ECHILD", "EINTR", "ENOTDIR", "EISDIR", "ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "ESRCH", "ETIMEDOUT", "EINVAL", "ENOSPC"):
    print(code, type(OSError(getattr(errno, code), "t")).__name__, end="; ")
print()


class Mine(Exception):
    def __init__(self, a, b):
        self.a = a
        super().__init__(a, b)

    def __str__(self):
        return f"mine {self.a}"


m = Mine(1, 2)
print(m, repr(m), m.args, pickle.loads(pickle.dumps(m)).a, Mine.__mro__[1].__name__)
m.args = ("new",)
print(m.args, repr(m))
e = ValueError("x"); e.extra = 5; e.add_note("note"); e2 = pickle.loads(pickle.dumps(e))
print(e2.extra, e2.__notes__, e2.args, e.__traceback__, e.__cause__, e.__context__, e.__suppress_context__)
for bad in ("e.args = 5", "e.__traceback__ = 5", "e.__cause__ = 5", "e.__context__ = 'x'", "e.add_note(5)", "del e.args", "del e.__traceback__", "e.with_traceback(5)", "UnicodeDecodeError('a')", "UnicodeDecodeError('a', 'b', 1, 2, 'c')", "ImportError(foo=1)", "ValueError(x=1)", "AttributeError(foo=1)", "SyntaxError('m', 5)", "SyntaxError('m', (1,))", "BaseException.__new__(int)", "OSError(x=1)", "e.__suppress_context__ = 'x'"):
    try:
        exec(bad); print(bad, "fine")
    except Exception as x:
        print(bad, "->", type(x).__name__, x)
try:
    open("/nonexistent/x")
except OSError as x:
    print(type(x).__name__, x, x.errno, x.filename)
try:
    try:
        raise ValueError(1)
    finally:
        raise TypeError(2)
except TypeError as x:
    print(repr(x.__context__), x.__cause__)
print(BaseException().__reduce__(), issubclass(IOError, OSError), EnvironmentError is OSError, [n for n in dir(builtins) if n.endswith("Warning")], Exception.__doc__, ZeroDivisionError.__doc__)
