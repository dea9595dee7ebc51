#include "base/latin1.hpp"

namespace orochi::base {

DecodeScan scan_ascii(const std::uint8_t* data, std::size_t size) {
    std::size_t good = ascii_prefix(data, size);
    if (good == size) return {Decoded::all, size, size, 0x7F, 0, nullptr};
    return {Decoded::invalid, good, good, 0x7F, 1, "ordinal not in range(128)"};
}

template <typename T>
static EncodeScan scan(const T* chars, std::size_t length, Char4 limit) {
    std::size_t i = 0;
    if constexpr (sizeof(T) == 1) i = ascii_prefix(chars, length);
    while (i < length && chars[i] < limit) i++;
    if (i == length) return {length, length, 0, nullptr};
    std::size_t stop = i + 1;
    while (stop < length && chars[stop] >= limit) stop++;
    return {i, i, stop - i, limit == 128 ? "ordinal not in range(128)" : "ordinal not in range(256)"};
}

EncodeScan scan_for_narrow(TextView text, Char4 limit) {
    switch (text.kind) {
        case 1:
            if (limit == 256) return {text.length, text.length, 0, nullptr};
            return scan(static_cast<const Char1*>(text.data), text.length, limit);
        case 2: return scan(static_cast<const Char2*>(text.data), text.length, limit);
        default: return scan(static_cast<const Char4*>(text.data), text.length, limit);
    }
}

}  // namespace orochi::base
