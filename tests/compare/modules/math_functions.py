# math: values, special cases, domain errors, integer functions, sums.
import math
inf, nan = math.inf, math.nan
for name in ("sqrt", "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "gamma", "lgamma", "fabs", "floor", "ceil", "trunc", "degrees", "radians", "cbrt", "exp2", "isfinite", "isinf", "isnan", "frexp", "modf", "ulp"):
    f, out = getattr(math, name), []
    for x in (0.0, 0.5, 1, -1, 2.5, -3.7, 100, 1e300, inf, -inf, nan):
        try:
            r = f(x); out.append(f"{r:.10g}" if isinstance(r, float) else str(r))
        except (ValueError, OverflowError) as e:
            out.append(f"{type(e).__name__}: {e}")
    print(name, out)
print(math.atan2(-1, -1), math.hypot(3, 4), math.hypot(1, 2, 3), math.dist([1, 2], [4, 6]), math.fmod(-7, 3), math.remainder(7, 4), math.copysign(1, -0.0), math.ldexp(0.5, 3), math.nextafter(1, 2), math.pow(2, 0.5), math.log(8, 2), math.log(10 ** 400), math.log2(2 ** 1000), math.isclose(1, 1 + 1e-10), math.isclose(0, 1e-10, abs_tol=1e-9), math.pi, math.e, math.tau)
print(math.fsum([0.1] * 10), math.fsum([1e100, 1, -1e100]), math.prod([1, 2, 3], start=2), math.prod([]), math.prod([0.5, 2]), math.gcd(), math.gcd(0, 0), math.gcd(-12, 18, 27), math.lcm(), math.lcm(4, 6), math.lcm(0, 5), math.isqrt(10 ** 40 + 1), math.factorial(20), math.comb(5, 7), math.comb(100, 3), math.perm(5), math.perm(5, 2), math.floor(-2.5), math.ceil(10 ** 20 + 0.5), math.trunc(-2.9))
for bad in ("sqrt(-1)", "log(0)", "log(-1)", "factorial(-1)", "factorial(1.5)", "gcd(1.5)", "isqrt(-1)", "comb(-1, 2)", "perm(2, -1)", "fmod(1, 0)", "pow(0, -1)", "pow(-1, 0.5)", "exp(1000)", "acos(2)", "gamma(-1)", "ldexp(1, 10000)", "sqrt('a')", "sqrt()", "sqrt(1, 2)", "floor('a')", "floor(math.inf)", "ceil(math.nan)", "dist([1], [1, 2])", "fsum(['a'])", "atan2(1)", "log(1, 2, 3)", "log(2, 1)", "prod(5)", "hypot('a')", "isclose(1, 2, rel_tol=-1)", "remainder(math.inf, 1)", "sumprod([1], [1])", "trunc('a')", "factorial(10 ** 30)", "fsum([math.inf, -math.inf])", "log10(10 ** 400)"):
    try: print(bad, eval("math." + bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
