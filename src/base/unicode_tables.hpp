// The shapes of the generated tables that only the Unicode sources of this floor look at.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/characters.hpp"
#include "base/unicode_data.hpp"

namespace orochi::base {

// Numeric values that are not the character's digit value, by code point.
struct NumericValue {
    Char4 character;
    double value;
};
extern const NumericValue numeric_values[];
extern const std::size_t numeric_value_count;

enum DatabaseCheck : std::uint8_t {
    not_nfd = 1 << 0,  // the character alone is not in this form
    not_nfkd = 1 << 1,
    not_nfc = 1 << 2,
    not_nfkc = 1 << 3,
    composes_with_previous = 1 << 4,  // can be the second of a pair that becomes one character
};

struct DatabaseRecord {
    std::uint8_t category, bidirectional, combining, width, mirrored, checks;
};
extern const std::uint16_t database_index1[];
extern const std::uint16_t database_index2[];
extern const DatabaseRecord database_records[];
extern const char category_names[][3];
extern const char bidirectional_names[][4];
extern const char width_names[][3];

// Decompositions as in UnicodeData.txt, one step: a head (tag << 8 | length) and the characters. Place 0 is empty.
extern const char decomposition_tags[][12];
extern const std::uint16_t decomposition_index1[];
extern const std::uint16_t decomposition_index2[];
extern const Char4 decomposition_texts[];

struct Composition {
    Char4 first, second, composite;
};
extern const Composition compositions[];  // sorted by first, second
extern const std::size_t composition_count;

inline std::size_t two_level_index(const std::uint16_t* index1, const std::uint16_t* index2, Char4 c) {
    return index2[(index1[c >> char_block_shift] << char_block_shift) + (c & ((1 << char_block_shift) - 1))];
}

inline const DatabaseRecord& database_record(Char4 c) {
    if (c > max_code_point) c = 0xE0FFF;  // unassigned
    return database_records[two_level_index(database_index1, database_index2, c)];
}

}  // namespace orochi::base
