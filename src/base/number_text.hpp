// Doubles as text and back, with CPython's forms and correct rounding throughout. Independent of the locale.
//
// The shortest text that reads back as the same double comes from <charconv> (Ryu); so do the digits of the
// fixed-precision forms, which are exact however many are asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace orochi::base {

inline constexpr std::size_t repr_double_size = 32;  // room that repr_double needs

// repr(float): writes no terminator, returns the length. '1.0', '1e+16', '1e-05', 'inf', '-inf', 'nan'.
std::size_t repr_double(double value, char* out);

struct DoubleFormat {
    bool sign = false;              // '+' before numbers that have no '-' (also before 'inf' and 'nan')
    bool dot_zero = false;          // append '.0' to what would read as an integer (codes 'r' and 'g')
    bool alternate = false;         // '#': keep the point, and for 'g' the trailing zeros
    bool no_negative_zero = false;  // 'z': what rounds to zero loses its sign
};

// Appends `value` in form `code`: 'e', 'f', 'g' with `precision` digits, or 'r' (shortest, precision
// ignored); 'E', 'F', 'G' give capitals. The same contract as PyOS_double_to_string, which says nothing of
// '%', widths and grouping: those belong to the callers.
void format_double(double value, char code, int precision, DoubleFormat format, std::string* out);

// Reads a decimal floating-point number, or inf, infinity, nan (any case), with optional sign, at the start
// of `text`. Returns the number of characters read, 0 when there is no number. No white space, underscores or
// hexadecimal forms.
// `*overflow`, when given, says that the value was too large and became infinite. Too small becomes 0.
std::size_t parse_double(std::string_view text, double* value, bool* overflow = nullptr);

// float.hex().
std::string double_to_hex(double value);

enum class HexFloat : std::uint8_t { ok, invalid, too_large };
// float.fromhex(): the whole of `text`, white space around it allowed, must be a number.
HexFloat double_from_hex(std::string_view text, double* value);

// round(value, digits): to the nearest multiple of 10**-digits, ties by the exact value of the double, then
// to even. Infinite when the rounded value overflows (the caller raises). `value` must be finite.
double round_double(double value, std::int64_t digits);

// The shortest decimal digits that identify |value| (finite, not 0), without point or trailing zeros, and the
// decimal point's position relative to their start: value = 0.DIGITS * 10**point. Returns the number of
// digits (at most 17).
int shortest_digits(double value, char digits[17], int* point);

}  // namespace orochi::base
