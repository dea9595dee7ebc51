#include "execution/fast_numbers.hpp"

namespace orochi {

namespace {

Object* on_ints(ThreadState& ts, Operator operation, long a, long b) {
    switch (operation) {
        case Operator::kAdd:
        case Operator::kInplaceAdd: return int_of_two_digits(ts, a + b);
        case Operator::kSubtract:
        case Operator::kInplaceSubtract: return int_of_two_digits(ts, a - b);
        case Operator::kMultiply:
        case Operator::kInplaceMultiply: return int_of_two_digits(ts, a * b);
        case Operator::kAnd:
        case Operator::kInplaceAnd: return int_of_two_digits(ts, a & b);
        case Operator::kOr:
        case Operator::kInplaceOr: return int_of_two_digits(ts, a | b);
        case Operator::kXor:
        case Operator::kInplaceXor: return int_of_two_digits(ts, a ^ b);
        case Operator::kLeftShift:
        case Operator::kInplaceLeftShift: return b >= 0 && b < 30 ? int_of_two_digits(ts, a * (1l << b)) : nullptr;
        case Operator::kRightShift:
        case Operator::kInplaceRightShift: return b >= 0 ? int_of_two_digits(ts, a >> (b < 63 ? b : 63)) : nullptr;
        case Operator::kTrueDivide:
        case Operator::kInplaceTrueDivide: return b ? new_float(ts, double(a) / double(b)) : nullptr;
        case Operator::kFloorDivide:
        case Operator::kInplaceFloorDivide: {
            if (!b) return nullptr;
            long quotient = a / b;
            return int_of_two_digits(ts, quotient - (quotient * b != a && (a < 0) != (b < 0)));
        }
        case Operator::kRemainder:
        case Operator::kInplaceRemainder: {
            if (!b) return nullptr;
            long rest = a % b;
            return int_of_two_digits(ts, rest && (rest < 0) != (b < 0) ? rest + b : rest);
        }
        default: return nullptr;
    }
}

Object* on_floats(ThreadState& ts, Operator operation, double a, double b) {
    switch (operation) {
        case Operator::kAdd:
        case Operator::kInplaceAdd: return new_float(ts, a + b);
        case Operator::kSubtract:
        case Operator::kInplaceSubtract: return new_float(ts, a - b);
        case Operator::kMultiply:
        case Operator::kInplaceMultiply: return new_float(ts, a * b);
        case Operator::kTrueDivide:
        case Operator::kInplaceTrueDivide: return b != 0 ? new_float(ts, a / b) : nullptr;
        default: return nullptr;
    }
}

}  // namespace

Object* operate_on_numbers(ThreadState& ts, Operator operation, Object& left, Object& right) {
    bool left_is_int = PyLong_CheckExact(&left) && int_is_compact(left);
    bool right_is_int = PyLong_CheckExact(&right) && int_is_compact(right);
    if (left_is_int && right_is_int) return on_ints(ts, operation, exact_int_value(left), exact_int_value(right));
    if (!(left_is_int || PyFloat_CheckExact(&left)) || !(right_is_int || PyFloat_CheckExact(&right))) return nullptr;
    return on_floats(ts, operation, left_is_int ? double(exact_int_value(left)) : float_value(left),
                     right_is_int ? double(exact_int_value(right)) : float_value(right));
}

}  // namespace orochi
