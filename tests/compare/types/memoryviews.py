# memoryview: formats, casts, slices, writing through, shapes, comparison, release.
import array
import struct
b = bytearray(range(16))
m = memoryview(b)
print(m.format, m.itemsize, m.nbytes, m.ndim, m.shape, m.strides, m.readonly, m.contiguous, m.c_contiguous, m.obj is b, len(m))
print(m[0], m[-1], bytes(m[2:5]), list(m[::5]), m[3:1].tobytes(), m[::-1].tolist()[:3], m[::2].contiguous)
m[0] = 255
m[1:3] = b"xy"
m[4:8:2] = b"pq"
print(bytes(b))
w = m.cast("I")
print(w.format, w.shape, w.tolist(), w[1])
w[1] = 0xdeadbeef
print(b.hex())
q = m.cast("B", [4, 4])
print(q.ndim, q.shape, q.strides, q.tolist(), q[1, 2], q.tobytes() == bytes(b))
q[3, 3] = 7
print(b[15], m.cast("h")[0], m.cast("d").tolist()[0] == struct.unpack("d", bytes(b[:8]))[0], m.cast("c")[0], m.cast("?")[2])
r = memoryview(b"readonly")
print(r.readonly, hash(r) == hash(b"readonly"), r == b"readonly", r[1:3] == b"ea", r != b"x", r.hex(), r.hex("-"), r.toreadonly().readonly)
a = array.array("i", [1, -2, 3])
ma = memoryview(a)
print(ma.format, ma.tolist(), ma[1], ma == array.array("h", [1, -2, 3]), ma == [1, -2, 3], ma.itemsize, list(reversed(ma)), -2 in ma)
ma[1] = 50
print(a, memoryview(ma)[0], bytes(ma[1:2]))
for bad in ("r[0] = 1", "m[100]", "m[0] = 256", "m[0] = 'a'", "m[0:2] = b'abc'", "memoryview(5)", "memoryview('a')", "m.cast('zz')", "m[::2].cast('B')", "m[1:].cast('I')", "w.cast('h')", "q[0]", "q[0, 9]", "m[0, 0]", "hash(m)", "del m[0]", "m['a']",
            "m[0] = 1.5", "q[0:1]", "len(memoryview())", "m < m", "m + m", "m.cast('B', [3, 5])"):
    try:
        exec(bad)
        print(bad, "fine")
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
with memoryview(bytearray(3)) as v:
    print(v.tolist())
for action in (lambda: v[0], lambda: v.tolist(), lambda: len(v), lambda: v.format, lambda: repr(v).split(" at")[0]):
    try:
        print(action())
    except ValueError as e:
        print(e)
m2 = m[2:6]
try:
    b.append(1)
except BufferError as e:
    print(e)
f = memoryview(array.array("d", [1.5, 2.5]))
f[0] = 9
print(f.tolist(), f.cast("B").nbytes, f.cast("B").cast("d")[1])
print(struct.pack_into("<i", m, 0, 77), m[0], b"".join([r, m[:2]]), int.from_bytes(m[:4], "little"), bytes(m[:0]), memoryview(b"") == b"", repr(m)[:13])
class Releasing:
    def __index__(self): view.release(); return 4
view = memoryview(bytearray(b"x" * 128))
try: view[:Releasing()] = b"spam"
except ValueError as e: print(e)
