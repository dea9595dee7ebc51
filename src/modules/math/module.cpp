// The module math.
#include <cerrno>

#include "modules/math/math.hpp"

namespace orochi {

namespace math {

namespace {

constexpr double kPi = 3.141592653589793238462643383279502884197;

// A function of libm: a NaN that did not come in is a domain error, and so is an infinity unless `grows`.
template <double (*F)(double), bool grows>
Result<double> apply(ThreadState& ts, double x) {
    double result = F(x);
    if (std::isnan(result) && !std::isnan(x)) return domain_error(ts);
    if (std::isinf(result) && std::isfinite(x)) return grows ? range_error(ts) : domain_error(ts);
    return result;
}
template <double (*F)(double)>
Result<double> one(ThreadState& ts, Object&, double x) {
    return apply<F, false>(ts, x);
}
template <double (*F)(double)>
Result<double> one_large(ThreadState& ts, Object&, double x) {
    return apply<F, true>(ts, x);
}
template <double (*F)(double, double)>
Result<double> two(ThreadState& ts, Object&, double x, double y) {
    double result = F(x, y);
    if (std::isnan(result) && !std::isnan(x) && !std::isnan(y)) return domain_error(ts);
    if (std::isinf(result) && std::isfinite(x) && std::isfinite(y)) return range_error(ts);
    return result;
}

// ---- Logarithms: of ints of any size, too ----

template <double (*F)(double)>
Result<double> logarithm(ThreadState& ts, Object& x) {
    if (!PyLong_Check(&x)) return apply<F, false>(ts, TRY(convert_double(ts, x)));
    Int& number = as<Int>(x);
    if (int_sign(number) <= 0) return domain_error(ts);
    double value;
    if (base::digits_to_double(int_digits(number), &value)) return F(value);
    double fraction;
    int64_t exponent = base::digits_frexp(int_digits(number), &fraction);
    return F(fraction) + F(2.0) * double(exponent);
}
Result<Ref<Object>> math_log(ThreadState& ts, Object&, Rest given) {
    if (given.size() < 1 || given.size() > 2) return raise(ts, PyExc_TypeError, "math.log requires 1 to 2 arguments");
    double numerator = TRY(logarithm<std::log>(ts, given[0]));
    if (given.size() == 1) return float_from(ts, numerator);
    double denominator = TRY(logarithm<std::log>(ts, given[1]));
    if (denominator == 0.0) return raise(ts, PyExc_ZeroDivisionError, "float division by zero");
    return float_from(ts, numerator / denominator);
}
Result<double> math_log10(ThreadState& ts, Object&, Object& x) { return logarithm<std::log10>(ts, x); }
Result<double> math_log2(ThreadState& ts, Object&, Object& x) { return logarithm<std::log2>(ts, x); }

// ---- Gamma ----

template <double (*F)(double, int&)>
Result<double> gamma_function(ThreadState& ts, Object&, double x) {
    int status;
    double result = F(x, status);
    if (status == EDOM) return domain_error(ts);
    if (status == ERANGE && std::fabs(result) >= 1.5) return range_error(ts);
    return result;
}
constexpr auto math_gamma_entry = gamma_function<gamma>;
constexpr auto math_lgamma_entry = gamma_function<log_gamma>;
Result<double> math_gamma(ThreadState& ts, Object& module, double x) { return math_gamma_entry(ts, module, x); }
Result<double> math_lgamma(ThreadState& ts, Object& module, double x) { return math_lgamma_entry(ts, module, x); }

// ---- Rounding ----

template <double (*F)(double)>
Result<Ref<Object>> round_with(ThreadState& ts, Object& x, Object& special) {
    if (!PyFloat_CheckExact(&x)) {
        OptRef<Object> method = TRY(lookup_special(ts, x, special));
        if (method) return call(ts, *method);
        return int_from_double(ts, F(TRY(convert_double(ts, x))));
    }
    return int_from_double(ts, F(float_value(x)));
}
Result<Ref<Object>> math_ceil(ThreadState& ts, Object&, Object& x) {
    return round_with<std::ceil>(ts, x, "__ceil__"_n);
}
Result<Ref<Object>> math_floor(ThreadState& ts, Object&, Object& x) {
    return round_with<std::floor>(ts, x, "__floor__"_n);
}
Result<Ref<Object>> math_trunc(ThreadState& ts, Object&, Object& x) {
    if (PyFloat_CheckExact(&x)) return int_from_double(ts, float_value(x));
    OptRef<Object> method = TRY(lookup_special(ts, x, "__trunc__"_n));
    if (!method) return raise(ts, PyExc_TypeError, "type %.100s doesn't define __trunc__ method", type_of(x).tp_name);
    return call(ts, *method);
}

// ---- The parts of a float ----

Result<Ref<Object>> pair(ThreadState& ts, Ref<Object> first, Ref<Object> second) {
    return TRY(tuple_of(ts, *first, *second));
}
Result<Ref<Object>> math_frexp(ThreadState& ts, Object&, double x) {
    int exponent = 0;
    if (std::isfinite(x) && x != 0.0) x = std::frexp(x, &exponent);
    return pair(ts, TRY(float_from(ts, x)), TRY(int_from(ts, exponent)));
}
Result<Ref<Object>> math_modf(ThreadState& ts, Object&, double x) {
    double whole = x, fraction = x;
    if (std::isinf(x)) {
        fraction = std::copysign(0.0, x);
    } else if (!std::isnan(x)) {
        fraction = std::modf(x, &whole);
    }
    return pair(ts, TRY(float_from(ts, fraction)), TRY(float_from(ts, whole)));
}
Result<double> math_ldexp(ThreadState& ts, Object&, double x, Object& i) {
    if (!PyLong_Check(&i)) return raise(ts, PyExc_TypeError, "Expected an int as second argument to ldexp.");
    int overflow = 0;
    long long exponent = TRY(int_as_long_long_overflow(ts, i, overflow));
    if (overflow) exponent = overflow > 0 ? LLONG_MAX : LLONG_MIN;
    if (x == 0.0 || !std::isfinite(x)) return x;
    if (exponent > INT_MAX) return range_error(ts);
    if (exponent < INT_MIN) return std::copysign(0.0, x);
    double result = std::ldexp(x, int(exponent));
    if (std::isinf(result)) return range_error(ts);
    return result;
}
double math_nextafter(Object&, double x, double y) { return std::nextafter(x, y); }
double math_ulp(Object&, double x) {
    if (std::isnan(x)) return x;
    x = std::fabs(x);
    if (std::isinf(x)) return x;
    double above = std::nextafter(x, INFINITY);
    if (std::isinf(above)) return x - std::nextafter(x, -INFINITY);
    return above - x;
}

// ---- Two arguments with rules of their own ----

Result<double> math_fmod(ThreadState& ts, Object&, double x, double y) {
    if (std::isinf(y) && std::isfinite(x)) return x;
    double result = std::fmod(x, y);
    if (std::isnan(result) && !std::isnan(x) && !std::isnan(y)) return domain_error(ts);
    return result;
}
Result<double> math_pow(ThreadState& ts, Object&, double x, double y) {
    double result = std::pow(x, y);
    if (!std::isfinite(x) || !std::isfinite(y)) return result;  // Annex F of the C standard
    if (std::isnan(result)) return domain_error(ts);
    if (std::isinf(result)) {
        if (x == 0.0) return domain_error(ts);
        return range_error(ts);
    }
    return result;
}
double math_degrees(Object&, double x) { return x * (180.0 / kPi); }
double math_radians(Object&, double x) { return x * (kPi / 180.0); }

// ---- Questions ----

bool math_isfinite(Object&, double x) { return std::isfinite(x); }
bool math_isinf(Object&, double x) { return std::isinf(x); }
bool math_isnan(Object&, double x) { return std::isnan(x); }
Result<bool> math_isclose(ThreadState& ts, Object&, double a, double b, Object* rel_tol, Object* abs_tol) {
    double relative = rel_tol ? TRY(convert_double(ts, *rel_tol)) : 1e-09;
    double absolute = abs_tol ? TRY(convert_double(ts, *abs_tol)) : 0.0;
    if (relative < 0.0 || absolute < 0.0) return raise(ts, PyExc_ValueError, "tolerances must be non-negative");
    if (a == b) return true;
    if (std::isinf(a) || std::isinf(b)) return false;
    double difference = std::fabs(b - a);
    return difference <= std::fabs(relative * b) || difference <= std::fabs(relative * a) || difference <= absolute;
}

constexpr MethodDef functions[] = {
    METHOD("acos($module, x, /)", one<acos>,
           "Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi."),
    METHOD("acosh($module, x, /)", one<acosh>, "Return the inverse hyperbolic cosine of x."),
    METHOD("asin($module, x, /)", one<asin>,
           "Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2."),
    METHOD("asinh($module, x, /)", one<asinh>, "Return the inverse hyperbolic sine of x."),
    METHOD("atan($module, x, /)", one<atan>,
           "Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2."),
    METHOD("atan2($module, y, x, /)", two<atan2>,
           "Return the arc tangent (measured in radians) of y/x.\n\n"
           "Unlike atan(y/x), the signs of both x and y are considered."),
    METHOD("atanh($module, x, /)", one<atanh>, "Return the inverse hyperbolic tangent of x."),
    METHOD("cbrt($module, x, /)", one<cbrt>, "Return the cube root of x."),
    METHOD("ceil($module, x, /)", math_ceil,
           "Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x."),
    METHOD("copysign($module, x, y, /)", two<copysign>,
           "Return a float with the magnitude (absolute value) of x but the sign of y.\n\n"
           "On platforms that support signed zeros, copysign(1.0, -0.0)\nreturns -1.0.\n"),
    METHOD("cos($module, x, /)", one<cos>, "Return the cosine of x (measured in radians)."),
    METHOD("cosh($module, x, /)", one_large<cosh>, "Return the hyperbolic cosine of x."),
    METHOD("degrees($module, x, /)", math_degrees, "Convert angle x from radians to degrees."),
    METHOD("dist($module, p, q, /)", distance,
           "Return the Euclidean distance between two points p and q.\n\n"
           "The points should be specified as sequences (or iterables) of\n"
           "coordinates.  Both inputs must have the same dimension.\n\nRoughly equivalent to:\n"
           "    sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))"),
    METHOD("erf($module, x, /)", one<erf>, "Error function at x."),
    METHOD("erfc($module, x, /)", one<erfc>, "Complementary error function at x."),
    METHOD("exp($module, x, /)", one_large<exp>, "Return e raised to the power of x."),
    METHOD("exp2($module, x, /)", one_large<exp2>, "Return 2 raised to the power of x."),
    METHOD("expm1($module, x, /)", one_large<expm1>,
           "Return exp(x)-1.\n\n"
           "This function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for "
           "small x."),
    METHOD("fabs($module, x, /)", one<fabs>, "Return the absolute value of the float x."),
    METHOD("factorial($module, n, /)", factorial, "Find n!.\n\nRaise a ValueError if x is negative or non-integral."),
    METHOD("floor($module, x, /)", math_floor,
           "Return the floor of x as an Integral.\n\nThis is the largest integer <= x."),
    METHOD("fmod($module, x, y, /)", math_fmod, "Return fmod(x, y), according to platform C.\n\nx % y may differ."),
    METHOD("frexp($module, x, /)", math_frexp,
           "Return the mantissa and exponent of x, as pair (m, e).\n\n"
           "m is a float and e is an int, such that x = m * 2.**e.\n"
           "If x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0."),
    METHOD("fsum($module, seq, /)", exact_sum,
           "Return an accurate floating point sum of values in the iterable seq.\n\n"
           "Assumes IEEE-754 floating point arithmetic."),
    METHOD("gamma($module, x, /)", math_gamma, "Gamma function at x."),
    METHOD("gcd($module, *integers)", gcd, "Greatest Common Divisor."),
    METHOD_PLAIN("hypot($module, *coordinates)", hypotenuse,
                 "hypot(*coordinates) -> value\n\n"
                 "Multidimensional Euclidean distance from the origin to a point.\n\n"
                 "Roughly equivalent to:\n    sqrt(sum(x**2 for x in coordinates))\n\n"
                 "For a two dimensional point (x, y), gives the hypotenuse\n"
                 "using the Pythagorean theorem:  sqrt(x*x + y*y).\n\n"
                 "For example, the hypotenuse of a 3/4/5 right triangle is:\n\n    >>> hypot(3.0, 4.0)\n"
                 "    5.0\n"),
    METHOD("isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)", math_isclose,
           "Determine whether two floating point numbers are close in value.\n\n  rel_tol\n"
           "    maximum difference for being considered \"close\", relative to the\n"
           "    magnitude of the input values\n  abs_tol\n"
           "    maximum difference for being considered \"close\", regardless of the\n"
           "    magnitude of the input values\n\n"
           "Return True if a is close in value to b, and False otherwise.\n\n"
           "For the values to be considered close, the difference between them\n"
           "must be smaller than at least one of the tolerances.\n\n"
           "-inf, inf and NaN behave similarly to the IEEE 754 Standard.  That\n"
           "is, NaN is not close to anything, even itself.  inf and -inf are\nonly close to themselves."),
    METHOD("isfinite($module, x, /)", math_isfinite,
           "Return True if x is neither an infinity nor a NaN, and False otherwise."),
    METHOD("isinf($module, x, /)", math_isinf,
           "Return True if x is a positive or negative infinity, and False otherwise."),
    METHOD("isnan($module, x, /)", math_isnan, "Return True if x is a NaN (not a number), and False otherwise."),
    METHOD("isqrt($module, n, /)", isqrt, "Return the integer part of the square root of the input."),
    METHOD("lcm($module, *integers)", lcm, "Least Common Multiple."),
    METHOD("ldexp($module, x, i, /)", math_ldexp, "Return x * (2**i).\n\nThis is essentially the inverse of frexp()."),
    METHOD("lgamma($module, x, /)", math_lgamma, "Natural logarithm of absolute value of Gamma function at x."),
    METHOD_PLAIN("log($module, /, *args)", math_log,
                 "log(x, [base=math.e])\nReturn the logarithm of x to the given base.\n\n"
                 "If the base not specified, returns the natural logarithm (base e) of x."),
    METHOD("log10($module, x, /)", math_log10, "Return the base 10 logarithm of x."),
    METHOD("log1p($module, x, /)", one<log1p>,
           "Return the natural logarithm of 1+x (base e).\n\n"
           "The result is computed in a way which is accurate for x near zero."),
    METHOD("log2($module, x, /)", math_log2, "Return the base 2 logarithm of x."),
    METHOD("modf($module, x, /)", math_modf,
           "Return the fractional and integer parts of x.\n\n"
           "Both results carry the sign of x and are floats."),
    METHOD("nextafter($module, x, y, /)", math_nextafter, "Return the next floating-point value after x towards y."),
    METHOD("perm($module, n, k=None, /)", permutations,
           "Number of ways to choose k items from n items without repetition and with order.\n\n"
           "Evaluates to n! / (n - k)! when k <= n and evaluates\nto zero when k > n.\n\n"
           "If k is not specified or is None, then k defaults to n\nand the function returns n!.\n\n"
           "Raises TypeError if either of the arguments are not integers.\n"
           "Raises ValueError if either of the arguments are negative."),
    METHOD("comb($module, n, k, /)", combinations,
           "Number of ways to choose k items from n items without repetition and without order.\n\n"
           "Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates\nto zero when k > n.\n\n"
           "Also called the binomial coefficient because it is equivalent\n"
           "to the coefficient of k-th term in polynomial expansion of the\nexpression (1 + x)**n.\n\n"
           "Raises TypeError if either of the arguments are not integers.\n"
           "Raises ValueError if either of the arguments are negative."),
    METHOD("pow($module, x, y, /)", math_pow, "Return x**y (x to the power of y)."),
    METHOD("prod($module, iterable, /, *, start=1)", product,
           "Calculate the product of all the elements in the input iterable.\n\n"
           "The default start value for the product is 1.\n\n"
           "When the iterable is empty, return the start value.  This function is\n"
           "intended specifically for use with numeric values and may reject\nnon-numeric types."),
    METHOD("radians($module, x, /)", math_radians, "Convert angle x from degrees to radians."),
    METHOD("remainder($module, x, y, /)", two<remainder>,
           "Difference between x and the closest integer multiple of y.\n\n"
           "Return x - n*y where n*y is the closest integer multiple of y.\n"
           "In the case where x is exactly halfway between two multiples of\n"
           "y, the nearest even value of n is used. The result is always exact."),
    METHOD("sin($module, x, /)", one<sin>, "Return the sine of x (measured in radians)."),
    METHOD("sinh($module, x, /)", one_large<sinh>, "Return the hyperbolic sine of x."),
    METHOD("sqrt($module, x, /)", one<sqrt>, "Return the square root of x."),
    METHOD("tan($module, x, /)", one<tan>, "Return the tangent of x (measured in radians)."),
    METHOD("tanh($module, x, /)", one<tanh>, "Return the hyperbolic tangent of x."),
    METHOD("trunc($module, x, /)", math_trunc,
           "Truncates the Real x to the nearest Integral toward 0.\n\nUses the __trunc__ magic method."),
    METHOD("ulp($module, x, /)", math_ulp, "Return the value of the least significant bit of the float x."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    TRY(module_add(ts, module, "pi", TRY(float_from(ts, kPi))));
    TRY(module_add(ts, module, "e", TRY(float_from(ts, 2.7182818284590452354))));
    TRY(module_add(ts, module, "tau", TRY(float_from(ts, 2 * kPi))));
    TRY(module_add(ts, module, "inf", TRY(float_from(ts, INFINITY))));
    TRY(module_add(ts, module, "nan", TRY(float_from(ts, NAN))));
    return {};
}
constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace math

PyModuleDef math_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "math",
    .m_doc =
        "This module provides access to the mathematical functions\n"
        "defined by the C standard.",
    .m_methods = METHOD_TABLE(math::functions),
    .m_slots = math::slots,
};

}  // namespace orochi
