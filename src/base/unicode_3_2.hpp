// Unicode 3.2 as unicodedata.ucd_3_2_0 shows it: stringprep and IDNA (RFC 3454, 3490) are defined by that
// version. Kept as its differences from the present tables. What is not here (digit values) has no old form
// in the reference either.
#pragma once

#include <string>
#include <vector>

#include "base/unicode_database.hpp"

namespace orochi::base {

bool unicode_3_2_assigned(Char4 c);
const char* unicode_3_2_category(Char4 c);
const char* unicode_3_2_bidirectional(Char4 c);
const char* unicode_3_2_east_asian_width(Char4 c);
int unicode_3_2_combining(Char4 c);
bool unicode_3_2_mirrored(Char4 c);
std::string unicode_3_2_decomposition(Char4 c);
int unicode_3_2_decimal(Char4 c);     // -1: none
double unicode_3_2_numeric(Char4 c);  // -1.0: none
// Appends. A text is normalised exactly when this gives it back unchanged.
void unicode_3_2_normalize(NormalForm form, TextView text, std::vector<Char4>* out);

}  // namespace orochi::base
