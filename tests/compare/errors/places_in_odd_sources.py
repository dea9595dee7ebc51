# timeout: 120
# Places of errors: in files that begin with a byte order mark, in the fields of f-strings, and of warnings made errors.
import subprocess
import sys
import warnings


def run(source, *options):
    with open("program.py", "wb") as file:
        file.write(source)
    run = subprocess.run([sys.executable, "-I", "-S", *options, "program.py"], capture_output=True)
    print(source, options, run.stderr)


def show(source):
    try:
        compile(source, "<source>", "exec")
        print(repr(source), "ok")
    except SyntaxError as error:
        print(repr(source), type(error).__name__, error.args)


# A string of several lines that has not been read yet does not change the line that is shown.
for target in "None", "(a, 1)", "a and b", "x = f()", "f()", "[None]", "x: y = f()", "lambda: x", "x := 1", "print(x)":
    for operator in "=", "+=", ":=":
        show(f"{target} {operator} \"\"\"\n a\n\"\"\"\n")
        show(f"if {target} {operator} \"\"\"\n a\n\"\"\": pass\n")

MARK = b"\xef\xbb\xbf"
FAULTY = ['(\n', '\\b\n', 'x\\b\n', 'x \\', '(a b\n', '(\\\n', "'abc\n", 'a $ b\n', "'''\n", "f'''{\n", '(1]\n', 'x = )\n', 'x = 0777\n',
    '(a,\n b c\n', "x = '\\N{x}'\n", '  a\n b', '\ta\n', 'if 1:\na', 'a = 1\n(\n', 'a = 1\nx\\b\n', 'ö = (\n', 'ö\\b\n', "f'{ö ö}'\n",
    "f'{a b}'\n", "f'ö{a b}'\n", "f'ö{ö ö}ö{ö ö}'\n", "x = f'{ö(}'\n", "ö = f'{ö b}'\n", "ö = f'{ö $ b}'\n", "ö; f'''\n{ö b}'''\n",
    "f'{ö:{ö ö}}'\n", "f'{ö + }'\n", "f'{ö!x}'\n", "f'{'\n", "f'{ö'\n", "f'ö{a.b.1}'\n", "f'{ö.b.ö ö(1)}'\n", "f'{lambda ö:1}'\n",
    "f'{(ö, ö for ö in ö)}'\n", "f'{ö = !r b}'\n", "f'{ö(ö=1, ö)}'\n", "f'{ö if ö}'\n", "f'{0777}'\n", "f'{ö + 0777}'\n", "f'{ö := 1 ö}'\n",
    "f'{*ö}'\n", "f'{ö\\n}'\n", "'ö' f'{ö b}'\n", 'f\'{"ö" b}\'\n', "x = 'ö' + f'{ a + 1 2}'\n", "f'{1if 2 3}'\n", 'f\'{f"{ö b}"}\'\n',
    "f'{yield = ö b}'\n", "f'{ö ö}\n", "if 1:\n  f'ö{ö b}'\n", "f'{None = ö}'\n", "f'{ö[1:2:3:4]}'\n", "f'{print ö}'\n", "f'{ö\tö}'\n",
    "f'{ö ö'\n", "f'{(ö ö}'\n", "f'{ö)}'\n", "f'{ [ö) }'\n"]
for text in FAULTY:
    show(text)
    for start in b"", MARK, b"# coding: utf-8\n", MARK + b"# coding: utf-8\n":
        show(start + text.encode())
    show(b"# coding: latin-1\n" + text.encode("latin-1"))
for text in ["ö = [1,\n 2\n", "ö\\b\n", "x \\", "f'ö{ö ö}'\n", "'ö'; 1/0\n", "import warnings; warnings.warn('x')\n"]:
    run(MARK + text.encode())
WARNED = ["(1,\n '\\d',\n 3", "(1,\n '\\d'\n 3", "('\\d'", "'\\d' 1", "(\n'\\d'\n", "x = '\\d'\n(", "('\\d' b", "['\\d', 1if 2 else 3",
    '(1if 2 else 3', '(1if 2', "'\\d'\nx = (", "f('\\d', 3", "{'\\d': 3", "{'a': '\\d'", "(1, 2, '\\d'", '(1,\n 2\n', "x['\\d'",
    "x = 1 1\n'\\d'", "'\\d'; x = 1 1", "'\\d'; 1if 2 else 3", "1if 2 else 3; '\\d'", "assert (1, 2)\n'\\d'", "assert (1, 2), '\\d'",
    "b'\\d'; (", "f'{x}\\d'; (", "'\\400' (", "'\\d' $", "'\\d' \\b", "'\\d' '", "'\\d'\n  b", "if 1:\n '\\d'\nb\n  c",
    "(a, '\\d' for x in y, '\\d'", "print '\\d'", "('\\d' := 1)", "'\\d' = 1", "f('\\d'=1)", "'\\d' if 1", "1 is 1\n'\\d'", "f'{1 is 1}'",
    'f\'{"a""\\d"}\'', "f'\\d{ö b}'", "f'\\d{a b}'", "f'{a b}\\d'", "f'\\d' f'{a b}'", "'\\d' f'{a b}'", "'''\\d'''\n(", "f'\\{6}'",
    "f'{a b}' '\\d'", "def f():\n  '\\d'\n (", "class A:\n x = '\\d'\n y = (", "@('\\d'\ndef", "lambda: '\\d' (", "x = ['\\d',\n'\\e'\n",
    "x = ['\\d',\n'\\e'\n, b c", "1if 2 else 3, '\\d' (", "('\\d', 1if 2 else 3", "(\n\n'\\d'\n\n1if 3 else 4",
    "match '\\d':\n case '\\e': (", "match '\\d':\n case '\\e': pass", "with ('\\d' as x", "with ('\\d'): (", "x: '\\d' = (", "'\\d' and",
    "(yield '\\d'", "f('\\d' for x in y, 1", "f('\\d'\n, x = 1, 3", "del '\\d'", "for '\\d' in x: pass", "import '\\d'", "global '\\d'",
    "assert '\\d' (", "raise '\\d' from", "return '\\d' '\\e' (", "'\\d' + '\\e' + (", "x = {'\\d', **a", "try: '\\d'\nfoo", "'\\d' is (",
    '"""\n\\d\n""" + (', "x = \\\n'\\d' \\\n("]
warnings.simplefilter("error")
for text in WARNED:
    show(text)
    show(text.encode())
run(b"'\\d' (", "-Werror")
run(b"(1,\n '\\d',\n 3", "-Werror")
run(MARK + "ö = '\\d'".encode(), "-Werror")
run(b'"""\n\\d\n""" + (', "-Werror")
