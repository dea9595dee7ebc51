# dataclasses: fields, defaults, frozen, order, slots, kw_only, inheritance, post-init, replace, errors.
from dataclasses import *
import typing
@dataclass(order=True)
class P:
    x: int
    y: float = 2.0
    tags: list = field(default_factory=list, compare=False, repr=False)
    k: typing.ClassVar[int] = 5
    init: InitVar[int] = 3
    def __post_init__(self, init): self.sum = self.x + init
p = P(1); print(p, p.sum, p == P(1), P(1) < P(2), P(1, 3.0, init=9).sum, fields(p)[1].name, [f.name for f in fields(P)], asdict(p), astuple(p), replace(p, x=7, init=0), is_dataclass(P), is_dataclass(p), P.__match_args__, P.__doc__)
@dataclass(frozen=True, slots=True)
class F:
    a: int
    b: str = "b"
f = F(1); print(f, hash(f) == hash(F(1)), {f: 1}[F(1, "b")], F.__slots__)
@dataclass(kw_only=True)
class K:
    a: int
    b: int = 1
@dataclass
class Child(P):
    z: str = "z"
    _: KW_ONLY = None if False else KW_ONLY
    w: int = 0
print(K(a=1), Child(1, 2, [3], 4, "zz", w=5), [f.name for f in fields(Child)], make_dataclass("M", ["q", ("r", int, 5)])(1))
@dataclass(eq=False, repr=False)
class E: v: int
@dataclass(unsafe_hash=True)
class U: v: int; n: list = field(default_factory=list, hash=False)
print(E(1) == E(1), "E object" in repr(E(1)), hash(U(1)) == hash(U(1)), field(default=5).default, MISSING)
for bad in ("P()", "P(1, 2, 3, 4, 5)", "K(1)", "setattr(f, 'a', 2)", "delattr(f, 'a')", "f.zz", "P(1) < 5", "hash(P(1))", "fields(5)", "asdict(5)", "replace(f, q=1)", "replace(5)", "make_dataclass('X', ['1a'])", "make_dataclass('X', ['a', 'a'])", "field(default=1, default_factory=list)", "dataclass(type('X', (), {'__annotations__': {'a': int, 'b': int}, 'a': 1}))", "dataclass(type('X', (), {'__annotations__': {'a': list}, 'a': []}))", "dataclass(order=True, eq=False)(type('X', (), {}))", "dataclass(frozen=True)(type('X', (P,), {}))", "dataclass(slots=True)(type('X', (), {'__slots__': ('a',), '__annotations__': {'a': int}}))", "dataclass(5)", "setattr(f, 'new', 1)"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
@dataclass
class R: c: "R" = None; n: dict = field(default_factory=dict)
r = R(); r.c = r; print(r); print(asdict(R(R(), {"a": [R()]})))
match P(1, 5.0):
    case P(1, y): print("matched", y)
import inspect; print(inspect.signature(P), inspect.signature(K), P.__init__.__annotations__)
