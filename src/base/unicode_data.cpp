#include "base/unicode_data.hpp"

#include <algorithm>
#include <vector>

#include "base/unicode_database.hpp"
#include "base/unicode_tables.hpp"
#include "base/utf8.hpp"

namespace orochi::base {

double numeric_value(Char4 c) {
    const CharRecord& record = char_record(c);
    if (!(record.flags & char_numeric)) return -1;
    const NumericValue* end = numeric_values + numeric_value_count;
    const NumericValue* found = std::lower_bound(
        numeric_values, end, c, [](const NumericValue& value, Char4 wanted) { return value.character < wanted; });
    return found != end && found->character == c ? found->value : record.digit;
}

static Char4 simple(Char4 c, const CharRecord& record, std::int32_t mapping) {
    if (record.flags & char_simple_case) return c + static_cast<Char4>(mapping);
    return char_case_texts[mapping & 0xFFFFFF];
}

static int full(Char4 c, const CharRecord& record, std::int32_t mapping, Char4 out[3]) {
    if (record.flags & char_simple_case) {
        out[0] = c + static_cast<Char4>(mapping);
        return 1;
    }
    int length = mapping >> 24;
    std::copy_n(char_case_texts + (mapping & 0xFFFFFF) + 1, length, out);
    return length;
}

Char4 to_upper(Char4 c) { return simple(c, char_record(c), char_record(c).upper); }
Char4 to_lower(Char4 c) { return simple(c, char_record(c), char_record(c).lower); }
Char4 to_title(Char4 c) { return simple(c, char_record(c), char_record(c).title); }
int to_upper_full(Char4 c, Char4 out[3]) { return full(c, char_record(c), char_record(c).upper, out); }
int to_lower_full(Char4 c, Char4 out[3]) { return full(c, char_record(c), char_record(c).lower, out); }
int to_title_full(Char4 c, Char4 out[3]) { return full(c, char_record(c), char_record(c).title, out); }

int to_fold_full(Char4 c, Char4 out[3]) {
    const CharRecord& record = char_record(c);
    if (!(record.flags & char_case_folds_specially)) return full(c, record, record.lower, out);
    int length = record.fold >> 24;
    std::copy_n(char_case_texts + (record.fold & 0xFFFFFF), length, out);
    return length;
}

Char4 lower_sigma(TextView text, std::size_t position) {
    constexpr Char4 small_sigma = 0x3C3, final_sigma = 0x3C2;
    std::size_t i = position;
    while (i > 0 && is_case_ignorable(text[i - 1])) i--;
    if (i == 0 || !is_cased(text[i - 1])) return small_sigma;
    i = position + 1;
    while (i < text.length && is_case_ignorable(text[i])) i++;
    return i < text.length && is_cased(text[i]) ? small_sigma : final_sigma;
}

bool is_identifier(TextView text) {
    if (text.length == 0 || !is_xid_start(text[0])) return false;
    for (std::size_t i = 1; i < text.length; i++)
        if (!is_xid_continue(text[i])) return false;
    return true;
}

std::size_t identifier_prefix_utf8(std::string_view text) {
    auto* begin = reinterpret_cast<const std::uint8_t*>(text.data());
    const std::uint8_t* end = begin + text.size();
    const std::uint8_t* p = begin;
    unsigned wanted = char_xid_start;
    while (p < end) {
        if (*p < 0x80) {
            if (!(latin1_flags[*p] & wanted)) break;
            p++;
        } else {
            // One character at most is looked at, so that invalid UTF-8 further on does not matter.
            std::size_t left = static_cast<std::size_t>(end - p);
            DecodeScan scan = scan_utf8(p, left < 4 ? left : 4);
            if (scan.characters == 0) break;
            const std::uint8_t* next = p;
            if (!char_has(next_utf8_character(&next), wanted)) break;
            p = next;
        }
        wanted = char_xid_continue;
    }
    return static_cast<std::size_t>(p - begin);
}

std::string normalize_identifier(std::string_view utf8) {
    auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
    if (is_ascii(bytes, utf8.size())) return std::string(utf8);
    std::vector<Char4> characters(scan_utf8(bytes, utf8.size()).characters), normal;
    decode_utf8(bytes, utf8.size(), characters.data());
    TextView text{characters.data(), characters.size(), 4};
    if (unicode_quick_check(NormalForm::nfkc, text)) return std::string(utf8);
    unicode_normalize(NormalForm::nfkc, text, &normal);
    TextView result{normal.data(), normal.size(), 4};
    std::string out(scan_for_utf8(result).size, '\0');
    encode_utf8(result, reinterpret_cast<std::uint8_t*>(out.data()));
    return out;
}

}  // namespace orochi::base
