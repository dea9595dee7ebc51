// Number and string literals.
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "base/unicode_database.hpp"
#include "language/parser/format_string.hpp"
#include "language/parser/parser_impl.hpp"
#include "language/parser/string_literal.hpp"
#include "language/source/utf8.hpp"

namespace orochi::language {

using K = TokenKind;

namespace {

double read_double(const char* begin, const char* end) {
    double value = 0;
    auto [p, error] = std::from_chars(begin, end, value);
    // Out of range: strtod gives infinity or zero, as wanted.
    if (error == std::errc::result_out_of_range) value = std::strtod(std::string(begin, end).c_str(), nullptr);
    return value;
}

}  // namespace

const Constant* Parser::number_value(const Token& t) {
    std::string_view digits = text(t);
    if (digits.find('_') != std::string_view::npos) {
        buffer_.clear();
        for (char c : digits)
            if (c != '_') buffer_ += c;
        digits = buffer_;
    }
    char last = digits.back() | 32;
    if (digits.size() > 2 && digits[0] == '0') {
        char prefix = digits[1] | 32;
        int base = prefix == 'x' ? 16 : prefix == 'o' ? 8 : prefix == 'b' ? 2 : 0;
        if (base) return make_int_from_text(arena_, digits.substr(2), base);
    }
    if (last == 'j') {
        return make_complex(arena_, 0.0, read_double(digits.data(), digits.data() + digits.size() - 1));
    }
    if (digits.find_first_of(".eE") != std::string_view::npos) {
        return make_float(arena_, read_double(digits.data(), digits.data() + digits.size()));
    }
    if (options_.max_int_digits > 0 && digits.size() > static_cast<size_t>(options_.max_int_digits)) {
        char message[320];
        std::snprintf(message, sizeof message,
                      "Exceeds the limit (%d digits) for integer string conversion: value has %zu digits; use "
                      "sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer "
                      "literals to avoid decimal conversion limits.",
                      options_.max_int_digits, digits.size());
        return raise(message, {t.lineno, -1, t.end_lineno, -1});
    }
    return make_int_from_text(arena_, digits, 10);
}

ExprNode* Parser::number() {
    const Token& t = tok();
    if (options_.feature_version < 6 && text(t).find('_') != std::string_view::npos)
        return raise_version(6, "Underscores in numeric literals are");
    const Constant* value = number_value(t);
    if (!value) return nullptr;
    advance();
    return arena_.make<ast::Constant>(of(t), value, nullptr);
}

namespace {

bool is_verbatim(const StringLiteral& literal) {
    return !literal.format && (literal.raw || literal.body.find('\\') == std::string_view::npos);
}

}  // namespace

// All the string tokens in a row, as one constant or one JoinedStr.
ExprNode* Parser::strings() {
    const Token& first = tok();
    StringLiteral only(text(first));
    // Remembered, because what is wrong with escapes is to be said once.
    if (next_kind() == K::String || next_kind() == K::Error || !is_verbatim(only)) return remembered(kStringsRule);
    // The common case: the text is the value.
    advance();
    if (!check_string_encoding(first, only)) return nullptr;
    const Constant* value = only.bytes ? make_bytes(arena_, only.body) : make_str(arena_, only.body);
    return arena_.make<ast::Constant>(of(first), value, string_prefix(first));
}

Identifier Parser::string_prefix(const Token& first) {
    return text(first)[0] == 'u' ? arena_.intern("u") : Identifier(nullptr);
}

ExprNode* Parser::joined_strings() {
    const Token& first = tok();
    uint32_t start = pos_;
    do advance();
    while (at(K::String));
    // Having looked for one string more, the parser has met the tokenizer's fault.
    if (at(K::Error)) return raise_tokenizer_fault(), nullptr;
    FormatString joined(*this, span(first), string_prefix(first));
    bool bytes = StringLiteral(text(first)).bytes;
    for (uint32_t i = start; i < pos_; ++i) {
        const Token& t = tokens_[i];
        StringLiteral literal(text(t));
        if (!check_string_encoding(t, literal)) return nullptr;
        if (is_verbatim(literal))
            joined.add_text(literal.body);
        else if (!literal.format && !decode_escapes(t, literal.body, literal.bytes, joined.pending()))
            return nullptr;
        if (literal.bytes != bytes)
            return raise_here(DiagnosticKind::SyntaxError, "cannot mix bytes and nonbytes literals");
        if (literal.format && !joined.add_format(t, literal)) return nullptr;
    }
    return joined.finish(bytes);
}

// Bytes must be ASCII; text must be UTF-8 if nobody has looked before.
bool Parser::check_string_encoding(const Token& t, const StringLiteral& literal) {
    if (literal.bytes) {
        for (char c : literal.body) {
            if (static_cast<unsigned char>(c) < 128) continue;
            raise_here(DiagnosticKind::SyntaxError, "bytes can only contain ASCII literal characters");
            return false;
        }
    } else if (!options_.valid_utf8) {
        std::string_view piece = literal.body;
        Utf8Fault fault = find_utf8_fault(piece);
        if (!fault) return true;
        if (!literal.raw && (literal.format || piece.find('\\') != std::string_view::npos)) {
            // With escapes, each run of other than ASCII is decoded by itself.
            size_t from = fault.start;
            while (from > 0 && static_cast<unsigned char>(piece[from - 1]) >= 128) --from;
            piece.remove_prefix(from);
            size_t size = 0;
            while (size < piece.size() && static_cast<unsigned char>(piece[size]) >= 128) ++size;
            piece = piece.substr(0, size);
            fault = find_utf8_fault(piece);
        }
        raise_here(DiagnosticKind::SyntaxError, "(unicode error) %s", describe(fault, piece).c_str());
        return false;
    }
    return true;
}

void Parser::warn_escape(const Token& t, std::string_view escape) {
    Warning w;
    w.kind = WarningKind::DeprecationWarning;
    bool octal = escape[0] >= '4' && escape[0] <= '7' && escape.size() == 3;
    w.message = octal ? "invalid octal escape sequence '\\" : "invalid escape sequence '\\";
    w.message += escape;
    w.message += '\'';
    w.lineno = t.lineno;
    w.end_lineno = t.end_lineno;
    w.offset = t.col + 1;
    w.end_offset = t.end_col + 1;
    int32_t last_lineno = tokens_[furthest()].end_lineno;
    if (warned_.lineno != t.lineno || warned_.last_lineno != last_lineno)
        warned_ = {t.lineno, last_lineno, error_text(t.lineno)};
    w.text = warned_.text;
    w.count_characters = !options_.byte_offsets;
    if (const Diagnostic* fault = fault_in_rest(t.lineno)) {
        w.gives_way = true;
        if (result_.fault_in_rest.message.empty()) result_.fault_in_rest = as_shown(*fault);
    }
    result_.warnings.push_back(std::move(w));
}

// Appends the meaning of a literal's text to `out`.
bool Parser::decode_escapes(const Token& t, std::string_view body, bool bytes, std::string& out) {
    const char* p = body.data();
    const char* end = p + body.size();
    std::string_view bad_escape;
    // Error positions count as CPython's decoder sees the text: other than ASCII as ten-byte escapes.
    auto position_of = [&](const char* at) {
        size_t n = 0;
        for (const char* q = body.data(); q < at;) {
            if (static_cast<unsigned char>(*q) >= 128) {
                n += 10;
                ++q;
                while (q < at && (*q & 0xC0) == 0x80) ++q;
            } else {
                if (*q == '\\' && q + 1 < end && static_cast<unsigned char>(q[1]) >= 128)
                    n += 5;
                else if (*q == '\\' && q + 1 < at)
                    ++n, ++q;
                ++n;
                ++q;
            }
        }
        return n;
    };
    auto fault = [&](const char* from, const char* to, const char* reason) {
        size_t a = position_of(from);
        size_t b = position_of(to) - 1;
        if (a == b) {
            raise_here(DiagnosticKind::SyntaxError,
                       "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position %zu: %s", a, reason);
        } else {
            raise_here(DiagnosticKind::SyntaxError,
                       "(unicode error) 'unicodeescape' codec can't decode bytes in position %zu-%zu: %s", a, b,
                       reason);
        }
        return false;
    };
    auto hex_value = [](char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; };
    while (p < end) {
        const char* run = p;
        while (p < end && *p != '\\') ++p;
        out.append(run, p);
        if (p == end) break;
        const char* escape = p++;
        if (p == end || static_cast<unsigned char>(*p) >= 128) {
            out += '\\';
            continue;
        }
        char c = *p++;
        switch (c) {
            case '\n': continue;
            case '\\':
            case '\'':
            case '"': out += c; continue;
            case 'a': out += '\a'; continue;
            case 'b': out += '\b'; continue;
            case 'f': out += '\f'; continue;
            case 'n': out += '\n'; continue;
            case 'r': out += '\r'; continue;
            case 't': out += '\t'; continue;
            case 'v': out += '\v'; continue;
            case '0':
            case '1':
            case '2':
            case '3':
            case '4':
            case '5':
            case '6':
            case '7': {
                uint32_t value = static_cast<uint32_t>(c - '0');
                for (int k = 0; k < 2 && p < end && *p >= '0' && *p <= '7'; ++k) value = value * 8 + (*p++ - '0');
                if (value > 0377 && bad_escape.empty()) bad_escape = {escape + 1, 3};
                if (bytes)
                    out += static_cast<char>(value);
                else
                    append_utf8(out, value);
                continue;
            }
            case 'x':
            case 'u':
            case 'U': {
                if (c != 'x' && bytes) break;
                int want = c == 'x' ? 2 : c == 'u' ? 4 : 8;
                uint32_t value = 0;
                int got = 0;
                while (got < want && p < end && std::isxdigit(static_cast<unsigned char>(*p))) {
                    value = value << 4 | static_cast<uint32_t>(hex_value(*p++));
                    ++got;
                }
                if (got < want) {
                    if (bytes) {
                        raise_here(DiagnosticKind::SyntaxError, "(value error) invalid \\x escape at position %d",
                                   static_cast<int>(escape - body.data()));
                        return false;
                    }
                    return fault(escape, p,
                                 c == 'x'   ? "truncated \\xXX escape"
                                 : c == 'u' ? "truncated \\uXXXX escape"
                                            : "truncated \\UXXXXXXXX escape");
                }
                if (value > 0x10FFFF) return fault(escape, p, "illegal Unicode character");
                if (bytes)
                    out += static_cast<char>(value);
                else
                    append_utf8(out, value);
                continue;
            }
            case 'N': {
                if (bytes) break;
                if (p == end || *p != '{') return fault(escape, p, "malformed \\N character escape");
                const char* name_start = ++p;
                while (p < end && *p != '}') ++p;
                if (p == end || p == name_start) return fault(escape, p, "malformed \\N character escape");
                std::string_view name{name_start, static_cast<size_t>(p - name_start)};
                ++p;
                base::Char4 found[4];
                if (base::unicode_lookup(name, false, found) != 1)
                    return fault(escape, p, "unknown Unicode character name");
                append_utf8(out, found[0]);
                continue;
            }
            default: break;
        }
        if (bad_escape.empty()) bad_escape = {p - 1, 1};
        out += '\\';
        out += c;
    }
    if (!bad_escape.empty()) warn_escape(t, bad_escape);
    return true;
}

}  // namespace orochi::language
