# Unicode: kinds of storage, repr escapes, surrogates, encodings and error handlers, normalisation of identifiers.
import unicodedata
for s in ("abc", "é", "ĳ", "漢", "\U0001f600x", "\ud800", "\x00\x1f\x7f\xa0\xad", "\u200b\u2028\ufeff", "'", '"', "'\"", "\\n\n\t\r", "\u0378", "e\u0301"):
    print(repr(s), ascii(s), len(s), [hex(ord(c)) for c in s])
for s in ("abc", "é", "漢字", "\U0001f600", "a\ud800b"):
    for e in ("ascii", "latin-1", "utf-8", "utf-16", "utf-16-le", "utf-32-be", "utf-7", "cp1252", "raw_unicode_escape", "unicode_escape", "idna"):
        try:
            print(e, s.encode(e), end="; ")
        except UnicodeError as x:
            print(e, type(x).__name__, str(x), end="; ")
    print()
for handler in ("ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogatepass", "surrogateescape"):
    try:
        print(handler, "aé漢\ud800z".encode("ascii", handler))
    except UnicodeError as x:
        print(handler, x)
for data in (b"abc", b"\xc3\xa9", b"\xff", b"\xc3", b"\xe6\xbc", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xf4\x90\x80\x80", b"a\xffb\xfec", b"\xc0\x80", b"\xf8\x88\x80\x80\x80", b"\xe2\x28\xa1"):
    for handler in ("strict", "ignore", "replace", "backslashreplace", "surrogateescape"):
        try:
            print(ascii(data.decode("utf-8", handler)), end=" ")
        except UnicodeDecodeError as x:
            print(x, end=" ")
    print()
print(b"\xff\xfea\x00".decode("utf-16"), b"\x00a".decode("utf-16-be"), b"abc".decode("latin1"), b"\\u00e9\\x41".decode("unicode_escape"), b"\xe9".decode("cp1252"))
try:
    b"a".decode("utf-16")
except UnicodeDecodeError as x:
    print(x, x.encoding, x.object, x.start, x.end, x.reason)
mixed = "a" + "é" + "漢" + "\U0001f600"
print(mixed[1], mixed[3], mixed[::-1], mixed.index("漢"), mixed.upper(), [mixed[:i] for i in range(5)], mixed * 2, mixed.replace("漢", "x"))
print("ﬀ" == "ff", unicodedata.normalize("NFKC", "ﬀ①Å"), unicodedata.name("é"), unicodedata.category("A"), unicodedata.lookup("SNOWMAN"), unicodedata.decimal("٣"), unicodedata.numeric("½"))
ªｂ = 5
print(ab, "ªｂ" in globals(), "ab" in globals()) if "ab" in globals() else print(sorted(k for k in globals() if k.startswith("a")))
print("\N{GREEK SMALL LETTER ALPHA}\u03b2\U000003b3\x64\145\0".encode(), "\a\b\f\v".encode(), "\
continued", "tab\there")
print(hash("") == 0, "x".isidentifier(), "名".isidentifier(), chr(0x10ffff), "\u0130".casefold().encode(), "ŉ".upper(), "ΐ".upper().encode())


def handler(e):
    return ("[%x]" % ord(e.object[e.start]), e.end)


import codecs
codecs.register_error("mine", handler)
print("aéb漢".encode("ascii", "mine"), codecs.lookup("UTF8").name, codecs.lookup("latin_1").name, codecs.encode("abc", "rot13"), codecs.encode(b"ab", "hex"))
d = codecs.getincrementaldecoder("utf-8")()
print([d.decode(bytes([c])) for c in "é漢".encode()], str(b"abc", "ascii"), str(b"ab"), "a".encode().decode("ASCII"))
