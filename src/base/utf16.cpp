#include "base/utf16.hpp"

#include "base/bits.hpp"

namespace orochi::base {

namespace {

// Calls f with the unit reader for the byte order, so that loops are compiled once for each.
struct NativeUnit {
    static Char2 read(const std::uint8_t* p) { return load<Char2>(p); }
    static void write(std::uint8_t* p, Char2 unit) { store(p, unit); }
};
struct SwappedUnit {
    static Char2 read(const std::uint8_t* p) { return byte_swap(load<Char2>(p)); }
    static void write(std::uint8_t* p, Char2 unit) { store(p, byte_swap(unit)); }
};

template <typename Unit>
DecodeScan scan(const std::uint8_t* data, std::size_t size) {
    DecodeScan result{Decoded::all, 0, 0, 0x7F, 0, nullptr};
    std::size_t whole = size & ~std::size_t{1};
    Char4 all = 0;
    std::size_t i = 0, pairs = 0;
    auto stop = [&](Decoded status, std::size_t length, const char* reason) {
        result.status = status;
        result.error_length = length;
        result.reason = reason;
    };
    for (; i < whole; i += 2) {
        Char2 unit = Unit::read(data + i);
        if (!is_surrogate(unit)) [[likely]] {
            all |= unit;
            continue;
        }
        if (is_low_surrogate(unit)) {
            stop(Decoded::invalid, 2, "illegal encoding");
            break;
        }
        if (i + 4 > size) {
            stop(Decoded::incomplete, size - i, "unexpected end of data");
            break;
        }
        if (!is_low_surrogate(Unit::read(data + i + 2))) {
            stop(Decoded::invalid, 2, "illegal UTF-16 surrogate");
            break;
        }
        all |= 0x10000;
        pairs++;
        i += 2;
    }
    if (result.status == Decoded::all && i < size) stop(Decoded::incomplete, 1, "truncated data");
    result.consumed = i;
    result.characters = i / 2 - pairs;
    result.max_char = all < 0x80 ? 0x7F : all < 0x100 ? 0xFF : all < 0x10000 ? 0xFFFF : 0x10FFFF;
    return result;
}

template <typename Unit, typename T>
void decode(const std::uint8_t* data, std::size_t size, T* out) {
    for (std::size_t i = 0; i < size; i += 2) {
        Char4 c = Unit::read(data + i);
        if constexpr (sizeof(T) == 4) {
            if (is_surrogate(c)) {
                i += 2;
                c = join_surrogates(c, Unit::read(data + i));
            }
        }
        *out++ = static_cast<T>(c);
    }
}

template <typename Unit>
void decode_to(const std::uint8_t* data, std::size_t size, void* out, int kind) {
    switch (kind) {
        case 1: return decode<Unit>(data, size, static_cast<Char1*>(out));
        case 2: return decode<Unit>(data, size, static_cast<Char2*>(out));
        default: return decode<Unit>(data, size, static_cast<Char4*>(out));
    }
}

template <typename T>
EncodeScan scan_characters(const T* chars, std::size_t length) {
    std::size_t pairs = 0, i = 0;
    for (; i < length; i++) {
        if (is_surrogate(chars[i])) [[unlikely]]
            return {i, (i + pairs) * 2, 1, "surrogates not allowed"};
        pairs += static_cast<Char4>(chars[i]) > 0xFFFF;
    }
    return {i, (i + pairs) * 2, 0, nullptr};
}

template <typename Unit, typename T>
std::size_t encode(const T* chars, std::size_t length, std::uint8_t* out) {
    std::uint8_t* start = out;
    for (std::size_t i = 0; i < length; i++, out += 2) {
        Char4 c = chars[i];
        if constexpr (sizeof(T) == 4) {
            if (c > 0xFFFF) {
                Unit::write(out, static_cast<Char2>(0xD800 + ((c - 0x10000) >> 10)));
                out += 2;
                c = 0xDC00 | (c & 0x3FF);
            }
        }
        Unit::write(out, static_cast<Char2>(c));
    }
    return static_cast<std::size_t>(out - start);
}

template <typename Unit>
std::size_t encode_from(TextView text, std::uint8_t* out) {
    switch (text.kind) {
        case 1: return encode<Unit>(static_cast<const Char1*>(text.data), text.length, out);
        case 2: return encode<Unit>(static_cast<const Char2*>(text.data), text.length, out);
        default: return encode<Unit>(static_cast<const Char4*>(text.data), text.length, out);
    }
}

}  // namespace

DecodeScan scan_utf16(const std::uint8_t* data, std::size_t size, ByteOrder order) {
    return order == native_order ? scan<NativeUnit>(data, size) : scan<SwappedUnit>(data, size);
}

void decode_utf16(const std::uint8_t* data, std::size_t size, ByteOrder order, void* out, int kind) {
    if (order == native_order)
        decode_to<NativeUnit>(data, size, out, kind);
    else
        decode_to<SwappedUnit>(data, size, out, kind);
}

EncodeScan scan_for_utf16(TextView text) {
    switch (text.kind) {
        case 1: return {text.length, text.length * 2, 0, nullptr};
        case 2: return scan_characters(static_cast<const Char2*>(text.data), text.length);
        default: return scan_characters(static_cast<const Char4*>(text.data), text.length);
    }
}

std::size_t encode_utf16(TextView text, ByteOrder order, std::uint8_t* out) {
    return order == native_order ? encode_from<NativeUnit>(text, out) : encode_from<SwappedUnit>(text, out);
}

}  // namespace orochi::base
