# "Exception ignored in": __del__, generators, weak reference callbacks, atexit, hooks.
import atexit
import sys
import weakref


class Del:
    def __del__(self):
        raise ValueError("in __del__")

    def __repr__(self):
        return "<Del>"


Del()


def gen():
    try:
        yield
    finally:
        raise KeyError("in generator")


g = gen()
next(g)
del g


class Target:
    pass


t = Target()


def callback(ref):
    1 / 0


r = weakref.ref(t, callback)
try:
    del t
except ZeroDivisionError:
    print("never")


class BadRepr:
    def __repr__(self):
        raise TypeError("repr fails")

    def __del__(self):
        self.missing


BadRepr()
print("going on", file=sys.stderr)


def at_exit():
    print("at exit", flush=True)
    raise OSError("in atexit")


atexit.register(print, "registered first, runs last", flush=True)
atexit.register(at_exit)


def hook(u):
    print("hook:", u.exc_type.__name__, u.exc_value, u.err_msg, u.object is not None, file=sys.stderr)


sys.unraisablehook = hook
Del()
sys.unraisablehook = sys.__unraisablehook__
Del()
