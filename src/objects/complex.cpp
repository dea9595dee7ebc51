#include <cmath>
#include <complex>

#include "base/hash.hpp"
#include "base/number_text.hpp"
#include "objects/complex_math.hpp"
#include "objects/float.hpp"
#include "objects/format_spec.hpp"
#include "objects/int.hpp"
#include "objects/native.hpp"
#include "objects/number.hpp"
#include "objects/number_parsing.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

Result<Ref<Object>> complex_from(ThreadState& ts, double real, double imaginary) {
    Ref<Complex> result = TRY(new_object<Complex>(ts, PyComplex_Type));
    result->cval = {real, imaginary};
    return result;
}

namespace {

Py_complex value_of(Object& object) { return as<Complex>(object).cval; }

// __complex__() of an object; empty when it has none.
Result<OptRef<Object>> by_method(ThreadState& ts, Object& value) {
    if (PyComplex_CheckExact(&value)) return Ref<Object>::share(value);
    OptRef<Object> method = TRY(lookup_special(ts, value, "__complex__"_n));
    if (!method) return nullptr;
    Ref<Object> result = TRY(call(ts, *method));
    if (!PyComplex_Check(result.get())) {
        return raise(ts, PyExc_TypeError, "__complex__ returned non-complex (type %T)", result.get());
    }
    if (!PyComplex_CheckExact(result.get())) {
        TRY(warn(ts, PyExc_DeprecationWarning, 1,
                 "__complex__ returned non-complex (type %.200s).  The ability to return an instance of a strict "
                 "subclass of complex is deprecated, and may not be supported in a future version of Python.",
                 type_of(*result).tp_name));
    }
    return result;
}

}  // namespace

Result<Py_complex> complex_as(ThreadState& ts, Object& value) {
    if (PyComplex_Check(&value)) return value_of(value);
    OptRef<Object> converted = TRY(by_method(ts, value));
    if (converted) return value_of(*converted);
    double real = TRY(float_as_double(ts, value));
    return Py_complex{real, 0.0};
}

namespace {

Result<bool> operand(ThreadState& ts, Object& value, Py_complex& result) {
    if (PyComplex_Check(&value)) {
        result = value_of(value);
    } else if (PyLong_Check(&value)) {
        result = {TRY(int_as_double(ts, value)), 0.0};
    } else if (PyFloat_Check(&value)) {
        result = {float_value(value), 0.0};
    } else {
        return false;
    }
    return true;
}

template <Result<Ref<Object>> (*Operation)(ThreadState&, Py_complex, Py_complex)>
Result<Ref<Object>> binary(ThreadState& ts, Object& left, Object& right) {
    Py_complex a, b;
    if (!TRY(operand(ts, left, a)) || !TRY(operand(ts, right, b))) return new_not_implemented();
    return Operation(ts, a, b);
}
Result<Ref<Object>> add(ThreadState& ts, Py_complex a, Py_complex b) {
    return complex_from(ts, a.real + b.real, a.imag + b.imag);
}
Result<Ref<Object>> subtract(ThreadState& ts, Py_complex a, Py_complex b) {
    return complex_from(ts, a.real - b.real, a.imag - b.imag);
}
Result<Ref<Object>> multiply(ThreadState& ts, Py_complex a, Py_complex b) {
    Py_complex r = complex_product(a, b);
    return complex_from(ts, r.real, r.imag);
}

Result<Ref<Object>> divide(ThreadState& ts, Py_complex a, Py_complex b) {
    Py_complex r;
    if (!complex_quotient(a, b, r)) return raise(ts, PyExc_ZeroDivisionError, "complex division by zero");
    return complex_from(ts, r.real, r.imag);
}

Py_complex power_by_squaring(Py_complex base, long n) {
    Py_complex result = {1.0, 0.0};
    for (unsigned long mask = 1; mask <= (unsigned long)n; mask <<= 1) {
        if (n & long(mask)) result = complex_product(result, base);
        base = complex_product(base, base);
    }
    return result;
}

Result<Ref<Object>> power(ThreadState& ts, Object& left, Object& right, Object& modulus) {
    Py_complex a, b;
    if (!TRY(operand(ts, left, a)) || !TRY(operand(ts, right, b))) return new_not_implemented();
    if (!is_none(modulus)) return raise(ts, PyExc_ValueError, "complex modulo");
    Py_complex r;
    errno = 0;
    if (b.imag == 0.0 && b.real == std::floor(b.real) && std::fabs(b.real) <= 100.0) {
        long n = long(b.real);
        if (n >= 0) {
            r = power_by_squaring(a, n);
        } else if (!complex_quotient({1.0, 0.0}, power_by_squaring(a, -n), r)) {
            return raise(ts, PyExc_ZeroDivisionError, "0.0 to a negative or complex power");
        }
    } else if (!complex_power(a, b, r)) {
        return raise(ts, PyExc_ZeroDivisionError, "0.0 to a negative or complex power");
    }
    bool finite_in = std::isfinite(a.real) && std::isfinite(a.imag) && std::isfinite(b.real) && std::isfinite(b.imag);
    if (finite_in && (std::isinf(r.real) || std::isinf(r.imag)))
        return raise(ts, PyExc_OverflowError, "complex exponentiation");
    return complex_from(ts, r.real, r.imag);
}

Result<Ref<Object>> negative(ThreadState& ts, Complex& self) {
    return complex_from(ts, -self.cval.real, -self.cval.imag);
}
Result<Ref<Object>> complex_self(ThreadState& ts, Complex& self) {
    if (PyComplex_CheckExact(&self)) return Ref<Object>::share(obj(self));
    return complex_from(ts, self.cval.real, self.cval.imag);
}
Result<Ref<Object>> absolute(ThreadState& ts, Complex& self) {
    double result = complex_size(self.cval);
    if (std::isinf(result) && std::isfinite(self.cval.real) && std::isfinite(self.cval.imag)) {
        return raise(ts, PyExc_OverflowError, "absolute value too large");
    }
    return float_from(ts, result);
}
int complex_bool(Complex& self) { return self.cval.real != 0.0 || self.cval.imag != 0.0; }

Result<Ref<Object>> complex_compare(ThreadState& ts, Object& left, Object& right, int op) {
    if (op != Py_EQ && op != Py_NE) return new_not_implemented();
    Py_complex a = value_of(left);
    bool equal;
    if (PyLong_Check(&right)) {
        if (a.imag != 0.0) return new_bool(op == Py_NE);
        Ref<Object> real = TRY(float_from(ts, a.real));
        return Result<Ref<Object>>::adopt(PyFloat_Type.tp_richcompare(real.get(), &right, op));
    }
    if (PyFloat_Check(&right)) {
        equal = a.real == float_value(right) && a.imag == 0.0;
    } else if (PyComplex_Check(&right)) {
        Py_complex b = value_of(right);
        equal = a.real == b.real && a.imag == b.imag;
    } else {
        return new_not_implemented();
    }
    return new_bool(equal == (op == Py_EQ));
}

Py_hash_t complex_hash(Complex& self) {
    Py_uhash_t real = Py_uhash_t(float_hash(&obj(self), self.cval.real));
    Py_uhash_t imaginary = Py_uhash_t(float_hash(&obj(self), self.cval.imag));
    return base::not_minus_one(Py_hash_t(real + Py_uhash_t(base::hash_imaginary) * imaginary));
}

Result<Ref<Str>> complex_repr(ThreadState& ts, Complex& self) {
    std::string text;
    if (self.cval.real == 0.0 && std::copysign(1.0, self.cval.real) == 1.0) {
        base::format_double(self.cval.imag, 'r', 0, {}, &text);
        text += 'j';
    } else {
        text = "(";
        base::format_double(self.cval.real, 'r', 0, {}, &text);
        base::format_double(self.cval.imag, 'r', 0, {.sign = true}, &text);
        text += "j)";
    }
    return str_from_ascii(ts, text);
}

Result<Ref<Object>> complex_conjugate(ThreadState& ts, Complex& self) {
    return complex_from(ts, self.cval.real, -self.cval.imag);
}
Result<Ref<Object>> complex_getnewargs(ThreadState& ts, Complex& self) {
    Ref<Object> real = TRY(float_from(ts, self.cval.real)), imaginary = TRY(float_from(ts, self.cval.imag));
    return tuple_of(ts, *real, *imaginary);
}
Result<Ref<Str>> complex_format(ThreadState& ts, Complex& self, Str& spec) {
    if (!str_length(spec)) return str(ts, obj(self));
    return format_complex(ts, obj(self), spec);
}

// "1+2j", "(1+2j)", "3", "4j", "+j" with spaces around (but not inside).
Result<Py_complex> parse(ThreadState& ts, std::string_view text) {
    auto malformed = [&]() -> Failure { return raise(ts, PyExc_ValueError, "complex() arg is a malformed string"); };
    auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    auto trim = [&] {
        while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
        while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    };
    std::string copied;
    if (text.find('_') != text.npos) {
        auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
        for (size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '_') {
                copied += text[i];
            } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
                return malformed();
            }
        }
        text = copied;
    }
    trim();
    if (text.size() >= 2 && text.front() == '(' && text.back() == ')') {
        text = text.substr(1, text.size() - 2);
        trim();
    }
    auto is_unit = [](char c) { return c == 'j' || c == 'J'; };
    double first = 0.0;
    size_t used = text.empty() ? 0 : base::parse_double(text, &first);
    if (used) {
        text.remove_prefix(used);
        if (text.empty()) return Py_complex{first, 0.0};
        if (is_unit(text[0])) {
            if (text.size() != 1) return malformed();
            return Py_complex{0.0, first};
        }
    }
    if (text.empty()) return malformed();
    double second;
    if (text[0] != '+' && text[0] != '-') {
        if (!used && is_unit(text[0]) && text.size() == 1) return Py_complex{0.0, 1.0};
        return malformed();
    }
    size_t more = base::parse_double(text, &second);
    if (more) {
        text.remove_prefix(more);
    } else {
        second = text[0] == '-' ? -1.0 : 1.0;
        text.remove_prefix(1);
    }
    if (text.size() != 1 || !is_unit(text[0])) return malformed();
    return Py_complex{first, second};
}

Result<Ref<Object>> subtype_from(ThreadState& ts, Type& type, Py_complex value) {
    if (&type == &PyComplex_Type) return complex_from(ts, value.real, value.imag);
    Ref<Object> made = TRY(Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0)));
    as<Complex>(*made).cval = value;
    return made;
}

bool is_numeric(Object& value) {
    PyNumberMethods* methods = type_of(value).tp_as_number;
    return methods && (methods->nb_float || methods->nb_index);
}

Result<Ref<Object>> complex_type_new(ThreadState& ts, Type& type, Object* real, Object* imag) {
    if (!real) real = &small_int(0);
    if (PyComplex_CheckExact(real) && !imag && &type == &PyComplex_Type) return Ref<Object>::share(*real);
    if (PyUnicode_Check(real)) {
        if (imag) return raise(ts, PyExc_TypeError, "complex() can't take second arg if first is a string");
        Str& text = as<Str>(*real);
        if (str_is_ascii(text)) return subtype_from(ts, type, TRY(parse(ts, str_ascii_view(text))));
        return subtype_from(ts, type, TRY(parse(ts, ascii_number_text(text))));
    }
    if (imag && PyUnicode_Check(imag)) return raise(ts, PyExc_TypeError, "complex() second arg can't be a string");
    OptRef<Object> converted = TRY(by_method(ts, *real));
    if (converted) real = converted.get();
    if (!PyComplex_Check(real) && !is_numeric(*real)) {
        return raise(ts, PyExc_TypeError, "complex() first argument must be a string or a number, not '%T'", real);
    }
    if (imag && !PyComplex_Check(imag) && !is_numeric(*imag)) {
        return raise(ts, PyExc_TypeError, "complex() second argument must be a number, not '%T'", imag);
    }
    // complex(a, b) is a + b*1j, with either part complex itself; signs of zeros are kept.
    Py_complex r = PyComplex_Check(real) ? value_of(*real) : Py_complex{TRY(float_as_double(ts, *real)), 0.0};
    bool real_is_complex = PyComplex_Check(real);
    if (!imag) return subtype_from(ts, type, {r.real, real_is_complex ? r.imag : 0.0});
    if (PyComplex_Check(imag)) {
        Py_complex i = value_of(*imag);
        return subtype_from(ts, type, {r.real - i.imag, real_is_complex ? i.real + r.imag : i.real});
    }
    double i = TRY(float_as_double(ts, *imag));
    return subtype_from(ts, type, {r.real, real_is_complex ? i + r.imag : i});
}

constexpr MethodDef complex_methods[] = {
    METHOD("conjugate($self, /)", complex_conjugate,
           "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j."),
    METHOD("__complex__($self, /)", complex_self, "Convert this value to exact type complex."),
    METHOD_NODOC("__getnewargs__($self, /)", complex_getnewargs),
    METHOD("__format__($self, format_spec, /)", complex_format, "Convert to a string according to format_spec."),
    METHOD_END};
constexpr PyMemberDef complex_members[] = {
    {"real", T_DOUBLE, offsetof(Complex, cval.real), READONLY, "the real part of a complex number"},
    {"imag", T_DOUBLE, offsetof(Complex, cval.imag), READONLY, "the imaginary part of a complex number"},
    {nullptr, 0, 0, 0, nullptr}};

PyNumberMethods complex_as_number = {
    .nb_add = slot<binary<add>>,
    .nb_subtract = slot<binary<subtract>>,
    .nb_multiply = slot<binary<multiply>>,
    .nb_power = slot<power>,
    .nb_negative = slot<negative>,
    .nb_positive = slot<complex_self>,
    .nb_absolute = slot<absolute>,
    .nb_bool = slot<complex_bool>,
    .nb_true_divide = slot<binary<divide>>,
};

}  // namespace

}  // namespace orochi

using namespace orochi;

PyTypeObject PyComplex_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "complex",
    .tp_basicsize = sizeof(Complex),
    .tp_repr = slot<complex_repr>,
    .tp_as_number = &complex_as_number,
    .tp_hash = slot<complex_hash>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc =
        "complex(real=0, imag=0)\n--\n\n"
        "Create a complex number from a real part and an optional imaginary part.\n"
        "\n"
        "This is equivalent to (real + imag*1j) where imag defaults to 0.",
    .tp_richcompare = slot<complex_compare>,
    .tp_methods = METHOD_TABLE(complex_methods),
    .tp_members = MEMBER_TABLE(complex_members),
    .tp_new = NEW_SLOT("complex($type, /, real=0, imag=0)", complex_type_new),
    .tp_free = PyObject_Free,
};
