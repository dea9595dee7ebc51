#include "base/unicode_database.hpp"

#include <algorithm>
#include <cstdio>

#include "base/unicode_3_2.hpp"
#include "base/unicode_tables.hpp"

namespace orochi::base {

const char* unicode_category(Char4 c) { return category_names[database_record(c).category]; }
const char* unicode_bidirectional(Char4 c) { return bidirectional_names[database_record(c).bidirectional]; }
int unicode_combining(Char4 c) { return database_record(c).combining; }
const char* unicode_east_asian_width(Char4 c) { return width_names[database_record(c).width]; }
bool unicode_mirrored(Char4 c) { return database_record(c).mirrored != 0; }

// The decomposition's head; its characters follow.
static const Char4* decomposition(Char4 c) {
    if (c > max_code_point) return decomposition_texts;
    return decomposition_texts + two_level_index(decomposition_index1, decomposition_index2, c);
}

std::string unicode_decomposition(Char4 c) {
    const Char4* head = decomposition(c);
    std::string out = decomposition_tags[*head >> 8];
    for (unsigned i = 1; i <= (*head & 0xFF); i++) {
        char text[12];
        std::snprintf(text, sizeof text, out.empty() ? "%04X" : " %04X", head[i]);
        out += text;
    }
    return out;
}

namespace {

// Hangul syllables are composed by arithmetic (Unicode chapter 3.12).
constexpr Char4 hangul_s = 0xAC00, hangul_l = 0x1100, hangul_v = 0x1161, hangul_t = 0x11A7;
constexpr Char4 hangul_l_count = 19, hangul_v_count = 21, hangul_t_count = 28;
constexpr Char4 hangul_s_count = hangul_l_count * hangul_v_count * hangul_t_count;

constexpr bool composes(NormalForm form) { return form == NormalForm::nfc || form == NormalForm::nfkc; }
constexpr bool is_compatibility(NormalForm form) { return form == NormalForm::nfkc || form == NormalForm::nfkd; }
constexpr unsigned failed_check(NormalForm form) {
    switch (form) {
        case NormalForm::nfc: return not_nfc;
        case NormalForm::nfd: return not_nfd;
        case NormalForm::nfkc: return not_nfkc;
        default: return not_nfkd;
    }
}

template <bool old>
void decompose(Char4 c, bool compatibility, std::vector<Char4>* out) {
    if (c < 0x80 || (old && !unicode_3_2_assigned(c))) {
        out->push_back(c);
        return;
    }
    if constexpr (old) {
        for (std::size_t i = 0; i < correction_3_2_count; i++)
            if (corrections_3_2[i].first == c) return out->push_back(corrections_3_2[i].last);
    }
    if (c - hangul_s < hangul_s_count) {
        Char4 index = c - hangul_s;
        out->push_back(hangul_l + index / (hangul_v_count * hangul_t_count));
        out->push_back(hangul_v + index % (hangul_v_count * hangul_t_count) / hangul_t_count);
        if (index % hangul_t_count) out->push_back(hangul_t + index % hangul_t_count);
        return;
    }
    const Char4* head = decomposition(c);
    if (*head == 0 || (*head >> 8 && !compatibility)) {
        out->push_back(c);
        return;
    }
    for (unsigned i = 1; i <= (*head & 0xFF); i++) decompose<old>(head[i], compatibility, out);
}

// Puts every run of combining characters into the order of their classes. Sorting, not insertion: runs can be
// long.
void order(Char4* begin, Char4* end) {
    auto combining = [](Char4 c) { return database_record(c).combining; };
    for (Char4* p = begin; p < end;) {
        if (*p < 0x300 || combining(*p) == 0) {
            p++;
            continue;
        }
        Char4* run = p;
        bool sorted = true;
        int last = 0;
        for (; p < end; p++) {
            int current = combining(*p);
            if (current == 0) break;
            sorted = sorted && current >= last;
            last = current;
        }
        if (!sorted) std::stable_sort(run, p, [&](Char4 a, Char4 b) { return combining(a) < combining(b); });
    }
}

// The character that the pair becomes, 0 if none.
Char4 compose_pair(Char4 first, Char4 second) {
    if (second < 0x300 || !(database_record(second).checks & composes_with_previous)) return 0;
    if (first - hangul_l < hangul_l_count && second - hangul_v < hangul_v_count)
        return hangul_s + ((first - hangul_l) * hangul_v_count + (second - hangul_v)) * hangul_t_count;
    if (first - hangul_s < hangul_s_count && (first - hangul_s) % hangul_t_count == 0 &&
        second - hangul_t - 1 < hangul_t_count - 1)
        return first + (second - hangul_t);
    const Composition* end = compositions + composition_count;
    const Composition* found = std::lower_bound(compositions, end, Composition{first, second, 0},
                                                [](const Composition& a, const Composition& b) {
                                                    return a.first != b.first ? a.first < b.first : a.second < b.second;
                                                });
    return found != end && found->first == first && found->second == second ? found->composite : 0;
}

// Composes in place; returns the new end.
Char4* compose(Char4* begin, Char4* end) {
    Char4* out = begin;
    Char4* starter = nullptr;
    int last = -1;  // combining class of the last character kept since the starter; -1: none
    for (Char4* p = begin; p < end; p++) {
        int combining = database_record(*p).combining;
        if (starter && last < combining) {
            if (Char4 composite = compose_pair(*starter, *p)) {
                *starter = composite;
                continue;
            }
        }
        if (combining == 0) {
            starter = out;
            last = -1;
        } else {
            last = combining;
        }
        *out++ = *p;
    }
    return out;
}

enum class Quick { yes, no, maybe };

Quick quick_check(NormalForm form, TextView text) {
    unsigned failed = failed_check(form);
    unsigned uncertain = composes(form) ? composes_with_previous : 0;
    int last = 0;
    Quick result = Quick::yes;
    for (std::size_t i = 0; i < text.length; i++) {
        Char4 c = text[i];
        if (c < 0x80) {
            last = 0;
            continue;
        }
        const DatabaseRecord& record = database_record(c);
        if ((record.checks & failed) || (record.combining && last > record.combining)) return Quick::no;
        if (record.checks & uncertain) result = Quick::maybe;
        last = record.combining;
    }
    return result;
}

}  // namespace

bool unicode_quick_check(NormalForm form, TextView text) { return quick_check(form, text) == Quick::yes; }

template <bool old>
static void normalize(NormalForm form, TextView text, std::vector<Char4>* out) {
    std::size_t start = out->size();
    if (!old && unicode_quick_check(form, text)) {
        out->resize(start + text.length);
        copy_characters(text, out->data() + start, 4);
        return;
    }
    out->reserve(start + text.length + text.length / 2);
    for (std::size_t i = 0; i < text.length; i++) decompose<old>(text[i], is_compatibility(form), out);
    Char4* begin = out->data() + start;
    Char4* end = out->data() + out->size();
    order(begin, end);
    if (composes(form)) out->resize(static_cast<std::size_t>(compose(begin, end) - out->data()));
}

void unicode_normalize(NormalForm form, TextView text, std::vector<Char4>* out) { normalize<false>(form, text, out); }
void unicode_3_2_normalize(NormalForm form, TextView text, std::vector<Char4>* out) {
    normalize<true>(form, text, out);
}

bool unicode_is_normalized(NormalForm form, TextView text) {
    switch (quick_check(form, text)) {
        case Quick::yes: return true;
        case Quick::no: return false;
        default: break;
    }
    std::vector<Char4> normal;
    unicode_normalize(form, text, &normal);
    return equal_text(text, {normal.data(), normal.size(), 4});
}

}  // namespace orochi::base
