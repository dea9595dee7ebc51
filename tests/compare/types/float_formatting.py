# Floats: repr, rounding, format, hex, special values, conversions, comparison and hash.
values = [0.0, -0.0, 1.0, 0.1, 1 / 3, 1e16, 1e15, 123456789.123456789, 1e-4, 1e-5, 1.5e300, 5e-324, 1.7976931348623157e308, 2.5,
          0.30000000000000004, 1e22, 1e21, 9007199254740993.0, float("inf"), float("-inf"), float("nan"), 1e100, 4.35, 123e-7]
for v in values:
    print(repr(v), str(v), f"{v:.3f} {v:.0f} {v:e} {v:.2e} {v:g} {v:.10g} {v:%} {v:+.1f} {v:10.2f}| {v:<10.1f}| {v:010.1f} {v:#.3g} {v:n} {v:,.2f} {v:_.1f}")
print([round(x, 1) for x in (0.25, 0.35, 2.675, -0.05, 1e300)], [round(x) for x in (0.5, 1.5, 2.5, -0.5, -1.5)], round(2.675, 2), round(1234.5, -2), round(5e15 + 0.5))
print([x.hex() for x in (1.0, -0.1, 0.0, 5e-324, 1e308)], float.fromhex("0x1.8p1"), float.fromhex("-0x.8p-2"), float.fromhex("inf"))
for text in ("1.5", " -2e3 ", "1_0.5", ".5", "5.", "inf", "-Infinity", "nan", "+NaN", "1e400", "1e-400", "0x1p3", "1e", "", "1__0", "٣.٥", "1.5 x", "infinit"):
    try:
        print(repr(text), float(text))
    except ValueError as e:
        print(e)
print(0.1 + 0.2 == 0.3, float("nan") == float("nan"), 0.0 == -0.0, 1e308 * 10, -1e308 * 10, 2.0 ** 0.5, (-8.0) ** (1 / 3))
n = float("nan")
print([n] == [n], n in [n], n != n, n < 1, sorted([3.0, -1.5, 2]), max(1, n), max(n, 1))
print([hash(x) for x in (0.5, 1.0, -1.0, 1e300, float("inf"), float("-inf"), 0.1, 2.0 ** 61)], hash(1.0) == hash(1))
print((0.75).as_integer_ratio(), (2.0).is_integer(), (2.5).is_integer(), (1e300).as_integer_ratio()[1], int(1e20), int(-2.9))
print(7.0 // 2, -7.5 // 2, 7.5 % -2, -7.5 % 2, divmod(-7.5, 2), 1e300 % 7, 5.0 % float("inf"), -5.0 % float("inf"), -0.0 // 1)
for bad in ("1.0 / 0", "1.0 // 0", "1.0 % 0", "divmod(1.0, 0)", "0.0 ** -1", "int(float('nan'))", "int(float('inf'))", "10.0 ** 400", "float('x')",
            "float(None)", "(1.5).hex(1)", "float.fromhex('zz')", "round(1.5, 'a')", "1.0 << 1", "float('inf').as_integer_ratio()", "round(float('nan'))"):
    try:
        print(bad, eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
print("%f %.2f %e %g %G %5.1f|%-8.2f|%+.1f %a %s %r" % (1.5, 2.345, 12345.678, 1e-10, 1e20, 3.14159, 2.5, 1.0, 0.1, 0.1, 1e16))
print(float.__getformat__("double"), float.fromhex("0x1.fffffffffffffp+1023"), 1.0.real, 1.5.imag, 1.5.conjugate(), abs(-2.5), -(-0.0), +1.5, bool(0.0), bool(n))


class F:
    def __float__(self):
        return 3.5


class Sub(float):
    pass


print(float(F()), Sub(1.5), repr(Sub(2)), type(Sub(1) + 1).__name__, float(Sub(9)), 3 == 3.0, 3 < 3.5, 2 ** 70 < 1e30, 1e30 > 10 ** 30)
print(sum([0.1] * 10), 1e16 + 1, 0.1 * 3, 1.1 + 2.2, 1e23, 1.1e23, 8.41e21, 2.0 ** -1074, 4.9e-324)
