#include "objects/float.hpp"

#include <cmath>

#include "base/hash.hpp"
#include "base/number_text.hpp"
#include "objects/bytes.hpp"
#include "objects/format_spec.hpp"
#include "objects/int.hpp"
#include "objects/int_arithmetic.hpp"
#include "objects/native.hpp"
#include "objects/number.hpp"
#include "objects/number_parsing.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

Result<Ref<Object>> float_from(ThreadState& ts, double value) {
    if (void* block = ts.interpreter().free_lists.floats.pop()) {
        Float& result = *static_cast<Float*>(block);
        result.ob_base.ob_refcnt = 1;
        result.ob_base.ob_type = &PyFloat_Type;
        result.ob_fval = value;
        return Ref<Object>::steal(obj(result));
    }
    Object* allocated = allocate_object(ts, PyFloat_Type, sizeof(Float));
    if (!allocated) return failure;
    as<Float>(allocated)->ob_fval = value;
    return Ref<Object>::steal(*allocated);
}

Result<double> float_as_double(ThreadState& ts, Object& value) {
    if (PyFloat_Check(&value)) return float_value(value);
    PyNumberMethods* methods = type_of(value).tp_as_number;
    if (methods && methods->nb_float) {
        Ref<Object> result = TRY(Result<Ref<Object>>::adopt(methods->nb_float(&value)));
        if (PyFloat_CheckExact(result.get())) return float_value(*result);
        if (!PyFloat_Check(result.get())) {
            return raise(ts, PyExc_TypeError, "%.50s.__float__ returned non-float (type %.50s)", type_of(value).tp_name,
                         type_of(*result).tp_name);
        }
        TRY(warn(
            ts, PyExc_DeprecationWarning, 1,
            "%.50s.__float__ returned non-float (type %.50s).  The ability to return an instance of a strict subclass "
            "of float is deprecated, and may not be supported in a future version of Python.",
            type_of(value).tp_name, type_of(*result).tp_name));
        return float_value(*result);
    }
    if (methods && methods->nb_index) {
        Ref<Object> index = TRY(number_index(ts, value));
        return int_as_double(ts, index);
    }
    return raise(ts, PyExc_TypeError, "must be real number, not %.50s", type_of(value).tp_name);
}

namespace {

// float() on text: spaces around and single underscores between digits are allowed.
Result<double> parse(ThreadState& ts, std::string_view text, Object& original) {
    auto invalid = [&]() -> Failure {
        return raise(ts, PyExc_ValueError, "could not convert string to float: %R", &original);
    };
    auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    std::string copied;
    if (text.find('_') != text.npos) {
        auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
        for (size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '_') {
                copied += text[i];
            } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
                return invalid();
            }
        }
        text = copied;
    }
    double value;
    if (text.empty() || base::parse_double(text, &value) != text.size()) return invalid();
    return value;
}

}  // namespace

Result<Ref<Object>> float_from_object_text(ThreadState& ts, Object& value) {
    if (PyUnicode_Check(&value)) {
        Str& text = as<Str>(value);
        if (str_is_ascii(text)) return float_from(ts, TRY(parse(ts, str_ascii_view(text), value)));
        return float_from(ts, TRY(parse(ts, ascii_number_text(text), value)));
    }
    if (PyBytes_Check(&value)) return float_from(ts, TRY(parse(ts, bytes_view(as<Bytes>(value)), value)));
    if (type_of(value).tp_as_buffer && type_of(value).tp_as_buffer->bf_getbuffer) {
        Py_buffer view;
        TRY(get_buffer(ts, value, view, PyBUF_SIMPLE));
        auto parsed = parse(ts, {static_cast<const char*>(view.buf), size_t(view.len)}, value);
        release_buffer(view);
        return float_from(ts, TRY(std::move(parsed)));
    }
    return raise(ts, PyExc_TypeError, "float() argument must be a string or a real number, not '%T'", &value);
}

Result<Ref<Str>> float_to_text(ThreadState& ts, double value, char code, int precision, int flags) {
    std::string text;
    base::DoubleFormat format{.sign = bool(flags & Py_DTSF_SIGN),
                              .dot_zero = bool(flags & Py_DTSF_ADD_DOT_0),
                              .alternate = bool(flags & Py_DTSF_ALT),
                              .no_negative_zero = bool(flags & Py_DTSF_NO_NEG_0)};
    base::format_double(value, code, precision, format, &text);
    return str_from_ascii(ts, text);
}

Py_hash_t float_hash(const Object* owner, double value) {
    if (std::isnan(value)) return base::hash_pointer(owner);
    return base::hash_double(value);
}

// Floor division and remainder of floats: the remainder has the divisor's sign, the quotient is a whole number.
void float_divmod(double a, double b, double& quotient, double& remainder) {
    remainder = std::fmod(a, b);
    double div = (a - remainder) / b;
    if (remainder != 0) {
        if ((b < 0) != (remainder < 0)) {
            remainder += b;
            div -= 1.0;
        }
    } else {
        remainder = std::copysign(0.0, b);
    }
    if (div != 0) {
        quotient = std::floor(div);
        if (div - quotient > 0.5) quotient += 1.0;
    } else {
        quotient = std::copysign(0.0, a / b);
    }
}

namespace {

// The operand as a double; false when the operator is not for float.
Result<bool> operand(ThreadState& ts, Object& value, double& result) {
    if (PyFloat_Check(&value)) {
        result = float_value(value);
        return true;
    }
    if (PyLong_Check(&value)) {
        result = TRY(int_as_double(ts, value));
        return true;
    }
    return false;
}

template <Result<Ref<Object>> (*Operation)(ThreadState&, double, double)>
Result<Ref<Object>> binary(ThreadState& ts, Object& left, Object& right) {
    double a, b;
    if (!TRY(operand(ts, left, a)) || !TRY(operand(ts, right, b))) return new_not_implemented();
    return Operation(ts, a, b);
}
Result<Ref<Object>> add(ThreadState& ts, double a, double b) { return float_from(ts, a + b); }
Result<Ref<Object>> subtract(ThreadState& ts, double a, double b) { return float_from(ts, a - b); }
Result<Ref<Object>> multiply(ThreadState& ts, double a, double b) { return float_from(ts, a * b); }
Result<Ref<Object>> divide(ThreadState& ts, double a, double b) {
    if (b == 0.0) return raise(ts, PyExc_ZeroDivisionError, "float division by zero");
    return float_from(ts, a / b);
}
Result<Ref<Object>> remainder_of(ThreadState& ts, double a, double b) {
    if (b == 0.0) return raise(ts, PyExc_ZeroDivisionError, "float modulo");
    double remainder = std::fmod(a, b);
    if (remainder != 0) {
        if ((b < 0) != (remainder < 0)) remainder += b;
    } else {
        remainder = std::copysign(0.0, b);
    }
    return float_from(ts, remainder);
}
Result<Ref<Object>> floor_divide(ThreadState& ts, double a, double b) {
    if (b == 0.0) return raise(ts, PyExc_ZeroDivisionError, "float floor division by zero");
    double quotient, remainder;
    float_divmod(a, b, quotient, remainder);
    return float_from(ts, quotient);
}
Result<Ref<Object>> divmod(ThreadState& ts, double a, double b) {
    if (b == 0.0) return raise(ts, PyExc_ZeroDivisionError, "float divmod()");
    double quotient, remainder;
    float_divmod(a, b, quotient, remainder);
    Ref<Object> q = TRY(float_from(ts, quotient)), r = TRY(float_from(ts, remainder));
    return tuple_of(ts, *q, *r);
}

// The special cases are those of C99's pow (Annex F), which libm follows; errors are Python's.
Result<Ref<Object>> power(ThreadState& ts, Object& base, Object& exponent, Object& modulus) {
    if (!is_none(modulus)) {
        return raise(ts, PyExc_TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
    }
    double a, b;
    if (!TRY(operand(ts, base, a)) || !TRY(operand(ts, exponent, b))) return new_not_implemented();
    if (b == 0) return float_from(ts, 1.0);
    if (std::isnan(a) || std::isnan(b) || std::isinf(a) || std::isinf(b)) return float_from(ts, std::pow(a, b));
    if (a == 0.0) {
        if (b < 0.0) return raise(ts, PyExc_ZeroDivisionError, "0.0 cannot be raised to a negative power");
        return float_from(ts, std::pow(a, b));
    }
    if (a < 0.0 && b != std::floor(b)) {
        // A complex number.
        return Result<Ref<Object>>::adopt(PyComplex_Type.tp_as_number->nb_power(&base, &exponent, &modulus));
    }
    double result = std::pow(a, b);
    if (std::isinf(result)) {
        Ref<Object> number = TRY(int_from(ts, ERANGE));
        Ref<Str> text = TRY(str_from_ascii(ts, "Numerical result out of range"));
        Ref<Tuple> arguments = TRY(tuple_of(ts, *number, obj(*text)));
        return raise_value(ts, PyExc_OverflowError, obj(arguments.get()));
    }
    return float_from(ts, result);
}

Result<Ref<Object>> float_self(ThreadState& ts, Object& self) {
    if (PyFloat_CheckExact(&self)) return Ref<Object>::share(self);
    return float_from(ts, float_value(self));
}
Result<Ref<Object>> negative(ThreadState& ts, Object& self) { return float_from(ts, -float_value(self)); }
Result<Ref<Object>> absolute(ThreadState& ts, Object& self) { return float_from(ts, std::fabs(float_value(self))); }
int float_bool(Object& self) { return float_value(self) != 0.0; }
Result<Ref<Object>> float_trunc(ThreadState& ts, Object& self) { return int_from_double(ts, float_value(self)); }
Result<Ref<Object>> float_floor(ThreadState& ts, Object& self) {
    return int_from_double(ts, std::floor(float_value(self)));
}
Result<Ref<Object>> float_ceil(ThreadState& ts, Object& self) {
    return int_from_double(ts, std::ceil(float_value(self)));
}

// Exact comparison of a double with an int of any size: <0, 0, >0. Not for nan.
int compare_with_int(double value, const Int& number) {
    int sign = int_sign(number);
    int value_sign = value < 0 ? -1 : value > 0;
    if (sign != value_sign) return value_sign < sign ? -1 : 1;
    if (std::isinf(value)) return value_sign;
    uint64_t bits = base::bit_length(int_digits(number));
    if (bits <= 53) {
        double other;
        (void)base::digits_to_double(int_digits(number), &other);
        if (sign < 0) other = -other;
        return value < other ? -1 : value > other;
    }
    int exponent;
    (void)std::frexp(value, &exponent);
    if (uint64_t(exponent < 0 ? 0 : exponent) != bits)
        return (uint64_t(exponent < 0 ? 0 : exponent) < bits) == (sign > 0) ? -1 : 1;
    // As many bits: compare the whole parts, and then what is left.
    base::Digit digits[base::double_digits_max];
    size_t count = base::digits_from_double(std::fabs(value), digits);
    int order = base::compare_digits({digits, count}, int_digits(number));
    if (order == 0 && value != std::trunc(value)) order = 1;
    return sign < 0 ? -order : order;
}

Result<Ref<Object>> float_compare(ThreadState& ts, Object& left, Object& right, int op) {
    double a = float_value(left);
    int order;
    if (PyFloat_Check(&right)) {
        double b = float_value(right);
        switch (op) {
            case Py_LT: return new_bool(a < b);
            case Py_LE: return new_bool(a <= b);
            case Py_EQ: return new_bool(a == b);
            case Py_NE: return new_bool(a != b);
            case Py_GT: return new_bool(a > b);
            default: return new_bool(a >= b);
        }
    }
    if (!PyLong_Check(&right)) return new_not_implemented();
    if (std::isnan(a)) return new_bool(op == Py_NE);
    order = compare_with_int(a, as<Int>(right));
    switch (op) {
        case Py_LT: return new_bool(order < 0);
        case Py_LE: return new_bool(order <= 0);
        case Py_EQ: return new_bool(order == 0);
        case Py_NE: return new_bool(order != 0);
        case Py_GT: return new_bool(order > 0);
        default: return new_bool(order >= 0);
    }
}

Result<Ref<Str>> float_repr(ThreadState& ts, Object& self) {
    char buffer[base::repr_double_size];
    return str_from_ascii(ts, {buffer, base::repr_double(float_value(self), buffer)});
}
Py_hash_t float_hash_slot(Object& self) { return float_hash(&self, float_value(self)); }

Result<Ref<Object>> float_round(ThreadState& ts, Object& self, Object* ndigits) {
    double value = float_value(self);
    if (!ndigits || is_none(ndigits)) {
        double rounded = std::nearbyint(value);
        return int_from_double(ts, rounded);
    }
    Py_ssize_t digits = TRY(number_as_ssize(ts, *ndigits, nullptr));
    if (!std::isfinite(value)) return float_from(ts, value);
    double rounded = base::round_double(value, digits);
    if (std::isinf(rounded)) return raise(ts, PyExc_OverflowError, "rounded value too large to represent");
    return float_from(ts, rounded);
}

Result<Ref<Object>> float_as_integer_ratio(ThreadState& ts, Object& self) {
    double value = float_value(self);
    if (std::isinf(value)) return raise(ts, PyExc_OverflowError, "cannot convert Infinity to integer ratio");
    if (std::isnan(value)) return raise(ts, PyExc_ValueError, "cannot convert NaN to integer ratio");
    int exponent;
    double fraction = std::frexp(value, &exponent);
    while (fraction != std::floor(fraction)) {
        fraction *= 2.0;
        --exponent;
    }
    Ref<Object> numerator = TRY(int_from_double(ts, fraction));
    Ref<Object> denominator = TRY(int_from(ts, 1));
    if (exponent > 0) numerator = TRY(int_shift_left_by(ts, as<Int>(*numerator), uint64_t(exponent)));
    if (exponent < 0) denominator = TRY(int_shift_left_by(ts, as<Int>(*denominator), uint64_t(-exponent)));
    return tuple_of(ts, *numerator, *denominator);
}

Result<Ref<Object>> float_fromhex(ThreadState& ts, Type& type, Object& string) {
    if (!PyUnicode_Check(&string)) return raise(ts, PyExc_TypeError, "bad argument type for built-in operation");
    double value;
    switch (base::double_from_hex(TRY(str_utf8(ts, as<Str>(string))), &value)) {
        case base::HexFloat::ok: break;
        case base::HexFloat::invalid: return raise(ts, PyExc_ValueError, "invalid hexadecimal floating-point string");
        case base::HexFloat::too_large:
            return raise(ts, PyExc_OverflowError, "hexadecimal value too large to represent as a float");
    }
    Ref<Object> result = TRY(float_from(ts, value));
    if (&type == &PyFloat_Type) return result;
    return call(ts, obj(type), result);
}
Result<Ref<Str>> float_hex(ThreadState& ts, Object& self) {
    return str_from_ascii(ts, base::double_to_hex(float_value(self)));
}
bool float_is_integer(Object& self) {
    double value = float_value(self);
    return std::isfinite(value) && value == std::floor(value);
}
Result<Ref<Object>> float_getnewargs(ThreadState& ts, Object& self) {
    Ref<Object> value = TRY(float_from(ts, float_value(self)));
    return tuple_of(ts, *value);
}
Result<Ref<Str>> float_getformat(ThreadState& ts, Type&, Str& kind) {
    if (!str_equals_ascii(kind, "double") && !str_equals_ascii(kind, "float")) {
        return raise(ts, PyExc_ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
    }
    return str_from_ascii(ts, "IEEE, little-endian");
}
Result<Ref<Str>> float_format_method(ThreadState& ts, Object& self, Str& spec) {
    if (!str_length(spec)) {
        if (PyFloat_CheckExact(&self)) return float_repr(ts, self);
        return str(ts, self);
    }
    return format_float(ts, self, spec);
}
Result<Ref<Object>> get_imaginary(ThreadState& ts, Object&) { return float_from(ts, 0.0); }

Result<Ref<Object>> float_type_new(ThreadState& ts, Type& type, Object* x) {
    Ref<Object> value = x ? TRY(number_float(ts, *x)) : TRY(float_from(ts, 0.0));
    if (&type == &PyFloat_Type) return value;
    Ref<Object> made = TRY(Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0)));
    as<Float>(*made).ob_fval = float_value(*value);
    return made;
}
Result<Ref<Object>> float_vectorcall(ThreadState& ts, Object& type, Object* const* arguments, size_t nargsf,
                                     Object* names) {
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (names && PyTuple_GET_SIZE(names)) return raise(ts, PyExc_TypeError, "float() takes no keyword arguments");
    if (count > 1) return raise(ts, PyExc_TypeError, "float expected at most 1 argument, got %zd", count);
    return float_type_new(ts, as<Type>(type), count ? arguments[0] : nullptr);
}

void float_dealloc(ThreadState& ts, Object& self) {
    if (PyFloat_CheckExact(&self)) {
        if (ts.interpreter().free_lists.floats.push(&self)) return;
        free_object(self);
    } else {
        type_of(self).tp_free(&self);
    }
}

constexpr MethodDef float_methods[] = {
    METHOD("conjugate($self, /)", float_self, "Return self, the complex conjugate of any float."),
    METHOD("__trunc__($self, /)", float_trunc, "Return the Integral closest to x between 0 and x."),
    METHOD("__floor__($self, /)", float_floor, "Return the floor as an Integral."),
    METHOD("__ceil__($self, /)", float_ceil, "Return the ceiling as an Integral."),
    METHOD("__round__($self, ndigits=None, /)", float_round,
           "Return the Integral closest to x, rounding half toward even.\n"
           "\n"
           "When an argument is passed, work like built-in round(x, ndigits)."),
    METHOD("as_integer_ratio($self, /)", float_as_integer_ratio,
           "Return integer ratio.\n"
           "\n"
           "Return a pair of integers, whose ratio is exactly equal to the original float\n"
           "and with a positive denominator.\n"
           "\n"
           "Raise OverflowError on infinities and a ValueError on NaNs.\n"
           "\n"
           ">>> (10.0).as_integer_ratio()\n"
           "(10, 1)\n"
           ">>> (0.0).as_integer_ratio()\n"
           "(0, 1)\n"
           ">>> (-.25).as_integer_ratio()\n"
           "(-1, 4)"),
    METHOD("fromhex($type, string, /)", float_fromhex,
           "Create a floating-point number from a hexadecimal string.\n"
           "\n"
           ">>> float.fromhex('0x1.ffffp10')\n"
           "2047.984375\n"
           ">>> float.fromhex('-0x1p-1074')\n"
           "-5e-324"),
    METHOD("hex($self, /)", float_hex,
           "Return a hexadecimal representation of a floating-point number.\n"
           "\n"
           ">>> (-0.1).hex()\n"
           "'-0x1.999999999999ap-4'\n"
           ">>> 3.14159.hex()\n"
           "'0x1.921f9f01b866ep+1'"),
    METHOD("is_integer($self, /)", float_is_integer, "Return True if the float is an integer."),
    METHOD_NODOC("__getnewargs__($self, /)", float_getnewargs),
    METHOD("__getformat__($type, typestr, /)", float_getformat,
           "You probably don't want to use this function.\n"
           "\n"
           "  typestr\n"
           "    Must be 'double' or 'float'.\n"
           "\n"
           "It exists mainly to be used in Python's test suite.\n"
           "\n"
           "This function returns whichever of 'unknown', 'IEEE, big-endian' or 'IEEE,\n"
           "little-endian' best describes the format of floating point numbers used by the\n"
           "C type named by typestr."),
    METHOD("__format__($self, format_spec, /)", float_format_method, "Formats the float according to format_spec."),
    METHOD_END};
constexpr PyGetSetDef float_getset[] = {GETTER("real", float_self, "the real part of a complex number"),
                                        GETTER("imag", get_imaginary, "the imaginary part of a complex number"),
                                        GETSET_END};

PyNumberMethods float_as_number = {
    .nb_add = slot<binary<add>>,
    .nb_subtract = slot<binary<subtract>>,
    .nb_multiply = slot<binary<multiply>>,
    .nb_remainder = slot<binary<remainder_of>>,
    .nb_divmod = slot<binary<divmod>>,
    .nb_power = slot<power>,
    .nb_negative = slot<negative>,
    .nb_positive = slot<float_self>,
    .nb_absolute = slot<absolute>,
    .nb_bool = slot<float_bool>,
    .nb_int = slot<float_trunc>,
    .nb_float = slot<float_self>,
    .nb_floor_divide = slot<binary<floor_divide>>,
    .nb_true_divide = slot<binary<divide>>,
};

}  // namespace

}  // namespace orochi

using namespace orochi;

PyTypeObject PyFloat_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "float",
    .tp_basicsize = sizeof(Float),
    .tp_dealloc = slot<float_dealloc>,
    .tp_repr = slot<float_repr>,
    .tp_as_number = &float_as_number,
    .tp_hash = slot<float_hash_slot>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc =
        "float(x=0, /)\n--\n\n"
        "Convert a string or number to a floating point number, if possible.",
    .tp_richcompare = slot<float_compare>,
    .tp_methods = METHOD_TABLE(float_methods),
    .tp_getset = GETSET_TABLE(float_getset),
    .tp_new = NEW_SLOT("float($type, x=0, /)", float_type_new),
    .tp_vectorcall = slot<float_vectorcall>,
};
