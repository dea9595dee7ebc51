// What int(), float() and complex() share in reading text.
#pragma once

#include <string>

#include "base/unicode_data.hpp"
#include "objects/str.hpp"

namespace orochi {

// The text with every decimal digit of any script as its ASCII digit and every space as ' '; other characters
// outside ASCII become '?', which no number contains.
inline std::string ascii_number_text(const Str& text) {
    std::string result;
    result.reserve(size_t(str_length(text)));
    for (Py_ssize_t i = 0; i < str_length(text); ++i) {
        Py_UCS4 c = str_at(text, i);
        if (c < 128) {
            result += char(c);
        } else if (base::is_space(c)) {
            result += ' ';
        } else if (base::is_decimal(c)) {
            result += char('0' + base::decimal_value(c));
        } else {
            result += '?';
        }
    }
    return result;
}

}  // namespace orochi
