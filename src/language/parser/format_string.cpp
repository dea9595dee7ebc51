#include "language/parser/format_string.hpp"

#include <cstring>

namespace orochi::language {

namespace {
constexpr int kMaxBrackets = 200;
}

bool FormatString::fail(const char* message) {
    parser_.raise_here(DiagnosticKind::SyntaxError, "%s", message);
    return false;
}

void FormatString::flush(const Location& where) {
    if (pending_.empty()) return;
    values_.push_back(parser_.arena_.make<ast::Constant>(where, make_str(parser_.arena_, pending_), prefix_));
    pending_.clear();
}

ExprNode* FormatString::finish(bool bytes) {
    Arena& arena = parser_.arena_;
    if (!format_) {
        const Constant* value = bytes ? make_bytes(arena, pending_) : make_str(arena, pending_);
        return arena.make<ast::Constant>(where_, value, prefix_);
    }
    flush(end_where_);
    return arena.make<ast::JoinedStr>(end_where_, arena.copy(values_));
}

bool FormatString::add_format(const Token& t, const StringLiteral& literal) {
    if (parser_.options_.feature_version < 6) return parser_.raise_version(6, "Format strings are"), false;
    format_ = true;
    token_ = &t;
    place_ = {.reached = parser_.text(t).data(), .line_start = parser_.text(t).data()};
    const char* p = literal.body.data();
    return parse(p, p + literal.body.size(), literal.raw, 0);
}

// Literal text and fields, to the end or, in a format specification, to its '}'.
bool FormatString::parse(const char*& p, const char* end, bool raw, int level) {
    for (;;) {
        bool more = false;
        if (!find_literal(p, end, raw, level, more)) return false;
        if (more) continue;  // a doubled brace
        if (p >= end || *p == '}') break;
        if (!find_field(p, end, raw, level)) return false;
    }
    if (level == 0 && p < end) return fail("f-string: unexpected end of string");
    return true;
}

bool FormatString::find_literal(const char*& p, const char* end, bool raw, int level, bool& more) {
    const char* start = p;
    const char* s = p;
    const char* literal_end = end;
    const char* next = end;
    while (s < end) {
        char c = *s++;
        if (!raw && c == '\\' && s < end) {
            c = *s++;
            if (c == 'N') {
                // The braces of a character's name start no field.
                if (s < end && *s == '{') {
                    while (s < end && *s++ != '}') {
                    }
                }
                continue;
            }
            if (c == '{') parser_.warn_escape(*token_, {s - 1, 1});
        }
        if (c != '{' && c != '}') continue;
        if (level == 0) {
            if (s < end && *s == c) {
                literal_end = s;
                next = s + 1;
                more = true;
                break;
            }
            if (c == '}') return fail("f-string: single '}' is not allowed");
        }
        literal_end = next = s - 1;
        break;
    }
    p = next;
    std::string_view text{start, static_cast<size_t>(literal_end - start)};
    if (raw || !std::memchr(text.data(), '\\', text.size())) {
        add_text(text);
        return true;
    }
    return parser_.decode_escapes(*token_, text, false, pending_);
}

// At a '{': one replacement field.
bool FormatString::find_field(const char*& p, const char* end, bool raw, int level) {
    if (level >= 2) return fail("f-string: expressions nested too deeply");
    const char* expression_start = ++p;
    char quote = 0;
    int quote_length = 0;
    char brackets[kMaxBrackets];
    int depth = 0;
    char message[96];
    for (; p < end; ++p) {
        char c = *p;
        if (c == '\\') return fail("f-string expression part cannot include a backslash");
        if (quote) {
            if (c != quote) continue;
            if (quote_length == 1) {
                quote = 0;
            } else if (p + 2 < end && p[1] == c && p[2] == c) {
                p += 2;
                quote = 0;
            }
            continue;
        }
        if (c == '\'' || c == '"') {
            quote = c;
            quote_length = 1;
            if (p + 2 < end && p[1] == c && p[2] == c) {
                quote_length = 3;
                p += 2;
            }
            continue;
        }
        if (c == '[' || c == '{' || c == '(') {
            if (depth >= kMaxBrackets) return fail("f-string: too many nested parenthesis");
            brackets[depth++] = c;
            continue;
        }
        if (c == '#') return fail("f-string expression part cannot include '#'");
        if (depth == 0 && (c == '!' || c == ':' || c == '}' || c == '=' || c == '>' || c == '<')) {
            if (p + 1 < end && p[1] == '=' && (c == '!' || c == '=' || c == '<' || c == '>')) {
                ++p;
                continue;
            }
            if (c == '>' || c == '<') continue;
            break;
        }
        if (c == ']' || c == '}' || c == ')') {
            if (depth == 0) {
                std::snprintf(message, sizeof message, "f-string: unmatched '%c'", c);
                return fail(message);
            }
            char opening = brackets[--depth];
            if ((opening == '(' && c != ')') || (opening == '[' && c != ']') || (opening == '{' && c != '}')) {
                std::snprintf(message, sizeof message,
                              "f-string: closing parenthesis '%c' does not match opening parenthesis '%c'", c, opening);
                return fail(message);
            }
        }
    }
    if (quote) return fail("f-string: unterminated string");
    if (depth) {
        std::snprintf(message, sizeof message, "f-string: unmatched '%c'", brackets[depth - 1]);
        return fail(message);
    }
    constexpr const char* kExpectingBrace = "f-string: expecting '}'";
    if (p >= end) return fail(kExpectingBrace);
    ExprNode* value = compile(expression_start, p);
    if (!value) return false;

    bool debug = *p == '=';
    if (debug) {
        if (parser_.options_.feature_version < 8)
            return parser_.raise_version(8, "f-string: self documenting expressions are"), false;
        ++p;
        while (p < end && std::strchr(" \t\n\r\f\v", *p) && *p) ++p;
        if (p >= end) return fail(kExpectingBrace);
        add_text({expression_start, static_cast<size_t>(p - expression_start)});
    }
    int32_t conversion = -1;
    if (*p == '!') {
        if (++p >= end) return fail(kExpectingBrace);
        conversion = static_cast<unsigned char>(*p++);
        if (conversion != 's' && conversion != 'r' && conversion != 'a')
            return fail("f-string: invalid conversion character: expected 's', 'r', or 'a'");
        if (p >= end) return fail(kExpectingBrace);
    }
    ExprNode* specification = nullptr;
    if (*p == ':') {
        if (++p >= end) return fail(kExpectingBrace);
        FormatString inner(parser_, where_, prefix_);
        inner.end_where_ = Parser::of(*token_);
        inner.format_ = true;
        inner.token_ = token_;
        inner.place_ = place_;
        if (!inner.parse(p, end, raw, level + 1)) return false;
        place_ = inner.place_;
        specification = inner.finish(false);
    }
    if (p >= end || *p != '}') return fail(kExpectingBrace);
    ++p;
    if (debug && !specification && conversion == -1) conversion = 'r';
    flush(where_);
    values_.push_back(parser_.arena_.make<ast::FormattedValue>(where_, value, conversion, specification));
    return true;
}

// The expression of a field, parsed as if in parentheses: white space around it means nothing.
ExprNode* FormatString::compile(const char* begin, const char* end) {
    bool blank = true;
    for (const char* s = begin; s < end && blank; ++s) blank = *s == ' ' || *s == '\t' || *s == '\n' || *s == '\f';
    if (blank) {
        char message[64];
        if (*end == '!' || *end == ':' || *end == '=') {
            std::snprintf(message, sizeof message, "f-string: expression required before '%c'", *end);
            fail(message);
        } else {
            fail("f-string: empty expression not allowed");
        }
        return nullptr;
    }
    Parser& outer = parser_;
    size_t size = static_cast<size_t>(end - begin);
    char* text = static_cast<char*>(outer.arena_.allocate(size + 4, 1));
    text[0] = '(';
    std::memcpy(text + 1, begin, size);
    text[size + 1] = ')';
    text[size + 2] = '\n';
    text[size + 3] = '\0';

    // The opening parenthesis stands where the brace does.
    TokenizerOptions options;
    options.valid_utf8 = true;
    for (; place_.reached < begin; ++place_.reached) {
        if (*place_.reached != '\n') continue;
        ++place_.line;
        place_.line_start = place_.reached + 1;
    }
    options.first_lineno = token_->lineno + place_.line;
    const char* brace = begin - 1;
    // A field that starts on a line of its own does not count the columns before its brace.
    const char* s = begin;
    while (s < end && (*s == ' ' || *s == '\t' || *s == '\f')) ++s;
    int32_t before_brace = *s == '\n' ? 0 : static_cast<int32_t>(brace - place_.line_start);
    options.first_col = (place_.line ? 0 : token_->col) + before_brace;

    TokenStream stream;
    tokenize({text, size + 3}, options, stream);
    if (outer.options_.feature_version < 7) free_async_words(stream.tokens);
    Parser inner(stream, outer.options_, outer.arena_, outer.result_);
    inner.depth_ = outer.depth_;
    inner.stack_base_ = outer.stack_base_;
    ExprNode* e = inner.run_field();
    for (TokenizerWarning& w : stream.warnings) outer.result_.warnings.push_back(std::move(w.warning));
    if (!e) {
        outer.raised_ = true;
        outer.error_ = inner.error_;
    }
    return e;
}

}  // namespace orochi::language
