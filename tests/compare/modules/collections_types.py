# collections: deque, Counter, OrderedDict, defaultdict, namedtuple, ChainMap, User types.
import collections, copy, pickle
from collections import *
d = deque([1, 2, 3], maxlen=4)
d.append(4); d.append(5); d.appendleft(0); d.rotate(1); d.extendleft("ab")
print(d, d.maxlen, d[0], d[-1], list(reversed(d)), d.count(3), d.copy() == d, d.index("a"), 2 in d, len(d))
d.insert(1, "i") if d.maxlen != len(d) else d.popleft(); d.remove("a"); d.reverse(); d[0] = "z"; del d[-1]; print(d, d.pop(), d, bool(deque()), deque("ab") + deque("c"), deque("ab") * 2, deque([1]) < deque([2]))
for bad in ("deque().pop()", "deque()[0]", "deque(maxlen=-1)", "deque([1]).remove(5)", "deque([1, 2], 2).insert(0, 9)", "deque(5)", "deque([1]).index(7)", "hash(deque())"):
    try: print(eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
x = deque([1, 2, 3])
try:
    for i in x: x.append(i)
except RuntimeError as e: print(e)
c = Counter("abracadabra"); c.update("aaa"); c.subtract({"b": 5}); print(c, c.most_common(2), c["zz"], sorted(c.elements()), +c, -c, c.total(), Counter(a=1) + Counter(a=2, b=-1), Counter("ab") & Counter("b"), Counter("ab") | Counter("bb"), Counter(a=1) == Counter(a=1, b=0), Counter("aab") > Counter("a"))
o = OrderedDict(a=1, b=2, c=3); o.move_to_end("a"); print(o, o.popitem(last=False), o, o == OrderedDict(a=1, c=3), o == dict(a=1, c=3), list(reversed(o)), o | {"q": 1}); o.move_to_end("a", last=False); print(list(o.items()))
dd = defaultdict(list); dd["x"].append(1); dd["y"]; print(dd, dd.get("z"), dd.default_factory, defaultdict(int, a=1), defaultdict(None), dd.copy(), dd | {"k": 2})
try: defaultdict(None)["k"]
except KeyError as e: print(repr(e))
try: defaultdict(5)
except TypeError as e: print(e)
P = namedtuple("P", "x y z", defaults=[9]); p = P(1, y=2); print(p, p.x, p[1], p._asdict(), p._replace(x=5), P._fields, P._make([7, 8, 9]), P._field_defaults, p == (1, 2, 9), p + (1,), P.__doc__, P.x.__doc__, pickle.loads(pickle.dumps(p)) == p if False else "", copy.copy(p), hash(p) == hash((1, 2, 9)))
a, b, z = p; print(a, b, z, namedtuple("R", ["def", "a", "a", "_u"], rename=True)._fields)
for bad in ("P(1)", "P(1, 2, 3, 4)", "P(1, 2, w=3)", "namedtuple('X', 'a a')", "namedtuple('X', '1a')", "namedtuple('class', 'a')", "namedtuple('X', '_a')", "p._replace(q=1)", "p.x.y", "setattr(p, 'x', 1)", "P._make([1])", "namedtuple('X', 'a b', defaults=[1, 2, 3])"):
    try: print(eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
m = ChainMap({"a": 1}, {"a": 2, "b": 3}); m["c"] = 5; print(m, m["a"], m["b"], list(m), len(m), m.parents, m.new_child({"b": 0})["b"], dict(m), m.maps[0])
try: del m["b"]
except KeyError as e: print(e)
class L(UserList): pass
class D(UserDict): pass
class S(UserString): pass
print(L([1, 2]) + [3], D(a=1)["a"], S("abc").upper() + "x", type(L([1])[0:1]).__name__, "b" in S("abc"), D(a=1) | {"b": 2})
