# Notes, exceptions whose str fails, odd __notes__, qualified names, empty messages.
import sys
import traceback


class BadStr(Exception):
    def __str__(self):
        raise ValueError("in str")


class Outer:
    class Nested(Exception):
        pass


def show(e):
    print("".join(traceback.format_exception_only(e)), end="")
    print("---")


e = ValueError("with notes")
e.add_note("first")
e.add_note("second\nthird line\n")
show(e)
for notes in (None, "text", 5, ["ok", 1], ("a", "b"), []):
    e = ValueError("odd notes")
    e.__notes__ = notes
    try:
        show(e)
    except Exception as x:
        print(type(x).__name__, x)
show(BadStr())
show(Outer.Nested("nested"))
show(KeyError("quoted"))
show(ValueError(""))
show(ValueError("line one\nline two"))
show(SystemExit(2))
show(KeyboardInterrupt())
Outer.Nested.__module__ = "some.package"
show(Outer.Nested("other module"))
Outer.Nested.__module__ = None
show(Outer.Nested("no module"))
show(SyntaxError("bad", ("file.py", 3, 5, "x = = 1\n", 3, 6)))
show(SyntaxError("no text", ("file.py", 3, 5, None)))
show(SyntaxError("just message"))
sys.stdout.flush()
e = Outer.Nested("shown at exit")
e.add_note("note at exit")
e.__cause__ = BadStr()
raise e
