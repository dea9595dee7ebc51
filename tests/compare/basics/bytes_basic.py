# bytes: literals, indexing, methods.
b = b"hello \x00\xff"
print(b, b[0], b[1:3], len(b), b.upper(), b.hex(), "é".encode(), b"\xc3\xa9".decode(), bytes([65, 66]), bytearray(b"x") + b"y", b"a" in b"abc")
