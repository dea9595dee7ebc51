# numpy and other objects: dates and times, pickles, the buffer protocol, text, files, ctypes-like interfaces.
import array
import copy
import datetime
import io
import pickle

import numpy as np


def show(text):
    try:
        print(text, "=>", repr(eval(text)))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


a = np.arange(6.0).reshape(2, 3)
for text in """np.datetime64("2024-02-29"), np.datetime64("2024-02-29T12:30:15.123456789"), np.datetime64("NaT"), np.datetime64(5, "D")
np.datetime64("2024-02-29") + np.timedelta64(1, "D"), np.datetime64("2024-03-01") - np.datetime64("2024-02-01")
np.datetime64("2024-02-29T12:00").astype(datetime.datetime), np.datetime64("2024-02-29").item(), np.timedelta64(90, "m").item()
np.datetime64(datetime.datetime(2024, 2, 29, 1, 2, 3, 4)), np.datetime64(datetime.date(2024, 2, 29)), np.timedelta64(datetime.timedelta(1, 2, 3))
np.datetime64("2024-02-29T12:00:00.123456789").item(), np.datetime64("1600-01-01").item(), np.datetime64("20000-01-01").item()
np.arange("2024-01", "2024-05", dtype="M8[M]"), np.arange("2024-01-01", "2024-01-05", dtype="M8[D]").astype("M8[h]")
np.array([datetime.datetime(2024, 1, 1), None], dtype="M8[us]"), np.array([datetime.timedelta(1), "NaT"], dtype="m8[s]")
np.array([datetime.date(2024, 1, 1)]), np.array([datetime.datetime(2024, 1, 1)], dtype="M8"), np.array(["2024-01-01"], dtype="M8[s]").tolist()
np.busday_count("2024-01-01", "2024-02-01"), np.is_busday("2024-02-29"), np.busday_offset("2024-02-29", 3, roll="forward")
np.datetime_as_string(np.datetime64("2024-02-29T12:00"), unit="s"), np.datetime_data("M8[25s]"), np.datetime64("2024-02-29") < datetime.date(2024, 3, 1)
np.datetime64("2024-02-29", "ms") == datetime.datetime(2024, 2, 29), np.timedelta64(3, "h") / np.timedelta64(1, "m"), np.timedelta64(7, "s") // 2
np.datetime64("2024-13-01")
np.datetime64("x")
np.datetime64("2024-01-01") + np.datetime64("2024-01-01")
np.array([1]).astype("M8[D]") + np.timedelta64(1, "Y")
np.datetime64(datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc))
datetime.datetime(2024, 1, 1) - np.datetime64("2023-12-31").item(), datetime.timedelta(1) * np.int64(3), datetime.timedelta(1) * np.float64(1.5)
memoryview(a).format, memoryview(a).shape, memoryview(a).strides, memoryview(a.T).c_contiguous, bytes(memoryview(np.arange(3, dtype="u1")))
np.asarray(memoryview(b"abcd")), np.asarray(bytearray(b"xy")), np.asarray(array.array("d", [1, 2]))
memoryview(np.zeros(2, dtype="i2,f4")).format, memoryview(np.array([1, 2], dtype=">i4")).format, memoryview(np.array(5)).ndim
np.asarray(memoryview(a)[1]), np.asarray(memoryview(a)).base is not None, memoryview(a).tolist()
a.tobytes(), a.tobytes("F")[:8], np.frombuffer(a.tobytes()).tolist(), bytes(np.array([1, 2], dtype=">u2"))
memoryview(np.array([None]))
memoryview(np.array(["2024"], dtype="M8[Y]"))
np.frombuffer(b"abc", dtype="i4")
np.array2string(np.array([1.123456789, 1e-10, 1e10]), precision=3), np.array2string(np.array([1.0, 2.5]), separator=", ", suppress_small=True)
np.array_repr(np.zeros((2, 0))), np.array_str(np.array([True])), str(np.arange(2000)), repr(np.array([np.nan, np.inf, -0.0]))
repr(np.array(["a", "bé"])), repr(np.array([1 + 2j])), str(np.array([b"x"])), repr(np.float32(1) / 3), f"{np.float64(3.14159):.2f}", f"{np.int64(255):x}"
np.format_float_positional(1e-7), np.format_float_scientific(123456.0), np.base_repr(10, 3), np.binary_repr(-5, 8), np.float16(0.1)
np.char.add(["a", "b"], "x"), np.char.upper(["abc"]), np.char.split(["a b"]), np.char.find(["hello"], "l"), np.array(["a", "b"]) == "a"
np.genfromtxt(io.StringIO("1,2\\n3,"), delimiter=","), np.loadtxt(["1 2", "3 4"], dtype=int), np.fromstring("1 2 3", sep=" ")
a.__array_interface__["typestr"], a.__array_interface__["shape"], sorted(a.__array_interface__), a.__array_struct__.__class__.__name__
a.dumps()[:2], a.__reduce__()[0].__name__, a.__reduce_ex__(5)[0].__name__, np.int32(3).__reduce__()[1][1]""".splitlines():
    show(text)

structured = np.array([(1, "a")], dtype=[("x", "i4"), ("y", "O")])
for value in (a, a.T, np.float32(1.5), np.arange(3, dtype=">i2"), np.array(["x", "yz"]), np.array([None, {1: 2}], dtype=object),
              structured, np.datetime64("2024-01-01"), np.dtype("i4,f8"), np.add, np.ma.array([1, 2], mask=[0, 1]), np.zeros((0, 3)),
              np.random.default_rng(3), np.random.RandomState(3).get_state()[2]):
    sizes = []
    for protocol in range(2, 6):
        data = pickle.dumps(value, protocol)
        sizes.append(len(data))
        again = pickle.loads(data)
    print(type(again).__name__, sizes, repr(again)[:60] if "Generator" not in repr(again) else again.integers(0, 9, 3),
          type(copy.deepcopy(value)).__name__)
buffers = []
data = pickle.dumps(a, 5, buffer_callback=buffers.append)
shared = pickle.loads(data, buffers=buffers)
print(len(buffers), np.shares_memory(shared, a), shared.tolist())

file = io.BytesIO()
np.save(file, a)
np.savez(other := io.BytesIO(), first=a, second=structured["x"])
file.seek(0), other.seek(0)
print(file.getvalue()[:80], np.load(file), dict(np.load(other)))
a.tofile("raw")
np.savetxt("text", a, fmt="%.1f")
print(np.fromfile("raw"), open("text").read(), np.memmap("raw", dtype=float, mode="r+")[2])
np.set_printoptions(precision=2, threshold=5, edgeitems=1, linewidth=40)
print(np.linspace(0, 1, 7), repr(np.arange(100).reshape(10, 10)), np.get_printoptions()["threshold"])
with np.printoptions(formatter={"int": hex}):
    print(np.array([10, 200]))
exported = bytearray(8)
over = np.frombuffer(exported, dtype="i4")
over[1] = 7
try:
    exported.append(1)
except BufferError as error:
    print("BufferError", error, exported)
