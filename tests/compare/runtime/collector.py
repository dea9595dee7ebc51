# gc: cycles, finalizers, resurrection, weak references, callbacks, tracking.
import gc
import weakref

gc.disable()
gc.collect()


class Node:
    def __init__(self, name):
        self.name = name
        self.other = None

    def __del__(self):
        print('del', self.name)


def cycle(*names):
    nodes = [Node(n) for n in names]
    for a, b in zip(nodes, nodes[1:] + nodes[:1]):
        a.other = b
    return nodes[0]


a = cycle('a1', 'a2')
del a
print(gc.collect() > 0)

# A callback of a reference that outlives the trash runs, and sees the reference dead.
b = cycle('b')
r = weakref.ref(b, lambda ref: print('callback', ref()))
del b
gc.collect()
print(r())

# PEP 442: __del__ once; a resurrected object stays whole.
saved = []


class Phoenix:
    def __del__(self):
        print('rises')
        saved.append(self)


p = Phoenix()
p.me = p
p.data = [1, 2]
del p
gc.collect()
print(saved[0].data, saved[0].me is saved[0], gc.is_finalized(saved[0]))
saved.clear()
gc.collect()
print('gone')

events = []


def watch(phase, info):
    events.append((phase, info['generation'], sorted(info)))


gc.callbacks.append(watch)
gc.collect()
gc.collect(0)
gc.callbacks.remove(watch)
print(events)

print([gc.is_tracked(x) for x in (1, 'a', (), [], {}, {'a': 1}, {'a': []}, {'a': (1,)}, Node, object(), lambda: 0)])
t = (1, 'x', (2, 3))
gc.collect()
print(gc.is_tracked(t))
print(gc.get_threshold(), gc.get_debug(), gc.isenabled(), gc.get_freeze_count())
gc.set_threshold(500, 7)
print(gc.get_threshold())
gc.freeze()
print(gc.get_freeze_count() > 0)
gc.unfreeze()
print(gc.get_freeze_count())
x = []
y = [x]
print(gc.get_referents(y), y in gc.get_referrers(x))
for bad in (-1, 3):
    try:
        gc.collect(bad)
    except ValueError as e:
        print(e)
gc.set_debug(gc.DEBUG_SAVEALL)
z = []
z.append(z)
del z
gc.collect()
print(len(gc.garbage), gc.garbage[0] is gc.garbage[0][0])
gc.set_debug(0)
gc.garbage.clear()
print(sorted(gc.get_stats()[0]))
