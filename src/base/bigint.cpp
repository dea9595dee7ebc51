// The four operations, comparison and shifts.
#include "base/bigint.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/bigint_limbs.hpp"
#include "base/bits.hpp"

namespace orochi::base {

// -- Memory. --------------------------------------------------------------------------------------------

DigitBuffer::DigitBuffer(std::size_t capacity) {
    if (capacity == 0) capacity = 1;
    if (capacity <= SIZE_MAX / sizeof(Digit)) data_ = static_cast<Digit*>(std::malloc(capacity * sizeof(Digit)));
    failed_ = data_ == nullptr;
}
DigitBuffer::~DigitBuffer() { std::free(data_); }
DigitBuffer::DigitBuffer(DigitBuffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)), failed_(other.failed_) {}
DigitBuffer& DigitBuffer::operator=(DigitBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(failed_, other.failed_);
    return *this;
}

// Repacking is what GMP costs us, so both directions go through unaligned words instead of a bit accumulator.
void Limbs::assign(Digits a) {
    std::size_t room = limbs_for(a.size);
    if constexpr (std::endian::native == std::endian::little) {
        // Four digits are fifteen bytes. Each group also writes the byte behind them, which the next one
        // overwrites; the slack that the constructor adds takes what is written behind the last.
        auto* bytes = reinterpret_cast<std::uint8_t*>(data_);
        if (room > 0) data_[room - 1] = 0;
        for (std::size_t i = 0; i < a.size; i += 4, bytes += 15) {
            auto digit = [&](std::size_t k) -> std::uint64_t { return i + k < a.size ? a.data[i + k] : 0; };
            std::uint64_t low, high;
            if (i + 4 <= a.size) {
                low = a.data[i] | static_cast<std::uint64_t>(a.data[i + 1]) << 30;
                high = a.data[i + 2] | static_cast<std::uint64_t>(a.data[i + 3]) << 30;
            } else {
                low = digit(0) | digit(1) << 30;
                high = digit(2);
            }
            store(bytes, low | high << 60);
            store(bytes + 8, high >> 4);
        }
    } else {
        mpz_t view;
        mpz_init(view);
        mpz_import(view, a.size, -1, sizeof(Digit), 0, 32 - digit_bits, a.data);
        for (std::size_t i = 0; i < room; i++) data_[i] = mpz_getlimbn(view, static_cast<mp_size_t>(i));
        mpz_clear(view);
    }
    size_ = room;
    while (size_ > 0 && data_[size_ - 1] == 0) size_--;
}

std::size_t digits_from_limbs(const mp_limb_t* limbs, std::size_t size, Digit* out) {
    while (size > 0 && limbs[size - 1] == 0) size--;
    if (size == 0) return 0;
    std::uint64_t width = size * 64 - static_cast<unsigned>(std::countl_zero(limbs[size - 1]));
    std::size_t count = static_cast<std::size_t>((width + digit_bits - 1) / digit_bits), i = 0;
    if constexpr (std::endian::native == std::endian::little) {
        auto* bytes = reinterpret_cast<const std::uint8_t*>(limbs);
        for (std::uint64_t bit = 0; i < count && bit / 8 + 8 <= size * 8; i++, bit += digit_bits)
            out[i] = static_cast<Digit>(load<std::uint64_t>(bytes + bit / 8) >> bit % 8) & digit_mask;
    }
    for (; i < count; i++) {
        std::uint64_t bit = i * static_cast<std::uint64_t>(digit_bits);
        std::size_t limb = static_cast<std::size_t>(bit / 64);
        std::uint64_t bits = limbs[limb] >> bit % 64;
        if (bit % 64 > 64 - digit_bits && limb + 1 < size) bits |= limbs[limb + 1] << (64 - bit % 64);
        out[i] = static_cast<Digit>(bits) & digit_mask;
    }
    return count;
}

DigitBuffer digits_from_mpz(mpz_srcptr value) {
    DigitBuffer result(digits_for_limbs(mpz_size(value)));
    if (!result.failed()) result.set_size(digits_from_limbs(mpz_limbs_read(value), mpz_size(value), result.data()));
    return result;
}

// -- Comparison and size. -------------------------------------------------------------------------------

bool digits_to_uint64(Digits a, std::uint64_t* value) {
    if (a.size > 3 || (a.size == 3 && a.data[2] > 0xF)) return false;
    *value = 0;
    for (std::size_t i = a.size; i-- > 0;) *value = *value << digit_bits | a.data[i];
    return true;
}

int compare_digits(Digits a, Digits b) {
    if (a.size != b.size) return a.size < b.size ? -1 : 1;
    for (std::size_t i = a.size; i-- > 0;)
        if (a.data[i] != b.data[i]) return a.data[i] < b.data[i] ? -1 : 1;
    return 0;
}

std::uint64_t bit_count(Digits a) {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < a.size; i++) total += static_cast<unsigned>(__builtin_popcount(a.data[i]));
    return total;
}

std::uint64_t trailing_zero_bits(Digits a) {
    std::size_t i = 0;
    while (a.data[i] == 0) i++;
    return i * static_cast<std::uint64_t>(digit_bits) + static_cast<unsigned>(__builtin_ctz(a.data[i]));
}

// -- Sums and differences. ------------------------------------------------------------------------------

std::size_t add_digits(Digits a, Digits b, Digit* out) {
    if (a.size < b.size) std::swap(a, b);
    Digit carry = 0;
    std::size_t i = 0;
    for (; i < b.size; i++) {
        carry += a.data[i] + b.data[i];
        out[i] = carry & digit_mask;
        carry >>= digit_bits;
    }
    for (; i < a.size && carry; i++) {
        carry += a.data[i];
        out[i] = carry & digit_mask;
        carry >>= digit_bits;
    }
    if (out != a.data && i < a.size) std::memcpy(out + i, a.data + i, (a.size - i) * sizeof(Digit));
    if (carry) {
        out[a.size] = carry;
        return a.size + 1;
    }
    return a.size;
}

std::size_t sub_digits(Digits a, Digits b, Digit* out) {
    Digit borrow = 0;
    std::size_t i = 0;
    for (; i < b.size; i++) {
        borrow = a.data[i] - b.data[i] - borrow;
        out[i] = borrow & digit_mask;
        borrow >>= 31;
    }
    for (; i < a.size && borrow; i++) {
        borrow = a.data[i] - borrow;
        out[i] = borrow & digit_mask;
        borrow >>= 31;
    }
    if (out != a.data && i < a.size) std::memcpy(out + i, a.data + i, (a.size - i) * sizeof(Digit));
    return normalised_size(out, a.size);
}

// -- Products. ------------------------------------------------------------------------------------------

namespace {

// Operands of at least so many digits are worth repacking for GMP. Measured on x86-64.
constexpr std::size_t gmp_mul_size = 7;
constexpr std::size_t gmp_square_size = 8;
constexpr std::size_t gmp_div_size = 6;

std::size_t mul_simple(Digits a, Digits b, Digit* out) {
    std::memset(out, 0, b.size * sizeof(Digit));
    for (std::size_t i = 0; i < a.size; i++) {
        std::uint64_t factor = a.data[i], carry = 0;
        Digit* p = out + i;
        for (std::size_t j = 0; j < b.size; j++) {
            carry += p[j] + factor * b.data[j];
            p[j] = static_cast<Digit>(carry) & digit_mask;
            carry >>= digit_bits;
        }
        p[b.size] = static_cast<Digit>(carry);
    }
    return normalised_size(out, a.size + b.size);
}

std::size_t square_simple(Digits a, Digit* out) {
    std::memset(out, 0, 2 * a.size * sizeof(Digit));
    for (std::size_t i = 0; i < a.size; i++) {
        std::uint64_t factor = a.data[i];
        Digit* p = out + 2 * i;
        std::uint64_t carry = *p + factor * factor;
        *p++ = static_cast<Digit>(carry) & digit_mask;
        carry >>= digit_bits;
        factor <<= 1;  // each product of two different digits occurs twice
        for (std::size_t j = i + 1; j < a.size; j++) {
            carry += *p + factor * a.data[j];
            *p++ = static_cast<Digit>(carry) & digit_mask;
            carry >>= digit_bits;
        }
        for (; carry; carry >>= digit_bits) {
            carry += *p;
            *p++ = static_cast<Digit>(carry) & digit_mask;
        }
    }
    return normalised_size(out, 2 * a.size);
}

}  // namespace

std::size_t mul_digits(Digits a, Digits b, Digit* out) {
    if (a.size < b.size) std::swap(a, b);
    if (b.size == 0) return 0;
    bool square = a.data == b.data && a.size == b.size;
    if (b.size >= (square ? gmp_square_size : gmp_mul_size)) {
        std::size_t size_a = limbs_for(a.size), size_b = limbs_for(b.size);
        Limbs x(size_a), y(square ? 0 : size_b), product(size_a + size_b);
        if (x.ok() && y.ok() && product.ok()) {
            x.assign(a);
            if (square) {
                mpn_sqr(product.data(), x.data(), x.size());
                return digits_from_limbs(product.data(), static_cast<std::size_t>(2 * x.size()), out);
            }
            y.assign(b);
            // GMP wants the longer one first; of as many digits, the one with the smaller top may have a limb less.
            Limbs& longer = x.size() < y.size() ? y : x;
            Limbs& shorter = x.size() < y.size() ? x : y;
            mpn_mul(product.data(), longer.data(), longer.size(), shorter.data(), shorter.size());
            return digits_from_limbs(product.data(), static_cast<std::size_t>(x.size() + y.size()), out);
        }
    }
    return square ? square_simple(a, out) : mul_simple(b, a, out);
}

std::size_t mul_add_digit(Digits a, Digit m, Digit c, Digit* out) {
    std::uint64_t carry = c;
    for (std::size_t i = 0; i < a.size; i++) {
        carry += static_cast<std::uint64_t>(a.data[i]) * m;
        out[i] = static_cast<Digit>(carry) & digit_mask;
        carry >>= digit_bits;
    }
    if (carry) {
        out[a.size] = static_cast<Digit>(carry);
        return a.size + 1;
    }
    return normalised_size(out, a.size);
}

// -- Quotients. -----------------------------------------------------------------------------------------

Digit divmod_digit(Digits a, Digit b, Digit* quotient, std::size_t* quotient_size) {
    std::uint64_t rest = 0;
    for (std::size_t i = a.size; i-- > 0;) {
        rest = rest << digit_bits | a.data[i];
        std::uint64_t q = rest / b;
        quotient[i] = static_cast<Digit>(q);
        rest -= q * b;
    }
    *quotient_size = normalised_size(quotient, a.size);
    return static_cast<Digit>(rest);
}

Digit mod_digit(Digits a, Digit b) {
    std::uint64_t rest = 0;
    for (std::size_t i = a.size; i-- > 0;) rest = (rest << digit_bits | a.data[i]) % b;
    return static_cast<Digit>(rest);
}

namespace {

// Knuth's algorithm D (TAOCP 4.3.1) for a.size >= b.size >= 2. `v` is b shifted so that its top bit is set;
// `u` is a shifted as far, one digit longer, and ends as the shifted remainder.
void divide_normalised(Digit* u, std::size_t u_size, const Digit* v, std::size_t v_size, Digit* quotient) {
    const std::uint64_t top = v[v_size - 1], next = v[v_size - 2];
    for (std::size_t j = u_size - v_size; j-- > 0;) {
        Digit* w = u + j;
        std::uint64_t head = static_cast<std::uint64_t>(w[v_size]) << digit_bits | w[v_size - 1];
        std::uint64_t q = head / top, rest = head - q * top;
        while (q > digit_mask || q * next > (rest << digit_bits | w[v_size - 2])) {
            q--;
            rest += top;
            if (rest > digit_mask) break;
        }
        std::int64_t borrow = 0;
        for (std::size_t i = 0; i < v_size; i++) {
            borrow += static_cast<std::int64_t>(w[i]) - static_cast<std::int64_t>(q * v[i]);
            w[i] = static_cast<Digit>(borrow) & digit_mask;
            borrow >>= digit_bits;
        }
        borrow += w[v_size];
        w[v_size] = 0;
        if (borrow < 0) {  // q was one too large: rare
            Digit carry = 0;
            for (std::size_t i = 0; i < v_size; i++) {
                carry += w[i] + v[i];
                w[i] = carry & digit_mask;
                carry >>= digit_bits;
            }
            q--;
        }
        if (quotient) quotient[j] = static_cast<Digit>(q);
    }
}

bool divide_with_gmp(Digits a, Digits b, Digit* quotient, std::size_t* quotient_size, Digit* remainder,
                     std::size_t* remainder_size) {
    std::size_t size_a = limbs_for(a.size), size_b = limbs_for(b.size);
    Limbs x(size_a), y(size_b), q(size_a - size_b + 2), r(size_b);
    if (!x.ok() || !y.ok() || !q.ok() || !r.ok()) return false;
    x.assign(a);
    y.assign(b);
    mpn_tdiv_qr(q.data(), r.data(), 0, x.data(), x.size(), y.data(), y.size());
    if (quotient)
        *quotient_size = digits_from_limbs(q.data(), static_cast<std::size_t>(x.size() - y.size() + 1), quotient);
    if (remainder) *remainder_size = digits_from_limbs(r.data(), static_cast<std::size_t>(y.size()), remainder);
    return true;
}

}  // namespace

bool divmod_digits(Digits a, Digits b, Digit* quotient, std::size_t* quotient_size, Digit* remainder,
                   std::size_t* remainder_size) {
    if (compare_digits(a, b) < 0) {
        if (quotient) *quotient_size = 0;
        if (remainder) {
            if (a.size > 0) std::memmove(remainder, a.data, a.size * sizeof(Digit));
            *remainder_size = a.size;
        }
        return true;
    }
    std::uint64_t wide_a, wide_b;
    if (a.size <= 3 && digits_to_uint64(a, &wide_a) && digits_to_uint64(b, &wide_b)) {
        if (quotient) *quotient_size = digits_from_uint64(wide_a / wide_b, quotient);
        if (remainder) *remainder_size = digits_from_uint64(wide_a % wide_b, remainder);
        return true;
    }
    if (b.size == 1) {
        Digit rest = quotient ? divmod_digit(a, b.data[0], quotient, quotient_size) : mod_digit(a, b.data[0]);
        if (remainder) *remainder_size = digits_from_uint64(rest, remainder);
        return true;
    }
    if (b.size >= gmp_div_size && a.size - b.size >= gmp_div_size / 2)
        return divide_with_gmp(a, b, quotient, quotient_size, remainder, remainder_size);

    constexpr std::size_t in_place = 128;
    Digit local[in_place];
    std::size_t room = a.size + 1 + b.size;
    Digit* u = room <= in_place ? local : static_cast<Digit*>(std::malloc(room * sizeof(Digit)));
    if (!u) return false;
    Digit* v = u + a.size + 1;
    unsigned shift = static_cast<unsigned>(__builtin_clz(b.data[b.size - 1])) - (32 - digit_bits);
    shift_left(b, shift, v);
    u[a.size] = 0;
    shift_left(a, shift, u);
    divide_normalised(u, a.size + 1, v, b.size, quotient);
    if (quotient) *quotient_size = normalised_size(quotient, a.size - b.size + 1);
    if (remainder) *remainder_size = shift_right({u, normalised_size(u, b.size)}, shift, remainder);
    if (u != local) std::free(u);
    return true;
}

// -- Shifts. --------------------------------------------------------------------------------------------

std::size_t shift_left(Digits a, std::uint64_t bits, Digit* out) {
    if (a.size == 0) return 0;
    std::size_t whole = static_cast<std::size_t>(bits / digit_bits);
    unsigned part = static_cast<unsigned>(bits % digit_bits);
    std::memset(out, 0, whole * sizeof(Digit));
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < a.size; i++) {
        carry |= static_cast<std::uint64_t>(a.data[i]) << part;
        out[whole + i] = static_cast<Digit>(carry) & digit_mask;
        carry >>= digit_bits;
    }
    std::size_t size = whole + a.size;
    if (carry) out[size++] = static_cast<Digit>(carry);
    return size;
}

std::size_t shift_right(Digits a, std::uint64_t bits, Digit* out) {
    std::uint64_t whole = bits / digit_bits;
    if (whole >= a.size) return 0;
    unsigned part = static_cast<unsigned>(bits % digit_bits);
    const Digit* from = a.data + whole;
    std::size_t size = a.size - static_cast<std::size_t>(whole);
    for (std::size_t i = 0; i + 1 < size; i++)
        out[i] =
            static_cast<Digit>((from[i] | static_cast<std::uint64_t>(from[i + 1]) << digit_bits) >> part) & digit_mask;
    out[size - 1] = from[size - 1] >> part;
    return normalised_size(out, size);
}

std::size_t shift_right_negative(Digits a, std::uint64_t bits, Digit* out) {
    std::uint64_t whole = bits / digit_bits;
    bool lost = false;
    for (std::size_t i = 0; i < a.size && i < whole && !lost; i++) lost = a.data[i] != 0;
    if (whole < a.size && !lost) lost = (a.data[whole] & ((Digit{1} << (bits % digit_bits)) - 1)) != 0;
    std::size_t size = shift_right(a, bits, out);
    if (!lost) return size;
    const Digit one = 1;
    return add_digits({out, size}, {&one, 1}, out);
}

}  // namespace orochi::base
