// Big integers and doubles: every conversion rounds once, ties to even.
#include <bit>
#include <cmath>

#include "base/bigint.hpp"
#include "base/scale_rounded.hpp"

namespace orochi::base {

namespace {

// The 64 leading bits of a number that has at least so many, how many bits were left out, and whether any was
// set.
std::uint64_t leading_bits(Digits a, std::uint64_t* dropped, bool* sticky) {
    unsigned width = 32 - static_cast<unsigned>(__builtin_clz(a.data[a.size - 1]));
    unsigned __int128 bits = 0;
    unsigned have = width;
    std::size_t i = a.size - 1;
    bits = a.data[i];
    while (have < 64) {
        bits = bits << digit_bits | a.data[--i];
        have += digit_bits;
    }
    unsigned extra = have - 64;
    *dropped = i * static_cast<std::uint64_t>(digit_bits) + extra;
    *sticky = (bits & ((static_cast<unsigned __int128>(1) << extra) - 1)) != 0;
    while (i > 0 && !*sticky) *sticky = a.data[--i] != 0;
    return static_cast<std::uint64_t>(bits >> extra);
}

}  // namespace

bool digits_to_double(Digits a, double* value) {
    std::uint64_t small;
    if (digits_to_uint64(a, &small)) {
        *value = static_cast<double>(small);
        return true;
    }
    if (bit_length(a) > 1024) return false;
    std::uint64_t dropped;
    bool sticky;
    std::uint64_t leading = leading_bits(a, &dropped, &sticky);
    return scale_rounded(leading, sticky, static_cast<std::int64_t>(dropped), value);
}

std::int64_t digits_frexp(Digits a, double* fraction) {
    *fraction = 0;
    if (a.size == 0) return 0;
    std::uint64_t leading, dropped = 0;
    bool sticky = false;
    if (!digits_to_uint64(a, &leading)) leading = leading_bits(a, &dropped, &sticky);
    double rounded;
    scale_rounded(leading, sticky, 0, &rounded);
    int exponent;
    *fraction = std::frexp(rounded, &exponent);
    return static_cast<std::int64_t>(dropped) + exponent;
}

std::size_t digits_from_double(double value, Digit* out) {
    std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
    int exponent = static_cast<int>(bits >> 52 & 0x7FF) - 1075;
    std::uint64_t mantissa = (bits & ((1ull << 52) - 1)) | 1ull << 52;
    if (exponent < -52) return 0;  // less than 1
    if (exponent <= 0) return digits_from_uint64(mantissa >> -exponent, out);
    Digit small[2];
    std::size_t size = digits_from_uint64(mantissa, small);
    return shift_left({small, size}, static_cast<std::uint64_t>(exponent), out);
}

bool divide_to_double(Digits a, Digits b, double* value) {
    *value = 0;
    if (a.size == 0) return true;
    std::uint64_t small_a, small_b;
    constexpr std::uint64_t exact = 1ull << 53;
    if (digits_to_uint64(a, &small_a) && digits_to_uint64(b, &small_b) && small_a <= exact && small_b <= exact) {
        *value = static_cast<double>(small_a) / static_cast<double>(small_b);
        return true;
    }
    std::int64_t difference = static_cast<std::int64_t>(bit_length(a)) - static_cast<std::int64_t>(bit_length(b));
    if (difference > 1024) return false;
    if (difference < -1076) return true;
    // Scale so that the quotient has 62 or 63 bits: more than enough to round, with a sticky bit for the
    // rest.
    std::int64_t shift = 62 - difference;
    DigitBuffer scaled(shift > 0 ? a.size + static_cast<std::size_t>(shift / digit_bits) + 1 : a.size);
    DigitBuffer rest(b.size);
    Digit quotient[8];
    std::size_t quotient_size, rest_size;
    if (scaled.failed() || rest.failed()) return false;
    bool sticky = false;
    if (shift >= 0) {
        scaled.set_size(shift_left(a, static_cast<std::uint64_t>(shift), scaled.data()));
    } else {
        sticky = trailing_zero_bits(a) < static_cast<std::uint64_t>(-shift);
        scaled.set_size(shift_right(a, static_cast<std::uint64_t>(-shift), scaled.data()));
    }
    if (!divmod_digits(scaled.view(), b, quotient, &quotient_size, rest.data(), &rest_size)) return false;
    std::uint64_t bits = 0;
    digits_to_uint64({quotient, quotient_size}, &bits);
    return scale_rounded(bits, sticky || rest_size > 0, -shift, value);
}

}  // namespace orochi::base
