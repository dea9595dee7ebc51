# weakref and gc.
import gc
import weakref


class C:
    pass


c = C()
r = weakref.ref(c)
print(r() is c)
del c
print(r())
c = C()
c.self = c
r = weakref.ref(c)
del c
gc.collect()
print(r())
