# traceback: formatting a caught exception.
import traceback


def f():
    return [][0]


try:
    f()
except IndexError:
    print(traceback.format_exc())
