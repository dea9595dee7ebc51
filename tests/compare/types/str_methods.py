# String methods: searching, splitting, stripping, casing, padding, predicates, translate.
s = "Hello, World! hello"
print(s.find("o"), s.find("o", 5), s.find("o", 5, 8), s.rfind("o"), s.find(""), s.find("", 50), s.index("World"), s.count("l"), s.count(""), s.count("lo", 4))
print(s.replace("hello", "bye"), s.replace("l", "L", 2), "aaa".replace("", "-"), "aaa".replace("aa", "b"), "abc".replace("", "", 1))
print("a,b,,c".split(","), "a,b,,c".split(",", 1), "a,b,,c".rsplit(",", 1), "  a  b ".split(), "  a  b ".split(None, 1), " a b ".rsplit(None, 1), "".split(), "".split(","))
print("a\nb\r\nc\rd\x0be\x1cf\u2028g".splitlines(), "a\n\nb\n".splitlines(True), "".splitlines())
print("a-b-c".partition("-"), "a-b-c".rpartition("-"), "abc".partition("-"), "abc".rpartition("-"))
print("xxhixx".strip("x"), " \t\nhi\u2003".strip(), "xyhiyx".lstrip("yx"), "hi..".rstrip("."), "TestCase".removeprefix("Test"), "TestCase".removesuffix("Case"), "a".removeprefix("b"))
print("hELLO wORLD".capitalize(), "hello world's end".title(), "Hello".swapcase(), "HELLO".lower(), "straße".upper(), "ΑΣ ΑΣΑ".lower(), "İ".lower(), "ß".casefold(), "ǆ".title(), "ﬁ".upper())
print("ab".center(7, "*"), "ab".center(6), "ab".ljust(5, ".") + "|", "ab".rjust(5), "-42".zfill(6), "+5".zfill(4), "abc".zfill(2), "a\tbc\td".expandtabs(4), "\t|".expandtabs(0))
for t in ("", "abc", "ABC", "Abc Def", "123", "12a", " \t", "½", "²", "٣", "Ⅷ", "_x1", "1x", "é", "漢字", "a\n", "aB", "\u2160", "class"):
    print(repr(t), t.isalpha(), t.isdigit(), t.isdecimal(), t.isnumeric(), t.isalnum(), t.isspace(), t.islower(), t.isupper(), t.istitle(), t.isidentifier(), t.isprintable(), t.isascii())
print("abc".startswith("ab"), "abc".startswith(("x", "a")), "abc".startswith("bc", 1), "abc".endswith("c", 0, 2), "abc".startswith("", 3), "abc".startswith("", 4), "abc".endswith(()))
print(",".join(["a", "b"]), "".join(c for c in "xyz"), "-".join("q"), "-".join([]), "ab" * 3, "ab" * -1, "a" + "b", "b" in "abc", "" in "", "abc"[::-1], "abcdef"[4:1:-1], "abc"[5:], "abc"[-2:])
print("abcabc".translate({97: "X", ord("b"): None, 99: 100}), "abc".translate(str.maketrans("ab", "xy", "c")), str.maketrans({"a": 1, 5: "z"}))
print("{} {0}".format if False else "{1} {0} {a[0]} {b.real} {0!r:>5}".format("x", "y", a=[7], b=3), "{:{}}|".format("a", 5), "{{}}".format(), "{a}".format_map({"a": 1}))
for bad in ("'{} {0}'.format(1)", "'{}'.format()", "'{a}'.format()", "'{'.format()", "'}'.format()", "'{0[}'.format([1])", "'{!z}'.format(1)", "'a'.join([1])", "'a'.join(1)", "'a' + 1", "'a' * 1.5", "'abc'.index('z')",
            "'a'.split('')", "'abc'.center(5, 'xx')", "'a'.partition('')", "'a' in 1", "1 in 'a'", "'abc'[5]", "'abc'['x']", "'abc'.startswith(1)", "str.maketrans('a', 'bc')", "'a'.replace(1, 2)", "'a' % 1", "'%s %s' % (1,)",
            "str(b'x', 'ascii', 'strict', 1)", "str('x', 'utf-8')", "chr(-1)", "chr(0x110000)", "ord('ab')", "ord(1)", "'a'.encode('nope')", "'a'.zfill('x')", "'abc'.nothing", "'a' < 1", "'x'.expandtabs('y')", "str.upper(1)", "str.upper()"):
    try:
        print(bad, eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
print("a" < "b", "a" < "B", "abc" < "abd", "Z" < "a", "a" == "a", min("hello"), sorted("banana"), max("a", "b"), "é" > "z", "\U0001f600" > "\uffff")
