# Making code objects: types.CodeType(...), replace(), what they keep, when they are equal and how they hash.
import itertools
import marshal
import sys
import types


def outer(a, *b, c=1):
    d = a

    def inner():
        return d, x, c
    return inner


class Text(str):
    pass


class Items(tuple):
    pass


code = outer.__code__
FIELDS = ("argcount posonlyargcount kwonlyargcount nlocals stacksize flags code consts names varnames filename name "
          "qualname firstlineno linetable exceptiontable freevars cellvars").split()


def replace(**changes):
    return code.replace(**changes)


def new(**changes):
    values = {"co_" + field: getattr(code, "co_" + field) for field in FIELDS}
    values.update(changes)
    return types.CodeType(*values.values())


def shown(value):
    return type(value), [(type(each), each) for each in value] if isinstance(value, tuple) else value


def attempt(make, **changes):
    print(make.__name__, changes, end=": ")
    try:
        made = make(**changes)
    except Exception as error:
        # Where in its source the reference found it is left out.
        print(type(error).__name__, str(error).split(".c:")[-1].lstrip("0123456789: "))
    else:
        print([(getattr(made, name) is value, shown(getattr(made, name))) for name, value in changes.items()])


print("Names and other objects")
for make in replace, new:
    for name in "co_names", "co_varnames", "co_freevars", "co_cellvars":
        for value in ((1,), (Text("a"), "b", "c", "d"), (Text("q"),), ("x", "y", "z", "w", "v"), [1], (),
                      ("a", "b", "c", "d"), Items("abcd"), ("a", "a", "a", "a")):
            attempt(make, **{name: value})
    for name in ("co_consts", "co_name", "co_filename", "co_qualname", "co_code", "co_linetable", "co_exceptiontable"):
        for value in Text("x"), "x", b"xx", b"odd", (), Items(), [], 1, bytearray(b"abcd"), None:
            attempt(make, **{name: value})

print("Numbers")
for make in replace, new:
    for field in "argcount posonlyargcount kwonlyargcount nlocals stacksize flags firstlineno".split():
        for value in -1, 0, 100, 2**31 - 1, 2**31, -2**31, 2**29, "x", 1.5, True, None:
            attempt(make, **{"co_" + field: value})

print("More than one")
for make in replace, new:
    for changes in itertools.combinations([("co_argcount", 100), ("co_posonlyargcount", 200), ("co_nlocals", 77),
                                           ("co_nlocals", -3), ("co_code", b"a"), ("co_names", (1,)),
                                           ("co_varnames", ("a",)), ("co_stacksize", -1), ("co_flags", 0),
                                           ("co_cellvars", (1, 2)), ("co_freevars", ("a",))], 2):
        attempt(make, **dict(changes))
attempt(replace, co_unknown=1)
attempt(replace, co_consts=(1,), co_names=("a", "d", "x y"), co_cellvars=("a", "zz", "a"))

print("What is the same object")
for title, other in ("replace", replace()), ("new", new()), ("itself", code):
    print(title, [field for field in FIELDS if getattr(other, "co_" + field) is getattr(code, "co_" + field)])
consts = ("word " + str(1), Text("text"), ("wo" + str(2),), frozenset({"wo" + str(3)}))
made = replace(co_consts=consts)
print(made.co_consts is consts, consts[2][0] is sys.intern("wo2"), [*consts[3]][0] is sys.intern("wo3"))
print(marshal.dumps(replace(co_filename="f", co_consts=(replace(co_filename="f"),))))

print("Equality")
for name, value in dict(argcount=0, posonlyargcount=1, kwonlyargcount=0, stacksize=77, flags=0, firstlineno=77,
                        code=b"aabb", consts=(3,), names=("q",), filename="f", name="m", qualname="r", linetable=b"",
                        exceptiontable=b"a", freevars=("q", "r")).items():
    other = replace(**{"co_" + name: value})
    print(name, other == code, other != code, hash(other) == hash(code))
for a, b in ((1, 1.0), (0.0, -0.0), (1, True), ((1,), (1.0,)), (frozenset({1}), frozenset({1.0})),
             (frozenset({1, 2}), frozenset({2, 1})), (frozenset({0.0, 3}), frozenset({-0.0, 3})),
             (frozenset({(1,), "a"}), frozenset({(True,), "a"})), (frozenset({1}), frozenset({1, 2})),
             (0j, -0j), (complex(0, -0.0), 0j), ("a", b"a"), (..., ...), (code, code.replace()), (slice, slice),
             (code, code.replace(co_consts=())), ([], [])):
    first, second = replace(co_consts=(a,)), replace(co_consts=(b,))
    print(first == second, first == replace(co_consts=(a,)))
nan = float("nan")
print(replace(co_consts=(nan,)) == replace(co_consts=(nan,)),
      replace(co_consts=(nan,)) == replace(co_consts=(float("nan"),)))
try:
    hash(replace(co_consts=([],)))
except TypeError as error:
    print(error)
print(code == 1, code != 1, code.__lt__(code), {code, replace(), new()} == {code})

print("Depth")
deep = ()
for _ in range(100):
    deep = (deep,)
print(replace(co_consts=deep) == replace(co_consts=(deep[0],)))
nested, around = code, []
for _ in range(30_000):
    nested = nested.replace(co_consts=(nested,))
    around.append(nested)
try:
    marshal.dumps(nested)
except ValueError as error:
    print(error)
while around:
    around.pop()


def large(value):
    return value


def large_generator(value):
    yield value


large.__code__ = large.__code__.replace(co_stacksize=2**20)
large_generator.__code__ = large_generator.__code__.replace(co_stacksize=2**20)
print(large(1), list(large_generator(2)))
