// The type int: operators as slots, methods, int(...).
#include "base/unicode_data.hpp"
#include "objects/bytes.hpp"
#include "objects/float.hpp"
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

Result<Ref<Object>> int_from_str(ThreadState& ts, Str& text, int base) {
    if (str_is_ascii(text)) return int_from_text(ts, str_ascii_view(text), base, &obj(text));
    return int_from_text(ts, ascii_number_text(text), base, &obj(text));
}

namespace {

// Binary operators: other operands than int are somebody else's business.
template <Result<Ref<Object>> (*Operation)(ThreadState&, Int&, Int&)>
Result<Ref<Object>> binary(ThreadState& ts, Object& left, Object& right) {
    if (!PyLong_Check(&left) || !PyLong_Check(&right)) return new_not_implemented();
    return Operation(ts, as<Int>(left), as<Int>(right));
}
Result<Ref<Object>> bit_and(ThreadState& ts, Int& a, Int& b) { return int_bitwise(ts, base::BitOperation::and_, a, b); }
Result<Ref<Object>> bit_or(ThreadState& ts, Int& a, Int& b) { return int_bitwise(ts, base::BitOperation::or_, a, b); }
Result<Ref<Object>> bit_xor(ThreadState& ts, Int& a, Int& b) { return int_bitwise(ts, base::BitOperation::xor_, a, b); }

Result<Ref<Object>> power(ThreadState& ts, Object& a, Object& b, Object& modulus) {
    if (!PyLong_Check(&a) || !PyLong_Check(&b)) return new_not_implemented();
    if (PyLong_Check(&modulus)) return int_power_modulo(ts, as<Int>(a), as<Int>(b), as<Int>(modulus));
    if (!is_none(modulus)) return new_not_implemented();
    if (int_sign(as<Int>(b)) < 0) {
        Ref<Object> x = TRY(float_from(ts, TRY(int_as_double(ts, a))));
        Ref<Object> y = TRY(float_from(ts, TRY(int_as_double(ts, b))));
        return number_power(ts, x, y, none());
    }
    return int_power(ts, as<Int>(a), as<Int>(b));
}

// Exact ints for operators that give back the operand, as True.__pos__() is 1.
Result<Ref<Object>> int_self(ThreadState& ts, Int& self) {
    if (PyLong_CheckExact(&self)) return Ref<Object>::share(obj(self));
    return int_from_digits(ts, int_sign(self) < 0, self.ob_digit, int_digits(self).size);
}
int int_bool(Int& self) { return int_sign(self) != 0; }
Result<Ref<Object>> int_to_float(ThreadState& ts, Int& self) {
    return float_from(ts, TRY(int_as_double(ts, obj(self))));
}

Result<Ref<Object>> int_compare_slot(ThreadState& ts, Object& left, Object& right, int op) {
    if (!PyLong_Check(&left) || !PyLong_Check(&right)) return new_not_implemented();
    int order = &left == &right ? 0 : int_compare(as<Int>(left), as<Int>(right));
    switch (op) {
        case Py_LT: return new_bool(order < 0);
        case Py_LE: return new_bool(order <= 0);
        case Py_EQ: return new_bool(order == 0);
        case Py_NE: return new_bool(order != 0);
        case Py_GT: return new_bool(order > 0);
        default: return new_bool(order >= 0);
    }
}

Result<Ref<Str>> int_repr(ThreadState& ts, Object& self) { return int_to_text(ts, self, 10, false); }
Py_hash_t int_hash_slot(Int& self) { return int_hash(self); }

// An instance of a subclass with the value of an exact int.
Result<Ref<Object>> subtype_from(ThreadState& ts, Type& type, Object& value) {
    if (&type == &PyLong_Type) return Ref<Object>::share(value);
    base::Digits digits = int_digits(as<Int>(value));
    Ref<Object> made = TRY(Result<Ref<Object>>::adopt(type.tp_alloc(&type, Py_ssize_t(digits.size))));
    Int& result = as<Int>(*made);
    result.ob_base.ob_size = as<Int>(value).ob_base.ob_size;
    memcpy(result.ob_digit, digits.data, digits.size * sizeof(digit));
    return made;
}

Result<Ref<Object>> int_from_arguments(ThreadState& ts, Object* x, Object* base) {
    if (!x) {
        if (base) return raise(ts, PyExc_TypeError, "int() missing string argument");
        return int_from(ts, 0);
    }
    if (!base) return number_int(ts, *x);
    Py_ssize_t number = TRY(number_as_ssize(ts, *base, nullptr));
    if ((number != 0 && number < 2) || number > 36) {
        return raise(ts, PyExc_ValueError, "int() base must be >= 2 and <= 36, or 0");
    }
    if (PyUnicode_Check(x)) return int_from_str(ts, as<Str>(*x), int(number));
    if (PyBytes_Check(x)) return int_from_text(ts, bytes_view(as<Bytes>(*x)), int(number), x);
    if (PyByteArray_Check(x)) {
        ByteArray& array = as<ByteArray>(*x);
        return int_from_text(ts, {bytearray_data(array), size_t(array.ob_base.ob_size)}, int(number), x);
    }
    return raise(ts, PyExc_TypeError, "int() can't convert non-string with explicit base");
}

Result<Ref<Object>> int_type_new(ThreadState& ts, Type& type, Object* x, Object* base) {
    Ref<Object> value = TRY(int_from_arguments(ts, x, base));
    return subtype_from(ts, type, value);
}

Result<size_t> int_bit_length(ThreadState& ts, Int& self) { return int_bit_count(ts, self); }
size_t int_bit_count_method(Int& self) { return size_t(base::bit_count(int_digits(self))); }

Result<bool> is_little_endian(ThreadState& ts, Str& byteorder) {
    if (str_equals_ascii(byteorder, "little")) return true;
    if (str_equals_ascii(byteorder, "big")) return false;
    return raise(ts, PyExc_ValueError, "byteorder must be either 'little' or 'big'");
}

Result<Ref<Bytes>> int_to_bytes_method(ThreadState& ts, Int& self, Py_ssize_t length, Str* byteorder, bool is_signed) {
    bool little = byteorder ? TRY(is_little_endian(ts, *byteorder)) : false;
    if (length < 0) return raise(ts, PyExc_ValueError, "length argument must be non-negative");
    Ref<Bytes> bytes = TRY(bytes_new(ts, length));
    TRY(int_to_bytes(ts, self, reinterpret_cast<unsigned char*>(bytes_data(*bytes)), size_t(length), little,
                     is_signed));
    return bytes;
}

Result<Ref<Object>> int_from_bytes_method(ThreadState& ts, Type& type, Object& source, Str* byteorder, bool is_signed) {
    bool little = byteorder ? TRY(is_little_endian(ts, *byteorder)) : false;
    Ref<Object> bytes = TRY(bytes_of(ts, source));
    std::string_view view = bytes_view(as<Bytes>(*bytes));
    Ref<Object> value =
        TRY(int_from_bytes(ts, reinterpret_cast<const unsigned char*>(view.data()), view.size(), little, is_signed));
    if (&type == &PyLong_Type) return value;
    return call(ts, obj(type), value);
}

Result<Ref<Object>> int_as_integer_ratio(ThreadState& ts, Int& self) {
    Ref<Object> numerator = TRY(int_self(ts, self));
    return tuple_of(ts, *numerator, small_int(1));
}

Result<Ref<Object>> int_round_method(ThreadState& ts, Int& self, Object* ndigits) {
    if (!ndigits) return int_self(ts, self);
    Ref<Object> digits = TRY(number_index(ts, *ndigits));
    if (int_sign(as<Int>(*digits)) >= 0) return int_self(ts, self);
    Ref<Object> places = TRY(int_negate(ts, as<Int>(*digits)));
    return int_round(ts, self, as<Int>(*places));
}

Result<Ref<Object>> int_getnewargs(ThreadState& ts, Int& self) {
    Ref<Object> value = TRY(int_from_digits(ts, int_sign(self) < 0, self.ob_digit, int_digits(self).size));
    return tuple_of(ts, *value);
}

Result<Ref<Str>> int_format(ThreadState& ts, Int& self, Str& spec) {
    if (!str_length(spec)) {
        if (PyLong_CheckExact(&self)) return int_to_text(ts, obj(self), 10, false);
        return str(ts, obj(self));
    }
    return format_int(ts, obj(self), spec);
}

Py_ssize_t int_sizeof(Int& self) {
    size_t digits = int_digits(self).size;
    return Py_ssize_t(offsetof(Int, ob_digit) + (digits ? digits : 1) * sizeof(digit));
}

Result<Ref<Object>> get_zero(ThreadState& ts, Int&) { return int_from(ts, 0); }
Result<Ref<Object>> get_one(ThreadState& ts, Int&) { return int_from(ts, 1); }

constexpr MethodDef int_methods[] = {
    METHOD_PLAIN("conjugate($self)", int_self, "Returns self, the complex conjugate of any int."),
    METHOD("bit_length($self, /)", int_bit_length,
           "Number of bits necessary to represent self in binary.\n"
           "\n"
           ">>> bin(37)\n"
           "'0b100101'\n"
           ">>> (37).bit_length()\n"
           "6"),
    METHOD("bit_count($self, /)", int_bit_count_method,
           "Number of ones in the binary representation of the absolute value of self.\n"
           "\n"
           "Also known as the population count.\n"
           "\n"
           ">>> bin(13)\n"
           "'0b1101'\n"
           ">>> (13).bit_count()\n"
           "3"),
    METHOD("to_bytes($self, /, length=1, byteorder='big', *, signed=False)", int_to_bytes_method,
           "Return an array of bytes representing an integer.\n"
           "\n"
           "  length\n"
           "    Length of bytes object to use.  An OverflowError is raised if the\n"
           "    integer is not representable with the given number of bytes.  Default\n"
           "    is length 1.\n"
           "  byteorder\n"
           "    The byte order used to represent the integer.  If byteorder is 'big',\n"
           "    the most significant byte is at the beginning of the byte array.  If\n"
           "    byteorder is 'little', the most significant byte is at the end of the\n"
           "    byte array.  To request the native byte order of the host system, use\n"
           "    `sys.byteorder' as the byte order value.  Default is to use 'big'.\n"
           "  signed\n"
           "    Determines whether two's complement is used to represent the integer.\n"
           "    If signed is False and a negative integer is given, an OverflowError\n"
           "    is raised."),
    METHOD("from_bytes($type, /, bytes, byteorder='big', *, signed=False)", int_from_bytes_method,
           "Return the integer represented by the given array of bytes.\n"
           "\n"
           "  bytes\n"
           "    Holds the array of bytes to convert.  The argument must either\n"
           "    support the buffer protocol or be an iterable object producing bytes.\n"
           "    Bytes and bytearray are examples of built-in objects that support the\n"
           "    buffer protocol.\n"
           "  byteorder\n"
           "    The byte order used to represent the integer.  If byteorder is 'big',\n"
           "    the most significant byte is at the beginning of the byte array.  If\n"
           "    byteorder is 'little', the most significant byte is at the end of the\n"
           "    byte array.  To request the native byte order of the host system, use\n"
           "    `sys.byteorder' as the byte order value.  Default is to use 'big'.\n"
           "  signed\n"
           "    Indicates whether two's complement is used to represent the integer."),
    METHOD("as_integer_ratio($self, /)", int_as_integer_ratio,
           "Return integer ratio.\n"
           "\n"
           "Return a pair of integers, whose ratio is exactly equal to the original int\n"
           "and with a positive denominator.\n"
           "\n"
           ">>> (10).as_integer_ratio()\n"
           "(10, 1)\n"
           ">>> (-10).as_integer_ratio()\n"
           "(-10, 1)\n"
           ">>> (0).as_integer_ratio()\n"
           "(0, 1)"),
    METHOD_PLAIN("__trunc__($self)", int_self, "Truncating an Integral returns itself."),
    METHOD_PLAIN("__floor__($self)", int_self, "Flooring an Integral returns itself."),
    METHOD_PLAIN("__ceil__($self)", int_self, "Ceiling of an Integral returns itself."),
    METHOD("__round__($self, ndigits=<unrepresentable>, /)", int_round_method,
           "Rounding an Integral returns itself.\n"
           "\n"
           "Rounding with an ndigits argument also returns an integer."),
    METHOD_NODOC("__getnewargs__($self, /)", int_getnewargs),
    METHOD_NODOC("__format__($self, format_spec, /)", int_format),
    METHOD("__sizeof__($self, /)", int_sizeof, "Returns size in memory, in bytes."),
    METHOD_END};

constexpr PyGetSetDef int_getset[] = {
    GETTER("real", int_self, "the real part of a complex number"),
    GETTER("imag", get_zero, "the imaginary part of a complex number"),
    GETTER("numerator", int_self, "the numerator of a rational number in lowest terms"),
    GETTER("denominator", get_one, "the denominator of a rational number in lowest terms"), GETSET_END};

PyNumberMethods int_as_number = {
    .nb_add = slot<binary<int_add>>,
    .nb_subtract = slot<binary<int_subtract>>,
    .nb_multiply = slot<binary<int_multiply>>,
    .nb_remainder = slot<binary<int_remainder>>,
    .nb_divmod = slot<binary<int_divmod_tuple>>,
    .nb_power = slot<power>,
    .nb_negative = slot<int_negate>,
    .nb_positive = slot<int_self>,
    .nb_absolute = slot<int_absolute>,
    .nb_bool = slot<int_bool>,
    .nb_invert = slot<int_invert>,
    .nb_lshift = slot<binary<int_shift_left>>,
    .nb_rshift = slot<binary<int_shift_right>>,
    .nb_and = slot<binary<bit_and>>,
    .nb_xor = slot<binary<bit_xor>>,
    .nb_or = slot<binary<bit_or>>,
    .nb_int = slot<int_self>,
    .nb_float = slot<int_to_float>,
    .nb_floor_divide = slot<binary<int_floor_divide>>,
    .nb_true_divide = slot<binary<int_true_divide>>,
    .nb_index = slot<int_self>,
};

void int_dealloc(Object& self) {
    if (PyLong_CheckExact(&self)) return Heap::free(&self);
    type_of(self).tp_free(&self);
}

}  // namespace

}  // namespace orochi

using namespace orochi;

PyTypeObject PyLong_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "int",
    .tp_basicsize = offsetof(Int, ob_digit),
    .tp_itemsize = sizeof(digit),
    .tp_dealloc = slot<int_dealloc>,
    .tp_repr = slot<int_repr>,
    .tp_as_number = &int_as_number,
    .tp_hash = slot<int_hash_slot>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_LONG_SUBCLASS | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc =
        "int([x]) -> integer\n"
        "int(x, base=10) -> integer\n"
        "\n"
        "Convert a number or string to an integer, or return 0 if no arguments\n"
        "are given.  If x is a number, return x.__int__().  For floating point\n"
        "numbers, this truncates towards zero.\n"
        "\n"
        "If x is not a number or if base is given, then x must be a string,\n"
        "bytes, or bytearray instance representing an integer literal in the\n"
        "given base.  The literal can be preceded by '+' or '-' and be surrounded\n"
        "by whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\n"
        "Base 0 means to interpret the base from the string as an integer literal.\n"
        ">>> int('0b100', base=0)\n"
        "4",
    .tp_richcompare = slot<int_compare_slot>,
    .tp_methods = METHOD_TABLE(int_methods),
    .tp_getset = GETSET_TABLE(int_getset),
    .tp_new = NEW_SLOT("int($type, x=None, /, base=None)", int_type_new),
    .tp_free = PyObject_Free,
    .tp_vectorcall = NEW_SLOT("int($type, x=None, /, base=None)", int_type_new),
};
