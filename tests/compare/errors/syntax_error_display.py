"""How an uncaught SyntaxError shows its line: the marker, and lines that are odd."""
import sys
import traceback


class Derived(SyntaxError):
    pass


PLACES = [
    ("f", 1, 1, "abcdef", 1, 4), ("f", 2, 3, "  pass + 2", 2, 7), ("f", 2, 1, "  pass", 2, 7), ("f", 1, 0, "abc", 1, 4),
    ("f", 1, 1, "abcdef\n", 2, 4), ("f", 1, 2, "éé\n", 2, 4), ("f", 1, 2, "ébcdef", 1, 4), ("f", 1, 30, "ééé", 1, 40),
    ("f", 1, 2, "éab\n\n", 1, 40), ("f", 1, 3, "\t\fa\tb", 1, 40), ("f", 1, 3, "a\tb", 1, 4), ("f", 1, 4, "abcdef", None, None),
    ("f", 1, 4, "abcdef", 1, -1), ("f", 1, 4, "abcdef"), ("f", 1, 1, "abc\nxyz\n", 2, 4), ("f", 1, 6, "a\n  b", 1, 7),
    ("f", 1, 1, "", 1, 1), ("f", 1, 5, "   \n", 1, 7), ("f", 1, 3, "a\0b", 1, 3), ("f", 1, 1, None, 1, 3), ("f", None, 3, "abc", 1, 3),
    (None, 1, 3, "abc", 1, 3), ("f", 1, None, "abc", 1, 3), ("f", 1, -3, "abc", 1, 10),
]
for kind in SyntaxError, IndentationError, Derived:
    for place in PLACES:
        print(kind, place, file=sys.stderr)
        error = kind("what is wrong", place)
        sys.excepthook(kind, error, None)
        if kind is SyntaxError:
            traceback.print_exception(error)
sys.excepthook(SyntaxError, SyntaxError("alone"), None)
sys.excepthook(SyntaxError, SyntaxError(), None)
