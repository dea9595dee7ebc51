#include "base/number_text.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/scale_rounded.hpp"

namespace orochi::base {

namespace {

constexpr char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::size_t put(char* out, const char* text) {
    std::size_t n = std::strlen(text);
    std::memcpy(out, text, n);
    return n;
}

// 'e+16', 'e-05': at least two digits.
char* put_exponent(char* out, int exponent) {
    *out++ = 'e';
    *out++ = exponent < 0 ? '-' : '+';
    unsigned magnitude = static_cast<unsigned>(exponent < 0 ? -exponent : exponent);
    if (magnitude >= 100) {
        *out++ = static_cast<char>('0' + magnitude / 100);
        magnitude %= 100;
    }
    *out++ = static_cast<char>('0' + magnitude / 10);
    *out++ = static_cast<char>('0' + magnitude % 10);
    return out;
}

int read_exponent(const char* p, const char* end) {
    bool negative = *p == '-';
    int value = 0;
    for (p++; p < end; p++) value = value * 10 + (*p - '0');
    return negative ? -value : value;
}

// Lays shortest digits out as repr() does: positional when the exponent is in [-4, 16), else scientific.
char* lay_out_shortest(const char* digits, int count, int point, bool dot_zero, char* out) {
    if (point > 16 || point < -3) {
        *out++ = digits[0];
        if (count > 1) {
            *out++ = '.';
            std::memcpy(out, digits + 1, static_cast<std::size_t>(count - 1));
            out += count - 1;
        }
        return put_exponent(out, point - 1);
    }
    if (point <= 0) {
        *out++ = '0';
        *out++ = '.';
        for (int i = point; i < 0; i++) *out++ = '0';
        std::memcpy(out, digits, static_cast<std::size_t>(count));
        return out + count;
    }
    int whole = count < point ? count : point;
    std::memcpy(out, digits, static_cast<std::size_t>(whole));
    out += whole;
    for (int i = whole; i < point; i++) *out++ = '0';
    if (count > point) {
        *out++ = '.';
        std::memcpy(out, digits + point, static_cast<std::size_t>(count - point));
        out += count - point;
    } else if (dot_zero) {
        *out++ = '.';
        *out++ = '0';
    }
    return out;
}

std::size_t shortest(double value, bool dot_zero, char* out) {
    char* start = out;
    if (std::signbit(value) && !std::isnan(value)) *out++ = '-';
    if (std::isnan(value)) return static_cast<std::size_t>(out - start) + put(out, "nan");
    if (std::isinf(value)) return static_cast<std::size_t>(out - start) + put(out, "inf");
    if (value == 0) return static_cast<std::size_t>(out - start) + put(out, dot_zero ? "0.0" : "0");
    char digits[17];
    int point;
    int count = shortest_digits(value, digits, &point);
    return static_cast<std::size_t>(lay_out_shortest(digits, count, point, dot_zero, out) - start);
}

// No double has more digits than this behind the point; what is asked beyond is zeros.
constexpr int digits_behind_point_max = 1100;

// Appends what std::to_chars writes in a fixed form, however long it is.
void append_chars(double value, std::chars_format form, int precision, std::string* out) {
    int exact = precision < digits_behind_point_max ? precision : digits_behind_point_max;
    char text[digits_behind_point_max + 400];
    auto result = std::to_chars(text, text + sizeof text, value, form, exact);
    const char* behind_digits = result.ptr;
    if (form == std::chars_format::scientific)
        while (*--behind_digits != 'e') {
        }
    out->append(text, static_cast<std::size_t>(behind_digits - text));
    out->append(static_cast<std::size_t>(precision - exact), '0');
    out->append(behind_digits, static_cast<std::size_t>(result.ptr - behind_digits));
}

// 'g': as 'e' rounded to `precision` digits; then positional or scientific by the exponent.
void append_general(double value, int precision, const DoubleFormat& format, std::string* out) {
    if (precision == 0) precision = 1;
    std::size_t start = out->size();
    append_chars(value, std::chars_format::scientific, precision - 1, out);
    std::size_t e = out->rfind('e');
    int exponent = read_exponent(out->data() + e + 1, out->data() + out->size());
    std::string digits = out->substr(start, e - start);
    out->resize(start);
    if (digits.size() > 1) digits.erase(1, 1);  // the point
    if (!format.alternate)
        while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
    int count = static_cast<int>(digits.size());
    if (exponent < -4 || exponent >= precision) {
        *out += digits[0];
        if (count > 1 || format.alternate) *out += '.';
        out->append(digits, 1);
        char text[8];
        out->append(text, static_cast<std::size_t>(put_exponent(text, exponent) - text));
        return;
    }
    if (exponent < 0) {
        *out += "0.";
        out->append(static_cast<std::size_t>(-exponent - 1), '0');
        *out += digits;
        return;
    }
    int whole = exponent + 1;
    if (count <= whole) {
        *out += digits;
        out->append(static_cast<std::size_t>(whole - count), '0');
        if (format.alternate)
            *out += '.';
        else if (format.dot_zero)
            *out += ".0";
        return;
    }
    out->append(digits, 0, static_cast<std::size_t>(whole));
    *out += '.';
    out->append(digits, static_cast<std::size_t>(whole));
}

}  // namespace

int shortest_digits(double value, char digits[17], int* point) {
    char text[32];
    auto result = std::to_chars(text, text + sizeof text, std::fabs(value), std::chars_format::scientific);
    const char* e = result.ptr;
    while (*--e != 'e') {
    }
    int count = 0;
    digits[count++] = text[0];
    for (const char* p = text + 2; p < e; p++) digits[count++] = *p;
    *point = read_exponent(e + 1, result.ptr) + 1;
    return count;
}

std::size_t repr_double(double value, char* out) { return shortest(value, true, out); }

void format_double(double value, char code, int precision, DoubleFormat format, std::string* out) {
    std::size_t start = out->size();
    char lower = lower_ascii(code);
    bool capital = code != lower;
    bool negative = std::signbit(value) && !std::isnan(value);
    if (negative)
        *out += '-';
    else if (format.sign)
        *out += '+';
    double magnitude = std::fabs(value);
    std::size_t body = out->size();
    if (!std::isfinite(value)) {
        *out += std::isnan(value) ? "nan" : "inf";
    } else if (lower == 'r') {
        char text[repr_double_size];
        out->append(text, shortest(magnitude, format.dot_zero, text));
    } else if (lower == 'g') {
        append_general(magnitude, precision, format, out);
    } else {
        append_chars(magnitude, lower == 'e' ? std::chars_format::scientific : std::chars_format::fixed, precision,
                     out);
        if (format.alternate && precision == 0) out->insert(lower == 'e' ? body + 1 : out->size(), 1, '.');
    }
    if (negative && format.no_negative_zero && std::isfinite(value)) {
        std::size_t e = out->find('e', body);
        if (out->find_first_of("123456789", body) >= (e == std::string::npos ? out->size() : e)) {
            if (format.sign)
                (*out)[start] = '+';
            else
                out->erase(start, 1), body--;
        }
    }
    if (capital)
        for (std::size_t i = body; i < out->size(); i++)
            if ((*out)[i] >= 'a' && (*out)[i] <= 'z') (*out)[i] = static_cast<char>((*out)[i] - 32);
}

// -- Reading. -------------------------------------------------------------------------------------------

namespace {

bool starts_with_word(const char* p, const char* end, const char* word) {
    for (; *word; word++, p++)
        if (p == end || lower_ascii(*p) != *word) return false;
    return true;
}
bool is_decimal_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::size_t parse_double(std::string_view text, double* value, bool* overflow) {
    const char* begin = text.data();
    const char* end = begin + text.size();
    const char* p = begin;
    if (overflow) *overflow = false;
    bool negative = false;
    if (p < end && (*p == '+' || *p == '-')) negative = *p++ == '-';
    if (p == end) return 0;
    if (!is_decimal_digit(*p) && *p != '.') {
        double special;
        if (starts_with_word(p, end, "inf")) {
            special = HUGE_VAL;
            p += starts_with_word(p, end, "infinity") ? 8 : 3;
        } else if (starts_with_word(p, end, "nan")) {
            special = std::bit_cast<double>(0x7FF8000000000000ull);
            p += 3;
        } else {
            return 0;
        }
        *value = negative ? -special : special;
        return static_cast<std::size_t>(p - begin);
    }
    // from_chars stops where our syntax does, but leaves out the value when it is out of range: then the
    // decimal exponent says on which side.
    const char* number = p;
    auto result = std::from_chars(p, end, *value, std::chars_format::general);
    if (result.ec == std::errc::invalid_argument) return 0;
    if (result.ec == std::errc::result_out_of_range) {
        const char* stop = number;
        std::int64_t scale = 0;
        bool seen_point = false, seen_digit = false;
        for (; stop < end && (is_decimal_digit(*stop) || (*stop == '.' && !seen_point)); stop++) {
            if (*stop == '.') {
                seen_point = true;
                continue;
            }
            seen_digit = seen_digit || *stop != '0';
            if (seen_digit && !seen_point) scale++;
            if (!seen_digit && seen_point) scale--;
        }
        const char* exponent = stop;
        if (exponent < end && lower_ascii(*exponent) == 'e') {
            exponent++;
            bool below = exponent < end && *exponent == '-';
            if (exponent < end && (*exponent == '+' || *exponent == '-')) exponent++;
            if (exponent < end && is_decimal_digit(*exponent)) {
                std::int64_t power = 0;
                for (; exponent < end && is_decimal_digit(*exponent); exponent++)
                    if (power < INT64_MAX / 16) power = power * 10 + (*exponent - '0');
                scale += below ? -power : power;
                stop = exponent;
            }
        }
        bool large = seen_digit && scale > 0;
        *value = large ? HUGE_VAL : 0.0;
        if (overflow) *overflow = large;
        result.ptr = stop;
    }
    if (negative) *value = -*value;
    return static_cast<std::size_t>(result.ptr - begin);
}

// -- Hexadecimal. ---------------------------------------------------------------------------------------

std::string double_to_hex(double value) {
    if (!std::isfinite(value)) return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    std::string out = std::signbit(value) ? "-0x" : "0x";
    std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
    std::uint64_t mantissa = bits & ((1ull << 52) - 1);
    int exponent = static_cast<int>(bits >> 52 & 0x7FF);
    if (value == 0) return out + "0.0p+0";
    out += exponent == 0 ? "0." : "1.";
    for (int shift = 48; shift >= 0; shift -= 4) out += "0123456789abcdef"[mantissa >> shift & 15];
    int power = exponent == 0 ? -1022 : exponent - 1023;
    out += power < 0 ? "p-" : "p+";
    return out + std::to_string(power < 0 ? -power : power);
}

static int hex_digit(char c) {
    if (is_decimal_digit(c)) return c - '0';
    c = lower_ascii(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

HexFloat double_from_hex(std::string_view text, double* value) {
    auto is_white = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
    const char* p = text.data();
    const char* end = p + text.size();
    bool negative = false;
    if (p < end && (*p == '+' || *p == '-')) negative = *p++ == '-';
    if (p < end && (lower_ascii(*p) == 'i' || lower_ascii(*p) == 'n')) {
        std::size_t read = parse_double(text, value);
        return read != 0 && read == text.size() ? HexFloat::ok : HexFloat::invalid;
    }
    if (end - p >= 2 && p[0] == '0' && lower_ascii(p[1]) == 'x') p += 2;

    // The first 64 significant bits, whether anything below them is set, and the power of two of the last.
    std::uint64_t mantissa = 0;
    bool sticky = false, seen_point = false, any = false;
    std::int64_t exponent = 0;
    for (; p < end; p++) {
        if (*p == '.' && !seen_point) {
            seen_point = true;
            continue;
        }
        int digit = hex_digit(*p);
        if (digit < 0) break;
        any = true;
        if (mantissa >> 60) {
            sticky = sticky || digit != 0;
            exponent += 4;
        } else {
            mantissa = mantissa << 4 | static_cast<unsigned>(digit);
        }
        if (seen_point) exponent -= 4;
    }
    if (!any) return HexFloat::invalid;
    if (p < end && lower_ascii(*p) == 'p') {
        p++;
        bool below = p < end && *p == '-';
        if (p < end && (*p == '+' || *p == '-')) p++;
        if (p == end || !is_decimal_digit(*p)) return HexFloat::invalid;
        std::int64_t power = 0;
        for (; p < end && is_decimal_digit(*p); p++)
            if (power < INT64_MAX / 16) power = power * 10 + (*p - '0');
        exponent += below ? -power : power;
    }
    if (p != end) return HexFloat::invalid;
    double magnitude;
    if (!scale_rounded(mantissa, sticky, exponent, &magnitude)) return HexFloat::too_large;
    *value = negative ? -magnitude : magnitude;
    return HexFloat::ok;
}

double round_double(double value, std::int64_t digits) {
    // Beyond these the number is already a multiple of the unit, or less than half of it.
    constexpr std::int64_t most = 323, least = -308;
    if (value == 0 || digits > most) return value;
    if (digits < least) return std::copysign(0.0, value);
    char text[800];
    double magnitude = std::fabs(value);
    double rounded;
    if (digits >= 0) {
        auto result =
            std::to_chars(text, text + sizeof text, magnitude, std::chars_format::fixed, static_cast<int>(digits));
        std::from_chars(text, result.ptr, rounded);
        return std::copysign(rounded, value);
    }
    // Rounding left of the point: round the exact integer part, looking at what follows.
    auto result = std::to_chars(text + 1, text + sizeof text - 8, magnitude, std::chars_format::fixed, 0);
    double whole = std::floor(magnitude);
    if (whole != magnitude)
        result = std::to_chars(text + 1, text + sizeof text - 8, whole, std::chars_format::fixed, 0);
    bool rest = whole != magnitude;
    char* first = text;
    *first = '0';
    std::int64_t length = result.ptr - first;
    std::int64_t cut = length + digits;  // characters kept
    if (cut <= 0) return std::copysign(0.0, value);
    bool up = first[cut] > '5';
    if (first[cut] == '5') {
        bool above_half = rest;
        for (std::int64_t i = cut + 1; i < length && !above_half; i++) above_half = first[i] != '0';
        up = above_half || ((first[cut - 1] - '0') & 1);
    }
    for (std::int64_t i = cut; i < length; i++) first[i] = '0';
    for (std::int64_t i = cut - 1; up && i >= 0; i--) {
        up = first[i] == '9';
        first[i] = up ? '0' : static_cast<char>(first[i] + 1);
    }
    bool overflow;
    parse_double({first, static_cast<std::size_t>(length)}, &rounded, &overflow);
    return std::copysign(rounded, value);
}

}  // namespace orochi::base
