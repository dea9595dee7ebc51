"""Raising and catching: try in loops, custom classes, finally, deep unwinding, with."""


class Custom(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        return kind is Custom


def deep(n):
    if n == 0:
        raise Custom(1)
    return deep(n - 1)


def loop(n):
    caught = missed = 0
    d = {"k": 1}
    for i in range(n):
        try:
            d["k" if i & 1 else "zz"]
        except KeyError:
            caught += 1
        else:
            missed += 1
        finally:
            missed += 0
        try:
            int("x") if i % 4 == 0 else None
        except (TypeError, ValueError) as e:
            caught += len(e.args)
        with Manager():
            raise Custom(i)
        if i % 10 == 0:
            try:
                deep(20)
            except Custom as e:
                caught += e.code
    return caught, missed


print(loop(320000))
