# Which constants and names the code objects of one compilation share, as identity and marshal show it.
import marshal
import types


def constants(code):
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from constants(constant)
        else:
            yield constant


for source in (
    "def f(x): return x in {'a b', 'c d', 'e'}\ndef g(x): return x in {'e', 'c d', 'a b'}\nx in {'a b', 'e', 'c d'}",
    "def f(x): return x in {'426', '225', 1.5, (2, 'x')}\ndef g(x): return x in {(2, 'x'), 1.5, '225', '426'}",
    "def f(x): return x in {1}, x in {1.0}, x in {True}, x in {1, 2}, x in {2, 1}, x in {0.0}, x in {-0.0}",
    "def f(x): return x in {'later', 'c d'}\ndef g(x): return x in {'c d', 'later'}, 5\nx in {'c d', 'later'}\nlater = 1",
    "def f(x): return x in {'nowhere1', 'c d'}\ndef g(x): return x in {'c d', 'nowhere1'}, 5\nx in {'c d', 'nowhere1'}",
    "def f(x): return x in {'x', 'c d'}\ndef g(x): return x in {'c d', 'x'}, 5\nx in {'c d', 'x'}\nx in {'1', 'z'}, y in {'z', '1'}",
    "def f(): return 1e999 - 1e999\ndef g(): return 1e999 - 1e999, 1e999, 1e999\ndef h(): return -(1e999 - 1e999)",
    "def f(): return (1e999 - 1e999, 1)\ndef g(): return (1e999 - 1e999, 1)\nx = 1e999j - 1e999j, 1e999j - 1e999j, 0j, -0j, 0.0, -0.0",
    "def f(x):\n try: return 1\n finally: g(1e999 - 1e999, (1e999 - 1e999,))",
    "ä = 1; x = 'ä', 'é'", "x = 'é', '\xb5', '\u03bc'", "\xb5 = '\xb5', '\u03bc'", "def f(þ): return 'þ', 'ÿ', {'þ', 'a'}, x in {'þ', 'ÿ'}",
    "class ß:\n ö = 'ö'\n def ü(ÿ): return 'ÿ', ÿ.ø, 'ø', 'å'", "x = '-', '_', 'a', '*', ' ', '\\0', '\\x80', '\\xfd'", "蟒 = '蟒', '巨'",
    "x = (1, (2, (3, 'a b')), (3, 'a b')), b'x', b'', b'x', 'x', '', ()", "x in {'a', ()}, x in {('a', frozenset)}, x in {b'a', 'a'}",
):
    code = compile(source, "<source>", "exec")
    seen = {}
    shared = [seen.setdefault(id(constant), len(seen)) for constant in constants(code)]
    data = marshal.dumps(code)
    print(ascii(source), shared, data)
    print(code == compile(source, "<source>", "exec"), marshal.loads(data) == code)
for text in "é", "ò", "-", "a", "_", "蟒", "蟒蟒":
    print(ascii(text), marshal.dumps(text), marshal.dumps((text, text)), marshal.dumps({text}))
