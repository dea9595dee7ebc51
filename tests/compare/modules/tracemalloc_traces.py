# tracemalloc: where blocks of known size come from, limits, snapshots, filters, statistics, peaks, resizing, threads.
import _tracemalloc
import gc
import itertools
import os
import threading
import tracemalloc

HERE = os.path.basename(__file__)
FIRST = (lambda: 0).__code__.co_firstlineno


def name(path):
    return HERE if path == __file__ else os.path.basename(path)


def place(value):
    """Where the value was allocated, the newest frame last, with lines counted from FIRST in this file."""
    traceback = tracemalloc.get_object_traceback(value)
    if traceback is None:
        return None
    return [(name(f.filename), f.lineno - FIRST if f.filename == __file__ else f.lineno) for f in traceback if f.filename != "<string>"]


def attempt(function, *arguments):
    try:
        return function(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(_tracemalloc.__doc__)
for member in sorted(set(dir(_tracemalloc)) - {"__loader__", "__spec__", "__package__"}):
    value = getattr(_tracemalloc, member)
    if callable(value):
        print(member, value.__text_signature__, repr(value.__doc__))

print("not tracing:", tracemalloc.is_tracing(), tracemalloc.get_traceback_limit(), tracemalloc.get_traced_memory(),
      tracemalloc.clear_traces(), tracemalloc.reset_peak(), tracemalloc.stop(), _tracemalloc._get_traces(),
      tracemalloc.get_object_traceback([]), attempt(tracemalloc.take_snapshot))
for bad in (0, -1, 65536, 2**31, 2**63, "a", 1.5, None):
    print("start", bad, attempt(tracemalloc.start, bad), tracemalloc.is_tracing())
print(attempt(tracemalloc.start, 1, 2), attempt(lambda: tracemalloc.start(nframe=2)), attempt(tracemalloc.stop, 1),
      attempt(_tracemalloc._get_object_traceback))
for limit in (1, 3, 65535):
    tracemalloc.start(limit)
    tracemalloc.start(limit + 5 if limit < 10 else 2)
    print("limit", tracemalloc.get_traceback_limit(), tracemalloc.is_tracing())
    tracemalloc.stop()
print("after stop", tracemalloc.get_traceback_limit(), tracemalloc.get_traced_memory())


def inner(size):
    return bytes(size)


def middle(size):
    return inner(
        size)


def outer(size):
    yield middle(size)
    yield [middle(size) for _ in range(2)][1]


def objects():
    def nested():
        return value
    value = [               # nothing that the reference keeps in a free list, where it cannot trace it
        "constant",
        HERE * 300,
        bytearray(500),
        tuple(map(float, range(30))),
        nested,
        10 ** 3000,
        frozenset(map(str, range(40))),
        (i for i in ()),
        object(),
        memoryview(b"abc"),
    ]
    return value


for limit in (1, 2, 4):
    tracemalloc.start(limit)
    print("from functions", limit, [place(inner(4000)), place(middle(4000))])
    print("from a generator", limit, [place(value) for value in outer(4000)])
    print("kinds", limit, [place(value) for value in objects()])
    tracemalloc.stop()

tracemalloc.start()
old = bytes(10000)
tracemalloc.clear_traces()
print("cleared", place(old), _tracemalloc._get_traces() == [] or len(_tracemalloc._get_traces()) < 40)
del old
growing = bytearray(10)
print("made", place(growing))
before = tracemalloc.get_traced_memory()[0]
growing.extend(bytes(100_000))
after = tracemalloc.get_traced_memory()[0]
print("grown", 99_000 <= after - before < 120_000)
del growing[100:]
print("shrunk", tracemalloc.get_traced_memory()[0] - before < 2000)
tracemalloc.stop()

# Sums by line. Only blocks whose sizes Python code can know are counted.
tracemalloc.start(10)
kept = []
gc.collect()
first = tracemalloc.take_snapshot()
for i in range(7): kept.append(bytes(1000))  # one line
kept.append("y" * 2000)
kept.append(bytes(2_000_000))
def two(): return bytes(5000), bytes(6000)
kept += two()
second = tracemalloc.take_snapshot()
del kept[2:5]
third = tracemalloc.take_snapshot()
tracemalloc.stop()
def deep(n): return deep(n - 1) if n else bytes(7000)
tracemalloc.start(3)
levels = [deep(n) for n in (0, 1, 2, 50)]
deeper = sorted(t.traceback.total_nframe for t in tracemalloc.take_snapshot().traces if t.size == 7033 and len(t.traceback) == 3)
print("depths", [depth - deeper[0] for depth in deeper])
tracemalloc.stop()
print(first.traceback_limit, len(first.traces) > 0)


def known(snapshot):
    """The traces of this file's blocks of 1000 bytes and more."""
    snapshot = snapshot.filter_traces([tracemalloc.Filter(True, __file__), tracemalloc.DomainFilter(True, 0)])
    snapshot.traces._traces = sorted(trace for trace in snapshot.traces._traces if trace[1] >= 1000)
    return snapshot


def show(stat):
    frame = stat.traceback[-1]
    return name(frame.filename), frame.lineno and frame.lineno - FIRST, stat.size, stat.count, str(stat).split(": ", 1)[1]


for kind, cumulative in itertools.product(("filename", "lineno", "traceback"), (False, True)):
    if kind != "traceback" or not cumulative:
        print(kind, cumulative, [show(stat) for stat in known(second).statistics(kind, cumulative) if name(stat.traceback[-1].filename) == HERE])
    else:
        print(attempt(known(second).statistics, kind, cumulative))
for old, new in ((first, second), (second, third), (third, second)):
    print([show(stat) for stat in known(new).compare_to(known(old), "lineno") if stat.size_diff])
by_line = {stat.traceback[0].lineno: stat for stat in known(third).statistics("lineno")}
print(sorted((line - FIRST, stat.size, stat.count) for line, stat in by_line.items()))
largest = known(third).statistics("traceback")[0]
print(*largest.traceback.format(limit=1), *largest.traceback.format(most_recent_first=True, limit=1)[:2], sep="\n")
only = second.filter_traces([tracemalloc.Filter(True, __file__, lineno=FIRST + 5)])
print("no such line", len(only.traces), len(second.filter_traces([tracemalloc.DomainFilter(True, 77)]).traces))
second.dump("snapshot")
print("again", tracemalloc.Snapshot.load("snapshot").traces == second.traces)

# The peak.
tracemalloc.start()
big = bytes(1_000_000)
current, peak = tracemalloc.get_traced_memory()
print("big", 1_000_000 <= current < 1_010_000, current <= peak < 1_010_000)
del big
current, peak = tracemalloc.get_traced_memory()
print("freed", current < 10_000, peak >= 1_000_000)
tracemalloc.reset_peak()
current, peak = tracemalloc.get_traced_memory()
print("reset", peak < 10_000, peak >= current)
many = [bytes(100) for _ in range(10_000)]
current, peak = tracemalloc.get_traced_memory()
print("many", 1_330_000 <= current < 1_500_000, tracemalloc.get_tracemalloc_memory() > 100_000)
many.clear()
print("few", tracemalloc.get_traced_memory()[0] < 100_000)
tracemalloc.clear_traces()
print("none", tracemalloc.get_traced_memory()[0] < 2000, tracemalloc.get_tracemalloc_memory() < 10_000_000)
tracemalloc.stop()

# Threads have stacks of their own.
found = []
def work(size):
    found.append((size, place(middle(size))))
tracemalloc.start(5)
threads = [threading.Thread(target=work, args=(size,)) for size in (3000, 4000)]
for thread in threads: thread.start(); thread.join()
tracemalloc.stop()
print(found)


# Objects may ask where they come from while they end, and stop tracing.
class Ending:
    def __init__(self):
        self.data = bytes(9999)

    def __del__(self):
        print("ending", place(self.data))
        tracemalloc.stop()


tracemalloc.start(2)
ending = Ending()
cycle = [Ending()]
cycle.append(cycle)
del ending
del cycle
gc.collect()
print(tracemalloc.is_tracing())

try:
    import _testcapi
    track = _testcapi.tracemalloc_track
except (ImportError, AttributeError):
    print("no _testcapi")
else:
    print(attempt(track, 5, 1 << 40, 10), attempt(_testcapi.tracemalloc_untrack, 5, 1 << 40), _testcapi.tracemalloc_get_traceback(5, 1 << 40))
    tracemalloc.start(2)
    def foreign(size, released): track(5, 1 << 40, size, released)
    for size, released in ((10, False), (300, True)):
        foreign(size, released)
        snapshot = tracemalloc.take_snapshot().filter_traces([tracemalloc.DomainFilter(True, 5)])
        print([(t.domain, t.size, len(t.traceback)) for t in snapshot.traces],
              [(name(f), l - FIRST) for f, l in _testcapi.tracemalloc_get_traceback(5, 1 << 40)],
              _testcapi.tracemalloc_get_traceback(6, 1 << 40))
    print(_testcapi.tracemalloc_untrack(5, 1 << 40), _testcapi.tracemalloc_untrack(5, 1 << 40),
          _testcapi.tracemalloc_get_traceback(5, 1 << 40))
    tracemalloc.stop()
tracemalloc.start(1)   # and so the program ends
