#include "language/compiler/big_int.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace orochi::language {

namespace {

using Digits = std::vector<uint32_t>;
constexpr uint32_t kMask = 0x3fffffff;

void trim(Digits& d) {
    while (!d.empty() && d.back() == 0) d.pop_back();
}

int compare(const Digits& a, const Digits& b) {
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
    for (size_t i = a.size(); i-- > 0;) {
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return 0;
}

Digits add(const Digits& a, const Digits& b) {
    Digits out;
    uint32_t carry = 0;
    for (size_t i = 0; i < a.size() || i < b.size() || carry; ++i) {
        carry += (i < a.size() ? a[i] : 0) + (i < b.size() ? b[i] : 0);
        out.push_back(carry & kMask);
        carry >>= 30;
    }
    return out;
}

Digits subtract(const Digits& a, const Digits& b) {  // a >= b
    Digits out(a.size());
    int64_t borrow = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        int64_t value = static_cast<int64_t>(a[i]) - (i < b.size() ? b[i] : 0) + borrow;
        out[i] = value & kMask;
        borrow = value < 0 ? -1 : 0;
    }
    trim(out);
    return out;
}

Digits shift_left(const Digits& a, uint64_t bits) {
    if (a.empty()) return a;
    Digits out(bits / 30, 0);
    unsigned rest = bits % 30;
    uint64_t carry = 0;
    for (uint32_t d : a) {
        carry |= static_cast<uint64_t>(d) << rest;
        out.push_back(carry & kMask);
        carry >>= 30;
    }
    if (carry) out.push_back(static_cast<uint32_t>(carry));
    return out;
}

Digits shift_right(const Digits& a, uint64_t bits, bool* lost) {
    size_t whole = bits / 30;
    unsigned rest = bits % 30;
    if (lost) *lost = false;
    Digits out;
    for (size_t i = 0; i < a.size(); ++i) {
        if (i < whole) {
            if (lost && a[i]) *lost = true;
            continue;
        }
        if (i == whole && lost && (a[i] & ((1u << rest) - 1))) *lost = true;
        uint64_t pair = a[i] | (i + 1 < a.size() ? static_cast<uint64_t>(a[i + 1]) << 30 : 0);
        out.push_back((pair >> rest) & kMask);
    }
    trim(out);
    return out;
}

uint64_t bits_of(const Digits& d) { return d.empty() ? 0 : (d.size() - 1) * 30 + (32 - std::countl_zero(d.back())); }

// Quotient and remainder of magnitudes, one bit of quotient digit estimate at a
// time (Knuth, algorithm D).
void divide_magnitudes(const Digits& a, const Digits& b, Digits& quotient, Digits& remainder) {
    if (compare(a, b) < 0) {
        quotient.clear();
        remainder = a;
        return;
    }
    if (b.size() == 1) {
        quotient.assign(a.size(), 0);
        uint64_t rest = 0;
        for (size_t i = a.size(); i-- > 0;) {
            uint64_t value = (rest << 30) | a[i];
            quotient[i] = static_cast<uint32_t>(value / b[0]);
            rest = value % b[0];
        }
        trim(quotient);
        remainder.assign(1, static_cast<uint32_t>(rest));
        trim(remainder);
        return;
    }
    unsigned shift = 30 - (32 - std::countl_zero(b.back()));
    Digits divisor = shift_left(b, shift), rest = shift_left(a, shift);
    rest.resize(std::max(rest.size(), a.size()) + 1, 0);
    size_t n = divisor.size(), m = rest.size() - n;
    quotient.assign(m, 0);
    for (size_t j = m; j-- > 0;) {
        uint64_t top = (static_cast<uint64_t>(rest[j + n]) << 30) | rest[j + n - 1];
        uint64_t q = top / divisor[n - 1], r = top % divisor[n - 1];
        while (q > kMask || q * divisor[n - 2] > ((r << 30) | rest[j + n - 2])) {
            --q;
            r += divisor[n - 1];
            if (r > kMask) break;
        }
        int64_t borrow = 0;
        uint64_t carry = 0;
        for (size_t i = 0; i < n; ++i) {
            carry += q * divisor[i];
            int64_t value = static_cast<int64_t>(rest[i + j]) - static_cast<int64_t>(carry & kMask) + borrow;
            rest[i + j] = value & kMask;
            borrow = value < 0 ? -1 : 0;
            carry >>= 30;
        }
        int64_t value = static_cast<int64_t>(rest[j + n]) - static_cast<int64_t>(carry) + borrow;
        rest[j + n] = value & kMask;
        if (value < 0) {
            --q;
            uint32_t back = 0;
            for (size_t i = 0; i < n; ++i) {
                back += rest[i + j] + divisor[i];
                rest[i + j] = back & kMask;
                back >>= 30;
            }
            rest[j + n] = (rest[j + n] + back) & kMask;
        }
        quotient[j] = static_cast<uint32_t>(q);
    }
    trim(quotient);
    trim(rest);
    remainder = shift_right(rest, shift, nullptr);
}

// Digits of the infinite two's complement form, `size` of them.
Digits twos_complement(const BigInt& value, size_t size) {
    Digits out = value.digits;
    out.resize(size, 0);
    if (!value.negative) return out;
    uint32_t carry = 1;
    for (uint32_t& d : out) {
        carry += (~d & kMask);
        d = carry & kMask;
        carry >>= 30;
    }
    return out;
}

double scale(uint64_t mantissa, int64_t exponent, bool& ok) {
    double value = std::ldexp(static_cast<double>(mantissa), static_cast<int>(exponent));
    ok = !std::isinf(value);
    return value;
}

}  // namespace

BigInt BigInt::from(int64_t value) {
    BigInt out;
    out.negative = value < 0;
    uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    for (; magnitude; magnitude >>= 30) out.digits.push_back(magnitude & kMask);
    return out;
}

BigInt BigInt::from(const Constant& c) {
    if (c.kind == ConstantKind::BigInt) return {c.negative, Digits(c.digits, c.digits + c.size)};
    return from(c.kind == ConstantKind::Int ? c.integer : c.kind == ConstantKind::True ? 1 : 0);
}

const Constant* BigInt::to_constant(Arena& arena) const {
    return make_big_int(arena, negative, digits.data(), digits.size());
}

uint64_t BigInt::bit_length() const { return bits_of(digits); }

bool BigInt::fits(int64_t& out) const {
    if (bit_length() > 64) return false;
    uint64_t magnitude = 0;
    for (size_t i = digits.size(); i-- > 0;) magnitude = (magnitude << 30) | digits[i];
    if (magnitude > (uint64_t(1) << 63) - (negative ? 0 : 1)) return false;
    out = static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
    return true;
}

bool BigInt::to_double(double& out) const {
    uint64_t bits = bit_length();
    bool lost = false, ok = true;
    uint64_t shift = bits > 62 ? bits - 62 : 0;
    Digits top = shift_right(digits, shift, &lost);
    uint64_t mantissa = 0;
    for (size_t i = top.size(); i-- > 0;) mantissa = (mantissa << 30) | top[i];
    if (lost) mantissa |= 1;  // so that rounding knows it is not exactly half
    out = scale(mantissa, static_cast<int64_t>(shift), ok);
    if (negative) out = -out;
    return ok;
}

BigInt operator-(BigInt a) {
    if (!a.is_zero()) a.negative = !a.negative;
    return a;
}

BigInt operator+(const BigInt& a, const BigInt& b) {
    if (a.negative == b.negative) return {a.negative, add(a.digits, b.digits)};
    int order = compare(a.digits, b.digits);
    if (order == 0) return {};
    return order > 0 ? BigInt{a.negative, subtract(a.digits, b.digits)}
                     : BigInt{b.negative, subtract(b.digits, a.digits)};
}

BigInt operator-(const BigInt& a, const BigInt& b) { return a + -BigInt(b); }

BigInt operator*(const BigInt& a, const BigInt& b) {
    if (a.is_zero() || b.is_zero()) return {};
    Digits out(a.digits.size() + b.digits.size(), 0);
    for (size_t i = 0; i < a.digits.size(); ++i) {
        uint64_t carry = 0;
        for (size_t j = 0; j < b.digits.size(); ++j) {
            carry += out[i + j] + static_cast<uint64_t>(a.digits[i]) * b.digits[j];
            out[i + j] = carry & kMask;
            carry >>= 30;
        }
        out[i + b.digits.size()] += static_cast<uint32_t>(carry);
    }
    trim(out);
    return {a.negative != b.negative, std::move(out)};
}

BigInt BigInt::shifted_left(uint64_t bits) const { return {negative, shift_left(digits, bits)}; }

BigInt BigInt::shifted_right(uint64_t bits) const {
    bool lost;
    BigInt out{negative, shift_right(digits, bits, &lost)};
    if (negative && lost) out = BigInt{out.negative && !out.digits.empty(), out.digits} - from(1);
    if (out.is_zero()) out.negative = false;
    return out;
}

void BigInt::divide(const BigInt& a, const BigInt& b, BigInt& quotient, BigInt& remainder) {
    Digits q, r;
    divide_magnitudes(a.digits, b.digits, q, r);
    quotient = {a.negative != b.negative && !q.empty(), q};
    remainder = {a.negative && !r.empty(), r};
    if (!remainder.is_zero() && remainder.negative != b.negative) {
        remainder = remainder + b;
        quotient = quotient - from(1);
    }
}

BigInt BigInt::power(BigInt base, uint64_t exponent) {
    BigInt out = from(1);
    for (; exponent; exponent >>= 1) {
        if (exponent & 1) out = out * base;
        if (exponent > 1) base = base * base;
    }
    return out;
}

BigInt BigInt::bitwise(Bitwise op, const BigInt& a, const BigInt& b) {
    size_t size = std::max(a.digits.size(), b.digits.size()) + 1;
    Digits x = twos_complement(a, size), y = twos_complement(b, size);
    for (size_t i = 0; i < size; ++i) {
        x[i] = op == Bitwise::And ? x[i] & y[i] : op == Bitwise::Or ? x[i] | y[i] : x[i] ^ y[i];
    }
    BigInt out;
    out.negative = (x.back() >> 29) & 1;
    out.digits = std::move(x);
    if (out.negative) {
        uint32_t carry = 1;
        for (uint32_t& d : out.digits) {
            carry += (~d & kMask);
            d = carry & kMask;
            carry >>= 30;
        }
    }
    trim(out.digits);
    return out;
}

bool BigInt::true_divide(const BigInt& a, const BigInt& b, double& out) {
    if (a.is_zero()) {
        out = b.negative ? -0.0 : 0.0;
        return true;
    }
    // A quotient of 62 or 63 bits, and whether anything is left below it.
    int64_t shift = static_cast<int64_t>(a.bit_length()) - static_cast<int64_t>(b.bit_length()) - 62;
    if (shift < -2000 || shift > 2000) return false;
    Digits numerator = a.digits, denominator = b.digits, quotient, remainder;
    if (shift < 0)
        numerator = shift_left(numerator, -shift);
    else
        denominator = shift_left(denominator, shift);
    divide_magnitudes(numerator, denominator, quotient, remainder);
    uint64_t mantissa = 0;
    for (size_t i = quotient.size(); i-- > 0;) mantissa = (mantissa << 30) | quotient[i];
    if (!remainder.empty()) mantissa |= 1;
    bool ok;
    out = scale(mantissa, shift, ok);
    if (a.negative != b.negative) out = -out;
    return ok;
}

}  // namespace orochi::language
