"""marshal.load() from a file whose readinto() keeps what it is given, and changes it later."""
import marshal


class Keeper:
    def __init__(self, data):
        self.data, self.views = data, []

    def read(self, count):
        return self.data[:count]

    def readinto(self, view):
        piece, self.data = self.data[:len(view)], self.data[len(view):]
        view[:len(piece)] = piece
        for earlier in self.views:
            earlier[:] = bytes(len(earlier))
        self.views.append(memoryview(view))
        return len(piece)


value = ["text", b"bytes" * 1000, 2 ** 100, {"key": (1.5, None)}]
keeper = Keeper(marshal.dumps(value))
print(marshal.load(keeper) == value)
print(len(keeper.views) > 10, bytes(keeper.views[-1]) != b"")
for view in keeper.views:
    view[:] = b"x" * len(view)
print({bytes(view[:1]) for view in keeper.views})


class Shrinker(Keeper):
    def readinto(self, view):
        owner = view.obj
        view.release()
        owner.clear()
        return 1


try:
    marshal.load(Shrinker(b"i\1\0\0\0"))
except BufferError as error:
    print(error)
