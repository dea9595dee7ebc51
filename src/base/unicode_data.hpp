// Properties of characters that str's methods and the tokenizer ask for, for the Unicode version of the
// reference (14.0). Generated from it at build time by tools/generate_unicode.py into two-level tables: one
// load for the block, one for the record, and all answers are bits of the record. Latin-1 has a table of its
// own, one load deep.
//
// The full database behind the `unicodedata` module (names, categories, decompositions) is
// unicode_database.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/characters.hpp"

namespace orochi::base {

enum CharFlag : std::uint16_t {
    char_alpha = 1 << 0,
    char_decimal = 1 << 1,
    char_digit = 1 << 2,
    char_numeric = 1 << 3,
    char_space = 1 << 4,
    char_printable = 1 << 5,
    char_lower = 1 << 6,
    char_upper = 1 << 7,
    char_title = 1 << 8,
    char_cased = 1 << 9,
    char_case_ignorable = 1 << 10,
    char_xid_start = 1 << 11,  // also '_'
    char_xid_continue = 1 << 12,
    char_line_break = 1 << 13,            // where str.splitlines splits
    char_simple_case = 1 << 14,           // every case mapping is one character, found by adding an offset
    char_case_folds_specially = 1 << 15,  // casefold differs from lower
};

struct CharRecord {
    std::uint16_t flags;
    std::int8_t decimal;  // -1: none
    std::int8_t digit;    // -1: none
    // With char_simple_case: offsets to add. Otherwise places in char_case_texts, where the simple mapping is
    // followed by the full one: index, and the full one's length from bit 24.
    std::int32_t upper, lower, title;
    std::int32_t fold;  // with char_case_folds_specially: a place in char_case_texts, of the full folding only
};

inline constexpr int char_block_shift = 7;
extern const std::uint16_t char_index1[(max_code_point + 1) >> char_block_shift];
extern const std::uint16_t char_index2[];
extern const CharRecord char_records[];  // the first is that of a character without properties
extern const Char4 char_case_texts[];
extern const std::uint16_t latin1_flags[256];

inline const CharRecord& char_record(Char4 c) {
    if (c > max_code_point) return char_records[0];
    return char_records[char_index2[(char_index1[c >> char_block_shift] << char_block_shift) +
                                    (c & ((1 << char_block_shift) - 1))]];
}
inline unsigned char_flags(Char4 c) { return c < 256 ? latin1_flags[c] : char_record(c).flags; }
inline bool char_has(Char4 c, unsigned flags) { return (char_flags(c) & flags) != 0; }

inline bool is_alpha(Char4 c) { return char_has(c, char_alpha); }
inline bool is_decimal(Char4 c) { return char_has(c, char_decimal); }
inline bool is_digit(Char4 c) { return char_has(c, char_digit); }
inline bool is_numeric(Char4 c) { return char_has(c, char_numeric); }
inline bool is_alnum(Char4 c) { return char_has(c, char_alpha | char_decimal | char_digit | char_numeric); }
inline bool is_space(Char4 c) { return char_has(c, char_space); }
inline bool is_printable(Char4 c) { return char_has(c, char_printable); }
inline bool is_lower(Char4 c) { return char_has(c, char_lower); }
inline bool is_upper(Char4 c) { return char_has(c, char_upper); }
inline bool is_title(Char4 c) { return char_has(c, char_title); }
inline bool is_cased(Char4 c) { return char_has(c, char_cased); }
inline bool is_case_ignorable(Char4 c) { return char_has(c, char_case_ignorable); }
inline bool is_line_break(Char4 c) { return char_has(c, char_line_break); }
inline bool is_xid_start(Char4 c) { return char_has(c, char_xid_start); }
inline bool is_xid_continue(Char4 c) { return char_has(c, char_xid_continue); }

// -1 when the character has no such value.
inline int decimal_value(Char4 c) { return char_record(c).decimal; }
inline int digit_value(Char4 c) { return char_record(c).digit; }
double numeric_value(Char4 c);  // -1.0 when none

// Full case mappings: up to three characters into `out`, returns how many.
int to_upper_full(Char4 c, Char4 out[3]);
int to_lower_full(Char4 c, Char4 out[3]);  // of the character alone: final sigma is the caller's (see below)
int to_title_full(Char4 c, Char4 out[3]);
int to_fold_full(Char4 c, Char4 out[3]);
// Simple mappings: always one character; the first where the full mapping has several, as in the reference's
// C API.
Char4 to_upper(Char4 c);
Char4 to_lower(Char4 c);
Char4 to_title(Char4 c);

// str.lower of the capital sigma at `position`: U+03C2 at the end of a word, else U+03C3.
Char4 lower_sigma(TextView text, std::size_t position);

// str.isidentifier(): non-empty, XID_Start or '_', then XID_Continue.
bool is_identifier(TextView text);
// The same for UTF-8. Returns the length in bytes of the longest identifier that `text` starts with (0:
// none).
std::size_t identifier_prefix_utf8(std::string_view text);

// NFKC of a UTF-8 identifier (PEP 3131). ASCII comes back as it is; invalid UTF-8 must not be passed.
std::string normalize_identifier(std::string_view utf8);

}  // namespace orochi::base
