# collections: the common ones.
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
print(Counter("hello").most_common(1), deque([1, 2, 3], maxlen=2), OrderedDict(a=1))
d = defaultdict(list)
d["k"].append(1)
P = namedtuple("P", "x y")
print(dict(d), P(1, y=2), P(3, 4).x)
