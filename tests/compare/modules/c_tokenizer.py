"""_tokenize, the compiler's tokenizer as an iterator: places, lines shown, faults and warnings."""
import _tokenize
import warnings

SOURCES = [
    "", "\n", "a", "   ", "  # only a comment", "\n\n\n",
    "if x:\n  y # c\n\n\n  # z\nz",
    "async def f(x: int) -> None: await x\n",
    "x = '''a\nb'''; ñ = 'é' + 1 # é\n",
    "(1,\n 2)", "a $ b ! c ? d\n", "x = 1 \\\n + 2\n", "a \\\n\n b", "(a \\\n b\n c)", "\\\nx",
    "if 1:\n  \\\n\\\nx \\\n y; '''\n\n'''\\\n z '''\n'''",
    "a\r\nb\rc\n", "\f x\n", "'\\\n'", "f'{x}' rb'' Rb'x' u'x'",
    "x **= y // z <> w != v ... .. -> := @= >>= <<=\n",
    "match x:\n case _: ...\n", "x # type: int\n", "# coding: latin-1\né = 1\n",
    "1if 2", "0x1for x", "0b1or 2", "1_000.5e-3j",
    # faults that raise
    "'abc", "'''abc\n def", "a)", "(]", "(\n]", "1_a", "0777", "0x", "1e", "1__0", "0b12", "0o8", "€", "\ufeffx", "1\x012", "'\\",
    "(" * 201,
    # faults of layout, which end the iteration
    "(a", "a\\", "a\\b", " x\ny\n  z\n w\n", "if 1:\n\tx\n        y\n", "if 1:\n  x\n y\n",
    "".join(" " * n + "if 1:\n" for n in range(101)),
]


def show(source):
    print(repr(source[:60]))
    try:
        for token in _tokenize.TokenizerIter(source):
            if len(source) < 100:
                print("   ", token)
    except Exception as error:
        print("   ", type(error).__name__, error.args)


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for source in SOURCES:
        show(source)
for warning in caught:
    print(warning.category.__name__, warning.message, warning.filename, warning.lineno)

warnings.simplefilter("error")
show("x = 1or 2\n")
show("é = 0x1for x in y\n")
for source in ["'\\d' + 'é\\d'", "x = 1\né = '''\n\\d'''\n", "f'{1or 2}'", "x is 1", b"\xc3\xa9 = '\\d'", b"\xc3\xa9 = 1or 2"]:
    try:
        compile(source, "<source>", "exec")
    except SyntaxError as error:
        print(error.args)

iterator = _tokenize.TokenizerIter(source="x")
print(iter(iterator) is iterator, len(list(iterator)))
try:
    next(iterator)
except StopIteration as error:
    print(error.args)
for arguments in [(), (1,), (b"a",), ("a", "b"), ("a\0b",), ("\ud800",)]:
    try:
        _tokenize.TokenizerIter(*arguments)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
try:
    class Derived(_tokenize.TokenizerIter):
        pass
except TypeError as error:
    print(error)
