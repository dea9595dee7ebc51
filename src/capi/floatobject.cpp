// floatobject.h, complexobject.h, pystrtod.h, pystrcmp.h.
#include <bit>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <string>

#include "base/number_text.hpp"
#include "objects/complex_math.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/number.hpp"

using namespace orochi;

namespace {

template <class U>
void store(U bits, unsigned char* bytes, bool little_endian) {
    for (size_t i = 0; i < sizeof(U); ++i)
        bytes[little_endian ? i : sizeof(U) - 1 - i] = static_cast<unsigned char>(bits >> (8 * i));
}
template <class U>
U load(const unsigned char* bytes, bool little_endian) {
    U bits = 0;
    for (size_t i = 0; i < sizeof(U); ++i) bits |= U(U(bytes[little_endian ? i : sizeof(U) - 1 - i]) << (8 * i));
    return bits;
}

// The IEEE 754 half nearest to x, ties to even; false when it is too large.
bool half_bits(double x, uint16_t& bits) {
    uint16_t sign = std::signbit(x) ? 0x8000 : 0;
    if (std::isnan(x)) {
        bits = uint16_t(sign | 0x7e00);
        return true;
    }
    double size = std::fabs(x);
    if (std::isinf(x)) {
        bits = uint16_t(sign | 0x7c00);
        return true;
    }
    if (size < 0x1p-25 || size == 0) {
        bits = sign;
        return true;
    }
    int exponent;
    std::frexp(size, &exponent);  // size in [2**(exponent-1), 2**exponent)
    int scale = std::max(exponent - 11, -24);
    double units = std::nearbyint(std::ldexp(size, -scale));  // ties to even
    if (units >= 2048) {
        units /= 2;
        ++scale;
    }
    if (scale > 5) return false;
    unsigned n = unsigned(units);
    bits = uint16_t(sign | (n >= 1024 ? unsigned((scale + 25) << 10) + (n - 1024) : n));
    return true;
}
double half_value(uint16_t bits) {
    int exponent = (bits >> 10) & 31, fraction = bits & 0x3ff;
    double size;
    if (exponent == 31) {
        size = fraction ? NAN : INFINITY;
    } else if (exponent) {
        size = std::ldexp(1024 + fraction, exponent - 25);
    } else {
        size = std::ldexp(fraction, -24);
    }
    return bits & 0x8000 ? -size : size;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyFloat_FromDouble(double value) { return to_c(float_from(current_thread(), value)); }
double PyFloat_AsDouble(PyObject* object) {
    ThreadState& ts = current_thread();
    if (!object) return PyErr_BadArgument(), -1;
    return to_c(float_as_double(ts, *object));
}
PyObject* PyFloat_FromString(PyObject* text) { return to_c(float_from_object_text(current_thread(), *text)); }
double PyFloat_GetMax(void) { return __DBL_MAX__; }
double PyFloat_GetMin(void) { return __DBL_MIN__; }
PyObject* PyFloat_GetInfo(void) { return new_reference_optional(sys_get(current_thread(), "float_info"_s)); }
PyObject* PyLong_GetInfo(void) { return new_reference_optional(sys_get(current_thread(), "int_info"_s)); }
void _PyFloat_DebugMallocStats(FILE* out) {
    std::fprintf(out, "%d free PyFloatObjects\n", current_thread().interpreter().free_lists.floats.count);
}

int PyFloat_Pack2(double value, char* bytes, int little_endian) {
    uint16_t bits;
    if (!half_bits(value, bits))
        return raise(current_thread(), PyExc_OverflowError, "float too large to pack with e format"), -1;
    store(bits, reinterpret_cast<unsigned char*>(bytes), little_endian);
    return 0;
}
int PyFloat_Pack4(double value, char* bytes, int little_endian) {
    float narrow = static_cast<float>(value);
    if (std::isinf(narrow) && !std::isinf(value))
        return raise(current_thread(), PyExc_OverflowError, "float too large to pack with f format"), -1;
    store(std::bit_cast<uint32_t>(narrow), reinterpret_cast<unsigned char*>(bytes), little_endian);
    return 0;
}
int PyFloat_Pack8(double value, char* bytes, int little_endian) {
    store(std::bit_cast<uint64_t>(value), reinterpret_cast<unsigned char*>(bytes), little_endian);
    return 0;
}
double PyFloat_Unpack2(const char* bytes, int little_endian) {
    return half_value(load<uint16_t>(reinterpret_cast<const unsigned char*>(bytes), little_endian));
}
double PyFloat_Unpack4(const char* bytes, int little_endian) {
    return std::bit_cast<float>(load<uint32_t>(reinterpret_cast<const unsigned char*>(bytes), little_endian));
}
double PyFloat_Unpack8(const char* bytes, int little_endian) {
    return std::bit_cast<double>(load<uint64_t>(reinterpret_cast<const unsigned char*>(bytes), little_endian));
}

// ---- Complex numbers

PyObject* PyComplex_FromCComplex(Py_complex value) {
    return to_c(complex_from(current_thread(), value.real, value.imag));
}
PyObject* PyComplex_FromDoubles(double real, double imaginary) {
    return to_c(complex_from(current_thread(), real, imaginary));
}
Py_complex PyComplex_AsCComplex(PyObject* object) {
    auto value = complex_as(current_thread(), *object);
    if (!value.ok()) return {-1.0, 0.0};
    return std::move(value).take();
}
double PyComplex_RealAsDouble(PyObject* object) {
    return PyComplex_Check(object) ? as<Complex>(object)->cval.real : PyFloat_AsDouble(object);
}
double PyComplex_ImagAsDouble(PyObject* object) {
    return PyComplex_Check(object) ? as<Complex>(object)->cval.imag : 0.0;
}

Py_complex _Py_c_sum(Py_complex a, Py_complex b) { return {a.real + b.real, a.imag + b.imag}; }
Py_complex _Py_c_diff(Py_complex a, Py_complex b) { return {a.real - b.real, a.imag - b.imag}; }
Py_complex _Py_c_neg(Py_complex a) { return {-a.real, -a.imag}; }
Py_complex _Py_c_prod(Py_complex a, Py_complex b) { return complex_product(a, b); }
Py_complex _Py_c_quot(Py_complex a, Py_complex b) {
    Py_complex result{};
    if (!complex_quotient(a, b, result)) errno = EDOM;
    return result;
}
Py_complex _Py_c_pow(Py_complex a, Py_complex b) {
    if (b.real == 0.0 && b.imag == 0.0) return {1.0, 0.0};
    Py_complex result{};
    if (!complex_power(a, b, result)) errno = EDOM;
    return result;
}
double _Py_c_abs(Py_complex z) {
    double result = complex_size(z);
    errno = std::isinf(result) && std::isfinite(z.real) && std::isfinite(z.imag) ? ERANGE : 0;
    return result;
}

// ---- Text

double PyOS_string_to_double(const char* text, char** end, PyObject* overflow_exception) {
    ThreadState& ts = current_thread();
    size_t size = std::strlen(text);
    double value = -1.0;
    bool overflow = false;
    size_t used = base::parse_double({text, size}, &value, &overflow);
    if (end) *end = const_cast<char*>(text) + used;
    if (used == 0 || (!end && used != size)) {
        if (end) *end = const_cast<char*>(text);
        raise(ts, PyExc_ValueError, "could not convert string to float: '%.200s'", text);
        return -1.0;
    }
    if (overflow && overflow_exception) {
        raise(ts, overflow_exception, "value too large to convert to float: '%.200s'", text);
        return -1.0;
    }
    return value;
}
char* PyOS_double_to_string(double value, char code, int precision, int flags, int* type) {
    ThreadState& ts = current_thread();
    if (!std::strchr("eEfFgGr", code) || !code || (code == 'r' && precision != 0)) {
        PyErr_BadInternalCall();
        return nullptr;
    }
    base::DoubleFormat format;
    format.sign = flags & Py_DTSF_SIGN;
    format.dot_zero = flags & Py_DTSF_ADD_DOT_0;
    format.alternate = flags & Py_DTSF_ALT;
    format.no_negative_zero = flags & Py_DTSF_NO_NEG_0;
    std::string text;
    base::format_double(value, code, precision, format, &text);
    if (type) *type = std::isnan(value) ? Py_DTST_NAN : std::isinf(value) ? Py_DTST_INFINITE : Py_DTST_FINITE;
    auto* result = static_cast<char*>(PyMem_Malloc(text.size() + 1));
    if (!result) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    std::memcpy(result, text.c_str(), text.size() + 1);
    return result;
}
double _Py_parse_inf_or_nan(const char* text, char** end) {
    const char* at = text;
    if (*at == '+' || *at == '-') ++at;
    double value = -1.0;
    size_t used = std::isalpha(static_cast<unsigned char>(*at)) ? base::parse_double(text, &value) : 0;
    *end = const_cast<char*>(text) + used;
    return used ? value : -1.0;
}
// Reads a number and its place in the text; for old users of the dtoa functions.
double _Py_dg_strtod(const char* text, char** end) {
    double value = 0;
    size_t used = std::isalpha(static_cast<unsigned char>(*text)) ? 0 : base::parse_double(text, &value);
    if (end) *end = const_cast<char*>(text) + used;
    return used ? value : 0.0;
}
double _Py_dg_stdnan(int sign) { return sign ? -NAN : NAN; }
double _Py_dg_infinity(int sign) { return sign ? -INFINITY : INFINITY; }

int PyOS_mystrnicmp(const char* a, const char* b, Py_ssize_t size) {
    if (size == 0) return 0;
    while (--size > 0 && *a &&
           std::tolower(static_cast<unsigned char>(*a)) == std::tolower(static_cast<unsigned char>(*b))) {
        if (!*a++) break;
        if (!*b++) break;
    }
    return std::tolower(static_cast<unsigned char>(*a)) - std::tolower(static_cast<unsigned char>(*b));
}
int PyOS_mystricmp(const char* a, const char* b) {
    while (*a && std::tolower(static_cast<unsigned char>(*a)) == std::tolower(static_cast<unsigned char>(*b))) ++a, ++b;
    return std::tolower(static_cast<unsigned char>(*a)) - std::tolower(static_cast<unsigned char>(*b));
}
int PyOS_vsnprintf(char* out, size_t size, const char* format, va_list arguments) {
    int written = size > INT_MAX - 1000 ? -666 : std::vsnprintf(out, size, format, arguments);
    if (size > 0) out[size - 1] = '\0';
    return written;
}
int PyOS_snprintf(char* out, size_t size, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int written = PyOS_vsnprintf(out, size, format, arguments);
    va_end(arguments);
    return written;
}
unsigned long PyOS_strtoul(const char* text, char** end, int base) { return std::strtoul(text, end, base); }
long PyOS_strtol(const char* text, char** end, int base) { return std::strtol(text, end, base); }

}  // extern "C"
#pragma GCC visibility pop
