# Annotations: modules, classes, functions, evaluation order, strings, future import behaviour in exec.
import typing
x: int = 5
y: "forward"
z: list[int]
(w): float = 1.0
print(__annotations__)


class C:
    a: int
    b: str = "b"
    c: "C"
    __d: float = 1.0

    def f(self, p: int, *args: str, q: "quoted" = None, **kw: dict) -> list:
        local: print("never evaluated")
        other: int = 3
        return other


print(C.__annotations__, C.f.__annotations__, hasattr(C, "a"), C().f(1))
print(typing.get_type_hints(C.f, localns={"quoted": int}))


class D(C):
    pass


print(D.__annotations__, "__annotations__" in D.__dict__)


def f():
    try:
        v: int
        v
    except UnboundLocalError as e:
        print(e)


f()
f.__annotations__ = {"k": 1}
print(f.__annotations__)
try:
    f.__annotations__ = 5
except TypeError as e:
    print(e)
o = type("O", (), {})()
o.attr: print("attribute annotation evaluated") = 1
d = {}
d["i"]: print("subscript annotation evaluated") = 2
print(o.attr, d)
space = {}
exec("from __future__ import annotations\nv: undefined_thing = 1\ndef g(a: nope | None) -> x[1:2, ...]: pass\n"
     "class K:\n    m: lambda: 1 + 2 * -3\n    n: f'{a!r:>{w}}' if not b else (yield_, *c)", space)
print(space["__annotations__"], space["g"].__annotations__, space["K"].__annotations__)
for bad in ("(a, b): int", "a, b: int", "[a]: int = 1", "def f():\n    global q\n    q: int = 1", "f(): int", "x: int: int"):
    try:
        compile(bad, "<s>", "exec")
        print("fine")
    except SyntaxError as e:
        print(e.msg)
T = typing.TypeVar("T")


def generic(a: T | None, b: typing.Callable[[int], T]) -> dict[str, T]: ...


print(generic.__annotations__)
print(int | str, int | None, typing.Optional[int], typing.Union[int, str, int], list[int] | None)
