// gcd, lcm, isqrt, factorial, perm, comb.
#include "modules/math/math.hpp"
#include "objects/int_arithmetic.hpp"

namespace orochi::math {

namespace {

Int& integer(Object& object) { return as<Int>(object); }

Result<Ref<Object>> from_digits(ThreadState& ts, const base::DigitBuffer& digits) {
    if (digits.failed()) return raise_no_memory(ts);
    base::Digits view = digits.view();
    return int_from_digits(ts, false, view.data, view.size);
}
Result<Ref<Object>> gcd_of(ThreadState& ts, Object& a, Object& b) {
    uint64_t x, y;
    if (base::digits_to_uint64(int_digits(integer(a)), &x) && base::digits_to_uint64(int_digits(integer(b)), &y)) {
        while (y) {
            uint64_t rest = x % y;
            x = y;
            y = rest;
        }
        return int_from_unsigned(ts, x);
    }
    return from_digits(ts, base::gcd_digits(int_digits(integer(a)), int_digits(integer(b))));
}

// low * (low + 1) * ... * high, as a balanced tree, so that the factors of large products are of equal size.
Result<Ref<Object>> range_product(ThreadState& ts, uint64_t low, uint64_t high) {
    if (low > high) return int_from(ts, 1);
    if (high - low < 32) {
        Ref<Object> result = TRY(int_from(ts, 1));
        uint64_t chunk = 1;
        for (uint64_t i = low;; ++i) {
            uint64_t next;
            if (__builtin_mul_overflow(chunk, i, &next)) {
                Ref<Object> factor = TRY(int_from_unsigned(ts, chunk));
                result = TRY(number_multiply(ts, result, factor));
                next = i;
            }
            chunk = next;
            if (i == high) break;
        }
        Ref<Object> factor = TRY(int_from_unsigned(ts, chunk));
        return number_multiply(ts, result, factor);
    }
    uint64_t middle = low + (high - low) / 2;
    Ref<Object> left = TRY(range_product(ts, low, middle));
    Ref<Object> right = TRY(range_product(ts, middle + 1, high));
    return number_multiply(ts, left, right);
}

// n * (n - 1) * ... (k factors) for n of any size.
Result<Ref<Object>> falling_product(ThreadState& ts, Object& n, uint64_t k) {
    uint64_t value;
    if (base::digits_to_uint64(int_digits(integer(n)), &value)) {
        if (k > value) return int_from(ts, 0);
        return range_product(ts, value - k + 1, value);
    }
    if (k == 0) return int_from(ts, 1);
    if (k == 1) return Ref<Object>::share(n);
    Ref<Object> half = TRY(int_from_unsigned(ts, k / 2));
    Ref<Object> rest = TRY(number_subtract(ts, n, half));
    Ref<Object> left = TRY(falling_product(ts, n, k / 2));
    Ref<Object> right = TRY(falling_product(ts, rest, k - k / 2));
    return number_multiply(ts, left, right);
}

bool is_negative(Object& n) { return int_sign(integer(n)) < 0; }

}  // namespace

Result<Ref<Object>> gcd(ThreadState& ts, Object&, Rest integers) {
    Ref<Object> result = TRY(int_from(ts, 0));
    bool first = true;
    for (Object* item : integers) {
        Ref<Object> value = TRY(number_index_any(ts, *item));
        if (first || !(int_is_compact(*result) && int_compact_value(*result) == 1)) {
            result = TRY(gcd_of(ts, result, value));
        }
        first = false;
    }
    return result;
}

Result<Ref<Object>> lcm(ThreadState& ts, Object&, Rest integers) {
    Ref<Object> result = TRY(int_from(ts, 1));
    for (Object* item : integers) {
        Ref<Object> value = TRY(number_index_any(ts, *item));
        if (int_sign(integer(*result)) == 0) continue;
        if (int_sign(integer(*value)) == 0) {
            result = TRY(int_from(ts, 0));
            continue;
        }
        Ref<Object> common = TRY(gcd_of(ts, result, value));
        Ref<Object> part = TRY(int_floor_divide(ts, integer(*result), integer(*common)));
        Ref<Object> multiple = TRY(int_multiply(ts, integer(*part), integer(*value)));
        result = TRY(number_absolute(ts, multiple));
    }
    return result;
}

Result<Ref<Object>> isqrt(ThreadState& ts, Object&, Object& n) {
    Ref<Object> value = TRY(number_index_any(ts, n));
    if (is_negative(value)) return raise(ts, PyExc_ValueError, "isqrt() argument must be nonnegative");
    base::Digits digits = int_digits(integer(*value));
    Ref<Int> root = TRY(int_new(ts, digits.size / 2 + 1));
    size_t count = base::isqrt_digits(digits, root->ob_digit);
    return int_finish(std::move(root), count, false);
}

Result<Ref<Object>> factorial(ThreadState& ts, Object&, Object& n) {
    int overflow = 0;
    long long value = TRY(int_as_long_long_overflow(ts, n, overflow));
    if (overflow > 0) return raise(ts, PyExc_OverflowError, "factorial() argument should not exceed %ld", LONG_MAX);
    if (overflow < 0 || value < 0) return raise(ts, PyExc_ValueError, "factorial() not defined for negative values");
    return range_product(ts, 1, uint64_t(value));
}

Result<Ref<Object>> permutations(ThreadState& ts, Object& module, Object& n, Object* k) {
    if (!k || is_none(k)) return factorial(ts, module, n);
    Ref<Object> whole = TRY(number_index(ts, n));
    Ref<Object> chosen = TRY(number_index(ts, *k));
    if (is_negative(whole)) return raise(ts, PyExc_ValueError, "n must be a non-negative integer");
    if (is_negative(chosen)) return raise(ts, PyExc_ValueError, "k must be a non-negative integer");
    if (int_compare(integer(*whole), integer(*chosen)) < 0) return int_from(ts, 0);
    int overflow = 0;
    long long count = TRY(int_as_long_long_overflow(ts, chosen, overflow));
    if (overflow) return raise(ts, PyExc_OverflowError, "k must not exceed %lld", LLONG_MAX);
    return falling_product(ts, whole, uint64_t(count));
}

Result<Ref<Object>> combinations(ThreadState& ts, Object&, Object& n, Object& k) {
    Ref<Object> whole = TRY(number_index(ts, n));
    Ref<Object> chosen = TRY(number_index(ts, k));
    if (is_negative(whole)) return raise(ts, PyExc_ValueError, "n must be a non-negative integer");
    if (is_negative(chosen)) return raise(ts, PyExc_ValueError, "k must be a non-negative integer");
    Ref<Object> others = TRY(number_subtract(ts, whole, chosen));
    if (is_negative(others)) return int_from(ts, 0);
    if (int_compare(integer(*others), integer(*chosen)) < 0) chosen = std::move(others);
    int overflow = 0;
    long long count = TRY(int_as_long_long_overflow(ts, chosen, overflow));
    if (overflow) return raise(ts, PyExc_OverflowError, "min(n - k, k) must not exceed %lld", LLONG_MAX);
    uint64_t top;
    if (base::digits_to_uint64(int_digits(integer(*whole)), &top)) {
        // Each partial result is itself a binomial coefficient, so that the divisions are exact.
        uint64_t result = 1, i = 0;
        for (; i < uint64_t(count); ++i) {
            unsigned __int128 next = static_cast<unsigned __int128>(result) * (top - i);
            if (next >> 64) break;
            result = uint64_t(next) / (i + 1);
        }
        if (i == uint64_t(count)) return int_from_unsigned(ts, result);
    }
    Ref<Object> numerator = TRY(falling_product(ts, whole, uint64_t(count)));
    Ref<Object> denominator = TRY(range_product(ts, 1, uint64_t(count)));
    return int_floor_divide(ts, integer(*numerator), integer(*denominator));
}

}  // namespace orochi::math
