// UTF-16 in either byte order. As with UTF-8: scan, allocate, decode. Byte order marks are the caller's
// business. Reasons: "truncated data" (half a unit at the end), "unexpected end of data" (high surrogate at
// the end), "illegal UTF-16 surrogate" (high surrogate without its low one), "illegal encoding" (low
// surrogate alone).
#pragma once

#include "base/utf8.hpp"

namespace orochi::base {

enum class ByteOrder : std::uint8_t { little, big };

DecodeScan scan_utf16(const std::uint8_t* data, std::size_t size, ByteOrder order);
void decode_utf16(const std::uint8_t* data, std::size_t size, ByteOrder order, void* out, int kind);

// consumed/size/error as for UTF-8, but an error covers one character: "surrogates not allowed".
EncodeScan scan_for_utf16(TextView text);
// Writes size bytes as scanned. Surrogates are written as they are.
std::size_t encode_utf16(TextView text, ByteOrder order, std::uint8_t* out);

// The order of this machine.
inline constexpr ByteOrder native_order =
    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ByteOrder::little : ByteOrder::big;

}  // namespace orochi::base
