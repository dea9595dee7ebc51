# except*: splitting, re-raising, nesting, derived groups, plain exceptions.
def show(e, depth=0):
    pad = "  " * depth
    if isinstance(e, BaseExceptionGroup):
        print(f"{pad}{type(e).__name__} {e.message!r}")
        for inner in e.exceptions:
            show(inner, depth + 1)
    else:
        print(f"{pad}{e!r}")


def run(make):
    try:
        try:
            raise make()
        except* ValueError as group:
            print("values")
            show(group, 1)
        except* (TypeError, KeyError) as group:
            print("types or keys")
            show(group, 1)
        else:
            print("else")
        finally:
            print("finally")
    except BaseException as rest:
        print("rest")
        show(rest, 1)


run(lambda: ExceptionGroup("g", [ValueError(1), TypeError(2), OSError(3)]))
run(lambda: ExceptionGroup("g", [ValueError(1), ExceptionGroup("h", [ValueError(2), KeyError(3)])]))
run(lambda: ValueError("plain"))
run(lambda: IndexError("unrelated"))
run(lambda: BaseExceptionGroup("b", [KeyboardInterrupt(), ValueError(1)]))

try:
    try:
        raise ExceptionGroup("raise in handler", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise RuntimeError("new")
    except* TypeError:
        raise
except ExceptionGroup as e:
    show(e)
g = ExceptionGroup("top", [ValueError(1), ExceptionGroup("sub", [TypeError(2), ValueError(3)])])
match, rest = g.split(ValueError)
show(match)
show(rest)
show(g.subgroup(lambda e: isinstance(e, TypeError)))
print(g.subgroup(OSError), repr(g), str(g))


class MyGroup(ExceptionGroup):
    def derive(self, excs):
        return MyGroup(self.message + "!", excs)


show(MyGroup("mine", [ValueError(1), TypeError(2)]).split(TypeError)[0])
for make in (lambda: ExceptionGroup("x", []), lambda: ExceptionGroup("x", [1]), lambda: ExceptionGroup(1, [ValueError()]),
             lambda: ExceptionGroup("x", [KeyboardInterrupt()]), lambda: ExceptionGroup("x", 5)):
    try:
        make()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
try:
    try:
        raise ValueError
    except* ExceptionGroup:
        pass
except TypeError as e:
    print(e)
print(type(BaseExceptionGroup("all exceptions", [ValueError()])))
