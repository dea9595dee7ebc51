# Texts of common TypeErrors, AttributeErrors, ValueErrors, IndexErrors, KeyErrors outside of calls.
import types


def f(): pass
class C:
    __slots__ = ("a",)
    def m(self): pass
    @property
    def p(self): return 1
    cls = 1


c = C()
codes = """
1 + 'a' | 'a' + 1 | b'a' + 'a' | [] + () | {} + {} | None + 1 | f + f | C + C | c + c | 1 - 'a' | 'a' - 'b' | 'a' * 'b' | [1] * [2] | 1 @ 2 | 1 % 'a' | 1.5 // 'x' | 2 ** 'a' | 1 << 1.5 | 1 & 1.0 | {1} | {1} - [1] | not_defined
-'a' | ~1.5 | +[] | 1 < 'a' | [] < {} | None < None | 1j < 2j | c < c | f <= 1 | {} > {} | object() >= 1
None.x | (1).x | 'a'.x | f.x | C.x | c.a | c.z | c.m.x | types.x | [].x | type.x | None[0] | (1)[0] | f[0] | C[0] | c[0] | object()[1] | [][0] | [1, 2][2] | ()[0] | ''[0] | b''[0] | range(0)[0] | {}[0] | {}['key'] | {}[(1, 2)] | {}[None] | {}['it\\'s']
1 in 1 | 'a' in 1 | 1 in 'a' | [] in set() | {} in {} | b'a' in 'a' | 1 in None | 1 in c | for_in
*1, | [*1] | {**1} | {*1} | (*None,) | int('x') | int('') | int('1.5') | float('') | float('1x') | complex('z') | int([]) | float({}) | chr(-1) | chr(1 << 30) | ord('') | ord(b'ab') | bytes([300]) | bytearray([-1])
""".replace("\n", " | ").split(" | ")
for code in codes:
    if code.strip():
        try:
            print(code, "=", eval(code))
        except Exception as e:
            print(code, "->", type(e).__name__, e, e.args)
statements = ["c.z = 1", "del c.a", "c.p = 2", "del c.p", "(1).x = 1", "C.m.x = 1", "del C.nothing", "None.x = 1", "f.x = 1; del f.y", "c.__class__ = int", "c.__class__ = 5", "c.__dict__", "int.x = 1", "del int.real", "'abc'[0] = 'x'", "del 'abc'[0]", "(1,)[0] = 2", "[][0] = 1", "[]['a'] = 1", "del [][0]", "{}[[]] = 1", "del {}['k']", "None[0] = 1", "del None[0]", "f()[0] = 1", "range(3)[0] = 1", "b'a'[0] = 1", "{1}[0] = 1",
              "a, b = 1", "a, b = [1]", "a, b = 1, 2, 3", "a, *b, c = 1,", "a, b = {}", "a, b = None", "a, b = 'abc'", "[x, y] = iter([1])", "for x in 1: pass", "for a, b in [1]: pass", "for a, b in [(1, 2, 3)]: pass", "with 1: pass", "with open: pass", "raise 1", "raise C", "raise ValueError('x') from 1", "raise None", "assert 0", "assert 0, 'msg'", "assert (), [1]", "import os.nothing", "import nothing.sub", "from os import nothing", "from . import x", "from nothing import x", "import sys.x", "del undefined", "global q; q", "class X(1): pass", "class X(None): pass", "class X(C, C): pass", "class X(metaclass=1): pass", "class X(foo=1): pass", "class X(int, str): pass", "class X(bool): pass", "class X(type(f)): pass", "class X(*1): pass", "exec('1', None, 5)", "print(1, **{'x': 1})", "x: undefined_annotation", "def g(a=undefined_default): pass", "@undefined_decorator\ndef g(): pass", "@1\ndef g(): pass", "lambda: 1; x = y_undefined", "match 1:\n case int(1, 2): pass", "match 1:\n case f(): pass", "match {}:\n case {**k}: print(k)"]
for code in statements:
    try:
        exec(code, globals())
        print(repr(code), "fine")
    except Exception as e:
        print(repr(code), "->", type(e).__name__, e)
