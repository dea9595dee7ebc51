// UTF-8, strict: shortest forms only, no surrogates, nothing above U+10FFFF (RFC 3629). Decoding takes two
// passes over the bytes: scan_utf8 validates, counts and finds the widest character, so that the string is
// allocated once at its final size, and decode_utf8 then converts without checking. Both run through ASCII
// sixteen bytes at a time.
//
// Error positions, lengths and reasons are those of CPython's UnicodeDecodeError / UnicodeEncodeError.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/characters.hpp"

namespace orochi::base {

enum class Decoded : std::uint8_t {
    all,         // the input was valid to its end
    invalid,     // stopped at an error: `reason`, covering `error_length` bytes from `consumed`
    incomplete,  // stopped before a sequence that the input's end cuts short; with more input it may become
                 // valid. For a final chunk this is an error: `reason`, covering error_length bytes.
};

struct DecodeScan {
    Decoded status;
    std::size_t consumed;      // bytes of valid text from the start
    std::size_t characters;    // characters in them
    Char4 max_char;            // class of the greatest: 0x7F, 0xFF, 0xFFFF or 0x10FFFF
    std::size_t error_length;  // bytes that the error covers (invalid and incomplete)
    const char* reason;        // static text (invalid and incomplete), else null
};

// Validates until the end or the first problem.
DecodeScan scan_utf8(const std::uint8_t* data, std::size_t size);

// Converts bytes that scan_utf8 accepted. `out` has room for scan.characters, of a kind that holds
// scan.max_char.
void decode_utf8(const std::uint8_t* data, std::size_t size, Char1* out);
void decode_utf8(const std::uint8_t* data, std::size_t size, Char2* out);
void decode_utf8(const std::uint8_t* data, std::size_t size, Char4* out);
void decode_utf8(const std::uint8_t* data, std::size_t size, void* out, int kind);

struct EncodeScan {
    std::size_t consumed;      // characters that can be encoded, from the start
    std::size_t size;          // bytes that they need
    std::size_t error_length;  // characters that cannot be encoded following those (0: reached the end)
    const char* reason;        // static text when error_length is not 0
};

// Size of the text in UTF-8, up to the first run of surrogates ("surrogates not allowed").
EncodeScan scan_for_utf8(TextView text);
// Writes the text, returns the number of bytes written (as scanned). Surrogates are written as three bytes
// each, which is what "surrogatepass" wants; callers that do not want that stop at the scan's error.
std::size_t encode_utf8(TextView text, std::uint8_t* out);

// One character; returns the number of bytes (1 to 4). `out` has room for 4.
int encode_utf8_character(Char4 c, std::uint8_t* out);
// One character of valid UTF-8 at *p; advances *p.
Char4 next_utf8_character(const std::uint8_t** p);

}  // namespace orochi::base
