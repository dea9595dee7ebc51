# Extension modules that are imported again after sys.modules has forgotten them: their C globals stay those of the first time.
import sys
from test.support.import_helper import import_fresh_module

import _decimal
import decimal

first = _decimal.Decimal
fresh = import_fresh_module("decimal", fresh=["_decimal"])
print(fresh is decimal, fresh.Decimal is first, fresh.Inexact is decimal.Inexact)
context = fresh.Context(prec=3)
print(context.divide(fresh.Decimal(1), fresh.Decimal(3)), context.flags[fresh.Inexact])

for name in ("_decimal", "_bz2", "_sqlite3", "_uuid", "resource", "_queue"):
    old = __import__(name)
    old.mark = 1
    names = set(vars(old))
    del sys.modules[name]
    new = __import__(name)
    print(name, new is old, hasattr(new, "mark"), names - set(vars(new)), new.__file__ == old.__file__, new.__name__,
          new.__spec__.name, new.__spec__ is old.__spec__)
