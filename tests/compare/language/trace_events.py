# Events of sys.settrace and sys.setprofile: which, in which frames, on which lines.
import sys


def run(function, *arguments, profile=False, opcodes=False):
    events = []
    first = function.__code__.co_firstlineno

    def hook(frame, event, argument):
        if frame.f_code.co_filename != __file__ or frame.f_code.co_name in ("run", "hook"):
            return None
        if opcodes:
            frame.f_trace_opcodes = True
        shown = argument
        if event == "exception":
            shown = argument[0].__name__, str(argument[1])
        elif event.startswith("c_"):
            shown = argument.__qualname__
        elif not isinstance(argument, (int, list, tuple, type(None))):
            shown = type(argument).__name__
        events.append((frame.f_lineno - first, frame.f_code.co_name, event, shown))
        return hook

    (sys.setprofile if profile else sys.settrace)(hook)
    try:
        function(*arguments)
    except Exception as error:
        events.append(repr(error))
    finally:
        sys.settrace(None)
        sys.setprofile(None)
    print(f"-- {function.__name__} {'profile' if profile else 'trace'}")
    if opcodes:
        print(sum(e[2] == "opcode" for e in events), "opcodes")
        return
    for event in events:
        print(event)


def loops(n):
    total = 0
    for i in range(n):
        if i % 2:
            continue
        total += i
    while total > 1: total -= 1
    return [x
            for x in range(total)]


def generators():
    def inner():
        got = yield 1
        try:
            yield got
        finally:
            got = 3
        return 4

    def outer():
        result = yield from inner()
        return result

    g = outer()
    next(g)
    g.send(2)
    try:
        next(g)
    except StopIteration as stop:
        value = stop.value
    h = outer()
    next(h)
    h.close()
    k = inner()
    next(k)
    try:
        k.throw(KeyError("thrown"))
    except KeyError:
        pass
    for v in inner():
        value = v
    return value


async def pause(n):
    if n:
        await pause(n - 1)
    return n


async def numbers():
    yield 1
    yield 2


async def loop_over():
    async for n in numbers():
        last = n
    return await pause(2), last


def coroutines():
    c = loop_over()
    try:
        c.send(None)
    except StopIteration as stop:
        return stop.value


def errors():
    try:
        try:
            {}["x"]
        finally:
            int("1")
    except KeyError as e:
        raise ValueError("outer") from e


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return True


def contexts():
    with Manager() as m:
        1 / 0
    with Manager() as m, Manager() as n:
        pass
    match (1, m):
        case (2, _):
            pass
        case (x, Manager()):
            return x


def natives():
    len([1])
    sorted([3, 1], key=abs)
    "a".join("b")
    dict(a=1).get("a")
    int("no")


for f in (generators, coroutines, errors, contexts, natives):
    run(f)
    run(f, profile=True)
run(loops, 3)
run(loops, 3, opcodes=True)


# A hook that fails ends tracing, and its exception goes through the frame.
def failing(when):
    def hook(frame, event, argument):
        if event == when and frame.f_code.co_name == "victim":
            raise RuntimeError(when)
        return hook
    return hook


def victim():
    try:
        x = 1
        [][x]
    except IndexError:
        x = 2
    return x


for when in ("call", "line", "exception", "return"):
    sys.settrace(failing(when))
    try:
        print(when, victim())
    except RuntimeError as e:
        print(when, "failed", e, e.__traceback__.tb_next is not None, sys.gettrace())
    finally:
        sys.settrace(None)
