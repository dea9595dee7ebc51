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

// Decompositions as in UnicodeData.txt, one step: a head (tag << 8 | length) and the characters. Place 0 is
// empty.
extern const char decomposition_tags[][12];
extern const std::uint16_t decomposition_index1[];
extern const std::uint16_t decomposition_index2[];
extern const Char4 decomposition_texts[];

struct Composition {
    Char4 first, second, composite;
};
extern const Composition compositions[];  // sorted by first, second
extern const std::size_t composition_count;

// Names are lists of words, each an index into name_word_offsets with flags for what follows it: a space
// unless said otherwise. name_index leads from a character to its first word (0: none), name_slots from a
// name's hash to characters.
inline constexpr unsigned name_word_hyphen = 1 << 15, name_word_last = 1 << 14;
inline constexpr std::uint32_t name_slot_count = 1 << 16, name_slot_free = 0xFFFFFFFF;
// Aliases and named sequences are stored as the names of these private characters.
inline constexpr Char4 name_alias_start = 0xF0000, named_sequence_start = 0xF0200;
struct CharRange {
    Char4 first, last;
};
extern const char name_text[];
extern const std::uint32_t name_word_offsets[];
extern const std::uint16_t name_words[];
extern const std::uint16_t name_index1[];
extern const std::uint32_t name_index2[];
extern const std::uint32_t name_slots[];
extern const CharRange ideograph_ranges[];
extern const std::size_t ideograph_range_count;
extern const Char4 name_aliases[];
extern const std::size_t name_alias_count;
extern const Char4 named_sequences[][4];  // filled up with 0
extern const std::size_t named_sequence_count;

// Unicode 3.2: which characters it had, those whose properties have changed since, and those that it
// decomposed to another character (from, to).
struct Difference {
    Char4 character;
    std::uint8_t category, bidirectional, width, mirrored;
    std::int8_t decimal;
};
extern const CharRange assigned_3_2[];
extern const std::size_t assigned_3_2_count;
extern const Difference differences_3_2[];
extern const std::size_t difference_3_2_count;
extern const CharRange corrections_3_2[];
extern const std::size_t correction_3_2_count;

inline std::size_t two_level_index(const std::uint16_t* index1, const std::uint16_t* index2, Char4 c) {
    return index2[(index1[c >> char_block_shift] << char_block_shift) + (c & ((1 << char_block_shift) - 1))];
}

inline const DatabaseRecord& database_record(Char4 c) {
    if (c > max_code_point) c = 0xE0FFF;  // unassigned
    return database_records[two_level_index(database_index1, database_index2, c)];
}

}  // namespace orochi::base
