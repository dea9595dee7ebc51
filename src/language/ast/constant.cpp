#include "language/ast/constant.hpp"

#include <charconv>
#include <cmath>
#include <vector>

namespace orochi::language {

namespace {

#include "language/ast/printable.inc"

bool is_printable(uint32_t code) {
    if (code < 128) return code >= 32 && code < 127;
    size_t low = 0, high = sizeof(kPrintable) / sizeof(kPrintable[0]);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (kPrintable[middle].last < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof(kPrintable) / sizeof(kPrintable[0]) && kPrintable[low].first <= code;
}

void append_hex(std::string& out, uint32_t value, int width) {
    for (int shift = (width - 1) * 4; shift >= 0; shift -= 4) out += "0123456789abcdef"[(value >> shift) & 15];
}

// Escapes shared by str and bytes. Returns false if the byte is none of them.
bool append_short_escape(std::string& out, unsigned char c, char quote) {
    switch (c) {
        case '\\': out += "\\\\"; return true;
        case '\n': out += "\\n"; return true;
        case '\r': out += "\\r"; return true;
        case '\t': out += "\\t"; return true;
        default:
            if (c != static_cast<unsigned char>(quote)) return false;
            out += '\\';
            out += quote;
            return true;
    }
}

char choose_quote(std::string_view text) {
    bool has_single = text.find('\'') != std::string_view::npos;
    return has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
}

std::string repr_bytes(std::string_view bytes) {
    std::string out = "b";
    char quote = choose_quote(bytes);
    out += quote;
    for (unsigned char c : bytes) {
        if (append_short_escape(out, c, quote)) continue;
        if (c >= 32 && c < 127) {
            out += static_cast<char>(c);
        } else {
            out += "\\x";
            append_hex(out, c, 2);
        }
    }
    out += quote;
    return out;
}

std::string number_text(double value, bool add_dot_0) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
    char buffer[40];
    auto end = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value), std::chars_format::scientific).ptr;
    std::string_view text(buffer, end - buffer);
    size_t e = text.find('e');
    std::string digits;
    for (char c : text.substr(0, e)) {
        if (c != '.') digits += c;
    }
    int exponent = 0;
    std::string_view exponent_text = text.substr(e + 1);
    if (exponent_text[0] == '+') exponent_text.remove_prefix(1);
    std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
    int point = exponent + 1;  // position of the decimal point among the digits
    std::string out = std::signbit(value) ? "-" : "";
    int count = static_cast<int>(digits.size());
    if (point > 16 || point < -3) {
        out += digits[0];
        if (count > 1) out.append(".").append(digits, 1);
        out += exponent < 0 ? "e-" : "e+";
        int magnitude = exponent < 0 ? -exponent : exponent;
        if (magnitude < 10) out += '0';
        out += std::to_string(magnitude);
        return out;
    }
    if (point <= 0) return out.append("0.").append(-point, '0').append(digits);
    if (count <= point) {
        out.append(digits).append(point - count, '0');
        return add_dot_0 ? out + ".0" : out;
    }
    return out.append(digits, 0, point).append(".").append(digits, point);
}

std::string repr_complex(double real, double imaginary) {
    if (real == 0.0 && !std::signbit(real)) return number_text(imaginary, false) + "j";
    std::string out = "(" + number_text(real, false);
    std::string second = number_text(imaginary, false);
    if (second[0] != '-') out += '+';
    return out + second + "j)";
}

}  // namespace

const Constant* make_singleton(Arena& arena, ConstantKind kind) {
    auto* c = arena.make<Constant>();
    c->kind = kind;
    return c;
}

const Constant* make_int(Arena& arena, int64_t value) {
    auto* c = arena.make<Constant>();
    c->kind = ConstantKind::Int;
    c->integer = value;
    return c;
}

const Constant* make_big_int(Arena& arena, bool negative, const uint32_t* digits, size_t count) {
    while (count && digits[count - 1] == 0) --count;
    if (count <= 3) {
        unsigned __int128 magnitude = 0;
        for (size_t i = count; i-- > 0;) magnitude = (magnitude << 30) | digits[i];
        unsigned __int128 limit = (static_cast<unsigned __int128>(1) << 63) - (negative ? 0 : 1);
        if (magnitude <= limit) {
            return make_int(arena, static_cast<int64_t>(negative ? 0 - static_cast<uint64_t>(magnitude)
                                                                 : static_cast<uint64_t>(magnitude)));
        }
    }
    auto* c = arena.make<Constant>();
    c->kind = ConstantKind::BigInt;
    c->negative = negative;
    c->size = static_cast<uint32_t>(count);
    c->digits = arena.copy(digits, count).data;
    return c;
}

const Constant* make_int_from_text(Arena& arena, std::string_view text, int base) {
    auto digit_value = [](char ch) -> uint32_t { return ch <= '9' ? ch - '0' : (ch | 32) - 'a' + 10; };
    if (text.size() <= 15) {
        int64_t value = 0;
        for (char ch : text) value = value * base + digit_value(ch);
        return make_int(arena, value);
    }
    std::vector<uint32_t> digits;
    digits.reserve(text.size() * 4 / 30 + 2);
    if (base != 10) {
        unsigned bits = base == 16 ? 4 : base == 8 ? 3 : 1;
        uint64_t accumulator = 0;
        unsigned held = 0;
        for (size_t i = text.size(); i-- > 0;) {
            accumulator |= static_cast<uint64_t>(digit_value(text[i])) << held;
            held += bits;
            if (held >= 30) {
                digits.push_back(accumulator & 0x3fffffff);
                accumulator >>= 30;
                held -= 30;
            }
        }
        if (accumulator) digits.push_back(static_cast<uint32_t>(accumulator));
    } else {
        for (size_t i = 0; i < text.size();) {
            uint32_t chunk = 0, scale = 1;
            for (int k = 0; k < 9 && i < text.size(); ++k, ++i) {
                chunk = chunk * 10 + digit_value(text[i]);
                scale *= 10;
            }
            uint64_t carry = chunk;
            for (uint32_t& d : digits) {
                carry += static_cast<uint64_t>(d) * scale;
                d = carry & 0x3fffffff;
                carry >>= 30;
            }
            if (carry) digits.push_back(static_cast<uint32_t>(carry));
        }
    }
    return make_big_int(arena, false, digits.data(), digits.size());
}

const Constant* make_float(Arena& arena, double value) {
    auto* c = arena.make<Constant>();
    c->kind = ConstantKind::Float;
    c->real = value;
    return c;
}

const Constant* make_complex(Arena& arena, double real, double imaginary) {
    auto* c = arena.make<Constant>();
    c->kind = ConstantKind::Complex;
    c->real = real;
    c->imaginary = imaginary;
    return c;
}

static const Constant* make_text(Arena& arena, ConstantKind kind, std::string_view text) {
    auto* c = arena.make<Constant>();
    c->kind = kind;
    c->size = static_cast<uint32_t>(text.size());
    c->text = arena.copy_text(text).data();
    return c;
}

const Constant* make_str(Arena& arena, std::string_view utf8) { return make_text(arena, ConstantKind::Str, utf8); }

const Constant* make_bytes(Arena& arena, std::string_view bytes) {
    return make_text(arena, ConstantKind::Bytes, bytes);
}

static const Constant* make_items(Arena& arena, ConstantKind kind, const Constant* const* items, size_t count) {
    auto* c = arena.make<Constant>();
    c->kind = kind;
    c->size = static_cast<uint32_t>(count);
    c->items = arena.copy(items, count).data;
    return c;
}

const Constant* make_tuple(Arena& arena, const Constant* const* items, size_t count) {
    return make_items(arena, ConstantKind::Tuple, items, count);
}

const Constant* make_frozen_set(Arena& arena, const Constant* const* items, size_t count) {
    return make_items(arena, ConstantKind::FrozenSet, items, count);
}

const Constant* make_standing_for(Arena& arena, const Constant& constant, uint32_t object) {
    auto* c = arena.make<Constant>(constant);
    c->object = object;
    return c;
}

std::string decimal(const Constant& constant) {
    if (constant.kind == ConstantKind::Int) return std::to_string(constant.integer);
    std::vector<uint32_t> digits(constant.digits, constant.digits + constant.size);
    std::vector<uint32_t> groups;  // base 10**9, least significant first
    while (!digits.empty()) {
        uint64_t remainder = 0;
        for (size_t i = digits.size(); i-- > 0;) {
            uint64_t value = (remainder << 30) | digits[i];
            digits[i] = static_cast<uint32_t>(value / 1000000000);
            remainder = value % 1000000000;
        }
        groups.push_back(static_cast<uint32_t>(remainder));
        while (!digits.empty() && digits.back() == 0) digits.pop_back();
    }
    std::string out = constant.negative ? "-" : "";
    for (size_t i = groups.size(); i-- > 0;) {
        std::string group = std::to_string(groups[i]);
        if (i + 1 != groups.size()) out.append(9 - group.size(), '0');
        out += group;
    }
    return out;
}

std::string repr_float(double value) { return number_text(value, true); }

std::string repr_str(std::string_view text) {
    std::string out;
    char quote = choose_quote(text);
    out += quote;
    for (size_t i = 0; i < text.size();) {
        unsigned char c = text[i];
        if (c < 128) {
            ++i;
            if (append_short_escape(out, c, quote)) continue;
            if (is_printable(c)) {
                out += static_cast<char>(c);
            } else {
                out += "\\x";
                append_hex(out, c, 2);
            }
            continue;
        }
        size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        if (i + length > text.size()) length = text.size() - i;
        uint32_t code = c & (0xff >> (length + 1));
        for (size_t k = 1; k < length; ++k) code = (code << 6) | (text[i + k] & 0x3f);
        if (is_printable(code)) {
            out += text.substr(i, length);
        } else if (code < 0x100) {
            out += "\\x";
            append_hex(out, code, 2);
        } else if (code < 0x10000) {
            out += "\\u";
            append_hex(out, code, 4);
        } else {
            out += "\\U";
            append_hex(out, code, 8);
        }
        i += length;
    }
    out += quote;
    return out;
}

std::string repr(const Constant& constant) {
    switch (constant.kind) {
        case ConstantKind::None: return "None";
        case ConstantKind::False: return "False";
        case ConstantKind::True: return "True";
        case ConstantKind::Ellipsis: return "Ellipsis";
        case ConstantKind::Int:
        case ConstantKind::BigInt: return decimal(constant);
        case ConstantKind::Float: return repr_float(constant.real);
        case ConstantKind::Complex: return repr_complex(constant.real, constant.imaginary);
        case ConstantKind::Str: return repr_str(constant.view());
        case ConstantKind::Bytes: return repr_bytes(constant.view());
        case ConstantKind::Tuple:
        case ConstantKind::FrozenSet: break;
    }
    bool tuple = constant.kind == ConstantKind::Tuple;
    std::string out = tuple ? "(" : constant.size ? "frozenset({" : "frozenset(";
    for (uint32_t i = 0; i < constant.size; ++i) {
        if (i) out += ", ";
        out += repr(*constant.items[i]);
    }
    if (tuple) return out + (constant.size == 1 ? ",)" : ")");
    return out + (constant.size ? "})" : ")");
}

}  // namespace orochi::language
