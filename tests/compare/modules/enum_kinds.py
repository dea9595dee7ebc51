# enum: members, aliases, auto, flags, functional API, methods, unique, errors, pickling.
from enum import *
import pickle
class Color(Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1
    def describe(self): return f"{self.name} is {self.value}"
    @property
    def half(self): return self.value / 2
    @classmethod
    def default(cls): return cls.RED
print(Color.RED, repr(Color.RED), Color(2), Color["GREEN"], Color.CRIMSON is Color.RED, list(Color), len(Color), Color.__members__, Color.RED.describe(), Color.GREEN.half, Color.default(), Color.RED in Color, isinstance(Color.RED, Color), f"{Color.RED} {Color.RED!r:>20} {Color.RED:>12}|", hash(Color.RED) == hash("RED"), Color.RED == 1, list(reversed(Color)), pickle.loads(pickle.dumps(Color.RED)) is Color.RED, bool(Color.RED), dir(Color.RED)[:3], type(Color), Color)
class Auto(Enum):
    def _generate_next_value_(name, start, count, last): return name.lower()
    A = auto(); B = auto()
class N(IntEnum): ONE = 1; TWO = auto()
class S(StrEnum): X = auto(); Y = "why"
class F(Flag): R = auto(); W = auto(); X = auto(); RW = R | W
class I(IntFlag): A = 1; B = 2
print(Auto.A.value, N.TWO + 1, N.ONE < N.TWO, f"{N.ONE}", str(N.ONE), repr(N.TWO), S.X, S.Y + "!", f"{S.Y:>5}", repr(S.X), F.R | F.X, F.RW, repr(F.RW), F.R in F.RW, F.RW & F.R, ~F.R, F(0), F(7), list(F.RW), bool(F.R & F.W), len(F.RW), F.R ^ F.RW, I.A | 8, repr(I.A | I.B), I(3), ~I.A, int(I.B), I.A | I.B == 3, F["RW"].name, (F.R | F.X).name)
M = Enum("M", "P Q", module=__name__); print(list(M), Enum("D", {"a": 5}).a, Enum("T", [("x", "y")]).x, IntEnum("Z", ["k"], start=10).k, M.P.name, M["Q"].value)
class Planet(Enum):
    EARTH = (5.97, 6.37); MARS = (0.64, 3.39)
    def __init__(self, mass, radius): self.mass, self.radius = mass, radius
    @classmethod
    def _missing_(cls, v): return cls.MARS if v == "red" else None
class T(Enum):
    _ignore_ = "tmp"
    tmp = 5
    a = member(1); b = nonmember(2)
    @staticmethod
    def s(): return "s"
    class Inner: pass
print(Planet.EARTH.mass, Planet("red"), list(T), T.b, T.s(), T.a.name)
for bad in ("Color(9)", "Color['X']", "Color.BLUE", "Color.RED.x", "setattr(Color, 'RED', 5)", "setattr(Color.RED, 'value', 5)", "Color('red')", "type('X', (Color,), {})", "Color.RED < Color.GREEN", "Color.RED + 1", "5 in Color", "'a' in Color", "F(99)", "F.R | 1", "unique(Color)", "Enum('X', 'a a')", "delattr(Color, 'RED')", "Color()", "Planet('blue')", "S(5)", "N('x')", "F('a')", "EnumType.__call__(Color, 77)", "StrEnum('Q', {'a': 5})"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
@verify(UNIQUE, CONTINUOUS)
class V(IntEnum): A = 1; B = 2
try:
    @verify(CONTINUOUS)
    class W(Enum): A = 1; B = 3
except ValueError as e: print(e)
match Color.RED:
    case Color.GREEN: print("g")
    case Color.RED: print("r")
