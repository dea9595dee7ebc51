// Big integers as bit patterns: two's complement operations, and bytes.
#include <algorithm>
#include <cstring>

#include "base/bigint.hpp"

namespace orochi::base {

namespace {

// Yields the digits of a signed number in two's complement, without end.
struct TwosComplement {
    Digits number;
    Digit flip;   // digit_mask when negative
    Digit carry;  // 1 until the lowest bit that is set has passed

    TwosComplement(Digits a, bool negative) : number(a), flip(negative ? digit_mask : 0), carry(negative) {}
    Digit next(std::size_t i) {
        Digit digit = ((i < number.size ? number.data[i] : 0) ^ flip) + carry;
        carry = digit >> digit_bits;
        return digit & digit_mask;
    }
};

template <typename Operation>
std::size_t combine(Digits a, Digits b, Digit* out, Operation operation) {
    for (std::size_t i = 0; i < b.size; i++) out[i] = operation(a.data[i], b.data[i]);
    return b.size;
}

}  // namespace

std::size_t bitwise_digits(BitOperation operation, Digits a, bool a_negative, Digits b, bool b_negative, Digit* out,
                           bool* negative) {
    if (a.size < b.size) {
        std::swap(a, b);
        std::swap(a_negative, b_negative);
    }
    a_negative = a_negative && a.size > 0;
    b_negative = b_negative && b.size > 0;
    *negative = false;
    if (!a_negative && !b_negative) {
        std::size_t size = a.size;
        switch (operation) {
            case BitOperation::and_: size = combine(a, b, out, [](Digit x, Digit y) { return x & y; }); break;
            case BitOperation::or_: combine(a, b, out, [](Digit x, Digit y) { return x | y; }); break;
            case BitOperation::xor_: combine(a, b, out, [](Digit x, Digit y) { return x ^ y; }); break;
        }
        if (size > b.size && out != a.data)
            std::memcpy(out + b.size, a.data + b.size, (a.size - b.size) * sizeof(Digit));
        return normalised_size(out, size);
    }
    bool result_negative = operation == BitOperation::and_  ? a_negative && b_negative
                           : operation == BitOperation::or_ ? a_negative || b_negative
                                                            : a_negative != b_negative;
    TwosComplement x(a, a_negative), y(b, b_negative);
    Digit flip = result_negative ? digit_mask : 0, carry = result_negative;
    for (std::size_t i = 0; i < a.size; i++) {
        Digit p = x.next(i), q = y.next(i);
        Digit digit = operation == BitOperation::and_ ? p & q : operation == BitOperation::or_ ? p | q : p ^ q;
        digit = (digit ^ flip) + carry;
        carry = digit >> digit_bits;
        out[i] = digit & digit_mask;
    }
    std::size_t size = a.size;
    if (carry) out[size++] = 1;
    size = normalised_size(out, size);
    *negative = result_negative && size > 0;
    return size;
}

std::size_t digits_from_bytes(const std::uint8_t* bytes, std::size_t size, bool little_endian, bool is_signed,
                              Digit* out, bool* negative) {
    *negative = false;
    if (size == 0) return 0;
    std::ptrdiff_t step = little_endian ? 1 : -1;
    const std::uint8_t* p = little_endian ? bytes : bytes + size - 1;
    std::uint8_t most_significant = little_endian ? bytes[size - 1] : bytes[0];
    bool minus = is_signed && (most_significant & 0x80);
    std::uint64_t bits = 0;
    unsigned have = 0, carry = minus;
    std::uint8_t flip = minus ? 0xFF : 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < size; i++, p += step) {
        unsigned byte = static_cast<std::uint8_t>(*p ^ flip) + carry;
        carry = byte >> 8;
        bits |= static_cast<std::uint64_t>(byte & 0xFF) << have;
        have += 8;
        if (have >= digit_bits) {
            out[count++] = static_cast<Digit>(bits) & digit_mask;
            bits >>= digit_bits;
            have -= digit_bits;
        }
    }
    bits |= static_cast<std::uint64_t>(carry) << have;
    if (bits) out[count++] = static_cast<Digit>(bits);
    count = normalised_size(out, count);
    *negative = minus && count > 0;
    return count;
}

bool digits_to_bytes(Digits a, bool negative, std::uint8_t* bytes, std::size_t size, bool little_endian,
                     bool is_signed) {
    if (a.size == 0) {
        if (size > 0) std::memset(bytes, 0, size);
        return true;
    }
    if (negative && !is_signed) return false;
    std::uint64_t width = bit_length(a), room = static_cast<std::uint64_t>(size) * 8;
    if (!is_signed) {
        if (width > room) return false;
    } else if (width >= room) {
        // Only the least negative number uses all bits.
        if (!negative || width != room || trailing_zero_bits(a) != width - 1) return false;
    }
    std::ptrdiff_t step = little_endian ? 1 : -1;
    std::uint8_t* p = little_endian ? bytes : bytes + size - 1;
    TwosComplement number(a, negative);
    std::uint64_t bits = 0;
    unsigned have = 0;
    for (std::size_t i = 0, digit = 0; i < size; i++, p += step) {
        if (have < 8) {
            bits |= static_cast<std::uint64_t>(number.next(digit++)) << have;
            have += digit_bits;
        }
        *p = static_cast<std::uint8_t>(bits);
        bits >>= 8;
        have -= 8;
    }
    return true;
}

}  // namespace orochi::base
