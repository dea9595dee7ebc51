# Large and deep exception groups as the traceback module prints them.
import traceback


def make(depth, width):
    if depth == 0:
        return ValueError(width)
    return ExceptionGroup(f"depth {depth}", [make(depth - 1, width - (i > 0)) for i in range(width)])


wide = ExceptionGroup("wide", [ValueError(i) for i in range(20)])
traceback.print_exception(wide, file=__import__("sys").stdout)
deep = ValueError("bottom")
for i in range(15):
    deep = ExceptionGroup(f"level {i}", [deep, TypeError(i)])
print("".join(traceback.format_exception(deep)))
print("".join(traceback.TracebackException.from_exception(make(2, 3), max_group_width=2, max_group_depth=2).format()))
try:
    raise deep from wide
except ExceptionGroup as e:
    print("".join(traceback.format_exception(e, chain=False))[:300])
raise make(2, 2)
