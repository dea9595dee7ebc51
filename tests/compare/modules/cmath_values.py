# cmath: every function at ordinary and special places of the plane, and its errors.
import cmath
import itertools

values = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e160, 1e308, 1e-310, 709.5, -720.0, cmath.inf, -cmath.inf, cmath.nan]


def shown(function, *arguments):
    try:
        return repr(function(*arguments))
    except (ValueError, OverflowError, TypeError) as error:
        return f"{type(error).__name__}: {error}"


for name in ("acos acosh asin asinh atan atanh cos cosh exp isfinite isinf isnan log log10 phase polar sin sinh "
             "sqrt tan tanh").split():
    for real, imaginary in itertools.product(values, values):
        print(name, real, imaginary, shown(getattr(cmath, name), complex(real, imaginary)))
for a, b in itertools.product(values, values):
    print(a, b, shown(cmath.rect, a, b), shown(cmath.log, complex(a, b), 3), shown(cmath.isclose, a, b))
print(shown(cmath.sqrt, "x"), shown(cmath.log), shown(cmath.log, 1, 0))
