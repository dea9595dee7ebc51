# f-strings: expressions, nesting, conversions, specs, =, quotes, backslashes, errors.
import datetime
name, n, pi = "Wörld", 42, 3.14159265
width, precision = 12, 3
print(f"Hello {name}!", f"{n:5}|{n:<5}|{n:^5}|{n:05}|{n:+}|{n:x}|{n:#b}|{n:,}")
print(f"{pi:.2f} {pi:{width}.{precision}} {pi:>{width}.{precision}f} {pi!r:>15} {name!a} {name!s:_^11}")
print(f"{n=} {n = } {n=:>6} {name=!s} {n*2=} {[1, 2][0]=}")
print(f"{{literal}} {{{n}}} {'nested ' + f'{n}'} {'a' if n else 'b'} {(lambda x: x * 2)(3)}")
print(f"{datetime.date(2024, 2, 29):%Y/%m/%d} {datetime.datetime(2020, 1, 2, 3, 4):%H:%M}")
print(f'{"quoted"} {name[0:2]} {dict(a=1)["a"]} {[i for i in range(3)]} { {"set"} }')
print(f"""triple {
    n
    + 1
} end""", f"a" "b{n}" f"c{n}", rf"\d{n}", f"\N{BULLET}\x41")
print(f"{n!r:>{width}}", f"{'x':{'*'}^{5}}", f"{3.0:g} {1e100:g} {0.1 + 0.2:.17g} {1234567.891:,.1f} {0.5:.0%}")
print(f"{True:d} {None} {...} {int} {n:c} {-7:=+8} {255:#010x} {1_000_000:_}")
print(f"{'a':5}|{'a':>5}|{'abc':.2}|{1 + 2j:.1f}|{b'by'!r}")


class F:
    def __format__(self, spec):
        return f"<{spec}>"

    def __repr__(self):
        return "F()"

    def __str__(self):
        return "str F"


print(f"{F()} {F():abc} {F()!r} {F()!s} {F():{n}-{name}}")
print(f"{lambda_ if (lambda_ := 1) else 2}", f"{n:=^9}", f"{n!=3}", f"{n == 42}", f"{n>=3}")
for bad in ("f'{}'", "f'{n!x}'", "f'{'", "f'}'", "f'{n!}'", "f'{a b}'", "f'{*}'", "f'{n:{'", "f'{#}'", "f'{a\\n}'", "f'{lambda x: 1}'"):
    try:
        eval(bad)
    except SyntaxError as e:
        print(bad, "->", e.msg)
for bad in ("f'{n:s}'", "f'{name:d}'", "f'{n:.2}'", "f'{pi:x}'", "f'{[]:5}'", "f'{n:,s}'", "f'{name:=5}'", "f'{name:+}'", "f'{1:c,}'", "f'{1j:%}'", "f'{-1:c}'"):
    try:
        print(eval(bad))
    except (ValueError, TypeError, OverflowError) as e:
        print(bad, "->", type(e).__name__, e)
print(f"" == "", f"{''}" "", f"{n}{n}{n}")
