// Powers, greatest common divisors, modular inverses and square roots.
#include <bit>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

#include "base/bigint.hpp"
#include "base/bigint_limbs.hpp"

namespace orochi::base {

namespace {

DigitBuffer from_uint64(std::uint64_t value) {
    DigitBuffer result(3);
    if (!result.failed()) result.set_size(digits_from_uint64(value, result.data()));
    return result;
}

DigitBuffer out_of_memory() { return DigitBuffer(SIZE_MAX); }

// Can the system give so many bytes? GMP itself ends the process when it cannot.
bool memory_for(unsigned __int128 bytes) {
    if (bytes > PTRDIFF_MAX / 2) return false;
    void* trial = std::malloc(static_cast<std::size_t>(bytes));
    std::free(trial);
    return trial != nullptr;
}

std::uint64_t multiply_mod(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) {
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(a) * b % modulus);
}

bool bit_of(Digits a, std::uint64_t index) { return a.data[index / digit_bits] >> (index % digit_bits) & 1; }

}  // namespace

DigitBuffer pow_digits(Digits a, std::uint64_t exponent) {
    if (exponent == 0) return from_uint64(1);
    if (a.size == 0) return DigitBuffer(1);
    unsigned __int128 bits = static_cast<unsigned __int128>(bit_length(a)) * exponent;
    if (a.size == 1 && a.data[0] == 1) return from_uint64(1);
    if (!memory_for(bits / 8 * 3)) return out_of_memory();
    std::size_t room = static_cast<std::size_t>(bits / digit_bits) + 2;
    if (trailing_zero_bits(a) == bit_length(a) - 1) {  // a power of two
        DigitBuffer result(room);
        const Digit one = 1;
        if (!result.failed()) result.set_size(shift_left({&one, 1}, trailing_zero_bits(a) * exponent, result.data()));
        return result;
    }
    constexpr unsigned simple_bits = 1500;
    if (bits > simple_bits) {
        Limbs limbs(limbs_for(a.size));
        if (!limbs.ok()) return out_of_memory();
        limbs.assign(a);
        mpz_t view, power;
        mpz_init(power);
        mpz_pow_ui(power, limbs.as_mpz(view), exponent);
        DigitBuffer result = digits_from_mpz(power);
        mpz_clear(power);
        return result;
    }
    // Left to right: the multiplications are by the (short) base. Results alternate between two buffers.
    DigitBuffer result(room + a.size), next(room + a.size);
    if (result.failed() || next.failed()) return out_of_memory();
    std::memcpy(result.data(), a.data, a.size * sizeof(Digit));
    result.set_size(a.size);
    for (int bit = 62 - std::countl_zero(exponent); bit >= 0; bit--) {
        next.set_size(mul_digits(result.view(), result.view(), next.data()));
        std::swap(result, next);
        if (exponent >> bit & 1) {
            next.set_size(mul_digits(result.view(), a, next.data()));
            std::swap(result, next);
        }
    }
    return result;
}

DigitBuffer pow_mod_digits(Digits a, Digits exponent, Digits modulus) {
    std::uint64_t m;
    if (digits_to_uint64(modulus, &m)) {
        if (m == 1) return from_uint64(0);
        std::uint64_t base;
        if (digits_to_uint64(a, &base)) {
            base %= m;
        } else {
            base = 0;
            for (std::size_t i = a.size; i-- > 0;)
                base = static_cast<std::uint64_t>((static_cast<unsigned __int128>(base) << digit_bits | a.data[i]) % m);
        }
        std::uint64_t result = 1;
        if (m >> 32 == 0) {  // products fit in one word
            for (std::uint64_t i = bit_length(exponent); i-- > 0;) {
                result = result * result % m;
                if (bit_of(exponent, i)) result = result * base % m;
            }
        } else {
            for (std::uint64_t i = bit_length(exponent); i-- > 0;) {
                result = multiply_mod(result, result, m);
                if (bit_of(exponent, i)) result = multiply_mod(result, base, m);
            }
        }
        return from_uint64(result);
    }
    Limbs x(limbs_for(a.size)), e(limbs_for(exponent.size)), n(limbs_for(modulus.size));
    if (!x.ok() || !e.ok() || !n.ok()) return out_of_memory();
    x.assign(a);
    e.assign(exponent);
    n.assign(modulus);
    mpz_t view_x, view_e, view_n, power;
    mpz_init(power);
    mpz_powm(power, x.as_mpz(view_x), e.as_mpz(view_e), n.as_mpz(view_n));
    DigitBuffer result = digits_from_mpz(power);
    mpz_clear(power);
    return result;
}

bool inverse_mod_digits(Digits a, Digits modulus, DigitBuffer* result) {
    Limbs x(limbs_for(a.size)), n(limbs_for(modulus.size));
    if (!x.ok() || !n.ok()) {
        *result = out_of_memory();
        return true;
    }
    x.assign(a);
    n.assign(modulus);
    mpz_t view_x, view_n, inverse;
    mpz_init(inverse);
    bool exists = mpz_invert(inverse, x.as_mpz(view_x), n.as_mpz(view_n)) != 0;
    if (exists) *result = digits_from_mpz(inverse);
    mpz_clear(inverse);
    return exists;
}

DigitBuffer gcd_digits(Digits a, Digits b) {
    std::uint64_t x, y;
    if (digits_to_uint64(a, &x) && digits_to_uint64(b, &y)) return from_uint64(std::gcd(x, y));
    Limbs u(limbs_for(a.size)), v(limbs_for(b.size));
    if (!u.ok() || !v.ok()) return out_of_memory();
    u.assign(a);
    v.assign(b);
    mpz_t view_u, view_v, divisor;
    mpz_init(divisor);
    mpz_gcd(divisor, u.as_mpz(view_u), v.as_mpz(view_v));
    DigitBuffer result = digits_from_mpz(divisor);
    mpz_clear(divisor);
    return result;
}

std::size_t isqrt_digits(Digits a, Digit* out) {
    std::uint64_t small;
    if (digits_to_uint64(a, &small)) {
        std::uint64_t root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(small)));
        while (root > 0xFFFFFFFF || root * root > small) root--;
        while (root < 0xFFFFFFFF && (root + 1) * (root + 1) <= small) root++;
        return digits_from_uint64(root, out);
    }
    mpz_t number, root;
    mpz_init2(number, bit_length(a));
    mpz_init(root);
    mpz_import(number, a.size, -1, sizeof(Digit), 0, 32 - digit_bits, a.data);
    mpz_sqrt(root, number);
    std::size_t size = digits_from_limbs(mpz_limbs_read(root), mpz_size(root), out);
    mpz_clear(number);
    mpz_clear(root);
    return size;
}

}  // namespace orochi::base
