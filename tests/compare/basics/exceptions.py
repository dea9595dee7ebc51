# try, except, else, finally, raise, own classes.
def attempt(f):
    try:
        result = f()
    except ZeroDivisionError as e:
        return f"zero: {e}"
    except (KeyError, IndexError) as e:
        return f"lookup: {e!r}"
    except Exception as e:
        return f"other: {type(e).__name__} {e}"
    else:
        return f"fine: {result}"
    finally:
        print("finally")


class Mine(Exception):
    pass


def fail():
    raise Mine("custom", 1)


print(attempt(lambda: 1 / 0), attempt(lambda: {}["k"]), attempt(lambda: [][1]), attempt(fail), attempt(lambda: 5), attempt(lambda: unknown), attempt(lambda: "a" + 1), attempt(lambda: None.x))
try:
    try:
        raise ValueError("a")
    except ValueError as e:
        raise TypeError("b") from e
except TypeError as e:
    print(repr(e), repr(e.__cause__))
