// The format specification mini-language (PEP 3101, string — "Format Specification Mini-Language"):
//
//   [[fill]align][sign]["z"]["#"]["0"][width][grouping]["." precision][type]
//
// parse_format_spec() reads it; format_str/int/float/complex() are what __format__ of those types calls, with a spec
// that is not empty. format_number() lays out a number whose digits are ready, with sign, prefix, grouping and padding.
#pragma once

#include <string_view>

#include "objects/object.hpp"

namespace orochi {

struct FormatSpec {
    Py_UCS4 fill = ' ';
    char align = '>';  // < > ^ =
    bool fill_given = false;
    bool align_given = false;
    char sign = 0;                  // 0 (none given), '+', '-' or ' '
    bool no_negative_zero = false;  // 'z'
    bool alternate = false;         // '#'
    Py_ssize_t width = -1;          // -1: not given
    Py_ssize_t precision = -1;
    char grouping = 0;  // ',' or '_'
    Py_UCS4 type = 0;
};

// `value` is what is being formatted: its type's name is in the messages. Raises ValueError.
Result<FormatSpec> parse_format_spec(ThreadState& ts, Object& value, Str& text, Py_UCS4 default_type,
                                     char default_align);
// ValueError "Unknown format code 'x' for object of type 'T'".
[[gnu::cold]] Failure raise_unknown_format_code(ThreadState& ts, Py_UCS4 code, Object& value);

// How digits are grouped and what the point looks like: fixed for ',' and '_', the locale's for type 'n'.
struct DigitGrouping {
    Py_UCS4 separator[4] = {};
    int separator_size = 0;
    const char* sizes = "";  // as localeconv()'s grouping: "\3" repeats, CHAR_MAX ends
    Py_UCS4 point[4] = {'.'};
    int point_size = 1;
};
DigitGrouping grouping_of(const FormatSpec& spec);  // reads the locale for type 'n'

struct NumberParts {
    bool negative = false;
    std::string_view prefix;  // "0x"
    std::string_view digits;  // of the integer part
    std::string_view rest;    // point (as '.'), fraction, exponent; "nan" and "inf"; '%'
};
Result<Ref<Str>> format_number(ThreadState& ts, const FormatSpec& spec, const NumberParts& parts);

Result<Ref<Str>> format_str(ThreadState& ts, Str& value, Str& spec);
Result<Ref<Str>> format_int(ThreadState& ts, Object& value, Str& spec);
Result<Ref<Str>> format_float(ThreadState& ts, Object& value, Str& spec);
Result<Ref<Str>> format_complex(ThreadState& ts, Object& value, Str& spec);

}  // namespace orochi
