# gc: collecting cycles, generations, callbacks, referrers, freeze, finalizers, uncollectable.
import gc, weakref
gc.collect(); print(gc.isenabled(), gc.get_threshold(), len(gc.get_count()), len(gc.get_stats()), sorted(gc.get_stats()[0]), gc.get_debug())
class C:
    def __init__(self): self.me = self
    def __del__(self): log.append("del")
log = []; gc.disable(); r = weakref.ref(C()); print(r() is not None, gc.collect() >= 1, r(), log); gc.enable()
for make in (lambda: (lambda l: l.append(l))([]), lambda: (lambda d: d.update(d=d))({}), lambda: (lambda s: s.__setattr__("f", lambda: s))(type("X", (), {})()), lambda: (lambda g: None)((x for x in [1]))): make()
print(gc.collect() > 0, gc.garbage, gc.is_tracked([]), gc.is_tracked(()), gc.is_tracked({}), gc.is_tracked({"a": 1}), gc.is_tracked({"a": []}), gc.is_tracked(5), gc.is_tracked("s"), gc.is_tracked((1, 2)), gc.is_tracked(object()), gc.is_tracked(C), gc.is_finalized(5))
def cb(phase, info): log.append((phase, sorted(info)))
log.clear(); gc.callbacks.append(cb); gc.collect(0); gc.callbacks.remove(cb); print(log); a = [1]; b = [a]; print(any(x is b for x in gc.get_referrers(a)), any(x is a for x in gc.get_referents(b)), gc.get_referents(5), any(o is a for o in gc.get_objects()), any(o is b for o in gc.get_objects(generation=0)))
gc.freeze(); print(gc.get_freeze_count() > 0); gc.unfreeze(); print(gc.get_freeze_count()); gc.set_threshold(100, 5, 5); print(gc.get_threshold()); gc.set_threshold(700, 10, 10)
class Res:
    kept = []
    def __init__(self): self.c = [self]
    def __del__(self): Res.kept.append(self)
Res(); gc.collect(); print(len(Res.kept), gc.is_finalized(Res.kept[0])); Res.kept[0].c.clear(); Res.kept.clear()
n = []
class Count:
    def __init__(self): self.x = self
    def __del__(self): n.append(1)
for _ in range(3000): Count()
print(len(n) > 1000); gc.collect(); print(len(n))
for bad in ("gc.collect(5)", "gc.collect('a')", "gc.set_threshold()", "gc.set_threshold('a')", "gc.set_debug('x')", "gc.get_objects(generation=9)", "gc.is_tracked()", "gc.collect(-1)"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
x, y = C(), C(); x.o, y.o = y, x; wr = weakref.ref(x, lambda r: log.append("callback")); log.clear(); del x, y; gc.collect(); print(log.count("del"), log.count("callback"))
k = weakref.WeakKeyDictionary(); o = C(); k[o] = o; del o; gc.collect(); print(len(k)); e = None
class Err(Exception): pass
try: raise Err
except Err as err: e = err; wr = weakref.ref(type("T", (), {})())
f = weakref.ref(e); e.self = e; del e; gc.collect(); print(f())
