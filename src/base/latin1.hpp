// Latin-1 and ASCII: one byte a character, so decoding is copying (or, for ASCII, checking), and encoding is
// narrowing.
#pragma once

#include "base/utf8.hpp"

namespace orochi::base {

// Stops at the first byte >= 0x80: "ordinal not in range(128)", one byte long.
DecodeScan scan_ascii(const std::uint8_t* data, std::size_t size);

// How much of the text fits below `limit` (128 or 256). The error covers the whole run of characters that do
// not fit; reason "ordinal not in range(128)" or "ordinal not in range(256)".
EncodeScan scan_for_narrow(TextView text, Char4 limit);

}  // namespace orochi::base
