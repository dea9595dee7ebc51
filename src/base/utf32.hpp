// UTF-32 in either byte order. Reasons: "truncated data" (less than four bytes left), "code point not in
// range(0x110000)", "code point in surrogate code point range(0xd800, 0xe000)".
#pragma once

#include "base/utf16.hpp"

namespace orochi::base {

DecodeScan scan_utf32(const std::uint8_t* data, std::size_t size, ByteOrder order);
void decode_utf32(const std::uint8_t* data, std::size_t size, ByteOrder order, void* out, int kind);

EncodeScan scan_for_utf32(TextView text);
std::size_t encode_utf32(TextView text, ByteOrder order, std::uint8_t* out);

}  // namespace orochi::base
