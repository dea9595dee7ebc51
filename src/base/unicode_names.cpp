// Names of characters, both ways.
#include <cstdio>

#include "base/unicode_database.hpp"
#include "base/unicode_tables.hpp"

namespace orochi::base {

namespace {

constexpr std::string_view hangul_prefix = "HANGUL SYLLABLE ";
constexpr std::string_view ideograph_prefix = "CJK UNIFIED IDEOGRAPH-";

// Parts of syllable names (Unicode chapter 3.12, "Hangul Syllable Name Generation").
constexpr std::string_view leads[] = {"G",  "GG", "N", "D",  "DD", "R", "M", "B", "BB", "S",
                                      "SS", "",   "J", "JJ", "C",  "K", "T", "P", "H"};
constexpr std::string_view vowels[] = {"A",  "AE", "YA", "YAE", "EO", "E",  "YEO", "YE", "O",  "WA", "WAE",
                                       "OE", "YO", "U",  "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
constexpr std::string_view tails[] = {"",   "G",  "GG", "GS", "N",  "NJ", "NH", "D",  "L", "LG", "LM", "LB", "LS", "LT",
                                      "LP", "LH", "M",  "B",  "BS", "S",  "SS", "NG", "J", "C",  "K",  "T",  "P",  "H"};
constexpr Char4 hangul_start = 0xAC00, hangul_count = 19 * 21 * 28;

bool is_ideograph(Char4 c) {
    for (std::size_t i = 0; i < ideograph_range_count; i++)
        if (c >= ideograph_ranges[i].first && c <= ideograph_ranges[i].last) return true;
    return false;
}

bool is_hidden(Char4 c) {
    return (c >= name_alias_start && c < name_alias_start + name_alias_count) ||
           (c >= named_sequence_start && c < named_sequence_start + named_sequence_count);
}

std::string_view word(unsigned index) {
    return {name_text + name_word_offsets[index], name_word_offsets[index + 1] - name_word_offsets[index]};
}

const std::uint16_t* first_word(Char4 c) {
    std::uint32_t place =
        name_index2[(static_cast<std::size_t>(name_index1[c >> char_block_shift]) << char_block_shift) +
                    (c & ((1 << char_block_shift) - 1))];
    return place ? name_words + place : nullptr;
}

constexpr char capital(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

// Is this the stored name of c, which has one?
bool is_named(Char4 c, std::string_view name) {
    for (const std::uint16_t* p = first_word(c);; p++) {
        std::string_view text = word(*p & (name_word_last - 1));
        if (name.size() < text.size()) return false;
        for (std::size_t i = 0; i < text.size(); i++)
            if (capital(name[i]) != text[i]) return false;
        name.remove_prefix(text.size());
        if (*p & name_word_last) return name.empty();
        if (name.empty() || name[0] != (*p & name_word_hyphen ? '-' : ' ')) return false;
        name.remove_prefix(1);
    }
}

// The longest part that the text begins with, removed from it; -1 when none fits.
template <std::size_t count>
int take_longest(const std::string_view (&parts)[count], std::string_view* text) {
    int best = -1;
    for (std::size_t i = 0; i < count; i++)
        if (text->starts_with(parts[i]) && (best < 0 || parts[i].size() > parts[best].size()))
            best = static_cast<int>(i);
    if (best >= 0) text->remove_prefix(parts[best].size());
    return best;
}

Char4 hangul_named(std::string_view name) {
    int lead = take_longest(leads, &name);
    int vowel = take_longest(vowels, &name);
    int tail = take_longest(tails, &name);
    if (lead < 0 || vowel < 0 || tail < 0 || !name.empty()) return 0;
    return hangul_start + static_cast<Char4>((lead * 21 + vowel) * 28 + tail);
}

Char4 ideograph_named(std::string_view digits) {
    if (digits.size() != 4 && digits.size() != 5) return 0;
    Char4 c = 0;
    for (char d : digits) {
        if (d >= '0' && d <= '9')
            c = c * 16 + static_cast<Char4>(d - '0');
        else if (d >= 'A' && d <= 'F')
            c = c * 16 + static_cast<Char4>(d - 'A' + 10);
        else
            return 0;
    }
    return is_ideograph(c) ? c : 0;
}

}  // namespace

std::string unicode_name(Char4 c) {
    std::string out;
    if (c > max_code_point || is_hidden(c)) return out;
    if (c - hangul_start < hangul_count) {
        Char4 index = c - hangul_start;
        out += hangul_prefix;
        out += leads[index / (21 * 28)];
        out += vowels[index / 28 % 21];
        out += tails[index % 28];
        return out;
    }
    if (is_ideograph(c)) {
        char digits[8];
        std::snprintf(digits, sizeof digits, "%X", c);
        out += ideograph_prefix;
        return out += digits;
    }
    const std::uint16_t* p = first_word(c);
    if (!p) return out;
    for (;; p++) {
        out += word(*p & (name_word_last - 1));
        if (*p & name_word_last) return out;
        out += *p & name_word_hyphen ? '-' : ' ';
    }
}

int unicode_lookup(std::string_view name, bool with_sequences, Char4 out[4]) {
    Char4 computed = 0;
    if (name.starts_with(hangul_prefix))
        computed = hangul_named(name.substr(hangul_prefix.size()));
    else if (name.starts_with(ideograph_prefix))
        computed = ideograph_named(name.substr(ideograph_prefix.size()));
    if (computed) {
        out[0] = computed;
        return 1;
    }
    std::uint32_t hash = 2166136261u;
    for (char c : name) hash = (hash ^ static_cast<unsigned char>(capital(c))) * 16777619u;
    for (std::uint32_t at = hash & (name_slot_count - 1);; at = (at + 1) & (name_slot_count - 1)) {
        std::uint32_t slot = name_slots[at];
        if (slot == name_slot_free) return 0;
        Char4 c = slot & 0x1FFFFF;
        if (slot >> 21 != hash >> 21 || !is_named(c, name)) continue;
        if (c >= named_sequence_start && is_hidden(c)) {
            if (!with_sequences) return 0;
            int length = 0;
            for (const Char4* p = named_sequences[c - named_sequence_start]; length < 4 && p[length]; length++)
                out[length] = p[length];
            return length;
        }
        out[0] = is_hidden(c) ? name_aliases[c - name_alias_start] : c;
        return 1;
    }
}

}  // namespace orochi::base
