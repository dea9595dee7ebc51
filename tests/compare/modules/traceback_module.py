# traceback: StackSummary, FrameSummary, formatting functions, limits, TracebackException attributes.
import sys, traceback
def a(): b()
def b(): raise ValueError("deep")
try: a()
except ValueError as e: err = e
tb = err.__traceback__
print(traceback.format_tb(tb), traceback.format_exception_only(ValueError, err), traceback.format_exception(ValueError, err, tb, limit=1), traceback.format_exception(err, limit=-1)[1:2], traceback.extract_tb(tb, limit=2)[-1].name, sep="\n")
s = traceback.extract_tb(tb); print(len(s), s[0], s[1].lineno, s[1].line, tuple(s[1])[1:], s[-1].colno, s[-1].end_colno, s[0] == s[0], [list(x)[1:] for x in s][:1]); print("".join(s.format())); print(traceback.StackSummary.from_list([("f", 1, "n", "line"), ("f", 1, "n", "line"), ("f", 1, "n", "line"), ("f", 1, "n", "line"), ("f", 1, "n", "line"), ("g", 2, "m", None)]).format())
t = traceback.TracebackException(ValueError, err, tb, capture_locals=True, lookup_lines=False); print(t.exc_type, str(t), t.__cause__, t.__suppress_context__, t.stack[-1].name, list(t.format_exception_only()), t == traceback.TracebackException(ValueError, err, tb, capture_locals=True), t.exceptions)
try:
    try: 1 / 0
    except ZeroDivisionError as z: raise KeyError("k") from z
except KeyError as e:
    x = traceback.TracebackException.from_exception(e); print(x.__cause__.exc_type.__name__, x.__context__ is x.__cause__, "".join(x.format(chain=False)))
a1, b1 = ValueError("a"), ValueError("b"); a1.__cause__, b1.__cause__ = b1, a1; print("".join(traceback.format_exception(a1)))
se = traceback.TracebackException(SyntaxError, SyntaxError("bad", ("f.py", 2, 4, "ab cd ef\n", 2, 6)), None); print(se.lineno, se.text, se.offset, se.msg, se.end_offset, "".join(se.format()))
for args in (("bad", ("f", 1, 1, "\tx = 1", 1, 3)), ("bad", ("f", 1, 100, "short", 1, 200)), ("bad", ("f", 1, 0, "zero")), ("bad", ("f", None, None, None)), ("bad", (None, 1, 2, "é漢 = 1", 1, 4)), ("bad", ("f", 1, 3, "multi line", 2, 1)), (None, ("f", 1, 1, "x")), ("bad", ("f", 1, -1, "neg", 1, -1))):
    print("".join(traceback.format_exception_only(SyntaxError(*args))))
def limited(n): return limited(n - 1) if n else traceback.format_stack(limit=3)
print("".join(limited(5))); sys.tracebacklimit = 1
try: a()
except ValueError as e: print("".join(traceback.format_exception(e)))
del sys.tracebacklimit
print(traceback.format_exception_only(None, None), traceback.format_exception_only(type("X", (Exception,), {"__module__": "m.n"})("y")), traceback.format_list(s)[:1])
for bad in (lambda: traceback.format_exception(ValueError), lambda: traceback.format_exception(5), lambda: traceback.print_exception(), lambda: traceback.format_exception_only(5)):
    try: print(bad())
    except (TypeError, AttributeError) as e: print(e)
from traceback import FrameSummary, walk_stack; f = FrameSummary("file", 3, "name", line="the line", locals={"v": [1]}, colno=1, end_colno=3); print(f, f.locals, f.line, repr(FrameSummary("file", 3, "n", lookup_line=False))); traceback.print_stack(file=sys.stdout)
class Q(Exception):
    def __str__(self): return None
print(traceback.format_exception_only(Q()))
