#include "base/utf32.hpp"

#include "base/bits.hpp"

namespace orochi::base {

static Char4 read_unit(const std::uint8_t* p, bool swap) {
    Char4 unit = load<Char4>(p);
    return swap ? byte_swap(unit) : unit;
}

DecodeScan scan_utf32(const std::uint8_t* data, std::size_t size, ByteOrder order) {
    bool swap = order != native_order;
    DecodeScan result{Decoded::all, 0, 0, 0x7F, 0, nullptr};
    Char4 all = 0;
    std::size_t i = 0;
    for (; i + 4 <= size; i += 4) {
        Char4 c = read_unit(data + i, swap);
        if (c > max_code_point || is_surrogate(c)) [[unlikely]] {
            result.status = Decoded::invalid;
            result.error_length = 4;
            result.reason = c > max_code_point ? "code point not in range(0x110000)"
                                               : "code point in surrogate code point range(0xd800, 0xe000)";
            break;
        }
        all |= c;
    }
    if (result.status == Decoded::all && i < size) {
        result.status = Decoded::incomplete;
        result.error_length = size - i;
        result.reason = "truncated data";
    }
    result.consumed = i;
    result.characters = i / 4;
    result.max_char = all < 0x80 ? 0x7F : all < 0x100 ? 0xFF : all < 0x10000 ? 0xFFFF : 0x10FFFF;
    return result;
}

template <typename T>
static void decode(const std::uint8_t* data, std::size_t size, bool swap, T* out) {
    for (std::size_t i = 0; i + 4 <= size; i += 4) *out++ = static_cast<T>(read_unit(data + i, swap));
}

void decode_utf32(const std::uint8_t* data, std::size_t size, ByteOrder order, void* out, int kind) {
    bool swap = order != native_order;
    switch (kind) {
        case 1: return decode(data, size, swap, static_cast<Char1*>(out));
        case 2: return decode(data, size, swap, static_cast<Char2*>(out));
        default: return decode(data, size, swap, static_cast<Char4*>(out));
    }
}

template <typename T>
static EncodeScan scan_characters(const T* chars, std::size_t length) {
    for (std::size_t i = 0; i < length; i++)
        if (is_surrogate(chars[i])) [[unlikely]]
            return {i, i * 4, 1, "surrogates not allowed"};
    return {length, length * 4, 0, nullptr};
}

EncodeScan scan_for_utf32(TextView text) {
    switch (text.kind) {
        case 1: return {text.length, text.length * 4, 0, nullptr};
        case 2: return scan_characters(static_cast<const Char2*>(text.data), text.length);
        default: return scan_characters(static_cast<const Char4*>(text.data), text.length);
    }
}

template <typename T>
static std::size_t encode(const T* chars, std::size_t length, bool swap, std::uint8_t* out) {
    for (std::size_t i = 0; i < length; i++) {
        Char4 c = chars[i];
        store(out + i * 4, swap ? byte_swap(c) : c);
    }
    return length * 4;
}

std::size_t encode_utf32(TextView text, ByteOrder order, std::uint8_t* out) {
    bool swap = order != native_order;
    switch (text.kind) {
        case 1: return encode(static_cast<const Char1*>(text.data), text.length, swap, out);
        case 2: return encode(static_cast<const Char2*>(text.data), text.length, swap, out);
        default: return encode(static_cast<const Char4*>(text.data), text.length, swap, out);
    }
}

}  // namespace orochi::base
