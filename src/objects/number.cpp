// Numeric operators: dispatch to the slots of both operands, with the fallbacks to sequences.
#include "objects/number.hpp"

#include <cstring>

#include "objects/bytes.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

// A slot of PyNumberMethods by its offset.
template <class F>
inline F number_slot(const Type& type, size_t offset) {
    if (!type.tp_as_number) return nullptr;
    return *reinterpret_cast<F*>(reinterpret_cast<char*>(type.tp_as_number) + offset);
}

struct OperatorInfo {
    uint16_t offset;
    const char* text;
};
#define OP(slot, text) \
    { offsetof(PyNumberMethods, slot), text }
constexpr OperatorInfo operators[] = {
    OP(nb_add, "+"),
    OP(nb_and, "&"),
    OP(nb_floor_divide, "//"),
    OP(nb_lshift, "<<"),
    OP(nb_matrix_multiply, "@"),
    OP(nb_multiply, "*"),
    OP(nb_remainder, "%"),
    OP(nb_or, "|"),
    OP(nb_power, "** or pow()"),
    OP(nb_rshift, ">>"),
    OP(nb_subtract, "-"),
    OP(nb_true_divide, "/"),
    OP(nb_xor, "^"),
    OP(nb_inplace_add, "+="),
    OP(nb_inplace_and, "&="),
    OP(nb_inplace_floor_divide, "//="),
    OP(nb_inplace_lshift, "<<="),
    OP(nb_inplace_matrix_multiply, "@="),
    OP(nb_inplace_multiply, "*="),
    OP(nb_inplace_remainder, "%="),
    OP(nb_inplace_or, "|="),
    OP(nb_inplace_power, "**="),
    OP(nb_inplace_rshift, ">>="),
    OP(nb_inplace_subtract, "-="),
    OP(nb_inplace_true_divide, "/="),
    OP(nb_inplace_xor, "^="),
};
#undef OP
constexpr int kFirstInplace = int(Operator::kInplaceAdd);

inline Result<Ref<Object>> adopt(Object* result) { return Result<Ref<Object>>::adopt(result); }
inline bool is_not_implemented(const Ref<Object>& object) { return object.get() == &not_implemented(); }

// NotImplemented when neither side knows the operation. A subclass on the right goes first.
Result<Ref<Object>> binary_slots(ThreadState& ts, Object& left, Object& right, size_t offset) {
    Type& left_type = type_of(left);
    Type& right_type = type_of(right);
    binaryfunc first = number_slot<binaryfunc>(left_type, offset);
    binaryfunc second = &left_type == &right_type ? nullptr : number_slot<binaryfunc>(right_type, offset);
    if (second == first) second = nullptr;
    if (first) {
        if (second && type_is_subtype(right_type, left_type)) {
            Ref<Object> result = TRY(adopt(second(&left, &right)));
            if (!is_not_implemented(result)) return result;
            second = nullptr;
        }
        Ref<Object> result = TRY(adopt(first(&left, &right)));
        if (!is_not_implemented(result)) return result;
    }
    if (second) return adopt(second(&left, &right));
    return new_not_implemented();
}

[[gnu::cold]] Failure raise_binary(ThreadState& ts, Object& left, Object& right, const char* text) {
    return raise(ts, PyExc_TypeError, "unsupported operand type(s) for %.100s: '%.100s' and '%.100s'", text,
                 type_of(left).tp_name, type_of(right).tp_name);
}

Result<Ref<Object>> repeat_by(ThreadState& ts, ssizeargfunc repeat, Object& sequence, Object& count) {
    if (!is_index(count)) return raise(ts, PyExc_TypeError, "can't multiply sequence by non-int of type '%T'", &count);
    Py_ssize_t times = TRY(number_as_ssize(ts, count, PyExc_OverflowError));
    return adopt(repeat(&sequence, times));
}

// What `+` and `*` try when the numbers gave up.
Result<OptRef<Object>> sequence_fallback(ThreadState& ts, Operator op, Object& left, Object& right) {
    PySequenceMethods* left_methods = type_of(left).tp_as_sequence;
    PySequenceMethods* right_methods = type_of(right).tp_as_sequence;
    switch (op) {
        case Operator::kInplaceAdd:
            if (left_methods && left_methods->sq_inplace_concat)
                return adopt(left_methods->sq_inplace_concat(&left, &right));
            [[fallthrough]];
        case Operator::kAdd:
            if (left_methods && left_methods->sq_concat) return adopt(left_methods->sq_concat(&left, &right));
            return nullptr;
        case Operator::kInplaceMultiply:
            if (left_methods) {
                ssizeargfunc repeat = left_methods->sq_inplace_repeat;
                if (!repeat) repeat = left_methods->sq_repeat;
                if (repeat) return repeat_by(ts, repeat, left, right);
            }
            if (right_methods && right_methods->sq_repeat) return repeat_by(ts, right_methods->sq_repeat, right, left);
            return nullptr;
        case Operator::kMultiply:
            if (left_methods && left_methods->sq_repeat) return repeat_by(ts, left_methods->sq_repeat, left, right);
            if (right_methods && right_methods->sq_repeat) return repeat_by(ts, right_methods->sq_repeat, right, left);
            return nullptr;
        default: return nullptr;
    }
}

Result<Ref<Object>> power_slots(ThreadState& ts, Object& base, Object& exponent, Object& modulus, const char* text) {
    constexpr size_t offset = offsetof(PyNumberMethods, nb_power);
    ternaryfunc first = number_slot<ternaryfunc>(type_of(base), offset);
    ternaryfunc second =
        &type_of(base) == &type_of(exponent) ? nullptr : number_slot<ternaryfunc>(type_of(exponent), offset);
    if (second == first) second = nullptr;
    ternaryfunc tried[3] = {};
    int count = 0;
    auto attempt = [&](ternaryfunc function) { return adopt(function(&base, &exponent, &modulus)); };
    if (first && second && type_is_subtype(type_of(exponent), type_of(base))) std::swap(first, second);
    for (ternaryfunc function : {first, second, number_slot<ternaryfunc>(type_of(modulus), offset)}) {
        if (!function || std::find(tried, tried + count, function) != tried + count) continue;
        tried[count++] = function;
        Ref<Object> result = TRY(attempt(function));
        if (!is_not_implemented(result)) return result;
    }
    if (is_none(modulus)) return raise_binary(ts, base, exponent, text);
    return raise(ts, PyExc_TypeError, "unsupported operand type(s) for %.100s: '%.100s', '%.100s', '%.100s'", text,
                 type_of(base).tp_name, type_of(exponent).tp_name, type_of(modulus).tp_name);
}

bool is_print_function(const Object& object) {
    return PyCFunction_CheckExact(&object) &&
           strcmp(reinterpret_cast<const NativeFunction&>(object).m_ml->ml_name, "print") == 0;
}

}  // namespace

Result<Ref<Object>> binary_operation(ThreadState& ts, Operator op, Object& left, Object& right) {
    if (op == Operator::kPower) return number_power(ts, left, right, none());
    if (op == Operator::kInplacePower) return number_inplace_power(ts, left, right, none());
    const OperatorInfo& info = operators[int(op)];
    if (int(op) >= kFirstInplace) {
        binaryfunc inplace = number_slot<binaryfunc>(type_of(left), info.offset);
        if (inplace) {
            Ref<Object> result = TRY(adopt(inplace(&left, &right)));
            if (!is_not_implemented(result)) return result;
        }
    }
    size_t plain_offset = operators[int(op) % kFirstInplace].offset;
    Ref<Object> result = TRY(binary_slots(ts, left, right, plain_offset));
    if (!is_not_implemented(result)) [[likely]]
        return result;
    OptRef<Object> other = TRY(sequence_fallback(ts, op, left, right));
    if (other) return other.take();
    if (op == Operator::kRightShift && is_print_function(left)) {
        return raise(ts, PyExc_TypeError,
                     "unsupported operand type(s) for %.100s: '%.100s' and '%.100s'. Did you mean "
                     "\"print(<message>, file=<output_stream>)\"?",
                     info.text, type_of(left).tp_name, type_of(right).tp_name);
    }
    return raise_binary(ts, left, right, info.text);
}

Result<Ref<Object>> number_power(ThreadState& ts, Object& base, Object& exponent, Object& modulus) {
    return power_slots(ts, base, exponent, modulus, "** or pow()");
}

Result<Ref<Object>> number_inplace_power(ThreadState& ts, Object& base, Object& exponent, Object& modulus) {
    ternaryfunc inplace = number_slot<ternaryfunc>(type_of(base), offsetof(PyNumberMethods, nb_inplace_power));
    if (inplace) {
        Ref<Object> result = TRY(adopt(inplace(&base, &exponent, &modulus)));
        if (!is_not_implemented(result)) return result;
    }
    return power_slots(ts, base, exponent, modulus, "**=");
}

Result<Ref<Object>> number_divmod(ThreadState& ts, Object& left, Object& right) {
    Ref<Object> result = TRY(binary_slots(ts, left, right, offsetof(PyNumberMethods, nb_divmod)));
    if (!is_not_implemented(result)) return result;
    return raise_binary(ts, left, right, "divmod()");
}

#define UNARY(NAME, SLOT, MESSAGE)                                                                    \
    Result<Ref<Object>> NAME(ThreadState& ts, Object& value) {                                        \
        unaryfunc function = number_slot<unaryfunc>(type_of(value), offsetof(PyNumberMethods, SLOT)); \
        if (function) return adopt(function(&value));                                                 \
        return raise(ts, PyExc_TypeError, "bad operand type for " MESSAGE ": '%T'", &value);          \
    }
UNARY(number_negative, nb_negative, "unary -")
UNARY(number_positive, nb_positive, "unary +")
UNARY(number_invert, nb_invert, "unary ~")
UNARY(number_absolute, nb_absolute, "abs()")
#undef UNARY

bool is_number(const Object& object) {
    PyNumberMethods* methods = type_of(object).tp_as_number;
    return methods && (methods->nb_index || methods->nb_int || methods->nb_float || PyComplex_Check(&object));
}

bool is_index(const Object& object) {
    PyNumberMethods* methods = type_of(object).tp_as_number;
    return methods && methods->nb_index;
}

// Any int, subclasses included (_PyNumber_Index).
Result<Ref<Object>> number_index_any(ThreadState& ts, Object& value) {
    if (PyLong_Check(&value)) return Ref<Object>::share(value);
    if (!is_index(value)) return raise(ts, PyExc_TypeError, "'%T' object cannot be interpreted as an integer", &value);
    Ref<Object> result = TRY(adopt(type_of(value).tp_as_number->nb_index(&value)));
    if (PyLong_CheckExact(result.get())) return result;
    if (!PyLong_Check(result.get()))
        return raise(ts, PyExc_TypeError, "__index__ returned non-int (type %T)", result.get());
    TRY(warn(ts, PyExc_DeprecationWarning, 1,
             "__index__ returned non-int (type %.200s).  The ability to return an instance of a strict subclass of "
             "int is deprecated, and may not be supported in a future version of Python.",
             type_of(*result).tp_name));
    return result;
}

namespace {
Result<Ref<Object>> exact_int(ThreadState& ts, Ref<Object>&& value) {
    if (PyLong_CheckExact(value.get())) return std::move(value);
    return int_copy(ts, as<Int>(*value));
}
}  // namespace

Result<Ref<Object>> number_index(ThreadState& ts, Object& value) {
    return exact_int(ts, TRY(number_index_any(ts, value)));
}

Result<Ref<Object>> number_int(ThreadState& ts, Object& value) {
    if (PyLong_CheckExact(&value)) return Ref<Object>::share(value);
    PyNumberMethods* methods = type_of(value).tp_as_number;
    if (methods && methods->nb_int) {
        Ref<Object> result = TRY(adopt(methods->nb_int(&value)));
        if (PyLong_CheckExact(result.get())) return result;
        if (!PyLong_Check(result.get()))
            return raise(ts, PyExc_TypeError, "__int__ returned non-int (type %T)", result.get());
        TRY(warn(ts, PyExc_DeprecationWarning, 1,
                 "__int__ returned non-int (type %.200s).  The ability to return an instance of a strict subclass of "
                 "int is deprecated, and may not be supported in a future version of Python.",
                 type_of(*result).tp_name));
        return exact_int(ts, std::move(result));
    }
    if (methods && methods->nb_index) return number_index(ts, value);
    OptRef<Object> truncate = TRY(lookup_special(ts, value, "__trunc__"_n));
    if (truncate) {
        TRY(warn(ts, PyExc_DeprecationWarning, 1, "The delegation of int() to __trunc__ is deprecated."));
        Ref<Object> result = TRY(call(ts, *truncate));
        if (PyLong_Check(result.get())) return exact_int(ts, std::move(result));
        if (!is_index(*result))
            return raise(ts, PyExc_TypeError, "__trunc__ returned non-Integral (type %T)", result.get());
        return number_index(ts, *result);
    }
    if (PyUnicode_Check(&value)) {
        return int_from_str(ts, as<Str>(value), 10);
    }
    if (PyBytes_Check(&value)) return int_from_text(ts, bytes_view(as<Bytes>(value)), 10, &value);
    if (PyByteArray_Check(&value)) {
        ByteArray& array = as<ByteArray>(value);
        return int_from_text(ts, {bytearray_data(array), size_t(array.ob_base.ob_size)}, 10, &value);
    }
    if (type_of(value).tp_as_buffer && type_of(value).tp_as_buffer->bf_getbuffer) {
        Py_buffer view;
        TRY(get_buffer(ts, value, view, PyBUF_SIMPLE));
        auto copy = bytes_from(ts, {static_cast<const char*>(view.buf), size_t(view.len)});
        release_buffer(view);
        Ref<Bytes> bytes = TRY(std::move(copy));
        return int_from_text(ts, bytes_view(*bytes), 10, &value);
    }
    return raise(ts, PyExc_TypeError, "int() argument must be a string, a bytes-like object or a real number, not '%T'",
                 &value);
}

Result<Ref<Object>> number_float(ThreadState& ts, Object& value) {
    if (PyFloat_CheckExact(&value)) return Ref<Object>::share(value);
    PyNumberMethods* methods = type_of(value).tp_as_number;
    if (methods && methods->nb_float) {
        Ref<Object> result = TRY(adopt(methods->nb_float(&value)));
        if (PyFloat_CheckExact(result.get())) return result;
        if (!PyFloat_Check(result.get()))
            return raise(ts, PyExc_TypeError, "%.50s.__float__ returned non-float (type %.50s)", type_of(value).tp_name,
                         type_of(*result).tp_name);
        TRY(warn(ts, PyExc_DeprecationWarning, 1,
                 "%.50s.__float__ returned non-float (type %.50s).  The ability to return an instance of a strict "
                 "subclass of float is deprecated, and may not be supported in a future version of Python.",
                 type_of(value).tp_name, type_of(*result).tp_name));
        return float_from(ts, float_value(*result));
    }
    if (methods && methods->nb_index) {
        Ref<Object> index = TRY(number_index_any(ts, value));
        return float_from(ts, TRY(int_as_double(ts, *index)));
    }
    if (PyFloat_Check(&value)) return float_from(ts, float_value(value));
    return float_from_object_text(ts, value);
}

Result<Py_ssize_t> number_as_ssize(ThreadState& ts, Object& value, Object* overflow) {
    if (PyLong_Check(&value) && int_is_compact(value)) return int_compact_value(value);
    Ref<Object> index = TRY(number_index_any(ts, value));
    int over = 0;
    long long number = TRY(int_as_long_long_overflow(ts, *index, over));
    if (!over) return Py_ssize_t(number);
    if (!overflow) return over < 0 ? PY_SSIZE_T_MIN : PY_SSIZE_T_MAX;
    return raise(ts, overflow, "cannot fit '%T' into an index-sized integer", &value);
}

Result<Ref<Object>> number_to_base(ThreadState& ts, Object& value, int base) {
    Ref<Object> index = TRY(number_index_any(ts, value));
    return int_to_text(ts, *index, base, true);
}

// Sequence operations that fall back to numbers, since a class's __add__ fills the number slot only.
Result<Ref<Object>> sequence_concat(ThreadState& ts, Object& left, Object& right) {
    PySequenceMethods* methods = type_of(left).tp_as_sequence;
    if (methods && methods->sq_concat) return adopt(methods->sq_concat(&left, &right));
    if (is_sequence(left) && is_sequence(right)) {
        Ref<Object> result = TRY(binary_slots(ts, left, right, offsetof(PyNumberMethods, nb_add)));
        if (!is_not_implemented(result)) return result;
    }
    return raise(ts, PyExc_TypeError, "'%T' object can't be concatenated", &left);
}

Result<Ref<Object>> sequence_repeat(ThreadState& ts, Object& sequence, Py_ssize_t count) {
    PySequenceMethods* methods = type_of(sequence).tp_as_sequence;
    if (methods && methods->sq_repeat) return adopt(methods->sq_repeat(&sequence, count));
    if (is_sequence(sequence)) {
        Ref<Object> number = TRY(int_from(ts, count));
        Ref<Object> result = TRY(binary_slots(ts, sequence, *number, offsetof(PyNumberMethods, nb_multiply)));
        if (!is_not_implemented(result)) return result;
    }
    return raise(ts, PyExc_TypeError, "'%T' object can't be repeated", &sequence);
}

Result<Ref<Object>> sequence_inplace_concat(ThreadState& ts, Object& left, Object& right) {
    PySequenceMethods* methods = type_of(left).tp_as_sequence;
    if (methods && methods->sq_inplace_concat) return adopt(methods->sq_inplace_concat(&left, &right));
    if (methods && methods->sq_concat) return adopt(methods->sq_concat(&left, &right));
    if (is_sequence(left) && is_sequence(right)) {
        binaryfunc inplace = number_slot<binaryfunc>(type_of(left), offsetof(PyNumberMethods, nb_inplace_add));
        Ref<Object> result = inplace ? TRY(adopt(inplace(&left, &right))) : new_not_implemented();
        if (!is_not_implemented(result)) return result;
        result = TRY(binary_slots(ts, left, right, offsetof(PyNumberMethods, nb_add)));
        if (!is_not_implemented(result)) return result;
    }
    return raise(ts, PyExc_TypeError, "'%T' object can't be concatenated", &left);
}

Result<Ref<Object>> sequence_inplace_repeat(ThreadState& ts, Object& sequence, Py_ssize_t count) {
    PySequenceMethods* methods = type_of(sequence).tp_as_sequence;
    if (methods && methods->sq_inplace_repeat) return adopt(methods->sq_inplace_repeat(&sequence, count));
    if (methods && methods->sq_repeat) return adopt(methods->sq_repeat(&sequence, count));
    if (is_sequence(sequence)) {
        Ref<Object> number = TRY(int_from(ts, count));
        binaryfunc inplace = number_slot<binaryfunc>(type_of(sequence), offsetof(PyNumberMethods, nb_inplace_multiply));
        Ref<Object> result = inplace ? TRY(adopt(inplace(&sequence, number.get()))) : new_not_implemented();
        if (!is_not_implemented(result)) return result;
        result = TRY(binary_slots(ts, sequence, *number, offsetof(PyNumberMethods, nb_multiply)));
        if (!is_not_implemented(result)) return result;
    }
    return raise(ts, PyExc_TypeError, "'%T' object can't be repeated", &sequence);
}

}  // namespace orochi
