# bytes and bytearray: construction, methods, mutation, slicing, errors.
print(bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), bytes(b"x"), bytes(range(4)), bytearray(b"ab"), bytearray("é", "latin-1"), bytes.fromhex("01 ff 0A"), b"\x00\x7f\x80'\"\\\n".__repr__(), b"'")
b = b"hello world"
print(b[0], b[-1], b[1:4], b[::-1], b[::2], b.find(b"o"), b.find(111), b.rfind(b"o", 0, 6), b.count(b"l"), b.index(b"w"), 104 in b, b"lo" in b)
print(b.upper(), b.title(), b.capitalize(), b.swapcase(), b.split(), b.split(b"o", 1), b.rsplit(b"o", 1), b.partition(b" "), b.replace(b"l", b"LL"), b.strip(b"hd"), b.center(15, b"*"), b.ljust(13) + b"|", b.zfill(13), b"-1".zfill(4))
print(b.startswith((b"x", b"he")), b.endswith(b"ld"), b.isalpha(), b"12".isdigit(), b"a1".isalnum(), b" ".isspace(), b"Ab".istitle(), b"ab".islower(), b.hex(), b.hex(" ", 2), b.hex(":", -4), b"a\nb\r\n".splitlines(), b"a\tb".expandtabs(4))
print(b.translate(bytes.maketrans(b"lo", b"01"), b"h"), b",".join([b"a", bytearray(b"b"), memoryview(b"c")]), b"a" + bytearray(b"b"), bytearray(b"a") + b"b", b"ab" * 2, b"abc".removeprefix(b"a"), b"abc".removesuffix(b"bc"))
print(b"%d %s %x %c %a %b %5.1f|%-4d|" % (1, b"s", 255, 65, "é", b"b", 1.25, 3), b"%(k)s" % {b"k": b"v"})
a = bytearray(b"0123456789")
a[0] = 65
a[2:4] = b"xyz"
a[-3:] = []
del a[0]
del a[::2]
print(a, len(a))
a += b"tail"
a.extend([1, 2])
a.append(3)
a.insert(0, 9)
print(a, a.pop(), a.pop(0), a)
a.remove(ord("t"))
a.reverse()
print(a, a.copy() is a, a == bytes(a), hash(b"abc") == hash(bytes(bytearray(b"abc"))))
a[::2] = bytes(len(a[::2]))
print(a)
a.clear()
a *= 3
print(a, bytearray(b"ab") * 3, bytes(a) == b"")
for bad in ("bytes([256])", "bytes([-1])", "bytes(-1)", "bytes('a')", "bytes(1.5)", "bytes([1.5])", "b'a' + 'b'", "b'a'[5]", "b'a'['x']", "b'abc'.index(b'z')", "b'a'.split(b'')", "b'a'.join(['b'])", "bytes.fromhex('0')", "bytes.fromhex('zz')",
            "b'a'.decode('ascii', 5)", "b'%d' % 'x'", "b'%s' % 'x'", "bytearray(b'a').append(256)", "bytearray(b'a').append('x')", "bytearray(b'a').pop(5)", "bytearray().pop()", "bytearray(b'a').remove(5)", "hash(bytearray())", "b'a' < 'a'", "'a' in b'a'",
            "300 in b'a'", "b'a'.center(3, b'xx')", "b'a'.replace('a', b'b')", "bytearray(b'ab').__setitem__(slice(0, 2, 2), b'xyz')", "b'a'.startswith('a')", "b'é'", "bytes('a', 'nope')", "bytes(encoding='utf8')", "b'a'.maketrans(b'a', b'bc')"):
    try:
        print(bad, eval(bad))
    except SyntaxError as e:
        print(bad, "->", e.msg)
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
x = bytearray(b"abc")
m = memoryview(x)
try:
    x.append(1)
except BufferError as e:
    print(e)
m.release()
x.append(1)
print(x, b"a" == "a", b"a" < b"b", b"" < b"\0", sorted([b"b", bytearray(b"a"), b"ab"]), max(b"abc"), list(b"abc"), tuple(bytearray(b"ab")), set(b"aab"))


class B(bytes):
    pass


class Has:
    def __bytes__(self):
        return b"has"


print(bytes(Has()), B(b"x"), type(B(b"x")[:]).__name__, repr(B(b"y")), b"x".__getnewargs__(), bytearray(b"q").__reduce__()[1][0] if False else "", bytearray(5).__alloc__() >= 5)
