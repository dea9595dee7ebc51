# memoryview over buffers of pointers (suboffsets, PEP 3118) and backward strides: slices read and written.
from _testbuffer import ND_PIL, ND_WRITABLE, ndarray

for flags in (0, ND_PIL):
    first = ndarray(list(range(12)), shape=[12], strides=[-1], offset=11, flags=ND_WRITABLE | flags)
    second = ndarray(list(range(24)), shape=[12], strides=[2], flags=flags)
    view, other = memoryview(first), memoryview(second)
    print(view.tolist(), view.strides, view.suboffsets, other.tolist())
    for part in (slice(2, 5), slice(None, None, -1), slice(4, 1, -2), slice(1, 9, 3)):
        print(part, view[part].tolist(), view[part].suboffsets, list(view[part]), view[part] == first[part],
              first[part] == view[part], view[part][0], view[part][-1])
    view[2:5] = other[2:5]
    print(view.tolist(), first.tolist(), view == first)
    view[1:3][::-1] = other[0:2][::1]
    print(view.tolist())
    view[4:1:-2][::-1] = view[1:4:2][::1]
    print(view.tolist(), bytes(view[::-1]), view[3:].tobytes())
