# dis: instructions of functions, caches, exception tables, code attributes.
import dis, io
def loops(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += i
        else:
            continue
    while total > 10:
        total -= 1
    return total
def handlers(x):
    try:
        with open(x) as f: return f.read()
    except (OSError, ValueError) as e:
        raise RuntimeError from e
    finally:
        print("done")
def closures(a, *b, c=1, **d):
    def inner():
        nonlocal a
        a += 1
        return [a, *b, {**d}, f"{a!r:>{c}}"]
    return inner
def gen():
    x = yield 1
    yield from x
async def co(x):
    async with x as y: await y
    return [i async for i in x]
def comp(x): return [a for a in x if a], {b: b for b in x}, (c for c in x)
def matching(v):
    match v:
        case [1, x, *_]: return x
        case {"k": y}: return y
        case str(): return v
class K:
    a: int = 5
    def m(self): return super().m() + __class__.a
def calls(f): return f(1, k=2), f(*f, **f), f.m(1), "a".join(x for x in f), not f is None, f < 1 < 2, f[1:2], -f, f @ f, (f and 1) or 2
def show(x, **k):
    s = io.StringIO(); dis.dis(x, file=s, depth=0, **k); import re; print(re.sub(r"<code object (\S+) at 0x[0-9a-f]+, file \"[^\"]*\"", r"<code object \1", s.getvalue()))
for f in (loops, handlers, closures, closures(1), gen, co, comp, matching, K.m, calls):
    print("==", f.__name__); show(f); c = f.__code__; print(c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_nlocals, c.co_stacksize, hex(c.co_flags), c.co_names, c.co_varnames, c.co_freevars, c.co_cellvars, c.co_qualname, len(c.co_consts), c.co_exceptiontable.hex(), len(c.co_code), list(c.co_lines())[:4], list(c.co_positions())[:3])
show(loops, show_caches=True); show("x = 1; import a.b; from c import d; del x"); show(compile("class Q:\n x: int = 1\n def f(self): pass", "<q>", "exec")); print(dis.code_info(closures).replace(__file__, "FILE"), [i.opname for i in dis.get_instructions(gen)], dis.stack_effect(dis.opmap["LOAD_CONST"], 1), len(dis.opname), dis.HAVE_ARGUMENT, sorted(dis.opmap)[:5], list(dis.findlinestarts(gen.__code__))[:2], dis.findlabels(loops.__code__.co_code), dis.Bytecode(gen).info()[:4])
try: dis.dis(5)
except TypeError as e: print(e)
