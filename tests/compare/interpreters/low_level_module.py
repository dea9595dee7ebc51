# main: asks for the main interpreter
# options: -u
# _xxsubinterpreters of 3.11: create, run, shared values, listing, destroying, errors.
import _xxsubinterpreters as interps
main = interps.get_main()
print(int(main), interps.get_current() == main, len(interps.list_all()), repr(main))
i = interps.create()
print(i != main, len(interps.list_all()), interps.is_running(i), interps.is_running(main))
interps.run_string(i, "print('inside', __name__)")
interps.run_string(i, "x = 5")
interps.run_string(i, "print(x + y, z, b)", shared={"y": 2, "z": "text é", "b": b"bytes"})
for value in (None, 1, -5, "s", b"b", 1.5, [], (1,), True, object(), 2 ** 40):
    print(repr(value)[:20].split(" object")[0], interps.is_shareable(value))
for code in ("1 / 0", "raise ValueError('inside')", "x = ", "undefined"):
    try:
        interps.run_string(i, code)
    except interps.RunFailedError as e:
        print(type(e).__name__, e)
for bad in ("interps.run_string(i, 5)", "interps.run_string(999, 'x')", "interps.destroy(main)", "interps.destroy(999)", "interps.run_string(i, 'x', shared={'a': []})", "interps.run_string(main, 'x')", "interps.is_running('a')", "interps.destroy(interps.get_current())"):
    try:
        print(bad, eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
interps.destroy(i)
print(len(interps.list_all()))
try:
    interps.run_string(i, "x")
except RuntimeError as e:
    print(e)
