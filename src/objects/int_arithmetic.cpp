// Operators of int on exact operands. Values of one digit are computed in machine words.
#include "objects/int_arithmetic.hpp"

#include <cmath>

#include "objects/float.hpp"
#include "objects/tuple.hpp"
#include "state/interrupt.hpp"

namespace orochi {

namespace {

bool compact(const Int& value) { return int_is_compact(obj(const_cast<Int&>(value))); }
long compact_value(const Int& value) { return int_compact_value(obj(const_cast<Int&>(value))); }
bool is_negative(const Int& value) { return value.ob_base.ob_size < 0; }
// Values of two digits: their sums fit a word, too.
bool fits_word(const Int& value) { return value.ob_base.ob_size >= -2 && value.ob_base.ob_size <= 2; }
long long word_value(const Int& value) {
    base::Digits digits = int_digits(value);
    long long magnitude = digits.size == 2 ? (long long)(digits.data[1]) << 30 | digits.data[0]
                          : digits.size    ? digits.data[0]
                                           : 0;
    return value.ob_base.ob_size < 0 ? -magnitude : magnitude;
}
size_t size_of(const Int& value) { return int_digits(value).size; }

// a + b, or a - b when `subtract`: by signs, an addition or a subtraction of magnitudes.
Result<Ref<Object>> add_signed(ThreadState& ts, Int& a, Int& b, bool subtract) {
    bool b_negative = is_negative(b) != subtract;
    base::Digits x = int_digits(a), y = int_digits(b);
    if (is_negative(a) == b_negative) {
        Ref<Int> result = TRY(int_new(ts, std::max(x.size, y.size) + 1));
        size_t size = base::add_digits(x, y, result->ob_digit);
        return int_finish(std::move(result), size, is_negative(a));
    }
    int order = base::compare_digits(x, y);
    if (order == 0) return int_from(ts, 0);
    bool negative = order > 0 ? is_negative(a) : b_negative;
    if (order < 0) std::swap(x, y);
    Ref<Int> result = TRY(int_new(ts, x.size));
    size_t size = base::sub_digits(x, y, result->ob_digit);
    return int_finish(std::move(result), size, negative);
}

Result<Ref<Object>> own(ThreadState& ts, base::DigitBuffer&& digits, bool negative) {
    if (digits.failed()) return raise_no_memory(ts);
    return int_from_digits(ts, negative, digits.data(), digits.size());
}

}  // namespace

Result<Ref<Object>> int_add(ThreadState& ts, Int& a, Int& b) {
    if (fits_word(a) && fits_word(b)) [[likely]]
        return int_from(ts, word_value(a) + word_value(b));
    return add_signed(ts, a, b, false);
}

Result<Ref<Object>> int_subtract(ThreadState& ts, Int& a, Int& b) {
    if (fits_word(a) && fits_word(b)) [[likely]]
        return int_from(ts, word_value(a) - word_value(b));
    return add_signed(ts, a, b, true);
}

Result<Ref<Object>> int_multiply(ThreadState& ts, Int& a, Int& b) {
    if (compact(a) && compact(b)) [[likely]]
        return int_from(ts, static_cast<long long>(compact_value(a)) * compact_value(b));
    base::Digits x = int_digits(a), y = int_digits(b);
    if (!x.size || !y.size) return int_from(ts, 0);
    if (x.size + y.size > 10'000) TRY(poll_interrupt(ts));
    Ref<Int> result = TRY(int_new(ts, x.size + y.size));
    size_t size = base::mul_digits(x, y, result->ob_digit);
    return int_finish(std::move(result), size, is_negative(a) != is_negative(b));
}

// Floor division: the quotient is rounded down, and the remainder has the divisor's sign.
Result<void> int_divmod(ThreadState& ts, Int& a, Int& b, OptRef<Object>* quotient, OptRef<Object>* remainder) {
    if (compact(a) && compact(b)) {
        long x = compact_value(a), y = compact_value(b);
        long q = x / y, r = x % y;
        if (r && (r < 0) != (y < 0)) {
            r += y;
            --q;
        }
        if (quotient) *quotient = TRY(int_from(ts, q));
        if (remainder) *remainder = TRY(int_from(ts, r));
        return {};
    }
    base::Digits x = int_digits(a), y = int_digits(b);
    bool opposite = is_negative(a) != is_negative(b);
    if (base::compare_digits(x, y) < 0) {
        bool adjust = opposite && x.size;
        if (quotient) *quotient = TRY(int_from(ts, adjust ? -1 : 0));
        if (remainder) {
            if (adjust) {
                *remainder = TRY(int_add(ts, a, b));
            } else {
                *remainder = TRY(int_from_digits(ts, is_negative(a), x.data, x.size));
            }
        }
        return {};
    }
    Ref<Int> q = TRY(int_new(ts, x.size - y.size + 2));
    Ref<Int> r = TRY(int_new(ts, y.size + 1));
    size_t q_size = 0, r_size = 0;
    if (!base::divmod_digits(x, y, q->ob_digit, &q_size, r->ob_digit, &r_size)) return raise_no_memory(ts);
    bool r_negative = is_negative(a);
    if (opposite && r_size) {
        const base::Digit one = 1;
        q_size = base::add_digits({q->ob_digit, q_size}, {&one, 1}, q->ob_digit);
        r_size = base::sub_digits(y, {r->ob_digit, r_size}, r->ob_digit);
        r_negative = is_negative(b);
    }
    if (quotient) *quotient = int_finish(std::move(q), q_size, opposite && q_size);
    if (remainder) *remainder = int_finish(std::move(r), r_size, r_negative && r_size);
    return {};
}

Result<Ref<Object>> int_floor_divide(ThreadState& ts, Int& a, Int& b) {
    if (!size_of(b)) return raise(ts, PyExc_ZeroDivisionError, "integer division or modulo by zero");
    OptRef<Object> quotient;
    TRY(int_divmod(ts, a, b, &quotient, nullptr));
    return quotient.take();
}

Result<Ref<Object>> int_remainder(ThreadState& ts, Int& a, Int& b) {
    if (!size_of(b)) return raise(ts, PyExc_ZeroDivisionError, "integer modulo by zero");
    OptRef<Object> remainder;
    TRY(int_divmod(ts, a, b, nullptr, &remainder));
    return remainder.take();
}

Result<Ref<Object>> int_divmod_tuple(ThreadState& ts, Int& a, Int& b) {
    if (!size_of(b)) return raise(ts, PyExc_ZeroDivisionError, "integer division or modulo by zero");
    OptRef<Object> quotient, remainder;
    TRY(int_divmod(ts, a, b, &quotient, &remainder));
    return tuple_of(ts, *quotient, *remainder);
}

Result<Ref<Object>> int_true_divide(ThreadState& ts, Int& a, Int& b) {
    if (!size_of(b)) return raise(ts, PyExc_ZeroDivisionError, "division by zero");
    bool negative = is_negative(a) != is_negative(b);
    double value;
    if (!size_of(a)) {
        value = 0.0;
        if (is_negative(b)) return float_from(ts, -0.0);
    } else if (!base::divide_to_double(int_digits(a), int_digits(b), &value)) {
        return raise(ts, PyExc_OverflowError, "integer division result too large for a float");
    }
    return float_from(ts, negative ? -value : value);
}

Result<Ref<Object>> int_negate(ThreadState& ts, Int& a) {
    if (compact(a)) return int_from(ts, -compact_value(a));
    return int_from_digits(ts, !is_negative(a), a.ob_digit, size_of(a));
}

Result<Ref<Object>> int_absolute(ThreadState& ts, Int& a) {
    if (compact(a)) return int_from(ts, std::labs(compact_value(a)));
    return int_from_digits(ts, false, a.ob_digit, size_of(a));
}

Result<Ref<Object>> int_invert(ThreadState& ts, Int& a) {
    if (compact(a)) return int_from(ts, ~compact_value(a));
    Int& minus_one = as<Int>(small_int(-1));
    Ref<Object> negated = TRY(int_negate(ts, a));
    return int_add(ts, as<Int>(*negated), minus_one);
}

// ---- Shifts

Result<Ref<Object>> int_shift_left_by(ThreadState& ts, Int& a, uint64_t bits) {
    if (compact(a) && bits < 32) return int_from(ts, static_cast<long long>(compact_value(a)) << bits);
    base::Digits x = int_digits(a);
    if (!x.size) return int_from(ts, 0);
    if (bits / 30 > size_t(PY_SSIZE_T_MAX) / sizeof(digit) - x.size - 64) {
        return raise(ts, PyExc_OverflowError, "too many digits in integer");
    }
    Ref<Int> result = TRY(int_new(ts, x.size + bits / 30 + 1));
    size_t size = base::shift_left(x, bits, result->ob_digit);
    return int_finish(std::move(result), size, is_negative(a));
}

Result<Ref<Object>> int_shift_left(ThreadState& ts, Int& a, Int& b) {
    if (is_negative(b)) return raise(ts, PyExc_ValueError, "negative shift count");
    if (!size_of(a)) return int_from(ts, 0);
    uint64_t bits;
    if (!base::digits_to_uint64(int_digits(b), &bits))
        return raise(ts, PyExc_OverflowError, "too many digits in integer");
    return int_shift_left_by(ts, a, bits);
}

Result<Ref<Object>> int_shift_right(ThreadState& ts, Int& a, Int& b) {
    if (is_negative(b)) return raise(ts, PyExc_ValueError, "negative shift count");
    uint64_t bits;
    if (!base::digits_to_uint64(int_digits(b), &bits)) return int_from(ts, is_negative(a) ? -1 : 0);
    if (compact(a)) return int_from(ts, compact_value(a) >> (bits > 62 ? 62 : bits));
    base::Digits x = int_digits(a);
    if (bits / 30 >= x.size) return int_from(ts, is_negative(a) ? -1 : 0);
    Ref<Int> result = TRY(int_new(ts, x.size - bits / 30 + 1));
    size_t size = is_negative(a) ? base::shift_right_negative(x, bits, result->ob_digit)
                                 : base::shift_right(x, bits, result->ob_digit);
    return int_finish(std::move(result), size, is_negative(a) && size);
}

Result<Ref<Object>> int_bitwise(ThreadState& ts, base::BitOperation operation, Int& a, Int& b) {
    if (compact(a) && compact(b)) {
        long x = compact_value(a), y = compact_value(b);
        switch (operation) {
            case base::BitOperation::and_: return int_from(ts, x & y);
            case base::BitOperation::or_: return int_from(ts, x | y);
            case base::BitOperation::xor_: return int_from(ts, x ^ y);
        }
    }
    base::Digits x = int_digits(a), y = int_digits(b);
    Ref<Int> result = TRY(int_new(ts, std::max(x.size, y.size) + 1));
    bool negative = false;
    size_t size = base::bitwise_digits(operation, x, is_negative(a), y, is_negative(b), result->ob_digit, &negative);
    return int_finish(std::move(result), size, negative);
}

// ---- Powers

Result<Ref<Object>> int_power(ThreadState& ts, Int& a, Int& b) {
    // b >= 0 here; a negative exponent is a matter for float.
    uint64_t exponent;
    if (!base::digits_to_uint64(int_digits(b), &exponent)) {
        if (compact(a)) {
            long value = compact_value(a);
            if (value == 0 || value == 1) return int_from(ts, value);
            if (value == -1) return int_from(ts, b.ob_digit[0] & 1 ? -1 : 1);
        }
        return raise_no_memory(ts);
    }
    if (compact(a) && exponent <= 62) {
        __int128 value = 1, factor = compact_value(a);
        bool small = true;
        for (uint64_t e = exponent; e && small; e >>= 1) {
            if (e & 1) value *= factor;
            if (e > 1) factor *= factor;
            auto fits = [](__int128 v) { return v < (__int128(1) << 62) && v > -(__int128(1) << 62); };
            small = fits(value) && (e <= 1 || fits(factor));
        }
        if (small) return int_from(ts, static_cast<long long>(value));
    }
    base::Digits digits = int_digits(a);
    if (digits.size && double(base::bit_length(digits) - 1) * double(exponent) / 8 > double(ts.heap().limit())) {
        return raise_no_memory(ts);  // before the work is done
    }
    return own(ts, base::pow_digits(digits, exponent), is_negative(a) && (exponent & 1));
}

Result<Ref<Object>> int_power_modulo(ThreadState& ts, Int& a, Int& b, Int& m) {
    if (!size_of(m)) return raise(ts, PyExc_ValueError, "pow() 3rd argument cannot be 0");
    base::Digits modulus = int_digits(m);
    if (modulus.size == 1 && modulus.data[0] == 1) return int_from(ts, 0);
    // The base, reduced into [0, |m|).
    Ref<Object> positive_modulus = TRY(int_from_digits(ts, false, modulus.data, modulus.size));
    Ref<Object> reduced = TRY(int_remainder(ts, a, as<Int>(*positive_modulus)));
    Ref<Object> result = new_none();
    if (is_negative(b)) {
        base::DigitBuffer inverse;
        if (!base::inverse_mod_digits(int_digits(as<Int>(*reduced)), modulus, &inverse)) {
            return raise(ts, PyExc_ValueError, "base is not invertible for the given modulus");
        }
        result = TRY(own(ts, base::pow_mod_digits(inverse.view(), int_digits(b), modulus), false));
    } else {
        result = TRY(own(ts, base::pow_mod_digits(int_digits(as<Int>(*reduced)), int_digits(b), modulus), false));
    }
    if (is_negative(m) && int_sign(as<Int>(*result))) return int_add(ts, as<Int>(*result), m);
    return result;
}

Result<Ref<Object>> int_gcd(ThreadState& ts, Int& a, Int& b) {
    return own(ts, base::gcd_digits(int_digits(a), int_digits(b)), false);
}

// round(a, -places): to a multiple of 10**places, ties to even.
Result<Ref<Object>> int_round(ThreadState& ts, Int& a, Int& places) {
    Ref<Object> ten = TRY(int_from(ts, 10));
    Ref<Object> unit = TRY(int_power(ts, as<Int>(*ten), places));
    OptRef<Object> quotient, remainder;
    TRY(int_divmod(ts, a, as<Int>(*unit), &quotient, &remainder));
    Int& one = as<Int>(small_int(1));
    Ref<Object> twice = TRY(int_shift_left_by(ts, as<Int>(*remainder), 1));
    int order = int_compare(as<Int>(*twice), as<Int>(*unit));
    bool odd = int_sign(as<Int>(*quotient)) && (as<Int>(*quotient).ob_digit[0] & 1);
    if (order > 0 || (order == 0 && odd)) quotient = TRY(int_add(ts, as<Int>(*quotient), one));
    return int_multiply(ts, as<Int>(*quotient), as<Int>(*unit));
}

}  // namespace orochi
