# Assigning frame.f_lineno from a trace function: where jumps are allowed, what they drop, and the errors.
import sys


def jump(function, at, to, event="line"):
    """Runs the function; on its line `at` the trace function jumps to line `to` (both counted from the def), once."""
    first = function.__code__.co_firstlineno
    out = []
    done = False

    def hook(frame, kind, argument):
        nonlocal done
        if frame.f_code is not function.__code__:
            return None
        frame.f_trace = hook
        if not done and kind == event and frame.f_lineno == first + at:
            done = True
            frame.f_lineno = first + to
        return hook

    sys.settrace(hook)
    try:
        function(out)
    except Exception as e:
        out.append(f"{type(e).__name__}: {e}")
    finally:
        sys.settrace(None)
    print(function.__name__, at, "->", to, out)


def straight(out):
    out.append(1)
    out.append(2)
    out.append(3)


def loops(out):
    out.append(1)
    for i in 1, 2:
        out.append(i)
        for j in 3, 4:
            out.append(j)
    else:
        out.append(7)
    while len(out) < 12:
        out.append(9)
    out.append(10)


def handlers(out):
    try:
        out.append(2)
        1 / 0
    except ZeroDivisionError as e:
        out.append(5)
        try:
            raise KeyError
        except KeyError:
            out.append(9)
        out.append(repr(sys.exc_info()[1]))
    finally:
        out.append(12)
    out.append(repr(sys.exc_info()[1]))


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass


def managers(out):
    with Manager() as m:
        out.append(2)
        with m:
            out.append(4)
    out.append(5)


def unreachable(out):
    out.append(1)
    while True:
        out.append(3)
        if len(out) > 5:
            break
    return
    out.append(7)


for at, to in ((2, 1), (1, 3), (3, 3), (2, 99), (2, -5), (2, 0)):
    jump(straight, at, to)
for at, to in ((3, 10), (5, 3), (5, 7), (1, 3), (1, 5), (5, 1), (9, 10), (10, 9), (3, 7), (7, 5), (3, 8)):
    jump(loops, at, to)
for at, to in ((2, 12), (2, 5), (5, 12), (9, 10), (9, 12), (9, 13), (5, 9), (10, 5), (12, 13), (13, 2), (13, 12), (3, 10)):
    jump(handlers, at, to)
for at, to in ((2, 5), (4, 2), (4, 5), (1, 4), (2, 4), (5, 2), (5, 1)):
    jump(managers, at, to)
for at, to in ((1, 7), (3, 7), (1, 4)):
    jump(unreachable, at, to)
for event in ("call", "return", "exception"):
    jump(straight, 0 if event == "call" else 3, 1, event)
jump(handlers, 3, 5, "exception")


# Values that are no line, frames that are not traced, and callers.
def target():
    here = sys._getframe()
    for value in ("2", 10 ** 30, None, 1.5):
        try:
            here.f_lineno = value
        except Exception as e:
            print(type(e).__name__, e)
    try:
        del here.f_lineno
    except Exception as e:
        print(type(e).__name__, e)


target()
