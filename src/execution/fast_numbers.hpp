// Exact ints and floats in the evaluation loop: results without a call, and operands dropped without a look at their
// type.
#pragma once

#include "memory/heap.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"

namespace orochi {

// The value of an exact int that is compact. Unlike other instances of int, it has room for a digit even if it is 0.
inline long exact_int_value(const Object& value) {
    const Int& i = reinterpret_cast<const Int&>(value);
    return i.ob_base.ob_size * long(i.ob_digit[0]);
}

// The int of a value below 2^60, which two digits hold. Null: MemoryError is pending.
[[gnu::always_inline]] inline Object* int_of_two_digits(ThreadState& ts, long value) {
    if (is_small_int(value)) return &small_int(int(value));
    static_assert(offsetof(Int, ob_digit) + 2 * sizeof(digit) == 32);
    auto* result = static_cast<Int*>(ts.heap().allocate(32));
    if (!result) [[unlikely]]
        return to_c(Result<Ref<Object>>(raise_no_memory(ts)));
    unsigned long magnitude = value < 0 ? 0ul - static_cast<unsigned long>(value) : static_cast<unsigned long>(value);
    Py_ssize_t size = magnitude < (1ul << 30) ? 1 : 2;
    result->ob_base.ob_base.ob_refcnt = 1;
    result->ob_base.ob_base.ob_type = &PyLong_Type;
    result->ob_base.ob_size = value < 0 ? -size : size;
    result->ob_digit[0] = digit(magnitude & base::digit_mask);
    result->ob_digit[1] = digit(magnitude >> 30);
    return obj(result);
}

inline void drop_int(Object& value) {
    if (!is_immortal(value) && --value.ob_refcnt == 0) Heap::free(&value);
}

inline Object* new_float(ThreadState& ts, double value) {
    auto* result = static_cast<Float*>(ts.interpreter().free_lists.floats.pop());
    if (!result) [[unlikely]]
        return to_c(float_from(ts, value));
    result->ob_base.ob_refcnt = 1;
    result->ob_base.ob_type = &PyFloat_Type;
    result->ob_fval = value;
    return obj(result);
}

inline void drop_float(ThreadState& ts, Object& value) {
    if (is_immortal(value) || --value.ob_refcnt != 0) return;
    if (!ts.interpreter().free_lists.floats.push(&value)) Heap::free(&value);
}

// The result of an operation on two floats, whose references it takes: one that nobody else holds becomes the result.
inline Object* float_result(ThreadState& ts, Object& left, Object& right, double value) {
    if (left.ob_refcnt == 1) {
        as<Float>(left).ob_fval = value;
        drop_float(ts, right);
        return &left;
    }
    if (right.ob_refcnt == 1) {
        as<Float>(right).ob_fval = value;
        drop_float(ts, left);
        return &right;
    }
    Object* result = new_float(ts, value);
    drop_float(ts, left);
    drop_float(ts, right);
    return result;
}

// The operators on exact ints of one digit and exact floats, without their slots. Null with no exception pending: the
// slots are to decide (other types, division by zero, operators that are rare).
Object* operate_on_numbers(ThreadState& ts, Operator operation, Object& left, Object& right);

}  // namespace orochi
