# Loops with else, try/finally interplay, break and continue in finally, return overriding, nested handlers.
def search(items, wanted):
    for i, item in enumerate(items):
        if item == wanted:
            break
    else:
        return "not found"
    return i


print(search("abc", "b"), search("abc", "z"))
n = 0
while n < 5:
    n += 1
    if n == 2:
        continue
    if n == 4:
        break
else:
    print("no")
print(n)
while n:
    n -= 1
else:
    print("while else", n)


def override():
    try:
        return "try"
    finally:
        return "finally"


def swallow():
    for i in range(3):
        try:
            1 / 0
        finally:
            if i < 2:
                continue
            break
    return i


def order(log):
    try:
        log.append("try")
        raise KeyError
    except KeyError:
        log.append("except")
        return log
    else:
        log.append("else")
    finally:
        log.append("finally")


print(override(), swallow(), order([]))


def nested():
    try:
        try:
            raise ValueError("inner")
        except ValueError as e:
            raise TypeError("second") from e
        finally:
            print("inner finally")
    except TypeError as e:
        return repr(e), repr(e.__cause__), e.__suppress_context__
    finally:
        print("outer finally")


print(nested())
try:
    try:
        1 / 0
    except ZeroDivisionError as e:
        saved = e
        {}["k"]
except KeyError as e:
    print(repr(e.__context__), e.__context__ is saved)
try:
    saved_name = e
except NameError as x:
    print(x)
try:
    raise ValueError from None
except ValueError as e:
    print(e.__cause__, e.__suppress_context__)
for bad in ("raise 5", "raise ValueError from 5", "raise", "raise int"):
    try:
        exec(bad)
    except (TypeError, RuntimeError) as e:
        print(bad, "->", e)
try:
    try:
        raise KeyError("x")
    except 5:
        pass
except TypeError as e:
    print(e)


def reraise():
    try:
        raise OSError("o")
    except (ValueError, OSError):
        try:
            raise
        except OSError as e:
            return e.args


print(reraise())
import sys
try:
    raise ValueError(1)
except ValueError:
    print(sys.exc_info()[0], sys.exception())
print(sys.exc_info())
assert True
try:
    assert 1 > 2, "message %d" % 5
except AssertionError as e:
    print(e)
def gen():
    try:
        yield 1
    finally:
        print("gen cleanup")
for v in gen():
    break
print("after")
pass; x = 1; y = 2
if x: print("one line")
elif y: print("no")
for i in (): pass
else: print("empty for")
