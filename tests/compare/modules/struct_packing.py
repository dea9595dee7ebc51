# struct: every format, byte order, padding, sizes, iter_unpack, errors.
import struct
for fmt, values in (("b", (-5,)), ("B", (250,)), ("?", (True,)), ("<h", (-2,)), (">H", (65535,)), ("<i", (-70000,)), ("!I", (70000,)), ("<q", (-2 ** 40,)), (">Q", (2 ** 63,)), ("<f", (1.5,)), (">d", (-0.1,)), ("<e", (0.333,)), ("c", (b"x",)), ("5s", (b"abc",)), ("2s", (b"abc",)), ("5p", (b"abcdefg",)), ("3x", ()), ("<bhq", (1, 2, 3)), ("@bhq", (1, 2, 3)), ("bi0q", (1, 2)), ("2h3B", (1, 2, 3, 4, 5)), ("n", (-1,)), ("N", (1,)), ("P", (0,)), ("<i  h ", (1, 2)), ("0s", (b"",)), ("<l", (5,)), ("l", (5,)), ("=bq", (1, 2))):
    data = struct.pack(fmt, *values); print(fmt, struct.calcsize(fmt), data.hex(), struct.unpack(fmt, data))
print(list(struct.iter_unpack("<hb", bytes(range(9)))), struct.unpack_from("<h", b"abcdef", 2), struct.unpack("<3s", b"abc"), struct.pack("<f", 1e-45).hex(), struct.unpack("<f", b"\0\0\x80\x7f"), struct.unpack(">d", struct.pack(">d", float("nan"))))
b = bytearray(10); struct.pack_into(">IH", b, 2, 0xdeadbeef, 7); print(b.hex()); s = struct.Struct("<Bh"); print(s.size, s.format, s.pack(1, 2), s.unpack(b"\1\2\3"), s.unpack_from(bytearray(5), 1), [*s.iter_unpack(bytes(6))])
for bad in ("pack('b', 200)", "pack('B', -1)", "pack('h', 'a')", "pack('i', 1.5)", "pack('f', 'x')", "pack('<f', 1e300)", "pack('ii', 1)", "pack('i', 1, 2)", "unpack('i', b'abc')", "pack('z', 1)", "pack('c', b'ab')", "pack('c', 1)", "pack('s', 'a')", "unpack_from('i', b'abc', 0)", "unpack_from('b', b'abc', 5)", "unpack_from('b', b'abc', -9)", "pack_into('i', bytearray(2), 0, 1)", "pack_into('i', b'abcd', 0, 1)", "calcsize('99999999999999999999i')", "pack('<Q', 2 ** 64)", "pack('e', 1e6)", "iter_unpack('i', b'abc')", "pack()", "pack('3', 1)", "Struct('<n')", "pack(5, 1)", "unpack('?', 5)", "iter_unpack('', b'')", "pack('q', 2 ** 63)", "pack('é', 1)"):
    try: print(bad, eval("struct." + bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
class I:
    def __index__(self): return 7
print(struct.pack("<h", I()), struct.pack("?", []), struct.pack("?", "x"), struct.pack("d", 3), struct.pack("10s", bytearray(b"q")), issubclass(struct.error, Exception), struct.Struct("i") == struct.Struct("i"), struct.unpack("<bxh", b"\1\0\2\0"))
