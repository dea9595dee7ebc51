#include "base/unicode_3_2.hpp"

#include <algorithm>

#include "base/unicode_tables.hpp"

namespace orochi::base {

bool unicode_3_2_assigned(Char4 c) {
    const CharRange* end = assigned_3_2 + assigned_3_2_count;
    const CharRange* range =
        std::lower_bound(assigned_3_2, end, c, [](const CharRange& r, Char4 wanted) { return r.last < wanted; });
    return range != end && range->first <= c;
}

// What has changed about the character, null if nothing.
static const Difference* difference(Char4 c) {
    const Difference* end = differences_3_2 + difference_3_2_count;
    const Difference* found = std::lower_bound(differences_3_2, end, c,
                                               [](const Difference& d, Char4 wanted) { return d.character < wanted; });
    return found != end && found->character == c ? found : nullptr;
}

const char* unicode_3_2_category(Char4 c) {
    if (!unicode_3_2_assigned(c)) return "Cn";
    if (const Difference* old = difference(c)) return category_names[old->category];
    return unicode_category(c);
}

const char* unicode_3_2_bidirectional(Char4 c) {
    if (!unicode_3_2_assigned(c)) return "";
    if (const Difference* old = difference(c)) return bidirectional_names[old->bidirectional];
    return unicode_bidirectional(c);
}

const char* unicode_3_2_east_asian_width(Char4 c) {
    if (!unicode_3_2_assigned(c)) return "F";  // the first of the list, as the reference has it
    if (const Difference* old = difference(c)) return width_names[old->width];
    return unicode_east_asian_width(c);
}

int unicode_3_2_combining(Char4 c) { return unicode_3_2_assigned(c) ? unicode_combining(c) : 0; }

bool unicode_3_2_mirrored(Char4 c) {
    if (!unicode_3_2_assigned(c)) return false;
    if (const Difference* old = difference(c)) return old->mirrored != 0;
    return unicode_mirrored(c);
}

std::string unicode_3_2_decomposition(Char4 c) {
    return unicode_3_2_assigned(c) ? unicode_decomposition(c) : std::string();
}

int unicode_3_2_decimal(Char4 c) {
    if (!unicode_3_2_assigned(c)) return -1;
    if (const Difference* old = difference(c)) return old->decimal;
    return decimal_value(c);
}

double unicode_3_2_numeric(Char4 c) { return unicode_3_2_assigned(c) ? numeric_value(c) : -1; }

}  // namespace orochi::base
