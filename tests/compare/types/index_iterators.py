# The iterators that walk a built-in sequence by index: copying, pickling and changing their state.
import array
import pickle


class Index:
    def __index__(self):
        return 1


SEQUENCES = [[1, 2], (1, 2), "ab", "\xe9b\u1234", b"ab", bytearray(b"ab"), array.array("b", b"ab")]

for sequence in SEQUENCES:
    for state in ("a", 1.5, 10**30, Index(), -5, 1, 7):
        iterator = iter(sequence)
        name = state if not isinstance(state, Index) else "Index()"
        try:
            print(type(iterator).__name__, name, iterator.__setstate__(state), list(iterator))
        except Exception as error:
            print(type(iterator).__name__, name, type(error).__name__, error)
    iterator = iter(sequence)
    next(iterator)
    print(iterator.__reduce__(), list(pickle.loads(pickle.dumps(iterator))))
    print(list(iterator), iterator.__reduce__())
    if not isinstance(sequence, array.array):  # which python3.11 crashes on
        print(iterator.__setstate__(1), list(iterator))

backwards = reversed([1, 2, 3])
for state in ("a", 10**30, -5, 0, 7):
    try:
        print(backwards.__setstate__(state), backwards.__length_hint__(), backwards.__reduce__())
    except Exception as error:
        print(type(error).__name__, error)
print(list(backwards), backwards.__reduce__(), backwards.__length_hint__())

growing = [1]
iterator = iter(growing)
next(iterator)
growing.clear()
print(iterator.__length_hint__(), iterator.__reduce__())
