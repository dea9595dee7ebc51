// Numeric operators on objects of any type, and reading integers out of them.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// In the order of BINARY_OP's argument (dis manual): the plain operators, then the in-place ones.
enum class Operator : int {
    kAdd,
    kAnd,
    kFloorDivide,
    kLeftShift,
    kMatrixMultiply,
    kMultiply,
    kRemainder,
    kOr,
    kPower,
    kRightShift,
    kSubtract,
    kTrueDivide,
    kXor,
    kInplaceAdd,
    kInplaceAnd,
    kInplaceFloorDivide,
    kInplaceLeftShift,
    kInplaceMatrixMultiply,
    kInplaceMultiply,
    kInplaceRemainder,
    kInplaceOr,
    kInplacePower,
    kInplaceRightShift,
    kInplaceSubtract,
    kInplaceTrueDivide,
    kInplaceXor,
};
Result<Ref<Object>> binary_operation(ThreadState& ts, Operator op, Object& left, Object& right);
Result<Ref<Object>> number_power(ThreadState& ts, Object& base, Object& exponent, Object& modulus);
Result<Ref<Object>> number_inplace_power(ThreadState& ts, Object& base, Object& exponent, Object& modulus);
Result<Ref<Object>> number_divmod(ThreadState& ts, Object& left, Object& right);
Result<Ref<Object>> number_negative(ThreadState& ts, Object& value);
Result<Ref<Object>> number_positive(ThreadState& ts, Object& value);
Result<Ref<Object>> number_invert(ThreadState& ts, Object& value);
Result<Ref<Object>> number_absolute(ThreadState& ts, Object& value);
inline Result<Ref<Object>> number_add(ThreadState& ts, Object& a, Object& b) {
    return binary_operation(ts, Operator::kAdd, a, b);
}
inline Result<Ref<Object>> number_subtract(ThreadState& ts, Object& a, Object& b) {
    return binary_operation(ts, Operator::kSubtract, a, b);
}
inline Result<Ref<Object>> number_multiply(ThreadState& ts, Object& a, Object& b) {
    return binary_operation(ts, Operator::kMultiply, a, b);
}

bool is_number(const Object& object);
bool is_index(const Object& object);  // has __index__
// __index__: an int (number_index: exact int).
Result<Ref<Object>> number_index(ThreadState& ts, Object& value);
// The same, but instances of subclasses of int are passed as they are (_PyNumber_Index).
Result<Ref<Object>> number_index_any(ThreadState& ts, Object& value);
// int(value) for numbers, strings and bytes / float(value).
Result<Ref<Object>> number_int(ThreadState& ts, Object& value);
Result<Ref<Object>> number_float(ThreadState& ts, Object& value);
// As an index: out of range raises `overflow` (a class), or is clipped when that is null.
Result<Py_ssize_t> number_as_ssize(ThreadState& ts, Object& value, Object* overflow);
// bin(), oct(), hex() text in that base.
Result<Ref<Object>> number_to_base(ThreadState& ts, Object& value, int base);

}  // namespace orochi
