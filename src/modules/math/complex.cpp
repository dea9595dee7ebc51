// The module cmath. Finite arguments go through Kahan's formulas, arranged so that nothing overflows or cancels before
// the end; infinities and NaNs are what libm's complex functions have for them (Annex G of the C standard).
#include <complex.h>
#undef I

#include <cerrno>
#include <cfloat>

#include "modules/math/math.hpp"
#include "objects/complex_math.hpp"

namespace orochi {

namespace cmath_parts {

namespace {

using math::domain_error;
using math::range_error;

constexpr double kPi = 3.141592653589793238462643383279502884197;
constexpr double kE = 2.7182818284590452354;
constexpr double kLn2 = 0.6931471805599453094;
constexpr double kLn10 = 2.302585092994045684;
constexpr double kLarge = DBL_MAX / 4;
const double kSqrtLarge = 6.703903964971298e+153;   // sqrt(kLarge)
const double kLogLarge = 708.3964185322641;         // log(kLarge)
const double kSqrtSmall = 1.4916681462400413e-154;  // sqrt(DBL_MIN)
constexpr int kScaleUp = 53, kScaleDown = -27;

bool finite(Py_complex z) { return std::isfinite(z.real) && std::isfinite(z.imag); }

using LibraryFunction = double _Complex (*)(double _Complex);
Py_complex from_library(LibraryFunction function, Py_complex z) {
    double _Complex argument;
    // The sign of a NaN would find its way into the result.
    __real__ argument = std::isnan(z.real) ? NAN : z.real;
    __imag__ argument = std::isnan(z.imag) ? NAN : z.imag;
    double _Complex result = function(argument);
    return {__real__ result, __imag__ result};
}
// f(z) = -i g(iz): how the circular functions follow from the hyperbolic ones.
template <Py_complex (*G)(Py_complex, int&)>
Py_complex rotated(Py_complex z, int& status) {
    Py_complex s = G({-z.imag, z.real}, status);
    return {s.imag, -s.real};
}
void check_overflow(Py_complex result, int& status) {
    if (std::isinf(result.real) || std::isinf(result.imag)) status = ERANGE;
}
double log_of_half_size(Py_complex z) { return std::log(std::hypot(z.real / 2.0, z.imag / 2.0)) + kLn2 * 2.0; }
bool is_large(Py_complex z) { return std::fabs(z.real) > kLarge || std::fabs(z.imag) > kLarge; }

Py_complex c_sqrt(Py_complex z, int&) {
    if (!finite(z)) return from_library(::csqrt, z);
    if (z.real == 0.0 && z.imag == 0.0) return {0.0, z.imag};
    double ax = std::fabs(z.real), ay = std::fabs(z.imag), s;
    if (ax < DBL_MIN && ay < DBL_MIN) {
        ax = std::ldexp(ax, kScaleUp);
        s = std::ldexp(std::sqrt(ax + std::hypot(ax, std::ldexp(ay, kScaleUp))), kScaleDown);
    } else {
        ax /= 8.0;
        s = 2.0 * std::sqrt(ax + std::hypot(ax, ay / 8.0));
    }
    double d = ay / (2.0 * s);
    if (z.real >= 0.0) return {s, std::copysign(d, z.imag)};
    return {d, std::copysign(s, z.imag)};
}
Py_complex c_acos(Py_complex z, int& status) {
    if (!finite(z)) {
        if (std::isinf(z.real) && std::isnan(z.imag)) return {NAN, INFINITY};
        return from_library(::cacos, z);
    }
    if (is_large(z)) {
        double size = log_of_half_size(z);
        return {std::atan2(std::fabs(z.imag), z.real),
                z.real < 0.0 ? -std::copysign(size, z.imag) : std::copysign(size, -z.imag)};
    }
    Py_complex a = c_sqrt({1.0 - z.real, -z.imag}, status), b = c_sqrt({1.0 + z.real, z.imag}, status);
    return {2.0 * std::atan2(a.real, b.real), std::asinh(b.real * a.imag - b.imag * a.real)};
}
Py_complex c_acosh(Py_complex z, int& status) {
    if (!finite(z)) {
        if (z.real == 0.0 && std::isnan(z.imag)) return {NAN, NAN};
        return from_library(::cacosh, z);
    }
    if (is_large(z)) return {log_of_half_size(z), std::atan2(z.imag, z.real)};
    Py_complex a = c_sqrt({z.real - 1.0, z.imag}, status), b = c_sqrt({z.real + 1.0, z.imag}, status);
    return {std::asinh(a.real * b.real + a.imag * b.imag), 2.0 * std::atan2(a.imag, b.real)};
}
Py_complex c_asinh(Py_complex z, int& status) {
    if (!finite(z)) return from_library(::casinh, z);
    if (is_large(z)) {
        double size = log_of_half_size(z);
        return {z.imag >= 0.0 ? std::copysign(size, z.real) : -std::copysign(size, -z.real),
                std::atan2(z.imag, std::fabs(z.real))};
    }
    Py_complex a = c_sqrt({1.0 + z.imag, -z.real}, status), b = c_sqrt({1.0 - z.imag, z.real}, status);
    return {std::asinh(a.real * b.imag - b.real * a.imag), std::atan2(z.imag, a.real * b.real - a.imag * b.imag)};
}
Py_complex c_atanh(Py_complex z, int& status) {
    if (!finite(z)) return from_library(::catanh, z);
    if (z.real < 0.0 || (z.real == 0.0 && std::signbit(z.real))) {
        Py_complex r = c_atanh({-z.real, -z.imag}, status);
        return {-r.real, -r.imag};
    }
    double ay = std::fabs(z.imag);
    if (z.real > kSqrtLarge || ay > kSqrtLarge) {
        double h = std::hypot(z.real / 2.0, z.imag / 2.0);
        return {z.real / 4.0 / h / h, -std::copysign(kPi / 2.0, -z.imag)};
    }
    if (z.real == 1.0 && ay < kSqrtSmall) {
        if (ay == 0.0) {
            status = EDOM;
            return {INFINITY, z.imag};
        }
        return {-std::log(std::sqrt(ay) / std::sqrt(std::hypot(ay, 2.0))),
                std::copysign(std::atan2(2.0, -ay) / 2, z.imag)};
    }
    return {std::log1p(4.0 * z.real / ((1 - z.real) * (1 - z.real) + ay * ay)) / 4.0,
            -std::atan2(-2.0 * z.imag, (1 - z.real) * (1 + z.real) - ay * ay) / 2.0};
}
Py_complex c_asin(Py_complex z, int& status) { return rotated<c_asinh>(z, status); }
Py_complex c_atan(Py_complex z, int& status) { return rotated<c_atanh>(z, status); }

Py_complex c_exp(Py_complex z, int& status) {
    if (!finite(z)) {
        if (std::isinf(z.imag) && (std::isfinite(z.real) || (std::isinf(z.real) && z.real > 0))) status = EDOM;
        if (z.real == -INFINITY && !std::isfinite(z.imag)) return {0.0, 0.0};
        return from_library(::cexp, z);
    }
    Py_complex r;
    if (z.real > kLogLarge) {
        double l = std::exp(z.real - 1.0);
        r = {l * std::cos(z.imag) * kE, l * std::sin(z.imag) * kE};
    } else {
        double l = std::exp(z.real);
        r = {l * std::cos(z.imag), l * std::sin(z.imag)};
    }
    check_overflow(r, status);
    return r;
}
Py_complex c_cosh(Py_complex z, int& status) {
    if (!finite(z)) {
        if (std::isinf(z.imag) && !std::isnan(z.real)) status = EDOM;
        if (std::isnan(z.real) && z.imag == 0.0) return {NAN, 0.0};
        return from_library(::ccosh, z);
    }
    Py_complex r;
    if (std::fabs(z.real) > kLogLarge) {
        double x = z.real - std::copysign(1.0, z.real);
        r = {std::cos(z.imag) * std::cosh(x) * kE, std::sin(z.imag) * std::sinh(x) * kE};
    } else {
        r = {std::cos(z.imag) * std::cosh(z.real), std::sin(z.imag) * std::sinh(z.real)};
    }
    check_overflow(r, status);
    return r;
}
Py_complex c_sinh(Py_complex z, int& status) {
    if (!finite(z)) {
        if (std::isinf(z.imag) && !std::isnan(z.real)) status = EDOM;
        if (z.real == 0.0 && std::isnan(z.imag)) return {0.0, NAN};
        return from_library(::csinh, z);
    }
    Py_complex r;
    if (std::fabs(z.real) > kLogLarge) {
        double x = z.real - std::copysign(1.0, z.real);
        r = {std::cos(z.imag) * std::sinh(x) * kE, std::sin(z.imag) * std::cosh(x) * kE};
    } else {
        r = {std::cos(z.imag) * std::sinh(z.real), std::sin(z.imag) * std::cosh(z.real)};
    }
    check_overflow(r, status);
    return r;
}
Py_complex c_tanh(Py_complex z, int& status) {
    if (!finite(z)) {
        if (std::isinf(z.imag) && std::isfinite(z.real)) status = EDOM;
        if (z.real == 0.0 && std::isnan(z.imag)) return {NAN, NAN};
        if (std::isinf(z.real) && std::isinf(z.imag)) return {std::copysign(1.0, z.real), 0.0};
        return from_library(::ctanh, z);
    }
    if (std::fabs(z.real) > kLogLarge) {
        return {std::copysign(1.0, z.real),
                4.0 * std::sin(z.imag) * std::cos(z.imag) * std::exp(-2.0 * std::fabs(z.real))};
    }
    double tx = std::tanh(z.real), ty = std::tan(z.imag), cx = 1.0 / std::cosh(z.real);
    double product = tx * ty, denominator = 1.0 + product * product;
    return {tx * (1.0 + ty * ty) / denominator, ((ty / denominator) * cx) * cx};
}
Py_complex c_cos(Py_complex z, int& status) { return c_cosh({-z.imag, z.real}, status); }
Py_complex c_sin(Py_complex z, int& status) { return rotated<c_sinh>(z, status); }
Py_complex c_tan(Py_complex z, int& status) { return rotated<c_tanh>(z, status); }

Py_complex c_log(Py_complex z, int& status) {
    if (!finite(z)) return from_library(::clog, z);
    double ax = std::fabs(z.real), ay = std::fabs(z.imag), real;
    if (ax > kLarge || ay > kLarge) {
        real = std::log(std::hypot(ax / 2.0, ay / 2.0)) + kLn2;
    } else if (ax < DBL_MIN && ay < DBL_MIN) {
        if (ax > 0.0 || ay > 0.0) {
            real =
                std::log(std::hypot(std::ldexp(ax, DBL_MANT_DIG), std::ldexp(ay, DBL_MANT_DIG))) - DBL_MANT_DIG * kLn2;
        } else {
            status = EDOM;
            return {-INFINITY, std::atan2(z.imag, z.real)};
        }
    } else {
        double h = std::hypot(ax, ay);
        if (0.71 <= h && h <= 1.73) {
            double more = std::max(ax, ay), less = std::min(ax, ay);
            real = std::log1p((more - 1) * (more + 1) + less * less) / 2.0;
        } else {
            real = std::log(h);
        }
    }
    return {real, std::atan2(z.imag, z.real)};
}
Py_complex c_log10(Py_complex z, int& status) {
    Py_complex r = c_log(z, status);
    return {r.real / kLn10, r.imag / kLn10};
}

// ---- The functions

Result<Ref<Object>> result_of(ThreadState& ts, Py_complex value, int status) {
    if (status == EDOM) return domain_error(ts);
    if (status == ERANGE) return range_error(ts);
    return complex_from(ts, value.real, value.imag);
}
template <Py_complex (*F)(Py_complex, int&)>
Result<Ref<Object>> apply(ThreadState& ts, Object&, Object& z) {
    int status = 0;
    Py_complex value = F(TRY(complex_as(ts, z)), status);
    return result_of(ts, value, status);
}
Result<Ref<Object>> complex_log(ThreadState& ts, Object&, Object& z, Object* base) {
    int status = 0;
    Py_complex value = TRY(complex_as(ts, z));
    Py_complex base_value = base ? TRY(complex_as(ts, *base)) : Py_complex{};
    value = c_log(value, status);
    if (base) {
        status = 0;
        base_value = c_log(base_value, status);
        Py_complex quotient{};
        if (!complex_quotient(value, base_value, quotient)) status = EDOM;
        value = quotient;
    }
    return result_of(ts, value, status);
}
Result<double> complex_phase(ThreadState& ts, Object&, Object& z) {
    Py_complex value = TRY(complex_as(ts, z));
    errno = 0;
    double result = std::atan2(value.imag, value.real);
    if (errno == ERANGE) return range_error(ts);
    return result;
}
Result<Ref<Object>> complex_polar(ThreadState& ts, Object&, Object& z) {
    Py_complex value = TRY(complex_as(ts, z));
    double size = complex_size(value);
    if (std::isinf(size) && std::isfinite(value.real) && std::isfinite(value.imag)) return range_error(ts);
    Ref<Object> r = TRY(float_from(ts, size)), phi = TRY(float_from(ts, std::atan2(value.imag, value.real)));
    return TRY(tuple_of(ts, *r, *phi));
}
Result<Ref<Object>> complex_rect(ThreadState& ts, Object&, double r, double phi) {
    int status = 0;
    Py_complex z;
    if (!std::isfinite(r) || !std::isfinite(phi)) {
        if (std::isinf(r) && std::isfinite(phi) && phi != 0.0) {
            double size = r > 0 ? INFINITY : -INFINITY;
            z = {std::copysign(INFINITY, std::cos(phi)), std::copysign(INFINITY, std::sin(phi))};
            if (size < 0) z = {-z.real, -z.imag};
        } else if (std::isnan(r) && phi != 0.0) {
            z = {NAN, NAN};
        } else if (phi == 0.0) {
            z = {r, std::isnan(r) ? 0.0 : std::copysign(0.0, r > 0 ? phi : -phi)};
        } else if (r == 0.0) {
            z = {0.0, 0.0};
        } else if (std::isinf(r)) {
            z = {INFINITY, NAN};
        } else {
            z = {NAN, NAN};
        }
        if (r != 0.0 && !std::isnan(r) && std::isinf(phi)) status = EDOM;
    } else if (phi == 0.0) {
        z = {r, r * phi};
    } else {
        z = {r * std::cos(phi), r * std::sin(phi)};
    }
    return result_of(ts, z, status);
}
Result<bool> complex_isfinite(ThreadState& ts, Object&, Object& z) { return finite(TRY(complex_as(ts, z))); }
Result<bool> complex_isnan(ThreadState& ts, Object&, Object& z) {
    Py_complex value = TRY(complex_as(ts, z));
    return std::isnan(value.real) || std::isnan(value.imag);
}
Result<bool> complex_isinf(ThreadState& ts, Object&, Object& z) {
    Py_complex value = TRY(complex_as(ts, z));
    return std::isinf(value.real) || std::isinf(value.imag);
}
Result<bool> complex_isclose(ThreadState& ts, Object&, Object& left, Object& right, Object* rel_tol, Object* abs_tol) {
    Py_complex a = TRY(complex_as(ts, left)), b = TRY(complex_as(ts, right));
    double relative = rel_tol ? TRY(convert_double(ts, *rel_tol)) : 1e-09;
    double absolute = abs_tol ? TRY(convert_double(ts, *abs_tol)) : 0.0;
    if (relative < 0.0 || absolute < 0.0) return raise(ts, PyExc_ValueError, "tolerances must be non-negative");
    if (a.real == b.real && a.imag == b.imag) return true;
    if (std::isinf(a.real) || std::isinf(a.imag) || std::isinf(b.real) || std::isinf(b.imag)) return false;
    double difference = complex_size({a.real - b.real, a.imag - b.imag});
    return difference <= relative * complex_size(b) || difference <= relative * complex_size(a) ||
           difference <= absolute;
}

constexpr MethodDef functions[] = {
    METHOD("acos($module, z, /)", apply<c_acos>, "Return the arc cosine of z."),
    METHOD("acosh($module, z, /)", apply<c_acosh>, "Return the inverse hyperbolic cosine of z."),
    METHOD("asin($module, z, /)", apply<c_asin>, "Return the arc sine of z."),
    METHOD("asinh($module, z, /)", apply<c_asinh>, "Return the inverse hyperbolic sine of z."),
    METHOD("atan($module, z, /)", apply<c_atan>, "Return the arc tangent of z."),
    METHOD("atanh($module, z, /)", apply<c_atanh>, "Return the inverse hyperbolic tangent of z."),
    METHOD("cos($module, z, /)", apply<c_cos>, "Return the cosine of z."),
    METHOD("cosh($module, z, /)", apply<c_cosh>, "Return the hyperbolic cosine of z."),
    METHOD("exp($module, z, /)", apply<c_exp>, "Return the exponential value e**z."),
    METHOD("isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)", complex_isclose,
           "Determine whether two complex numbers are close in value.\n\n  rel_tol\n"
           "    maximum difference for being considered \"close\", relative to the\n"
           "    magnitude of the input values\n  abs_tol\n"
           "    maximum difference for being considered \"close\", regardless of the\n"
           "    magnitude of the input values\n\n"
           "Return True if a is close in value to b, and False otherwise.\n\n"
           "For the values to be considered close, the difference between them must be\n"
           "smaller than at least one of the tolerances.\n\n"
           "-inf, inf and NaN behave similarly to the IEEE 754 Standard. That is, NaN is\n"
           "not close to anything, even itself. inf and -inf are only close to themselves."),
    METHOD("isfinite($module, z, /)", complex_isfinite,
           "Return True if both the real and imaginary parts of z are finite, else False."),
    METHOD("isinf($module, z, /)", complex_isinf, "Checks if the real or imaginary part of z is infinite."),
    METHOD("isnan($module, z, /)", complex_isnan, "Checks if the real or imaginary part of z not a number (NaN)."),
    METHOD("log($module, z, base=<unrepresentable>, /)", complex_log,
           "log(z[, base]) -> the logarithm of z to the given base.\n\n"
           "If the base not specified, returns the natural logarithm (base e) of z."),
    METHOD("log10($module, z, /)", apply<c_log10>, "Return the base-10 logarithm of z."),
    METHOD("phase($module, z, /)", complex_phase, "Return argument, also known as the phase angle, of a complex."),
    METHOD("polar($module, z, /)", complex_polar,
           "Convert a complex from rectangular coordinates to polar coordinates.\n\n"
           "r is the distance from 0 and phi the phase angle."),
    METHOD("rect($module, r, phi, /)", complex_rect, "Convert from polar coordinates to rectangular coordinates."),
    METHOD("sin($module, z, /)", apply<c_sin>, "Return the sine of z."),
    METHOD("sinh($module, z, /)", apply<c_sinh>, "Return the hyperbolic sine of z."),
    METHOD("sqrt($module, z, /)", apply<c_sqrt>, "Return the square root of z."),
    METHOD("tan($module, z, /)", apply<c_tan>, "Return the tangent of z."),
    METHOD("tanh($module, z, /)", apply<c_tanh>, "Return the hyperbolic tangent of z."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    TRY(module_add(ts, module, "pi", TRY(float_from(ts, kPi))));
    TRY(module_add(ts, module, "e", TRY(float_from(ts, kE))));
    TRY(module_add(ts, module, "tau", TRY(float_from(ts, 2 * kPi))));
    TRY(module_add(ts, module, "inf", TRY(float_from(ts, INFINITY))));
    TRY(module_add(ts, module, "infj", TRY(complex_from(ts, 0.0, INFINITY))));
    TRY(module_add(ts, module, "nan", TRY(float_from(ts, NAN))));
    TRY(module_add(ts, module, "nanj", TRY(complex_from(ts, 0.0, NAN))));
    return {};
}
constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace cmath_parts

PyModuleDef cmath_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "cmath",
    .m_doc = "This module provides access to mathematical functions for complex\nnumbers.",
    .m_methods = METHOD_TABLE(cmath_parts::functions),
    .m_slots = cmath_parts::slots,
};

}  // namespace orochi
