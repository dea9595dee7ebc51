#include "objects/format_spec.hpp"

#include <climits>
#include <clocale>

#include "base/unicode_data.hpp"
#include "base/utf8.hpp"
#include "objects/str_internal.hpp"
#include "objects/str_methods.hpp"

namespace orochi {

namespace {

bool is_align(Py_UCS4 c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

// Decimal digits of any script at *position, which moves past them. -1: none there.
Result<Py_ssize_t> read_number(ThreadState& ts, const Str& text, Py_ssize_t& position) {
    Py_ssize_t value = -1;
    for (; position < str_length(text); ++position) {
        int digit = base::decimal_value(str_at(text, position));
        if (digit < 0) break;
        if (value < 0) value = 0;
        if (value > (PY_SSIZE_T_MAX - digit) / 10)
            return raise(ts, PyExc_ValueError, "Too many decimal digits in format string");
        value = value * 10 + digit;
    }
    return value;
}

Failure raise_invalid_grouping(ThreadState& ts, char grouping, Py_UCS4 type) {
    if (type > 32 && type < 128)
        return raise(ts, PyExc_ValueError, "Cannot specify '%c' with '%c'.", grouping, char(type));
    return raise(ts, PyExc_ValueError, "Cannot specify '%c' with '\\x%x'.", grouping, unsigned(type));
}

}  // namespace

Failure raise_unknown_format_code(ThreadState& ts, Py_UCS4 code, Object& value) {
    if (code > 32 && code < 128)
        return raise(ts, PyExc_ValueError, "Unknown format code '%c' for object of type '%T'", char(code), &value);
    return raise(ts, PyExc_ValueError, "Unknown format code '\\x%x' for object of type '%T'", unsigned(code), &value);
}

Result<FormatSpec> parse_format_spec(ThreadState& ts, Object& value, Str& text, Py_UCS4 default_type,
                                     char default_align) {
    FormatSpec spec;
    spec.align = default_align;
    spec.type = default_type;
    Py_ssize_t i = 0, end = str_length(text);
    auto at = [&](Py_ssize_t k) { return str_at(text, k); };
    if (end >= 2 && is_align(at(1))) {
        spec.align = char(at(1));
        spec.fill = at(0);
        spec.fill_given = spec.align_given = true;
        i = 2;
    } else if (end >= 1 && is_align(at(0))) {
        spec.align = char(at(0));
        spec.align_given = true;
        i = 1;
    }
    if (i < end && (at(i) == ' ' || at(i) == '+' || at(i) == '-')) spec.sign = char(at(i++));
    if (i < end && at(i) == 'z') {
        spec.no_negative_zero = true;
        ++i;
    }
    if (i < end && at(i) == '#') {
        spec.alternate = true;
        ++i;
    }
    if (!spec.fill_given && i < end && at(i) == '0') {
        spec.fill = '0';
        if (!spec.align_given && default_align == '>') spec.align = '=';
        ++i;
    }
    spec.width = TRY(read_number(ts, text, i));
    if (i < end && at(i) == ',') {
        spec.grouping = ',';
        ++i;
    }
    if (i < end && at(i) == '_') {
        if (spec.grouping) return raise(ts, PyExc_ValueError, "Cannot specify both ',' and '_'.");
        spec.grouping = '_';
        ++i;
    }
    if (i < end && at(i) == ',' && spec.grouping == '_')
        return raise(ts, PyExc_ValueError, "Cannot specify both ',' and '_'.");
    if (i < end && at(i) == '.') {
        ++i;
        spec.precision = TRY(read_number(ts, text, i));
        if (spec.precision < 0) return raise(ts, PyExc_ValueError, "Format specifier missing precision");
    }
    if (end - i > 1)
        return raise(ts, PyExc_ValueError, "Invalid format specifier '%U' for object of type '%T'", &text, &value);
    if (end - i == 1) spec.type = at(i);
    if (spec.grouping) {
        switch (spec.type) {
            case 'd':
            case 'e':
            case 'f':
            case 'g':
            case 'E':
            case 'G':
            case '%':
            case 'F':
            case 0: break;
            case 'b':
            case 'o':
            case 'x':
            case 'X':
                if (spec.grouping == '_') break;
                [[fallthrough]];
            default: return raise_invalid_grouping(ts, spec.grouping, spec.type);
        }
    }
    return spec;
}

namespace {

// A string of localeconv() as characters: UTF-8 where it is that, else Latin-1.
void read_locale_text(const char* text, Py_UCS4* out, int& size) {
    size = 0;
    auto* p = reinterpret_cast<const uint8_t*>(text);
    size_t length = strlen(text);
    if (base::scan_utf8(p, length).status == base::Decoded::all) {
        const uint8_t* end = p + length;
        while (p < end && size < 4) out[size++] = base::next_utf8_character(&p);
    } else {
        for (; *p && size < 4; ++p) out[size++] = *p;
    }
}

}  // namespace

DigitGrouping grouping_of(const FormatSpec& spec) {
    DigitGrouping result;
    if (spec.type == 'n') {
        const lconv* locale = localeconv();
        read_locale_text(locale->decimal_point, result.point, result.point_size);
        read_locale_text(locale->thousands_sep, result.separator, result.separator_size);
        result.sizes = locale->grouping;
    } else if (spec.grouping) {
        result.separator[0] = Py_UCS4(spec.grouping);
        result.separator_size = 1;
        bool by_four = spec.type == 'b' || spec.type == 'o' || spec.type == 'x' || spec.type == 'X';
        result.sizes = by_four ? "\4" : "\3";
    }
    return result;
}

namespace {

// Sizes of groups from the right, as localeconv() describes them; 0: no more separators.
class GroupSizes {
public:
    explicit GroupSizes(const char* sizes) : sizes_(sizes) {}
    Py_ssize_t next() {
        if (*sizes_ == CHAR_MAX) return 0;
        if (*sizes_ == 0) return previous_;
        previous_ = *sizes_++;
        return previous_;
    }

private:
    const char* sizes_;
    Py_ssize_t previous_ = 0;
};

// Calls emit(first, count, zeros) for each group from the right, and separate() between them. `first` is the position
// of the group's first digit, `zeros` the number of zeros before it.
template <class Emit, class Separate>
void group_digits(Py_ssize_t digits, Py_ssize_t min_width, const DigitGrouping& grouping, Emit emit,
                  Separate separate) {
    GroupSizes sizes(grouping.sizes);
    Py_ssize_t remaining = digits;
    while (true) {
        Py_ssize_t wanted = std::max<Py_ssize_t>({remaining, min_width, 1});
        Py_ssize_t size = sizes.next();
        Py_ssize_t length = size > 0 ? std::min(size, wanted) : wanted;
        Py_ssize_t count = std::min(remaining, length);
        emit(remaining - count, count, length - count);
        remaining -= count;
        min_width -= length;
        if (remaining <= 0 && min_width <= 0) return;
        separate();
        min_width -= grouping.separator_size;
    }
}

}  // namespace

Result<Ref<Str>> format_number(ThreadState& ts, const FormatSpec& spec, const NumberParts& parts) {
    DigitGrouping grouping = grouping_of(spec);
    char sign = parts.negative ? '-' : spec.sign == '+' ? '+' : spec.sign == ' ' ? ' ' : 0;
    bool has_point = !parts.rest.empty() && parts.rest[0] == '.';
    Py_ssize_t rest = Py_ssize_t(parts.rest.size()) + (has_point ? grouping.point_size - 1 : 0);
    Py_ssize_t around = (sign ? 1 : 0) + Py_ssize_t(parts.prefix.size()) + rest;
    // Padding with zeros after the sign makes them digits, which are grouped too.
    Py_ssize_t min_width = spec.fill == '0' && spec.align == '=' ? spec.width - around : 0;
    Py_ssize_t digits = 0;
    Py_UCS4 widest = 0x7F;
    if (!parts.digits.empty()) {
        group_digits(
            Py_ssize_t(parts.digits.size()), min_width, grouping,
            [&](Py_ssize_t, Py_ssize_t count, Py_ssize_t zeros) { digits += count + zeros; },
            [&] {
                digits += grouping.separator_size;
                for (int i = 0; i < grouping.separator_size; ++i) widest = std::max(widest, grouping.separator[i]);
            });
    }
    if (has_point)
        for (int i = 0; i < grouping.point_size; ++i) widest = std::max(widest, grouping.point[i]);
    Py_ssize_t padding = std::max<Py_ssize_t>(0, spec.width - around - digits);
    Py_ssize_t left = 0, middle = 0;
    switch (spec.align) {
        case '<': break;
        case '^': left = padding / 2; break;
        case '=': middle = padding; break;
        default: left = padding; break;
    }
    if (padding) widest = std::max(widest, spec.fill);
    Ref<Str> result = TRY(str_new(ts, around + digits + padding, widest));
    Py_ssize_t at = 0;
    auto put = [&](Py_UCS4 c) { str_put(result, at++, c); };
    auto put_text = [&](std::string_view text) {
        for (char c : text) put(Py_UCS4(static_cast<unsigned char>(c)));
    };
    auto fill = [&](Py_ssize_t n) {
        while (n-- > 0) put(spec.fill);
    };
    fill(left);
    if (sign) put(Py_UCS4(sign));
    put_text(parts.prefix);
    fill(middle);
    if (digits) {
        Py_ssize_t position = at + digits;
        group_digits(
            Py_ssize_t(parts.digits.size()), min_width, grouping,
            [&](Py_ssize_t first, Py_ssize_t count, Py_ssize_t zeros) {
                position -= count;
                for (Py_ssize_t i = 0; i < count; ++i)
                    str_put(result, position + i, Py_UCS4(parts.digits[size_t(first + i)]));
                for (; zeros > 0; --zeros) str_put(result, --position, '0');
            },
            [&] {
                position -= grouping.separator_size;
                for (int i = 0; i < grouping.separator_size; ++i) str_put(result, position + i, grouping.separator[i]);
            });
        at += digits;
    }
    if (has_point) {
        for (int i = 0; i < grouping.point_size; ++i) put(grouping.point[i]);
        put_text(parts.rest.substr(1));
    } else {
        put_text(parts.rest);
    }
    fill(padding - left - middle);
    return result;
}

Result<Ref<Str>> format_str(ThreadState& ts, Str& value, Str& spec_text) {
    if (str_length(spec_text) == 0) return str_exact(ts, value);
    FormatSpec spec = TRY(parse_format_spec(ts, obj(value), spec_text, 's', '<'));
    if (spec.type != 's') return raise_unknown_format_code(ts, spec.type, obj(value));
    if (spec.sign == ' ') return raise(ts, PyExc_ValueError, "Space not allowed in string format specifier");
    if (spec.sign) return raise(ts, PyExc_ValueError, "Sign not allowed in string format specifier");
    if (spec.no_negative_zero)
        return raise(ts, PyExc_ValueError, "Negative zero coercion (z) not allowed in string format specifier");
    if (spec.alternate) return raise(ts, PyExc_ValueError, "Alternate form (#) not allowed in string format specifier");
    if (spec.align == '=') return raise(ts, PyExc_ValueError, "'=' alignment not allowed in string format specifier");
    Py_ssize_t length = str_length(value);
    if (spec.precision >= 0 && spec.precision < length) length = spec.precision;
    Ref<Str> part = TRY(str_substring(ts, value, 0, length));
    Py_ssize_t padding = spec.width - length;
    if (padding <= 0) return part;
    Py_ssize_t left = spec.align == '>' ? padding : spec.align == '^' ? padding / 2 : 0;
    return str_pad(ts, part, left, padding - left, spec.fill);
}

Result<Ref<Str>> str_method_dunder_format(ThreadState& ts, Str& self, Str& spec) {
    if (str_length(spec) == 0) {
        if (str_is_exact(self)) return Ref<Str>::share(self);
        return str(ts, obj(self));
    }
    return format_str(ts, self, spec);
}

}  // namespace orochi
