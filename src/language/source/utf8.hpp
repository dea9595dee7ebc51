// UTF-8 as the front end needs it: decoding, encoding, and finding the first
// fault with the words CPython's decoder uses for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace orochi::language {

// Decodes the code point at `i` of text known to be valid (surrogates allowed), and moves `i` past it.
inline uint32_t decode_utf8_at(std::string_view text, size_t& i) {
    auto at = [&](size_t k) { return static_cast<uint32_t>(static_cast<unsigned char>(text[k])); };
    uint32_t c = at(i);
    if (c < 0x80) return ++i, c;
    if (c < 0xE0) return i += 2, (c & 31) << 6 | (at(i - 1) & 63);
    if (c < 0xF0) return i += 3, (c & 15) << 12 | (at(i - 2) & 63) << 6 | (at(i - 1) & 63);
    i += 4;
    return (c & 7) << 18 | (at(i - 3) & 63) << 12 | (at(i - 2) & 63) << 6 | (at(i - 1) & 63);
}

inline void append_utf8(std::string& out, uint32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 63));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 63));
        out += static_cast<char>(0x80 | (c & 63));
    } else {
        out += static_cast<char>(0xF0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 63));
        out += static_cast<char>(0x80 | (c >> 6 & 63));
        out += static_cast<char>(0x80 | (c & 63));
    }
}

// Where UTF-8 is broken: bytes [start, end) and why.
struct Utf8Fault {
    size_t start = 0;
    size_t end = 0;
    const char* reason = nullptr;  // null: the text is valid

    explicit operator bool() const { return reason != nullptr; }
};

Utf8Fault find_utf8_fault(std::string_view text);

// "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
std::string describe(const Utf8Fault& fault, std::string_view text);

// How many characters the first `bytes` bytes of `line` hold; broken sequences
// count as the replacement characters they decode to.
int32_t count_characters(std::string_view line, size_t bytes);

// The same after broken sequences have been replaced: the first `bytes` bytes of what is shown of the line.
// CPython counts so, with byte offsets of the line as it was. `bytes` may lie after the end, which counts
// one.
int32_t count_shown_characters(std::string_view line, int64_t bytes);

// `text` with broken sequences replaced by U+FFFD.
std::string replace_faults(std::string_view text);

}  // namespace orochi::language
