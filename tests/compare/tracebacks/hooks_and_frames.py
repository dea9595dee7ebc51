# Traceback objects, frames, sys.exc_info, walking, clearing, changing, tb_lasti and excepthook arguments.
import sys
import traceback


def a(x):
    y = x * 2
    return b(y)


def b(z):
    local = [z]
    raise LookupError(local)


try:
    a(5)
except LookupError:
    kind, value, tb = sys.exc_info()
print(kind.__name__, value.args, tb.tb_lineno, tb.tb_frame.f_code.co_name)
while tb:
    f = tb.tb_frame
    print(f.f_code.co_name, tb.tb_lineno, f.f_lineno, sorted(f.f_locals.items()) if f.f_code.co_name != "<module>" else "", f.f_back is not None, tb.tb_lasti >= 0)
    last, tb = tb, tb.tb_next
for frame, line in traceback.walk_tb(value.__traceback__):
    print(frame.f_code.co_name, line)
print([f"{s.name}:{s.lineno}:{s.line}" for s in traceback.extract_tb(value.__traceback__)])
traceback.clear_frames(value.__traceback__)
print(last.tb_frame.f_locals)
value.__traceback__.tb_next = None
print(len(traceback.extract_tb(value.__traceback__)))
try:
    value.__traceback__.tb_next = value.__traceback__
except ValueError as e:
    print(e)
try:
    value.__traceback__.tb_next = 5
except TypeError as e:
    print(e)
try:
    raise value
except LookupError as e:
    print([s.name for s in traceback.extract_tb(e.__traceback__)])
try:
    raise ValueError("fresh").with_traceback(None)
except ValueError as e:
    print(len(traceback.extract_tb(e.__traceback__)))
import types
fake = types.TracebackType(None, sys._getframe(), 2, 99)
print(fake.tb_lineno, fake.tb_next)


def current():
    f = sys._getframe()
    return f.f_code.co_name, f.f_back.f_code.co_name, f.f_lineno - f.f_code.co_firstlineno


print(current(), [s.name for s in traceback.extract_stack()], sys._getframe().f_trace)
try:
    sys._getframe(1000)
except ValueError as e:
    print(e)


def my_hook(kind, value, tb):
    print("excepthook:", kind.__name__, value, [s.lineno - tb.tb_lineno for s in traceback.extract_tb(tb)][:1])
    sys.__excepthook__(kind, value, tb)


sys.excepthook = my_hook
print(traceback.format_exc() if sys.exc_info()[0] else "no exception", traceback.format_list([("f.py", 1, "name", "code")]))
import io
s = io.StringIO()
try:
    a(7)
except LookupError as e:
    traceback.print_exc(limit=1, file=s); traceback.print_exception(e, limit=-1, file=s)
    t = traceback.TracebackException.from_exception(e, capture_locals=True)
    print(s.getvalue(), "".join(t.format()), t.exc_type.__name__, str(t), t.stack[-1].locals, sep="\n")
a("at exit")
