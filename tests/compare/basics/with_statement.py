# The with statement and its three methods of leaving.
class M:
    def __enter__(self):
        print("in")
        return 5

    def __exit__(self, kind, value, tb):
        print("out", kind)
        return kind is ValueError


with M() as v:
    print(v)
with M():
    raise ValueError
try:
    with M():
        raise KeyError("k")
except KeyError as e:
    print(repr(e))
