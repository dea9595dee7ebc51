# options: -u
# The module interpreters: create, run, state in __main__, list, close, running, equality. The reference has it as test.support.interpreters.
try:
    import interpreters
except ImportError:
    from test.support import interpreters
import builtins
def kind(e):  # PEP 734 has classes of its own below it
    return next(c.__name__ for c in type(e).__mro__ if c.__name__ in vars(builtins))
main = interpreters.get_main()
print(main == interpreters.get_current(), len(interpreters.list_all()), int(main.id), main.is_running())
interp = interpreters.create()
print(interp != main, interp in interpreters.list_all(), len(interpreters.list_all()), interp.is_running(), hash(interp) == hash(interpreters.Interpreter(interp.id)), interp == interpreters.Interpreter(interp.id), interp == 5)
interp.run("print('hello from', __name__)")
interp.run("x = [1]\ndef add(v): x.append(v); return x")
interp.run("print(add(2), add(3))")
interp.run("import sys; sys.marker = 1; import json; json.marker = 1")
import json, sys
print(hasattr(sys, "marker"), hasattr(json, "marker"))
for source in ("raise ValueError('inside')", "1 / 0", "x ==== 1", "undefined_name"):
    try:
        interp.run(source)
    except Exception as e:
        print(type(e).__name__, kind(e), "failed")
interp.run("print(x, 'still alive')")
for bad in (lambda: interp.run(5), lambda: interpreters.Interpreter("a"), lambda: main.close(), lambda: interpreters.Interpreter(99999).run("x")):
    try:
        bad()
    except Exception as e:
        print(kind(e))
print([interpreters.is_shareable(v) for v in (None, b"b", "s", 5, [], object(), interp)])
interp.close()
print(len(interpreters.list_all()))
for action in (lambda: interp.run("x"), interp.close, interp.is_running):
    try:
        action()
    except RuntimeError as e:
        print(kind(e))
several = [interpreters.create() for _ in range(5)]
for n, i in enumerate(several):
    i.run(f"n = {n}")
for i in several:
    i.run("print(n, end=' ')")
print(len({i.id for i in several}), len(interpreters.list_all()))
[i.close() for i in several]
print(len(interpreters.list_all()))
