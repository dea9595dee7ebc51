// Characters as patterns see them: categories, case, sets.
#pragma once

#include <cctype>

#include "base/unicode_data.hpp"
#include "modules/_sre/opcodes.hpp"

namespace orochi::sre {

using Char = uint32_t;

inline Char lower_ascii(Char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }
inline Char lower_unicode(Char c) { return c < 128 ? lower_ascii(c) : base::to_lower(c); }
inline Char upper_unicode(Char c) { return base::to_upper(c); }
inline Char lower_locale(Char c) { return c < 256 ? Char(tolower(int(c))) : c; }
inline Char upper_locale(Char c) { return c < 256 ? Char(toupper(int(c))) : c; }

inline bool is_ascii_word(Char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
inline bool is_locale_word(Char c) { return c < 256 && (isalnum(int(c)) || c == '_'); }
inline bool is_unicode_word(Char c) { return c < 128 ? is_ascii_word(c) : base::is_alnum(c); }
inline bool is_unicode_space(Char c) {
    if (c < 128) return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F);
    return base::is_space(c);
}

inline bool in_category(Word category, Char c) {
    switch (category) {
        case kDigit: return c >= '0' && c <= '9';
        case kNotDigit: return !(c >= '0' && c <= '9');
        case kSpace: return c == ' ' || (c >= 9 && c <= 13);
        case kNotSpace: return !(c == ' ' || (c >= 9 && c <= 13));
        case kWord: return is_ascii_word(c);
        case kNotWord: return !is_ascii_word(c);
        case kLinebreak: return c == '\n';
        case kNotLinebreak: return c != '\n';
        case kLocWord: return is_locale_word(c);
        case kLocNotWord: return !is_locale_word(c);
        case kUniDigit: return base::is_decimal(c);
        case kUniNotDigit: return !base::is_decimal(c);
        case kUniSpace: return is_unicode_space(c);
        case kUniNotSpace: return !is_unicode_space(c);
        case kUniWord: return is_unicode_word(c);
        case kUniNotWord: return !is_unicode_word(c);
        case kUniLinebreak: return base::is_line_break(c);
        case kUniNotLinebreak: return !base::is_line_break(c);
        default: return false;
    }
}

// Whether the set at `set` (ended by kFailure) has the character.
inline bool set_contains(const Word* set, Char c) {
    bool found = true;
    while (true) {
        switch (*set++) {
            case kFailure: return !found;
            case kLiteral:
                if (c == set[0]) return found;
                ++set;
                break;
            case kCategory:
                if (in_category(set[0], c)) return found;
                ++set;
                break;
            case kCharset:
                if (c < 256 && (set[c >> 5] >> (c & 31) & 1)) return found;
                set += 8;
                break;
            case kRange:
                if (set[0] <= c && c <= set[1]) return found;
                set += 2;
                break;
            case kRangeUniIgnore: {
                if (set[0] <= c && c <= set[1]) return found;
                Char upper = upper_unicode(c);
                if (set[0] <= upper && upper <= set[1]) return found;
                set += 2;
                break;
            }
            case kNegate: found = !found; break;
            case kBigCharset: {
                Word blocks = *set++;
                if (c < 0x10000) {
                    Word block = reinterpret_cast<const unsigned char*>(set)[c >> 8];
                    Word bit = block * 256 + (c & 255);
                    if (set[64 + (bit >> 5)] >> (bit & 31) & 1) return found;
                }
                set += 64 + blocks * 8;
                break;
            }
            default: return false;
        }
    }
}
// Sets are asked for the character as it is in the text, for the four ways of ignoring case.
inline bool in_set(Word op, const Word* set, Char c) {
    switch (op) {
        case kIn: return set_contains(set, c);
        case kInIgnore: return set_contains(set, lower_ascii(c));
        case kInUniIgnore: return set_contains(set, lower_unicode(c));
        default: {
            Char lower = lower_locale(c);
            if (set_contains(set, lower)) return true;
            Char upper = upper_locale(c);
            return upper != lower && set_contains(set, upper);
        }
    }
}
inline bool matches_literal(Word op, Word literal, Char c) {
    switch (op) {
        case kLiteral: return c == literal;
        case kNotLiteral: return c != literal;
        case kLiteralIgnore: return lower_ascii(c) == literal;
        case kNotLiteralIgnore: return lower_ascii(c) != literal;
        case kLiteralUniIgnore: return lower_unicode(c) == literal;
        case kNotLiteralUniIgnore: return lower_unicode(c) != literal;
        case kLiteralLocIgnore: return c == literal || lower_locale(c) == literal || upper_locale(c) == literal;
        default: return !(c == literal || lower_locale(c) == literal || upper_locale(c) == literal);
    }
}

// Membership of the first 256 characters in a set, as bits.
struct Bitmap {
    uint64_t bits[4] = {};
    bool has(Char c) const { return bits[c >> 6] >> (c & 63) & 1; }
};

}  // namespace orochi::sre
