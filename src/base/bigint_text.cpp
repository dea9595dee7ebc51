// Big integers as text. Bases that are powers of two move bits and take linear time; the others leave what is
// longer than a machine word to GMP, except that short texts are read by multiplying by as much of the base
// as fits in a digit.
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/bigint.hpp"
#include "base/bigint_limbs.hpp"

namespace orochi::base {

namespace {

constexpr char digit_characters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::size_t gmp_text_characters = 110;  // characters from which GMP reads; measured on x86-64

bool is_power_of_two_base(int base) { return (base & (base - 1)) == 0; }

// The greatest power of the base that fits in a digit, and its exponent.
struct Chunk {
    Digit value;
    int characters;
};
Chunk chunk_of(int base) {
    if (base == 10) return {1000000000, 9};
    Chunk chunk{1, 0};
    for (std::uint64_t next = static_cast<unsigned>(base); next <= digit_mask; next *= static_cast<unsigned>(base)) {
        chunk.value = static_cast<Digit>(next);
        chunk.characters++;
    }
    return chunk;
}

std::size_t write_uint64(std::uint64_t value, int base, char* out) {
    return static_cast<std::size_t>(std::to_chars(out, out + 64, value, base).ptr - out);
}

std::size_t write_power_of_two(Digits a, unsigned bits_each, char* out) {
    std::size_t length = static_cast<std::size_t>((bit_length(a) + bits_each - 1) / bits_each);
    char* p = out + length;
    std::uint64_t bits = 0;
    unsigned have = 0;
    for (std::size_t i = 0; p > out;) {
        if (have < bits_each && i < a.size) {
            bits |= static_cast<std::uint64_t>(a.data[i++]) << have;
            have += digit_bits;
        }
        *--p = digit_characters[bits & ((1u << bits_each) - 1)];
        bits >>= bits_each;
        have -= bits_each;
    }
    return length;
}

// The digit's value, or 36 and more for what is none.
unsigned value_of(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A') + 10;
    return 99;
}

}  // namespace

std::size_t text_size_bound(Digits a, int base) {
    // 24 more for rounding, and because GMP wants room for what its last limb could hold.
    return static_cast<std::size_t>(static_cast<double>(bit_length(a)) / std::log2(base) * (1 + 1e-12)) + 24;
}

std::size_t digits_to_text(Digits a, int base, char* out) {
    std::uint64_t small;
    if (digits_to_uint64(a, &small)) return write_uint64(small, base, out);
    if (is_power_of_two_base(base))
        return write_power_of_two(a, static_cast<unsigned>(std::countr_zero(static_cast<unsigned>(base))), out);
    Limbs limbs(limbs_for(a.size) + 1);
    if (!limbs.ok()) return 0;
    limbs.assign(a);
    auto* text = reinterpret_cast<unsigned char*>(out);
    std::size_t length = mpn_get_str(text, base, limbs.data(), limbs.size());
    std::size_t zeros = 0;
    while (zeros + 1 < length && text[zeros] == 0) zeros++;
    length -= zeros;
    for (std::size_t i = 0; i < length; i++) out[i] = digit_characters[text[i + zeros]];
    return length;
}

std::size_t digits_bound_for_text(std::size_t characters, int base) {
    if (is_power_of_two_base(base))
        return static_cast<std::size_t>((static_cast<unsigned __int128>(characters) *
                                         static_cast<unsigned>(std::countr_zero(static_cast<unsigned>(base)))) /
                                        digit_bits) +
               1;
    return static_cast<std::size_t>(static_cast<double>(characters) * (std::log2(base) / digit_bits) * (1 + 1e-12)) + 2;
}

bool digits_from_text(std::string_view text, int base, Digit* out, std::size_t* size) {
    const unsigned radix = static_cast<unsigned>(base);
    std::size_t count = 0;
    if (is_power_of_two_base(base)) {
        unsigned bits_each = static_cast<unsigned>(std::countr_zero(radix));
        std::uint64_t bits = 0;
        unsigned have = 0;
        for (std::size_t i = text.size(); i-- > 0;) {
            unsigned value = value_of(text[i]);
            if (value >= radix) return false;
            bits |= static_cast<std::uint64_t>(value) << have;
            have += bits_each;
            if (have >= digit_bits) {
                out[count++] = static_cast<Digit>(bits) & digit_mask;
                bits >>= digit_bits;
                have -= digit_bits;
            }
        }
        if (bits) out[count++] = static_cast<Digit>(bits);
        *size = normalised_size(out, count);
        return true;
    }
    if (text.size() < gmp_text_characters) {
        const Chunk chunk = chunk_of(base);
        std::size_t i = 0;
        while (i < text.size()) {
            Digit value = 0, scale = 1;
            for (int j = 0; j < chunk.characters && i < text.size(); j++, i++) {
                unsigned digit = value_of(text[i]);
                if (digit >= radix) return false;
                value = value * radix + digit;
                scale *= radix;
            }
            count = mul_add_digit({out, count}, scale, value, out);
        }
        *size = count;
        return true;
    }
    while (!text.empty() && text.front() == '0') text.remove_prefix(1);
    *size = 0;
    if (text.empty()) return true;
    auto* values = static_cast<unsigned char*>(std::malloc(text.size()));
    Limbs limbs(limbs_for(digits_bound_for_text(text.size(), base)) + 2);
    bool good = values && limbs.ok();
    for (std::size_t i = 0; i < text.size() && good; i++) {
        unsigned value = value_of(text[i]);
        good = value < radix;
        values[i] = static_cast<unsigned char>(value);
    }
    if (good) {
        mp_size_t used = mpn_set_str(limbs.data(), values, text.size(), base);
        *size = digits_from_limbs(limbs.data(), static_cast<std::size_t>(used), out);
    }
    std::free(values);
    return good;
}

}  // namespace orochi::base
