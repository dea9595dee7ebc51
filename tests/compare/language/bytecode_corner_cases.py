# Expressions and statements whose compilation is delicate: nested functions in odd places, large constants, many names, deep nesting, long jumps.
print((lambda: (lambda x=5: (lambda: x)())())(), [lambda i=i: i for i in range(2)][1](), {**{"a": 1}, **{"b": 2}}, [*"ab", *[1]], (lambda *a, **k: (a, k))(*[1], 2, *[3], x=1, **{"y": 2}))
code = "\n".join(f"v{i} = {i} * {i}" for i in range(700)); space = {}; exec(code, space); print(space["v699"], sum(v for k, v in space.items() if k.startswith("v")))
exec("def f():\n" + "\n".join(f"    x{i} = {i}" for i in range(400)) + "\n    return x399 + x0\nprint(f())")
exec("def f(" + ", ".join(f"a{i}=1" for i in range(300)) + "): return a0 + a299\nprint(f(5), f(**{'a299': 7}))"); print(eval("+".join(["1"] * 2000)), eval("(" * 60 + "1" + ")" * 60), eval("[" * 60 + "]" * 60).__class__.__name__, len(eval("[" + "1," * 5000 + "]")), len(eval("{" + ",".join(f"'k{i}': {i}" for i in range(1000)) + "}")), eval(" if x else ".join(str(i) for i in range(100)), {"x": 0}))
exec("if 1:\n" + "".join("    " * (i + 1) + "if 1:\n" for i in range(30)) + "    " * 31 + "print('deep if')"); exec("x = 0\nwhile x < 3:\n" + "    y = x\n" * 3000 + "    x += 1\nprint(x, y)"); exec("def f(c):\n    if c:\n" + "        z = 1\n" * 2000 + "    else:\n        z = 2\n    return z\nprint(f(0), f(1))")
def many(a, b, c, d, e, f, g, h): return a if b else c if d else e if f else g or h
print(many(1, 0, 2, 0, 3, 0, 0, 9), [x if x > 1 else -x for x in range(4) if not x == 3 or x], 1 if [] or () or {} or 0 or None or "" else 2, not not [1], (yield_ := 3) + 1)
def tryreturn(n):
    for i in range(5):
        try:
            try:
                if i == n: return ("returned", i)
                if i == 1: continue
                if i == 3: raise KeyError(i)
            finally:
                if n == 4 and i == 2: break
        except KeyError as e: last = e.args
        else: last = ("else", i)
    return last
print([tryreturn(n) for n in range(6)])
def nested_finally():
    out = []
    try:
        try: out.append(1); raise ValueError
        finally:
            try: out.append(2); raise KeyError
            except KeyError: out.append(3)
            finally: out.append(4)
    except ValueError as e: out.append(repr(e)); out.append(e.__context__)
    return out
print(nested_finally())
def with_return():
    with C() as a, C() as b:
        for i in range(3):
            with C():
                if i == 1: return a, b, i
class C:
    n = 0
    def __enter__(self): C.n += 1; return C.n
    def __exit__(self, *a): C.n += 100; return False
print(with_return(), C.n); a, (b, *c), [d] = 1, (2, 3, 4), "z"; (x, y), z = [[1, 2], 3]; print(a, b, c, d, x, y, z); l = [0, 1, 2]; i = 0; i = l[i] = 2; print(i, l); l[0], l[1], l[2] = l[2], l[0], l[1]; print(l); x = y = z = []; x += [1]; print(y, z is x)
class S:
    def __setitem__(self, k, v): print("set", k, v)
    def __getitem__(self, k): print("get", k); return 1
    def __delitem__(self, k): print("del", k)
s = S(); s[1:2, ::3] += 5; s[...], s[()] = 1, 2; del s[1], s[2:]; s[lambda: 1 if 0 else 2].__class__; s[(k := 5)] = 6; s[*range(2)] = 1
def defaults(a=(lambda: 1)(), *, b=[x for x in "ab"], c: (lambda: 2)() = 3): return a, b, c
print(defaults(), defaults.__annotations__); assert [] == [], [1 / 0]; print(f"{(lambda x: f'{x!r:>{5}}')('i')}", f"{'{'}{'}'}{'nested ' + f'{1:>{2}}'}", "a" "b" f"{1}" "c", 1_0.5e1_0, 0xFF_FF, 1e-3j, "\x41\u0042\N{LATIN SMALL LETTER C}\103", b"\x00\xff\101", r"\n" "\n".__repr__(), '''a
b''', "line \
continued", ...)
if (n := 10) > 5 and (m := n * 2) > 15: print(n, m)
while (n := n - 3) > 0: print(n, end=" ")
else: print("end", n)
global_in_exec = {}; exec("def f():\n global g\n g = 1\nf()\nclass K:\n  global h\n  h = 2\n  z = h", global_in_exec); print(global_in_exec["g"], global_in_exec["h"], global_in_exec["K"].z, __debug__, [].__doc__ is not None, eval("__import__('sys').argv.__class__"))
