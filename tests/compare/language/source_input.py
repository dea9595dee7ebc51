# timeout: 240
"""Programs as bytes, as text and as files: encodings, cookies, marks, line ends, odd characters, NULs, depth, length."""
import ast
import hashlib
import subprocess
import sys
import tokenize
import warnings

warnings.simplefilter("ignore")


def result(function, *arguments):
    try:
        value = function(*arguments)
    except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError, LookupError, TypeError) as error:
        return f"{type(error).__name__} {error.args!r}"[:400]
    return value


def code_of(source, mode="exec", name="<source>"):
    code = compile(source, name, mode, dont_inherit=True)
    tree = compile(source, name, mode, ast.PyCF_ONLY_AST, dont_inherit=True)
    dump = ast.dump(tree, include_attributes=True).encode("utf-8", "replace")
    constants = [constant for constant in code.co_consts[:2] if not isinstance(constant, type(code))]
    return hashlib.sha256(dump).hexdigest()[:12], constants


def show(label, source):
    print(label, result(code_of, source))


def run_file(label, source):
    with open("program.py", "wb") as file:
        file.write(source)
    run = subprocess.run([sys.executable, "-I", "program.py"], capture_output=True)
    print(label, run.returncode, run.stdout[:100], run.stderr[:600])


ENCODINGS = ["ascii", "utf-8", "utf8", "UTF-8", "utf_8", "utf-8-sig", "U8", "latin-1", "iso-8859-1", "iso8859-1", "ISO_8859_1", "l1",
             "iso-8859-15", "iso8859-2", "cp1252", "windows-1252", "cp1251", "koi8-r", "koi8_u", "mac-roman", "cp437", "cp850", "hz",
             "shift_jis", "sjis", "euc-jp", "euc_kr", "cp949", "gbk", "gb2312", "gb18030", "big5", "cp932", "iso2022_jp", "johab", 
             "utf-7", "punycode", "raw_unicode_escape", "unicode_escape", "rot13", "hex", "base64", "zlib",
             "undefined", "mbcs", "nosuchcodec", "charmap", "tis-620", "hp-roman8", "ptcp154", "kz1048", "iso-8859-1-unix",
             "latin-1-dos", "utf-8-mac", "utf-8abc", "palmos", "viscii", "cp65001"]
for encoding in ENCODINGS:
    for text in ("x = 'é'\n", "x = 'a'\n", "х = 'ж'\n"):
        try:
            data = text.encode(encoding)
        except Exception:
            data = text.encode("utf-8")
        if not isinstance(data, bytes):
            continue
        program = b"# -*- coding: " + encoding.encode() + b" -*-\n" + data
        show((encoding, text), program)
        if "é" in text:
            run_file((encoding, text), program + b"print(ascii(x) if 'x' in globals() else 0)\n")
for cookie in [b"#coding:latin-1", b"#coding=latin-1", b"#  coding : latin-1", b"# vim: set fileencoding=latin-1 :", b"#encoding: latin-1",
               b"# coding:\tlatin-1", b"x = 1 # coding: latin-1", b"\f# coding: latin-1", b"  \t# coding: latin-1", b"# coding: ", b"# coding:latin-1:utf-8",
               b"# codingg: latin-1", b"# CODING: latin-1", b"# coding: latin-1\xe9", b"# coding: 'latin-1'", b"# -*- coding: latin.1 -*-",
               b"# coding: utf-8 coding: latin-1", b"\"# coding: latin-1\"", b"\\\n# coding: latin-1", b"", b"#!/usr/bin/python\n# coding: latin-1",
               b"#!/usr/bin/python\n\n# coding: latin-1", b"\n# coding: latin-1", b"\r# coding: latin-1", b"\r\n# coding: latin-1", b"x=1\n# coding: latin-1",
               b"\xef\xbb\xbf# coding: utf-8", b"\xef\xbb\xbf# coding: latin-1", b"\xef\xbb\xbf\xef\xbb\xbf", b"\xef\xbb", b"\xff\xfe", b"\xfe\xff", b"# coding: " + b"a" * 300]:
    for body in (b"y = '\xe9'\n", "y = 'é'\n".encode()):
        program = cookie + b"\n" + body
        show((cookie[:60], body), program)
        run_file((cookie[:60], body), program)
        with open("program.py", "wb") as file:
            file.write(program)
        print(result(lambda: tokenize.open("program.py").read()))
LINES = ["a = 1\r\nb = 2\r\n", "a = 1\rb = 2\r", "a = 1\r\n\rb = 2\n\r", "if 1:\r\n  a\r\n  b\r\n", "s = '''a\r\nb\rc\nd'''\r\n", "x = 1 \\\r\n + 2\r\n", "x = 1 \\\r + 2",
         "'a\\\r\nb'", "'a\rb'", "a\x0bb", "\x0ca = 1\n\x0c\x0cb = 2\n", "if 1:\n  a\n\x0c  b\n", "if 1:\n  a\n \x0c b\n", "if 1:\n\ta\n        b\n", "if 1:\n \ta\n\tb\n",
         "if 1:\n\ta\n\t b\n", "a\x1cb = 1", "a\u2028b = 1\n", "'a\u2028b\x85c'\n", "a = 1\x1a", "a = 1\x1ab", "a\xa0= 1", "\xa0a = 1", "a = 1\n\x00", "'a\0b'", "# a\0b\n", "'''\0'''",
         "a = 1 \\", "a = 1 \\\n", "a = 1 \\ \n", "a = \\\n\\\n\\\n 1\n", "\\\n", "\\", "#", "# no newline", "a #", "a;", ";", "\t", " ", "\n" * 50, "a\n ", "a\n\t", "if 1: pass\n ", "if 1:\n  pass\n ",
         "def f():\n  pass\n#c\n  #d\n    #e\n", "(\n", "(\\\n", "(#\n", "[\n1,\n\n2,\n#c\n]\n", "'", '"', "'''", "'''\n", "f'", "b'\xe9'", "r'\\'", "'\\N{LATIN SMALL LETTER A}\\x41\\u0041\\U00000041\\101'",
         "'\\N{nosuch}'", "'\\x4'", "'\\u12'", "'\\U00110000'", "b'\\x'", "'\\ud800'", "\ud800", "'\ud800'", "# \ud800", "é = è", "ﬁ = fi", "x\u0301 = 1", "1é", "é1", "a·b", "℘ = ℮", "𝐱 = x", "__𝒷__",
         "a = 0_0; b = 1__0", "0x_f", "0b2", "0o8", "1e", "1e+", "1.e5j", "0777", "00", "1_000j", "9" * 4301, "0x" + "f" * 5000, "1" + "_0" * 3000, "1.5" + "0" * 5000]
for text in LINES:
    show(("text", text[:40]), text)
    data = text.encode("utf-8", "surrogatepass")
    show(("bytes", data[:40]), data)
    run_file(("file", data[:40]), data)
    for mode in ("eval", "single"):
        print(mode, result(code_of, text, mode))
for data in [b"\xff", b"a = '\xff'", b"# \xff", b"a\xff = 1", b"'\xc3'", b"'\xed\xa0\x80'", b"'\xf4\x90\x80\x80'", b"'\xc0\x80'", b"\x80", b"x = 1\n\n\n# \xe9\n", b"x\n" * 600 + b"'\xe9'",
             b"'''\n\xe9\n'''", b"\xc3\xa9 = 1\xc3\xa9", bytearray(b"a = 1"), memoryview(b"a = 2"), b"a = 1\0", b"\0", b""]:
    show(("bytes", bytes(data)[:40]), data)
    run_file(("file", bytes(data)[:40]), bytes(data))
# Errors in files: places are counted, and lines shown, as the declaration of the encoding says.
FAULTY = ["é = ñ b\n", "'é' b\n", "b'é'\n", "x = b'é'", "f('é', é for x in y, 1)\n", "éé(1) = 3\n", "ñ = 'é' 'ñ\n", "é = $ é é\n", "é = (\n", "é = 'é\\x'\n", "é = 1 + \n", "if é\n", "if é:\nx\n", "é = 08\n", "é = é)\n", "é\\b\n", "é; import é.1\n", "é; return 1\n", "é; nonlocal x\n", "'é'; 1 = 2\n", "def é(é, é): pass\n", "'é'; def f(): pass\n", "x = 'é' if 1\n", "(é, x) += 1\n", "'é'; print é\n", "'é'; a, b: int\n", "'é'; (a b\n", "é = '''é\n", "é = b'''\né'''\n1 2\n", "'é'; 1if 2 3\n"]
for start, encoding in (b"", "utf-8"), (b"# coding: utf-8\n", "utf-8"), (b"# coding: latin-1\n", "latin-1"):
    for text in FAULTY:
        run_file(text, start + text.encode(encoding))
# What cannot be decoded, behind something else that is wrong.
for data in [b"a b\n\xff\n", b"a = $\n'\xff'\n", b"(\n\xff\n", b"(a b\n\xff\n", b"'abc\n\xff\n", b"'' 'abc\n\xff\n", b"0777\n\xff", b"if 1:\na\n\xff",
             b"return\n\xff\n", b"a\\b\n\xff", b"  a\n\xff", b"print(1)\n\xff", b"\\\n", b"a = 1\n\\", b"if 1:\n  \\\n", b"(\\\n"]:
    run_file(data, data)
