# sys.excepthook of whatever it is given, sys.tracebacklimit, odd file names of SyntaxErrors, and sizes near the greatest.
import sys


def fail():
    1 / 0


def fail_in_group():
    try:
        fail()
    except Exception as error:
        raise ExceptionGroup("group", [error, ValueError(3)])


def shown(function):
    try:
        function()
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)


for type_, value in [(1, "1"), (ValueError, "x"), (ValueError, None), (1, ValueError(4)), (ValueError, ValueError(5))]:
    sys.excepthook(type_, value, 2)

for limit in (5, 0, -1, 1, None, "x", 10**30):
    sys.tracebacklimit = limit
    shown(fail)
    shown(fail_in_group)
del sys.tracebacklimit

for name in (b"bytes", 5, None, "x.py", ["a"]):
    for line in (123, None, "x"):
        error = SyntaxError("message", (name, 1, None, None))
        error.lineno = line
        sys.excepthook(SyntaxError, error, None)

for text in ("[\udc80\ud800\udfff]", "\udc80\udc81x\ud800", "a\u20ac\udc80\u20ac"):
    for encoding in ("utf-8", "ascii", "latin-1", "utf-16", "utf-32", "cp1252"):
        try:
            print(encoding, text.encode(encoding, "surrogateescape"))
        except UnicodeEncodeError as error:
            print(encoding, error.start, error.end, error.reason)


class Sized:
    def __init__(self, size):
        self.size = size

    def __sizeof__(self):
        return self.size


for size in (sys.maxsize, sys.maxsize - 20, -1, "x", 1.5, 10**40, True):
    try:
        print(sys.getsizeof(Sized(size)))
    except Exception as error:
        print(type(error).__name__, error)
