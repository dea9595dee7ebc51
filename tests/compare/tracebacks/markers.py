# Where ^^^^ markers go, for many kinds of expressions (formatted with the traceback module).
import traceback
codes = ["x = a.b.c", "x = a.b.missing.d", "x = d['k']['zz']['q']", "x = d['zz']", "x = f(1)(2)(3)", "f(1)(2)(3) + g(4)", "1 + 2 + 'a' + 3", "(1 + 2) * ('a' - 1)", "x = [1, 2][5] + 3", "x = -'a'", "y = (1 < 2 < 'a')", "a.b.c.d = 5", "d['x']['y'] = 5", "del d['zz']", "del a.zz",
         "f(1, 2, 3, *g(5), **{'x': zz})", "raise ValueError('text')", "assert d['k'] == 5, 'message'", "for i in 5: pass", "with a.b as c: pass", "a, b_, c = 1, 2", "import nothing_at_all", "from os import nothing_at_all", "x = f'{1 / 0} text'", "x = [i / 0 for i in range(3)]", "x = {i: i / 0 for i in range(3)}", "lambda_ = (lambda: 1 / 0)()", "x = (1 / 0 if True else 5)", "print(1,\n    2 / 0,\n    3)", "x = (1 +\n     2 +\n     'a')", "xé漢 = d['漢字']['z']", "  \nx = 'é漢' + 1", "x = not_defined + 1", "1/0", "a.b.call(1 / 0)", "a.b.call(1)(2)", "x = y = z = 1 / 0", "x += 1 / 0; y = 2", "if 1 / 0: pass", "while zz: pass", "class Q(zz): pass", "@zz\ndef fn(): pass", "def fn(x=zz): pass", "x: int = 1 / 0", "(x := 1 / 0)", "[*5]", "{**5}", "f(*5)", "f(**5)", "match 1 / 0:\n    case 1: pass", "try:\n    1 / 0\nfinally:\n    pass", "return_ = yield_", "d['k'][1 / 0]", "d[1:2:0][zz]", "a @ 1", "d['k'] ** 'a'", "a.b.missing()", "a().b", "'%d' % 'x'", "'a'.join([1])", "await_ = int('x')", "x = int(\n  'x'\n)"]


class A:
    class b:
        c = 1
        call = staticmethod(lambda x: x)


def f(*a, **k): return lambda b: None
def g(x): return [x]


for code in codes:
    space = {"a": A, "d": {"k": {}, "漢字": {}}, "f": f, "g": g}
    import linecache
    name = f"<code {codes.index(code)}>"
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    try:
        exec(compile(code, name, "exec"), space)
        print("fine", code)
    except Exception as e:
        frames = traceback.extract_tb(e.__traceback__)
        for frame in frames[1:]:
            print(code.splitlines()[0] if frame is frames[1] else "--", (frame.lineno, frame.end_lineno, frame.colno, frame.end_colno), frame.name)
        text = traceback.format_exception(e)
        print("".join(t for t in text[1:] if "exec(compile" not in t).rstrip())
