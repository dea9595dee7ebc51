// __format__ of int, float and complex.
#include <climits>
#include <cmath>
#include <string>

#include "base/number_text.hpp"
#include "objects/float.hpp"
#include "objects/format_spec.hpp"
#include "objects/int.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

namespace {

bool is_float_code(Py_UCS4 code) {
    switch (code) {
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G':
        case '%': return true;
        default: return false;
    }
}

// The text of a double for a spec; the sign is in it.
void double_text(double value, Py_UCS4 type, Py_ssize_t precision, bool dot_zero, const FormatSpec& spec,
                 std::string* out) {
    base::DoubleFormat format;
    format.alternate = spec.alternate;
    format.no_negative_zero = spec.no_negative_zero;
    format.dot_zero = dot_zero;
    base::format_double(value, char(type), int(precision), format, out);
}

NumberParts split_number(std::string_view text) {
    NumberParts parts;
    if (!text.empty() && text[0] == '-') {
        parts.negative = true;
        text.remove_prefix(1);
    }
    size_t n = 0;
    while (n < text.size() && text[n] >= '0' && text[n] <= '9') ++n;
    parts.digits = text.substr(0, n);
    parts.rest = text.substr(n);
    return parts;
}

Result<Ref<Str>> format_double_value(ThreadState& ts, double value, const FormatSpec& given) {
    FormatSpec spec = given;
    if (spec.precision > INT_MAX) return raise(ts, PyExc_ValueError, "precision too big");
    Py_UCS4 type = spec.type;
    Py_ssize_t default_precision = 6;
    bool dot_zero = false, percent = false;
    if (type == 0) {
        dot_zero = true;
        type = 'r';
        default_precision = 0;
    }
    if (type == 'n') type = 'g';
    if (type == '%') {
        type = 'f';
        value *= 100;
        percent = true;
    }
    Py_ssize_t precision = spec.precision;
    if (precision < 0) {
        precision = default_precision;
    } else if (type == 'r') {
        type = 'g';
    }
    std::string text;
    double_text(value, type, precision, dot_zero, spec, &text);
    if (percent) text += '%';
    return format_number(ts, spec, split_number(text));
}

}  // namespace

Result<Ref<Str>> format_int(ThreadState& ts, Object& value, Str& spec_text) {
    FormatSpec spec = TRY(parse_format_spec(ts, value, spec_text, 'd', '>'));
    if (is_float_code(spec.type)) {
        double number = TRY(int_as_double(ts, value));
        return format_double_value(ts, number, spec);
    }
    int base;
    switch (spec.type) {
        case 'b': base = 2; break;
        case 'o': base = 8; break;
        case 'x':
        case 'X': base = 16; break;
        case 'c':
        case 'd':
        case 'n': base = 10; break;
        default: return raise_unknown_format_code(ts, spec.type, value);
    }
    if (spec.precision >= 0) return raise(ts, PyExc_ValueError, "Precision not allowed in integer format specifier");
    if (spec.no_negative_zero)
        return raise(ts, PyExc_ValueError, "Negative zero coercion (z) not allowed in integer format specifier");
    if (spec.type == 'c') {
        if (spec.sign) return raise(ts, PyExc_ValueError, "Sign not allowed with integer format specifier 'c'");
        if (spec.alternate)
            return raise(ts, PyExc_ValueError, "Alternate form (#) not allowed with integer format specifier 'c'");
        long long c = TRY(int_as_long(ts, value));
        if (c < 0 || c > 0x10FFFF) return raise(ts, PyExc_OverflowError, "%%c arg not in range(0x110000)");
        Ref<Str> character = TRY(str_from_character(ts, Py_UCS4(c)));
        Py_ssize_t padding = spec.width - 1;
        if (padding <= 0) return character;
        Py_ssize_t left = spec.align == '<' ? 0 : spec.align == '^' ? padding / 2 : padding;
        return str_pad(ts, character, left, padding - left, spec.fill);
    }
    Ref<Str> digits = TRY(int_to_text(ts, value, base, spec.alternate));
    std::string upper;
    std::string_view text = str_ascii_view(digits);
    if (spec.type == 'X') {
        upper = text;
        for (char& c : upper) c = c >= 'a' && c <= 'z' ? char(c - 32) : c;
        text = upper;
    }
    NumberParts parts;
    if (text[0] == '-') {
        parts.negative = true;
        text.remove_prefix(1);
    }
    if (spec.alternate && base != 10) {
        parts.prefix = text.substr(0, 2);
        text.remove_prefix(2);
    }
    parts.digits = text;
    return format_number(ts, spec, parts);
}

Result<Ref<Str>> format_float(ThreadState& ts, Object& value, Str& spec_text) {
    FormatSpec spec = TRY(parse_format_spec(ts, value, spec_text, 0, '>'));
    if (spec.type != 0 && spec.type != 'n' && !is_float_code(spec.type))
        return raise_unknown_format_code(ts, spec.type, value);
    return format_double_value(ts, TRY(float_as_double(ts, value)), spec);
}

Result<Ref<Str>> format_complex(ThreadState& ts, Object& value, Str& spec_text) {
    FormatSpec spec = TRY(parse_format_spec(ts, value, spec_text, 0, '>'));
    if (spec.type != 0 && spec.type != 'n' && (!is_float_code(spec.type) || spec.type == '%'))
        return raise_unknown_format_code(ts, spec.type, value);
    if (spec.precision > INT_MAX) return raise(ts, PyExc_ValueError, "precision too big");
    if (spec.fill == '0' && !spec.fill_given)
        return raise(ts, PyExc_ValueError, "Zero padding is not allowed in complex format specifier");
    if (spec.align == '=')
        return raise(ts, PyExc_ValueError, "'=' alignment flag is not allowed in complex format specifier");
    Py_complex number = reinterpret_cast<PyComplexObject&>(value).cval;
    Py_UCS4 type = spec.type;
    Py_ssize_t precision = spec.precision, default_precision = 6;
    bool parentheses = false, skip_real = false;
    if (type == 0) {
        type = 'r';
        default_precision = 0;
        if (number.real == 0.0 && !std::signbit(number.real)) {
            skip_real = true;
        } else {
            parentheses = true;
        }
    }
    if (type == 'n') type = 'g';
    if (precision < 0) {
        precision = default_precision;
    } else if (type == 'r') {
        type = 'g';
    }
    std::string real, imaginary;
    if (!skip_real) double_text(number.real, type, precision, false, spec, &real);
    double_text(number.imag, type, precision, false, spec, &imaginary);
    FormatSpec bare = spec;
    bare.width = -1;
    bare.fill = ' ';
    bare.align = '<';
    StrBuilder builder(ts);
    if (parentheses) TRY(builder.append(Py_UCS4('(')));
    if (!skip_real) {
        Ref<Str> part = TRY(format_number(ts, bare, split_number(real)));
        TRY(builder.append(part));
        bare.sign = '+';
    }
    Ref<Str> part = TRY(format_number(ts, bare, split_number(imaginary)));
    TRY(builder.append(part));
    TRY(builder.append(Py_UCS4('j')));
    if (parentheses) TRY(builder.append(Py_UCS4(')')));
    Ref<Str> text = TRY(builder.finish());
    Py_ssize_t padding = spec.width - str_length(text);
    if (padding <= 0) return text;
    Py_ssize_t left = spec.align == '<' ? 0 : spec.align == '^' ? padding / 2 : padding;
    return str_pad(ts, text, left, padding - left, spec.fill);
}

}  // namespace orochi
