# The source line below a frame, where the file holds null bytes, cannot be decoded, or is no longer the one that was compiled.
import os
import sys


def show(label, data):
    with open("shown.py", "wb") as file:
        file.write(data)
    try:
        exec(compile("\n\n\nif 1: 1/0", "shown.py", "exec"))
    except ZeroDivisionError as error:
        print(label, file=sys.stderr)
        sys.excepthook(type(error), error, error.__traceback__.tb_next)
    os.remove("shown.py")


body = b"a\nb\nc\nif 1: 1/0 %s\nd\n"
show("plain", body % b"")
show("nul", body % b"# a\0b")
show("nul before", b"a\0b\nb\nc\0\nif 1: 1/0 # x\nd")
show("nul inside", b"a\nb\nc\nif 1: 1\0/0 # x\nd")
show("bad utf8 on line", body % b"\xff")
show("bad utf8 before", b"\xff" + body % b"")
show("bad utf8 behind", body % b"" + b"\xff")
show("bad utf8 far behind", body % b"" + b"# a\n" * 5000 + b"\xff")
show("latin", b"# coding: latin-1\nb\nc\nif 1: 1/0 # \xe9\n")
show("bad utf8 declared", b"# coding: utf-8\n\xff\nc\nif 1: 1/0 # \xe9\n")
show("bad utf8 declared behind", b"# coding: utf-8\nb\nc\nif 1: 1/0 # a\n\xe9\n")
show("utf8-sig", b"\xef\xbb\xbfb\nc\nd\nif 1: 1/0 # \xc3\xa9\n")
show("sig and cookie", b"\xef\xbb\xbf# coding: latin-1\nc\nd\nif 1: 1/0 # \xc3\xa9\n")
show("unknown", b"# coding: nosuch\nc\nd\nif 1: 1/0 # \xc3\xa9\n")
show("utf-7", b"# coding: utf-7\nc\nd\nif 1: 1/0 # a+-b\n")
show("ascii", b"# coding: ascii\nc\nd\nif 1: 1/0 # a\xe9b\n")
show("cp1252", b"# coding: cp1252\nc\nd\nif 1: 1/0 # a\x80\xe9b\n")
show("cr", b"a\rb\rc\rif 1: 1/0 # a\rd")
show("crlf", b"a\r\nb\r\nc\r\nif 1: 1/0 # a\r\nd")
show("mixed", b"a\n\rc\r\nif 1: 1/0 # a\r\nd")
show("formfeed", b"a\nb\nc\n\x0cif 1: 1/0 # a\x0b\x1c\x85\r\nd")
show("u2028", "a\u2028b\nb\nc\nif 1: 1/0 # a\u2028x\n".encode())
show("short", b"a\nb\nc")
show("short2", b"a\nb\nc\n")
show("empty line", b"a\nb\nc\n\n")
show("blank line", b"a\nb\nc\n  \n")
show("empty", b"")
show("wide", "a\nb\nc\nif 1: 1/0 + '\u6f22\u5b57'\n".encode())
show("wide2", "a\nb\nc\n'\u6f22'; 1/0\n".encode())
show("beyond", b"a\nb\nc\nif\n")
show("beyond partly", b"a\nb\nc\nif 1: 1\n")
show("beyond at end", b"a\nb\nc\nif 1: 1/")
show("beyond wide", "a\nb\nc\nif 1: \u6f22\n".encode())
show("nul first", b"a\nb\nc\n\0f 1: 1/0\n")
show("nul just before", b"a\nb\nc\nif 1:\0 1/0\n")
