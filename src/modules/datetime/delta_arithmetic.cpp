// timedelta's operators. Quotients are rounded half to even, products and quotients with a float are exact
// until then.
#include <cmath>

#include "modules/datetime/delta.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"

namespace orochi::datetime {

namespace {

Result<Ref<Object>> int_of_wide(ThreadState& ts, Wide value) {
    if (value == Wide(int64_t(value))) return int_from(ts, int64_t(value));
    unsigned char bytes[sizeof(Wide)];
    std::memcpy(bytes, &value, sizeof bytes);
    return int_from_bytes(ts, bytes, sizeof bytes, true, true);
}

Failure raise_division_by_zero(ThreadState& ts, const char* message = "integer division or modulo by zero") {
    return raise(ts, PyExc_ZeroDivisionError, "%s", message);
}

Wide floor_quotient(Wide a, Wide b) {
    Wide quotient = a / b;
    return a % b != 0 && ((a < 0) != (b < 0)) ? quotient - 1 : quotient;
}
Wide nearest_quotient(Wide a, Wide b) {
    if (b < 0) return nearest_quotient(-a, -b);
    Wide quotient = floor_quotient(a, b), below = a - quotient * b, above = b - below;
    return below > above || (below == above && quotient % 2 != 0) ? quotient + 1 : quotient;
}

// A finite float is mantissa * 2^exponent.
struct Binary {
    Wide mantissa;
    int exponent;
};
Result<Binary> take_apart(ThreadState& ts, double value) {
    if (std::isnan(value)) return raise(ts, PyExc_ValueError, "cannot convert NaN to integer ratio");
    if (std::isinf(value)) return raise(ts, PyExc_OverflowError, "cannot convert Infinity to integer ratio");
    int exponent;
    double mantissa = std::frexp(value, &exponent) * 0x1p53;
    Binary result{Wide(mantissa), exponent - 53};
    while (result.mantissa != 0 && result.mantissa % 2 == 0) {
        result.mantissa /= 2;
        ++result.exponent;
    }
    return result;
}

// value * 2^exponent, and false when it has too many bits for any timedelta.
bool scale_up(Wide& value, int exponent) {
    if (value == 0) return true;
    if (exponent > 125) return false;
    return !__builtin_mul_overflow(value, Wide(1) << exponent, &value);
}

// microseconds * numerator / denominator for what a float's as_integer_ratio() says; subclasses may say
// anything.
Result<Ref<Object>> times_ratio(ThreadState& ts, const State& state, Wide microseconds, Object& value, bool divide) {
    Ref<Object> ratio = TRY(call_method(ts, value, "as_integer_ratio"_n));
    if (!PyTuple_Check(ratio.get()))
        return raise(ts, PyExc_TypeError, "unexpected return type from as_integer_ratio(): expected tuple, got '%T'",
                     ratio.get());
    Tuple& pair = as<Tuple>(*ratio);
    if (tuple_size(pair) != 2) return raise(ts, PyExc_ValueError, "as_integer_ratio() must return a 2-tuple");
    Ref<Object> product = TRY(number_multiply(ts, *TRY(int_of_wide(ts, microseconds)), tuple_item(pair, divide)));
    Object& divisor = tuple_item(pair, !divide);
    if (!PyLong_Check(product.get()) || !PyLong_Check(&divisor))
        return raise(ts, PyExc_TypeError, "non-integer arguments in division");
    Wide b = TRY(wide_of_int(ts, divisor));
    if (b == 0) return raise_division_by_zero(ts);
    return delta_of_microseconds(ts, state.delta_type(), nearest_quotient(TRY(wide_of_int(ts, *product)), b));
}

Result<Ref<Object>> times_float(ThreadState& ts, const State& state, const Delta& delta, Object& value) {
    Wide microseconds = microseconds_of(delta);
    if (!PyFloat_CheckExact(&value)) return times_ratio(ts, state, microseconds, value, false);
    auto [mantissa, exponent] = TRY(take_apart(ts, float_value(value)));
    Wide product = microseconds * mantissa;  // 67 + 53 bits
    if (exponent >= 0) {
        if (!scale_up(product, exponent)) return raise_too_large(ts);
    } else {
        product = exponent < -125 ? 0 : nearest_quotient(product, Wide(1) << -exponent);
    }
    return delta_of_microseconds(ts, state.delta_type(), product);
}

Result<Ref<Object>> divided_by_float(ThreadState& ts, const State& state, const Delta& delta, Object& value) {
    Wide microseconds = microseconds_of(delta);
    if (!PyFloat_CheckExact(&value)) return times_ratio(ts, state, microseconds, value, true);
    auto [mantissa, exponent] = TRY(take_apart(ts, float_value(value)));
    if (mantissa == 0) return raise_division_by_zero(ts);
    if (exponent < 0) {
        if (!scale_up(microseconds, -exponent)) return raise_too_large(ts);
    } else if (!scale_up(mantissa, exponent)) {
        return delta_of(ts, state.delta_type(), 0, 0, 0);
    }
    return delta_of_microseconds(ts, state.delta_type(), nearest_quotient(microseconds, mantissa));
}

Result<Ref<Object>> times_int(ThreadState& ts, const State& state, const Delta& delta, Object& value) {
    Wide microseconds = microseconds_of(delta), product = 0;
    if (microseconds != 0 && __builtin_mul_overflow(microseconds, TRY(wide_of_int(ts, value)), &product))
        return raise_too_large(ts);
    return delta_of_microseconds(ts, state.delta_type(), product);
}

// An int as a divisor of microseconds. All that are larger than any timedelta give the same quotient.
Result<Wide> divisor_of_int(ThreadState& ts, Object& value) {
    if (TRY(int_bit_count(ts, as<Int>(value))) <= 100) return wide_of_int(ts, value);
    return Wide(int_sign(as<Int>(value))) << 100;
}

// The two operands when both are timedeltas.
struct Pair {
    bool both;
    Wide left, right;
};
Pair pair_of(const State& state, Object& left, Object& right) {
    if (!is_delta(state, left) || !is_delta(state, right)) return {};
    return {true, microseconds_of(as<Delta>(left)), microseconds_of(as<Delta>(right))};
}

}  // namespace

Result<Ref<Object>> divide_exactly(ThreadState& ts, Wide numerator, Wide denominator) {
    constexpr Wide kExact = Wide(1) << 53;
    auto is_exact = [](Wide value) { return value <= kExact && value >= -kExact; };
    if (is_exact(numerator) && is_exact(denominator) && denominator != 0)
        return float_from(ts, double(numerator) / double(denominator));
    return binary_operation(ts, Operator::kTrueDivide, *TRY(int_of_wide(ts, numerator)),
                            *TRY(int_of_wide(ts, denominator)));
}

Result<Ref<Object>> delta_add(ThreadState& ts, Object& left, Object& right) {
    State& state = state_of_operands(left, right);
    if (!is_delta(state, left) || !is_delta(state, right)) return new_not_implemented();
    Delta &a = as<Delta>(left), &b = as<Delta>(right);
    return delta_of(ts, state.delta_type(), int64_t(a.days) + b.days, a.seconds + b.seconds,
                    a.microseconds + b.microseconds);
}
Result<Ref<Object>> delta_subtract(ThreadState& ts, Object& left, Object& right) {
    State& state = state_of_operands(left, right);
    if (!is_delta(state, left) || !is_delta(state, right)) return new_not_implemented();
    Delta &a = as<Delta>(left), &b = as<Delta>(right);
    return delta_of(ts, state.delta_type(), int64_t(a.days) - b.days, a.seconds - b.seconds,
                    a.microseconds - b.microseconds);
}

Result<Ref<Object>> delta_multiply(ThreadState& ts, Object& left, Object& right) {
    State& state = state_of_operands(left, right);
    bool ordered = is_delta(state, left);
    Object& other = ordered ? right : left;
    const Delta& delta = as<Delta>(ordered ? left : right);
    if (PyLong_Check(&other)) return times_int(ts, state, delta, other);
    if (PyFloat_Check(&other)) return times_float(ts, state, delta, other);
    return new_not_implemented();
}

Result<Ref<Object>> delta_true_divide(ThreadState& ts, Object& left, Object& right) {
    State& state = state_of_operands(left, right);
    if (!is_delta(state, left)) return new_not_implemented();
    Delta& delta = as<Delta>(left);
    if (is_delta(state, right)) return divide_exactly(ts, microseconds_of(delta), microseconds_of(as<Delta>(right)));
    if (PyFloat_Check(&right)) return divided_by_float(ts, state, delta, right);
    if (!PyLong_Check(&right)) return new_not_implemented();
    Wide divisor = TRY(divisor_of_int(ts, right));
    if (divisor == 0) return raise_division_by_zero(ts);
    return delta_of_microseconds(ts, state.delta_type(), nearest_quotient(microseconds_of(delta), divisor));
}

Result<Ref<Object>> delta_floor_divide(ThreadState& ts, Object& left, Object& right) {
    State& state = state_of_operands(left, right);
    if (!is_delta(state, left)) return new_not_implemented();
    bool by_delta = is_delta(state, right);
    if (!by_delta && !PyLong_Check(&right)) return new_not_implemented();
    Wide divisor = by_delta ? microseconds_of(as<Delta>(right)) : TRY(divisor_of_int(ts, right));
    if (divisor == 0) return raise_division_by_zero(ts);
    Wide quotient = floor_quotient(microseconds_of(as<Delta>(left)), divisor);
    return by_delta ? int_of_wide(ts, quotient) : delta_of_microseconds(ts, state.delta_type(), quotient);
}

Result<Ref<Object>> delta_remainder(ThreadState& ts, Object& left, Object& right) {
    State& state = state_of_operands(left, right);
    Pair pair = pair_of(state, left, right);
    if (!pair.both) return new_not_implemented();
    if (pair.right == 0) return raise_division_by_zero(ts, "integer modulo by zero");
    return delta_of_microseconds(ts, state.delta_type(),
                                 pair.left - floor_quotient(pair.left, pair.right) * pair.right);
}

Result<Ref<Object>> delta_divmod(ThreadState& ts, Object& left, Object& right) {
    State& state = state_of_operands(left, right);
    Pair pair = pair_of(state, left, right);
    if (!pair.both) return new_not_implemented();
    if (pair.right == 0) return raise_division_by_zero(ts);
    Wide quotient = floor_quotient(pair.left, pair.right);
    Ref<Object> rest = TRY(delta_of_microseconds(ts, state.delta_type(), pair.left - quotient * pair.right));
    return TRY(tuple_of(ts, *TRY(int_of_wide(ts, quotient)), *rest));
}

Result<Ref<Object>> delta_negative(ThreadState& ts, Delta& self) {
    return delta_of(ts, state_of(obj(self)).delta_type(), -int64_t(self.days), -self.seconds, -self.microseconds);
}
Result<Ref<Object>> delta_positive(ThreadState& ts, Delta& self) {
    return new_delta(ts, state_of(obj(self)).delta_type(), self.days, self.seconds, self.microseconds);
}
Result<Ref<Object>> delta_absolute(ThreadState& ts, Delta& self) {
    return self.days < 0 ? delta_negative(ts, self) : delta_positive(ts, self);
}
bool delta_is_true(Delta& self) { return self.days || self.seconds || self.microseconds; }

}  // namespace orochi::datetime
