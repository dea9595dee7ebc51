# decimal: contexts, rounding, signals, formatting, special values.
from decimal import *
D = Decimal
print(D("0.1") + D("0.2"), D("1.10") * 3, D(1) / 3, D(-7) // 2, D(-7) % 3, divmod(D(7), D("2.5")), D(2) ** 10, D(2) ** D("0.5"), D("1e3"), D("1E+3") + 0, D("0.00"), -D("0"), abs(D("-5.50")), D(0.1), D(10 ** 30), D("  1_000.5 "), D((1, (1, 2, 3), -2)), D("NaN"), D("sNaN123"), D("-Infinity"))
with localcontext() as c:
    c.prec = 5; print(D(1) / 7, D(2).sqrt(), D(10).ln(), D(2).exp(), D(100).log10(), +D("123456.789"), c)
for r in (ROUND_UP, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_05UP):
    print(r, [str(D(x).quantize(D("1"), rounding=r)) for x in ("2.5", "-2.5", "3.5", "1.1", "-1.9")])
x = D("-1234.5678"); print(x.as_tuple(), x.adjusted(), x.to_integral_value(), x.normalize(), x.quantize(D(".01")), round(x, 1), round(x), int(x), float(x), x.copy_abs(), x.is_signed(), x.scaleb(2), x.shift(1), x.next_plus(), x.compare(D(1)), D("120.0").normalize(), D("1.23e5").to_eng_string(), x.same_quantum(D("0.0001")), hash(D(5)) == hash(5), x.as_integer_ratio(), D("3.14").number_class(), D(5).logb(), D("1.5").max(D(2)), D(5).fma(2, 3))
print(f"{x:.2f} {x:,.1f} {x:e} {x:10.1f}| {x:+g} {D('0.00001'):f} {D('1e-10')} {D('1e10')} {x:%} {D('inf'):>10}", D(1) == 1.0, D("0.1") == 0.1, D(1) < 2, sorted([D(3), 1, D("2.5")]), D("NaN") == D("NaN"), max(D(1), 2), sum([D("0.1")] * 3), bool(D(0)), D("1.0") == D(1), {D(1): "k"}[1])
for bad in ("D('x')", "D(1) / 0", "D(0) / 0", "D(-1).sqrt()", "D('sNaN') + 1", "D(1) + 1.5", "D('inf') - D('inf')", "D([])", "int(D('nan'))", "int(D('inf'))", "D(1).quantize(D('1e-30'))", "D(0).ln()" , "D(10) ** D('1e10')", "D('1', 2, 3)", "D(1) < 'a'", "D(1) < D('nan')", "format(D(1), 'x')", "D('1e999999999999999999999')", "D((1, 2))", "D(-8) ** D('0.5')", "hash(D('sNaN'))", "getcontext().prec.x", "Context(prec=0)", "Context(rounding='x')"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
c = getcontext(); print(c, [s.__name__ for s, on in c.flags.items() if on]); c.clear_flags(); D(1) / 3; print([s.__name__ for s, on in c.flags.items() if on], ExtendedContext.divide(D(1), D(0)), BasicContext.prec, Context(prec=3).create_decimal("1.23456"), D(1).__sizeof__() > 0)
setcontext(Context(prec=50)); print(D(2).sqrt(), D(1).exp()); print(DivisionByZero.__mro__[1:3], issubclass(InvalidOperation, ArithmeticError), localcontext(prec=3).__class__.__name__)
