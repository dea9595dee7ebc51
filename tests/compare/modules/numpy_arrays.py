# numpy: making arrays, indexing and assigning, shapes, records, views and who owns memory, errors.
import gc
import sys
import weakref

import numpy as np


def show(text):
    try:
        print(text, "=>", repr(eval(text)))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


a = np.arange(24).reshape(2, 3, 4)
r = np.array([(1, 2.5, "ab"), (3, -1.0, "c")], dtype=[("n", "i4"), ("x", "f8"), ("s", "U4")])
o = np.array([None, "a", [1, 2], 10**30], dtype=object)
for text in """np.zeros((2, 3))
np.ones(3, dtype=bool)
np.full((2, 2), 7, dtype=np.int8)
np.eye(3, k=1)
np.linspace(0, 1, 5)
np.logspace(0, 3, 4)
np.array([1, 2.5, 3j])
np.array([[1, 2], [3]], dtype=object)
np.array("text")
np.array([b"ab", b"cdef"])
np.array([True, 2])
np.fromiter((x * x for x in range(5)), dtype=int)
np.frombuffer(b"abcd", dtype=np.uint8)
np.fromfunction(lambda i, j: i + 10 * j, (2, 3))
np.array(range(3)).dtype, np.array([2**40]).dtype, np.array([2**70]).dtype
a[1, 2, 3], a[..., -1], a[:, ::2, 1:3].tolist()
a[a > 20]
a[[0, 1], [1, 2]].shape
a[np.newaxis, 0].shape
a[np.ix_([0], [0, 2], [1, 3])]
a.T.shape, a.transpose(1, 0, 2).strides, a.flags
a.sum(), a.sum(axis=(0, 2)), a.mean(axis=1), a.std(), a.cumsum()[-3:], a.prod(dtype=float)
np.concatenate([a, a], axis=2).shape, np.stack([a, a]).shape, np.vstack([[1, 2], [3, 4]]), np.hstack(([1], [2]))
np.split(np.arange(9), [3, 5]), np.array_split(np.arange(7), 3)
np.sort([3, 1, 2])[::-1], np.argsort(["b", "a", "c"]), np.unique([3, 1, 3, 2], return_counts=True)
np.where(a % 2, a, -a)[0, 0], np.nonzero([0, 1, 0, 2]), np.searchsorted([1, 3, 5], [0, 3, 9])
np.broadcast_to([1, 2], (3, 2)), np.broadcast_shapes((2, 1), (3,)), np.einsum("ijk,ijk->i", a, a)
np.tile([1, 2], 3), np.repeat([1, 2], [2, 3]), np.roll([1, 2, 3], 1), np.flip(a[0], 1)
r, r["x"], r[1], r[["n", "s"]], r.dtype, r.dtype.fields["x"], r[0]["s"]
o, o[3] + 1, o.astype(str)
np.matrix("1 2; 3 4") * np.matrix([[1], [1]])
np.ma.array([1, 2, 3], mask=[0, 1, 0]).mean(), np.ma.masked_less([1, 2, 3], 2)
np.dtype("i4,(2,3)f8"), np.dtype({"names": ["a"], "formats": ["<i2"], "offsets": [2], "itemsize": 8}), np.dtype(">u4")
np.int8(100) + np.int16(100), np.float32(0.1), np.float64(0.1) == 0.1, np.uint8(3) - 1, np.bool_(True) & False
int(np.int64(5)), [10, 20, 30][np.int64(1)], hash(np.int64(5)) == hash(5), isinstance(np.float64(1), float), np.int64(7) // 2
a.astype(np.float32).nbytes, a.view(np.int32).shape, a.copy(order="F").flags.f_contiguous
np.can_cast("i8", "i4"), np.result_type("i4", "f4"), np.promote_types("u8", "i8"), np.issubdtype(np.int32, np.integer)
np.array([1, 2, 3]) @ [4, 5, 6], np.outer([1, 2], [3, 4]), np.kron([1, 2], [1, 1]), np.cross([1, 0, 0], [0, 1, 0])
list(np.ndenumerate(np.array([[1, 2], [3, 4]]))), [x.tolist() for x in np.nditer([[1, 2], [[3], [4]]])][0]
list(np.array([1.5, 2])), np.array([[1, 2]]).tolist(), len(a), 5 in a, bool(np.array([1])), float(np.array([2.5]))
a[5]
a[0, 0, 0, 0]
a["x"]
a.reshape(5, 5)
np.array([1, 2]) + np.array([1, 2, 3])
bool(a)
int(np.array([1, 2]))
np.zeros(-1)
np.array([1, 2], dtype="nonsense")
np.concatenate([])
np.array([1.5]).astype("m8")
a.nothing
np.nothing
r["y"]
np.array(["a"]) + 1
np.arange(3)["0"]
hash(a)
np.float64("x")
np.zeros(3)[1.5]
np.broadcast_to([1, 2], (3,))
np.random.default_rng(1).choice([], 1)""".splitlines():
    show(text)

b = np.arange(6)
view = b[1:4]
view[:] = 9
b[[0, 5]] = -1, -2
b[b == 9] += 1
b[::2] *= 10
print(b, view.base is b, np.shares_memory(b, view), b.flags.owndata, view.flags.owndata)
b.setflags(write=False)
show("b.__setitem__(0, 1)")
r["n"] = [7, 8]
r[0] = (9, 9, "zz")
print(r)
c = np.empty(3, dtype=object)
c[:] = [1, "x", c]
c[2] = None
print(c, sys.getrefcount(object()) > 0)


class Tracked:
    pass


kept = Tracked()
dead = weakref.ref(kept)
holder = np.array([kept], dtype=object)
del kept
print(dead() is holder[0])
del holder
gc.collect()
print(dead())


class Meters(np.ndarray):
    def __new__(cls, values):
        return np.asarray(values, dtype=float).view(cls)

    def __array_finalize__(self, source):
        self.origin = type(source).__name__

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        result = getattr(ufunc, method)(*[np.asarray(x) for x in inputs], **keywords)
        return result.view(Meters) if isinstance(result, np.ndarray) else result


m = Meters([1, 2, 3])
print(repr(m), repr(m + 1), m.sum(), type(m[1:]).__name__, m[1:].origin)


class Duck:
    def __array__(self, dtype=None):
        return np.array([4, 5], dtype=dtype)

    def __array_function__(self, function, types, arguments, keywords):
        return function.__name__, len(arguments)


print(np.asarray(Duck()), np.add(Duck(), 1), np.concatenate([Duck()]))
