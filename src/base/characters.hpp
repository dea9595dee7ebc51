// Arrays of characters as PEP 393 stores them: 1, 2 or 4 bytes each ("kind"). Kernels that look at every
// character: the greatest one (which decides the kind), whether all are ASCII, copies between kinds,
// comparison.
//
// Char1 arrays hold Latin-1, Char2 the basic plane, Char4 all of Unicode. No kernel reads or writes outside
// its range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace orochi::base {

using Char1 = std::uint8_t;
using Char2 = std::uint16_t;
using Char4 = std::uint32_t;

inline constexpr Char4 max_code_point = 0x10FFFF;
constexpr bool is_surrogate(Char4 c) { return (c & ~0x7FFu) == 0xD800; }
constexpr bool is_high_surrogate(Char4 c) { return (c & ~0x3FFu) == 0xD800; }
constexpr bool is_low_surrogate(Char4 c) { return (c & ~0x3FFu) == 0xDC00; }
constexpr Char4 join_surrogates(Char4 high, Char4 low) { return 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF); }

// The narrowest kind (1, 2, 4) that holds a string whose greatest character is c.
constexpr int kind_for(Char4 c) { return c < 0x100 ? 1 : c < 0x10000 ? 2 : 4; }

// A borrowed array of characters of any kind.
struct TextView {
    const void* data;
    std::size_t length;  // in characters
    int kind;            // 1, 2 or 4: bytes a character

    Char4 operator[](std::size_t i) const {
        return kind == 1   ? static_cast<const Char1*>(data)[i]
               : kind == 2 ? static_cast<const Char2*>(data)[i]
                           : static_cast<const Char4*>(data)[i];
    }
};

// Number of leading bytes below 0x80.
std::size_t ascii_prefix(const std::uint8_t* data, std::size_t size);
inline bool is_ascii(const std::uint8_t* data, std::size_t size) { return ascii_prefix(data, size) == size; }

// The class of the greatest character: one of 0x7F, 0xFF, 0xFFFF, 0x10FFFF (what PyUnicode_New wants to know;
// the scan stops as soon as the widest class of its kind is certain).
Char4 max_char_class(const Char1* chars, std::size_t length);
Char4 max_char_class(const Char2* chars, std::size_t length);
Char4 max_char_class(const Char4* chars, std::size_t length);
Char4 max_char_class(TextView text);

// Copies `length` characters between kinds. Narrowing requires that every character fits.
void copy_characters(const Char1* from, std::size_t length, Char1* to);
void copy_characters(const Char1* from, std::size_t length, Char2* to);
void copy_characters(const Char1* from, std::size_t length, Char4* to);
void copy_characters(const Char2* from, std::size_t length, Char1* to);
void copy_characters(const Char2* from, std::size_t length, Char2* to);
void copy_characters(const Char2* from, std::size_t length, Char4* to);
void copy_characters(const Char4* from, std::size_t length, Char1* to);
void copy_characters(const Char4* from, std::size_t length, Char2* to);
void copy_characters(const Char4* from, std::size_t length, Char4* to);
// The same with kinds known at run time; `to` has room for from.length characters of to_kind.
void copy_characters(TextView from, void* to, int to_kind);

// Fills `length` characters of the given kind with c, which must fit.
void fill_characters(void* to, int kind, std::size_t length, Char4 c);

// Order by code point: negative, 0 or positive.
int compare_text(TextView a, TextView b);
bool equal_text(TextView a, TextView b);

}  // namespace orochi::base
