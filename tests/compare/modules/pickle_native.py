# _pickle: what is written byte for byte, by every protocol, and what damaged pickles and wrong arguments raise.
import _pickle, collections, functools, hashlib, io, sys


class A:
    class B:
        pass

    def __init__(self):
        self.x = 1
        self.y = [self]


class Slots:
    __slots__ = "a", "b"


class NewEx:
    def __new__(cls, *args, **kwargs):
        return object.__new__(cls)

    def __getnewargs_ex__(self):
        return (1,), {"k": 2}


slots = Slots()
slots.a = 5
recursive_list = []
recursive_list.append(recursive_list)
recursive_tuple = ([],)
recursive_tuple[0].append(recursive_tuple)
objects = [
    None, True, False, 0, 1, 255, 256, 65535, 65536, -1, -2**31, 2**31, 2**31 - 1, -2**31 - 1, 2**63, -2**63, 10**50, -10**50,
    1.5, float("inf"), -0.0, "", "a", "\u00e9", "\ud800", "x" * 300, b"", b"a", b"\xff" * 300, bytearray(b""), bytearray(b"abc"),
    (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], [1, 2], list(range(2500)), {}, {1: 2}, {"a": 1, "b": [1]},
    dict.fromkeys(range(2500)), set(), {1, 2}, frozenset(), frozenset([1]), range(5), len, int, A, A.B, type(None), type(...), ...,
    NotImplemented, complex(1, 2), A(), ValueError("x", 1), "x" * 70000, b"y" * 70000, [b"y" * 70000, "z", b"q" * 70000],
    collections.OrderedDict(a=1), collections.Counter("abca"), collections.deque([1, 2]), functools.partial(int, base=2),
    collections.defaultdict(list, {1: [2]}), recursive_list, recursive_tuple, slots, NewEx(), list(map(str, range(30000))),
]
for number, value in enumerate(objects):
    for protocol in range(6):
        try:
            data = _pickle.dumps(value, protocol)
        except Exception as e:
            print(number, protocol, type(e).__name__, e)
            continue
        print(number, protocol, len(data), hashlib.md5(data).hexdigest())
        file = io.BytesIO(data + b"rest")
        again = _pickle.load(file)
        assert type(again) is type(value) and file.read() == b"rest", again
        assert type(_pickle.loads(data)) is type(value)
        out = io.BytesIO()
        _pickle.Pickler(out, protocol).dump(value)
        assert out.getvalue() == data


class Plain:
    """A file that can do only what it must."""

    def __init__(self, data):
        self.file = io.BytesIO(data)
        self.calls = []

    def read(self, n):
        return self.file.read(n)

    def readline(self):
        return self.file.readline()


print(_pickle.load(Plain(_pickle.dumps([1, "a", b"b" * 10], 0))), _pickle.load(Plain(_pickle.dumps([1, "a", b"b" * 10], 5))))


def load(data, **options):
    try:
        print(data, "->", repr(_pickle.loads(data, **options))[:60])
    except Exception as e:
        print(data, type(e).__name__, str(e).split(" at 0x")[0])


for data in (
    rb"N\x81. NN\x81. N)\x81. N)}\x92. NN}\x92. \x80\x04NN\x93. \x82\x00. \x82\x01. h\x01. \xff ' a Na. NNa. Nt. 0. (1 1 2 R NNR. "
    rb"N(R. NNb. N}b. ]N}\x86b. (Nd. }(Nu. ](Ne. N(Ne. N(NNu. N(N\x90. \x8f(]\x90. (]\x91. (o. (No. \x80\x06N. \x97. N\x98. (N. (0. "
    rb"\x95\x01\x00\x00\x00\x00\x00\x00\x00N. \x95\x05\x00\x00\x00\x00\x00\x00\x00N. \x8b\xff\xff\xff\xff. X\x05\x00\x00\x00ab "
    rb"X\x01\x00\x00\x00\xff. \x8e\xff\xff\xff\xff\xff\xff\xff\xff T\xff\xff\xff\xff U\x01\xff. . N NQ. B\xff\xff\xff\x7fab"
).split():
    load(data.decode("unicode_escape").encode("latin-1"))
for data in (b"p-1\n.", b"Np-1\n.", b"gx\n.", b"I\n.", b"Ix\n.", b"I0x10\n.", b"Fx\n.", b"Lx\n.", b"L12L\n.", b"Sx\n.", b"S'\\x'\n.", b"cx\n",
             b"cfoo\nbar\n.", b"Pa\n.", b"V\\u12\n.", b"(ijson\nxx\n.", b"cbuiltins\nlen\n)\x81.", b"cbuiltins\nint\n)N\x92.",
             b"cbuiltins\nint\nN}\x92.", b"\x80\x04cjson\n<locals>\n.", b"", b"S'a' \n."):
    load(data)
load(b"U\x01\xff.", encoding="bytes")
load(b"U\x01\xff.", encoding="latin-1")
load(b"\x97.", buffers=[])
load(b"\x97.", buffers=[5])


class P(_pickle.Pickler):
    def __init__(self):
        pass


class U(_pickle.Unpickler):
    def __init__(self):
        pass


def pickler(*args):
    return _pickle.Pickler(io.BytesIO(), *args)


def unpickler():
    return _pickle.Unpickler(io.BytesIO())


for text in (
    "_pickle.Pickler(5)", "_pickle.Unpickler(5)", "_pickle.dump(1, 5)", "_pickle.load(5)", "P().dump(1)", "P().clear_memo()",
    "U().load()", "_pickle.loads('a')", "_pickle.dumps(1, 9)", "_pickle.dumps(1, 'a')", "_pickle.dumps(1, 2, buffer_callback=len)",
    "pickler().persistent_id", "setattr(pickler(), 'memo', 5)", "setattr(pickler(), 'memo', {1: 2})",
    "setattr(unpickler(), 'memo', {'a': 2})", "setattr(unpickler(), 'memo', {-1: 2})", "setattr(pickler(), 'persistent_id', 5)",
    "pickler().memo.copy()", "pickler().memo.__reduce__()", "pickler().dispatch_table", "unpickler().persistent_load",
    "unpickler().memo.copy()", "delattr(unpickler(), 'memo')", "delattr(unpickler(), 'persistent_load')", "pickler().bin",
    "pickler(0).bin", "_pickle.dump.__text_signature__", "_pickle.loads.__doc__", "_pickle.Pickler.__doc__",
    "_pickle.dumps(lambda: 1)", "_pickle.dumps(sys)", "_pickle.dumps((i for i in ()))", "_pickle.dumps(sys.stdout)",
):
    try:
        print(text, eval(text))
    except Exception as e:
        print(text, type(e).__name__, str(e).split(" at 0x")[0])

deep = []
for _ in range(100000):
    deep = [deep]
try:
    _pickle.dumps(deep)
except RecursionError as e:
    print(e)
while deep:
    deep = deep[0]
fast = pickler()
fast.fast = True
fast.dump([1, [2, [3]]])
try:
    fast.dump(recursive_list)
except (ValueError, RecursionError) as e:
    print(type(e).__name__, str(e).split(" at 0x")[0])
