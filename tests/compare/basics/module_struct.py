# struct: pack and unpack.
import struct
print(struct.pack("<ihb", 1, 2, 3), struct.unpack(">I", b"\0\0\1\0"), struct.calcsize("bi"))
