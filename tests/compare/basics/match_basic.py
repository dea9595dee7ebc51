# match on literals, sequences, mappings, classes and guards.
def f(v):
    match v:
        case 0:
            return "zero"
        case [x, y]:
            return f"pair {x} {y}"
        case {"k": v}:
            return f"map {v}"
        case str() if len(v) > 2:
            return "long"
        case str(s) | bytes(s):
            return f"text {s!r}"
        case _:
            return "?"


for v in (0, [1, 2], {"k": 3}, "abc", "a", b"b", 1.5):
    print(f(v))
