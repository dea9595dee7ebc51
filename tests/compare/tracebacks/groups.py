# An uncaught exception group with nested groups, causes and notes.
def fail(kind, *args):
    raise kind(*args)


def collect(*calls):
    errors = []
    for kind, *args in calls:
        try:
            fail(kind, *args)
        except Exception as e:
            errors.append(e)
    return errors


def inner():
    errors = collect((KeyError, "k"), (OSError, 2, "no file", "name"))
    errors[0].add_note("a note\nwith two lines")
    raise ExceptionGroup("inner group", errors)


def outer():
    errors = collect((ValueError, "v"))
    try:
        inner()
    except ExceptionGroup as group:
        errors.append(group)
    try:
        try:
            raise TypeError("the cause")
        except TypeError as e:
            raise IndexError("with a cause") from e
    except IndexError as e:
        errors.append(e)
    errors.append(ExceptionGroup("empty of frames", [ValueError("unraised")]))
    raise ExceptionGroup("outer group", errors)


try:
    outer()
except* KeyError as e:
    raise
