# Structural pattern matching: every kind of pattern.
class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


class Color:
    RED = 1
    GREEN = 2


def kind(v):
    match v:
        case None | True | False as single:
            return f"singleton {single}"
        case 0 | 1 | -1:
            return "small"
        case -2.5 | 1 + 2j:
            return "number"
        case "a" "b":
            return "ab"
        case Color.GREEN:
            return "green"
        case int(n) if n > 100:
            return f"big {n}"
        case int():
            return "int"
        case str() as s if s.isupper():
            return f"upper {s}"
        case str(s):
            return f"str {s}"
        case []:
            return "empty"
        case [x]:
            return f"one {x}"
        case [1, *rest]:
            return f"one and {rest}"
        case (first, *_, last) if first == last:
            return f"ends {first}"
        case [[a, b], {"k": [c, *d]}]:
            return f"nested {a} {b} {c} {d}"
        case [*_]:
            return "sequence"
        case {"type": "circle", "r": r}:
            return f"circle {r}"
        case {"x": x, **rest} if rest:
            return f"mapping {x} {sorted(rest)}"
        case {}:
            return "mapping"
        case Point(x=0, y=0):
            return "origin"
        case Point(0, y):
            return f"y axis {y}"
        case Point(x, y=1):
            return f"on one {x}"
        case Point():
            return "point"
        case bytes(b):
            return f"bytes {b}"
        case _:
            return "other"


for v in [None, True, 0, 1.0, -2.5, 1 + 2j, "ab", 2, 500, 50, "UP", "low", [], (), [7], [1, 2, 3], (4, 5, 4),
          [[1, 2], {"k": [3, 4, 5]}], [9, 8], {"type": "circle", "r": 2, "z": 1}, {"x": 1, "y": 2}, {"x": 1}, {},
          Point(0, 0), Point(0, 3), Point(4, 1), Point(5, 5), b"x", 3.7, range(3), {1, 2}, bytearray(b"q")]:
    print(repr(v)[:30].split(" object")[0], "->", kind(v))


def too_many():
    match Point(1, 2):
        case Point(1, 2, 3):
            pass


try:
    too_many()
except TypeError as e:
    print(e)


class NoArgs:
    pass


try:
    match NoArgs():
        case NoArgs(1):
            pass
except TypeError as e:
    print(e)
match [1, 2, [3, 4]]:
    case [a, b, [c, d]] if a > b:
        print("no")
    case [a, _, [*c]]:
        print(a, b, c, d)
match = {"case": 1}
case = match["case"]
print(match, case)
match case:
    case case:
        print("soft keywords", case)
