# Syntax errors of expressions and incomplete input in eval and single mode; warnings of the compiler.
import codeop
import warnings
for text in ("", " ", "1 +", "x = 1", "a b", "1; 2", "(1", "1)", "lambda", "yield", "*a", "*a, b", "# only comment", "\n1", "  1", "1\n", "1\n2", "a :=  1", "(a := 1)", "pass", "'abc", "f'{1 +}'", "f'{a b}'"):
    for mode in ("eval", "single"):
        try:
            compile(text, "<m>", mode)
            print(mode, repr(text), "fine")
        except SyntaxError as e:
            print(mode, repr(text), type(e).__name__, e.msg, e.lineno, e.offset)
for text in ("if x:", "if x:\n  y", "if x:\n  y\n", "(", "'''a", "x = 1", "x = \\", "a b", "def f():\n  pass\n", "try:\n  x\n", "@d", "for x in y: pass", "[1,", "1 +"):
    try:
        print(repr(text), codeop.compile_command(text) is not None)
    except SyntaxError as e:
        print(repr(text), e.msg)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for text in ("x is 1", "'a' is not x", "assert (1, 'msg')", "'\\d'", "b'\\q'", "1 in ()()", "[1] [1, 2]", "'a'['b']", "(1)(2)", "0x1for x in y", "1if 0else 2", "'\\400'", "f'\\d{1}'", "x is ()", "None()", "{}(1)", "[1]['a']", "lambda: 1 is 1"):
        try:
            compile(text, "<w>", "exec")
        except SyntaxError as e:
            print(repr(text), e.msg)
        for w in caught:
            print(repr(text), w.category.__name__, w.message, w.filename, w.lineno)
        caught.clear()
import ast
print(ast.dump(ast.parse("x: int = (1)", mode="exec")), ast.dump(ast.parse("a", mode="eval")), ast.dump(ast.parse("(int, str) -> bool", mode="func_type")))
for source in (b"# -*- coding: latin-1 -*-\nx = '\xe9'", b"x = '\xc3\xa9'", b"\xef\xbb\xbfx = 1", b"x = '\xe9'", b"# coding: nope\nx", b"# coding: utf-8\nx = '\xff'", b"\n\n\n# coding: latin-1\n'\xe9'"):
    space = {}
    try:
        exec(compile(source, "<bytes>", "exec"), space)
        print(source, space["x"])
    except SyntaxError as e:
        print(source, e.msg, e.lineno)
