# Bytes of source files that are hard to read: NUL bytes, encodings, byte order marks, line ends.
import subprocess
import sys

FILES = {
    "bad_name": b"# -*- coding: uft-8 -*-\n",
    "mark_and_latin": b"\xef\xbb\xbf# coding: latin-1\n",
    "mark": b"\xef\xbb\xbfprint('mark')\n",
    "nul_line": b"print(1)\n\0print(2)\nprint(3)\n",
    "nul_in_string": b'x = "a\0b"\nprint(1)\n',
    "nul_in_comment": b"#\0\nprint(2)",
    "nul_at_end": b"print(3)\n\0",
    "not_utf8": b'x = 1\ny = "\xff"\n',
    "not_utf8_alias": b'# coding: utf8\ny = "\xff"\n',
    "not_utf8_declared": b'# coding: utf-8\ny = "\xff"\n',
    "not_ascii": b'# coding: ascii\ny = "\xff"\n',
    "latin": b'# coding: latin-1\nprint(ascii("\xff"))\n',
    "second_line": b'#!x\n# vim: set fileencoding=cp1252 :\nprint(ascii("\x80"))\n',
    "no_text_codec": b'# coding: rot13\nx\n',
    "line_ends": b"print(1)\r\nprint(2)\rprint(3)\n\x0cprint(4)",
    "crlf_block": b"if 1:\r\n",
    "broken_word": b"def(\xff",
    "broken_word_after_strings": b'"""a\nb""" \\\n\xff',
    "continued": b"(x\n    \\\n  y :)",
}

for name, data in FILES.items():
    with open("program.py", "wb") as file:
        file.write(data)
    print("==", name)
    for command in ["program.py"], ["-c", "import program"], ["-"]:
        with open("program.py", "rb") as file:
            done = subprocess.run([sys.executable, "-B", *command], stdin=file, capture_output=True)
        print(done.returncode, done.stdout, done.stderr.decode(errors="replace").splitlines()[-4:])
    try:
        compile(data, "file", "exec")
        print("compiles")
    except Exception as error:
        print(type(error).__name__, error, error.args)
