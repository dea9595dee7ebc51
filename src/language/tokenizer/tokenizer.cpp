#include "language/tokenizer/tokenizer.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "base/unicode_data.hpp"
#include "language/source/utf8.hpp"
#include "language/tokenizer/scanner.hpp"

namespace orochi::language {

namespace {

constexpr std::array<uint8_t, 256> make_classes() {
    std::array<uint8_t, 256> t{};
    for (int c = 0; c < 256; ++c) {
        uint8_t v = 0;
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 128) v |= kWordStart | kWord;
        if (c >= '0' && c <= '9') v |= kDigit | kWord | kHexDigit;
        if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) v |= kHexDigit;
        t[c] = v;
    }
    return t;
}

}  // namespace

constinit const std::array<uint8_t, 256> kCharacterClasses = make_classes();

std::string_view TokenStream::line(int32_t lineno) const {
    // The last token that begins on that line or before it saves looking at most of the lines above.
    auto nearest = std::upper_bound(tokens.begin(), tokens.end(), lineno,
                                    [](int32_t wanted, const Token& token) { return wanted < token.lineno; });
    while (nearest != tokens.begin() && nearest[-1].col < 0) --nearest;
    int32_t n = first_lineno;
    std::string_view rest = source;
    if (nearest != tokens.begin()) {
        n = nearest[-1].lineno;
        size_t before = nearest[-1].start == 0 ? source.npos : source.rfind('\n', nearest[-1].start - 1);
        rest.remove_prefix(before + 1);
    }
    for (; n < lineno; ++n) {
        size_t end = rest.find('\n');
        if (end == std::string_view::npos || end + 1 == rest.size()) break;
        rest.remove_prefix(end + 1);
    }
    size_t end = rest.find('\n');
    return end == std::string_view::npos ? rest : rest.substr(0, end + 1);
}

Scanner::Scanner(std::string_view source, const TokenizerOptions& options, TokenStream& out)
    : options_(options),
      out_(out),
      begin_(source.data()),
      cur_(source.data()),
      end_(source.data() + source.size()),
      line_start_(source.data()),
      buffer_start_(source.data()),
      lineno_(options.first_lineno),
      col_base_(options.first_col) {
    out.source = source;
    out.first_lineno = options.first_lineno;
    out.first_col = options.first_col;
    out.tokens.reserve(source.size() / 3 + 16);
}

void Scanner::begin_line(bool joined) {
    if (cur_ == end_) return;
    ++lineno_;
    line_start_ = cur_;
    if (!joined) buffer_start_ = cur_;
    col_base_ = 0;
}

void Scanner::push(TokenKind kind, const char* start, const char* end) {
    out_.tokens.push_back(
        {kind, false, level_, offset(start), offset(end), lineno_, lineno_, column(start), column(end)});
}

void Scanner::push_placeless(TokenKind kind) {
    int32_t line = begin_ == end_ ? 0 : lineno_;
    out_.tokens.push_back({kind, false, level_, offset(cur_), offset(cur_), line, line, -1, -1});
}

bool Scanner::check_word(const char* start) {
    std::string_view text{start, static_cast<size_t>(cur_ - start)};
    if (!options_.valid_utf8) {
        if (Utf8Fault fault = find_utf8_fault(text)) return fail_decoding(text, fault);
    }
    for (size_t i = 0; i < text.size();) {
        size_t at = i;
        uint32_t c = decode_utf8_at(text, i);
        // The characters that a name may hold are few; NFKC cannot turn one that may not into one that may.
        if (at == 0 ? base::is_xid_start(c) || c == '_' : base::is_xid_continue(c)) continue;
        cur_ = start + i;
        char message[80];
        if (base::is_printable(c)) {
            std::string shown(text.substr(at, i - at));
            std::snprintf(message, sizeof message, "invalid character '%s' (U+%04X)", shown.c_str(), c);
        } else {
            std::snprintf(message, sizeof message, "invalid non-printable character U+%04X", c);
        }
        return fail(message);
    }
    return true;
}

bool Scanner::word(const char* start) {
    const char* p = cur_;
    unsigned high = static_cast<unsigned char>(*start);
    while (is(*p, kWord)) high |= static_cast<unsigned char>(*p++);
    cur_ = p;
    bool non_ascii = high >= 128;
    if (non_ascii && !check_word(start)) return false;
    TokenKind kind = non_ascii ? TokenKind::Name : classify_word(start, static_cast<uint32_t>(p - start));
    push(kind, start, p);
    out_.tokens.back().non_ascii = non_ascii;
    return true;
}

// `cur_` is at the opening quote; `start` at the prefix, if any.
bool Scanner::string(const char* start) {
    char quote = *cur_;
    int32_t first_lineno = lineno_;
    const char* first_line = line_start_;
    int32_t first_base = col_base_;
    const char* p = cur_ + 1;
    bool triple = p[0] == quote && p[1] == quote;
    if (!triple && *p == quote) {
        cur_ = p + 1;
        push(TokenKind::String, start, cur_);
        return true;
    }
    if (triple) p += 2;
    for (;;) {
        char c = *p;
        if (c == quote) {
            if (!triple) break;
            if (p[1] == quote && p[2] == quote) {
                p += 2;
                break;
            }
        } else if (c == '\\') {
            ++p;
            if (p < end_ && *p != '\n') {
                ++p;
                continue;
            }
            if (p >= end_)
                c = '\0';
            else
                c = 'n';
            if (c == 'n') {  // an escaped newline
                ++p;
                cur_ = p;
                begin_line(true);
                continue;
            }
        } else if (c == '\n' && triple) {
            ++p;
            cur_ = p;
            begin_line(true);
            continue;
        }
        if ((c == '\n' && !triple) || (c == '\0' && p >= end_)) {
            if (p >= end_ && options_.end_error) return fail_behind_end();
            int32_t last = lineno_;
            lineno_ = first_lineno;
            line_start_ = first_line;
            col_base_ = first_base;
            cur_ = start + 1;
            char message[96];
            std::snprintf(message, sizeof message, "unterminated %sstring literal (detected at line %d)",
                          triple ? "triple-quoted " : "", last);
            // A prefix does not move the place: it is that of the token's first character.
            fail(message);
            if (p >= end_) out_.fault = TokenizerFault::EndInString;
            return false;
        }
        ++p;
    }
    cur_ = p + 1;
    // Observed: in a longer line, a string that ends on another line is not moved to where the text stands.
    int32_t col = static_cast<int32_t>(start - first_line) + (lineno_ == first_lineno ? first_base : 0);
    out_.tokens.push_back(
        {TokenKind::String, false, level_, offset(start), offset(cur_), first_lineno, lineno_, col, column(cur_)});
    return true;
}

// A word that may be the prefix of a string.
bool Scanner::word_or_string(const char* start) {
    bool b = false, u = false, r = false, f = false;
    for (const char* p = start;; ++p) {
        char c = *p;
        if (!(b || u || f) && (c == 'b' || c == 'B'))
            b = true;
        else if (!(b || u || r || f) && (c == 'u' || c == 'U'))
            u = true;
        else if (!(r || u) && (c == 'r' || c == 'R'))
            r = true;
        else if (!(f || b || u) && (c == 'f' || c == 'F'))
            f = true;
        else if (c == '"' || c == '\'')
            return cur_ = p, string(start);
        else
            return word(start);
    }
}

void Scanner::comment(const char* start, bool blank_line, bool& made_token) {
    const char* e = static_cast<const char*>(std::memchr(cur_, '\n', end_ - cur_));
    cur_ = e ? e : end_;
    made_token = false;
    if (!options_.type_comments) return;
    // "# type: " where each space stands for any number of blanks.
    const char* p = start;
    for (const char* prefix = "# type: "; *prefix; ++prefix) {
        if (*prefix == ' ') {
            while (p < cur_ && (*p == ' ' || *p == '\t')) ++p;
        } else if (p < cur_ && *p == *prefix) {
            ++p;
        } else {
            return;
        }
    }
    const char* after = p + 6;
    bool ignore =
        after <= cur_ && std::memcmp(p, "ignore", 6) == 0 &&
        !(after < cur_ && (static_cast<unsigned char>(*after) >= 128 || (is(*after, kWord) && *after != '_')));
    made_token = true;
    if (!ignore) {
        push(TokenKind::TypeComment, p, cur_);
        return;
    }
    push(TokenKind::TypeIgnore, after, cur_);
    if (blank_line && cur_ < end_) {
        ++cur_;
        at_line_start_ = true;
    }
}

// The spaces before the first token of a line: indents, dedents, blank lines.
// False on a fault; `blank` tells that the line holds no token.
bool Scanner::indentation(bool& blank) {
    int32_t col = 0, alternative = 0;  // with tabs to 8 columns, and to 1
    int32_t continued = 0;             // the column before a backslash
    blank = false;
    for (;; ++cur_) {
        char c = *cur_;
        if (c == ' ') {
            ++col;
            ++alternative;
        } else if (c == '\t') {
            col = (col / 8 + 1) * 8;
            ++alternative;
        } else if (c == '\f') {
            col = alternative = 0;
        } else if (c == '\\') {
            // Indentation is that of the first of the joined lines.
            continued = continued ? continued : col;
            ++cur_;
            if (!continuation(true)) return false;
            --cur_;
        } else {
            break;
        }
    }
    if (*cur_ == '#' || *cur_ == '\n') {
        if (options_.interactive && col == 0 && *cur_ == '\n') {
            blank = false;
        } else if (options_.interactive && lineno_ == options_.first_lineno) {
            blank = false;
            col = alternative = 0;
        } else {
            blank = true;
        }
    }
    if (blank || level_ > 0) return true;
    if (continued) col = alternative = continued;
    if (col == columns_[depth_]) {
        if (alternative != alternatives_[depth_]) return fail_tabs();
    } else if (col > columns_[depth_]) {
        if (depth_ + 1 >= kMaxIndents) {
            fail_with_newline(DiagnosticKind::IndentationError, "too many levels of indentation", 1, 0);
            out_.fault = TokenizerFault::Indentation;
            return false;
        }
        if (alternative <= alternatives_[depth_]) return fail_tabs();
        ++depth_;
        columns_[depth_] = col;
        alternatives_[depth_] = alternative;
        push_placeless(TokenKind::Indent);
    } else {
        int32_t dedents = 0;
        while (depth_ > 0 && col < columns_[depth_]) {
            ++dedents;
            --depth_;
        }
        if (col != columns_[depth_]) {
            cur_ = line_start_ + line_text().size();
            fail_with_newline(DiagnosticKind::IndentationError, "unindent does not match any outer indentation level",
                              characters_shown(line_text(), cur_ - line_start_), -1);
            out_.fault = TokenizerFault::Indentation;
            return false;
        }
        if (alternative != alternatives_[depth_]) return fail_tabs();
        for (; dedents; --dedents) push_placeless(TokenKind::Dedent);
    }
    return true;
}

// After a backslash: must be a newline and more source. `cur_` is moved to the next line.
bool Scanner::continuation(bool in_indentation) {
    if (*cur_ != '\n') {
        fail_in_buffer("unexpected character after line continuation character", cur_ - buffer_start_ + (cur_ < end_),
                       0);
        out_.fault = TokenizerFault::Continuation;
        return false;
    }
    ++cur_;
    if (cur_ == end_) {
        out_.end_of_source = static_cast<uint32_t>(out_.tokens.size());
        if (options_.end_error) return fail_behind_end();
        if (level_ > 0) return fail_unclosed();
        int64_t place = options_.from_file && in_indentation ? 0 : cur_ - line_start_;
        fail_in_buffer("unexpected EOF while parsing", place, -1);
        out_.fault = TokenizerFault::EndOfSource;
        return false;
    }
    begin_line(!in_indentation);
    if (!in_indentation) out_.joined_lines.push_back(lineno_);
    return true;
}

void Scanner::open(TokenKind kind, char c, bool& ok) {
    if (level_ >= kMaxLevel) {
        ok = fail("too many nested parentheses");
        return;
    }
    brackets_[level_] = c;
    bracket_lines_[level_] = lineno_;
    bracket_starts_[level_] = offset(cur_ - 1);
    bracket_line_starts_[level_] = offset(line_start_);
    ++level_;
    push(kind, cur_ - 1, cur_);
}

bool Scanner::close(TokenKind kind, char c) {
    char message[96];
    if (level_ == 0) {
        std::snprintf(message, sizeof message, "unmatched '%c'", c);
        return fail(message);
    }
    --level_;
    char opening = brackets_[level_];
    if ((opening == '(' && c != ')') || (opening == '[' && c != ']') || (opening == '{' && c != '}')) {
        if (bracket_lines_[level_] != lineno_) {
            std::snprintf(message, sizeof message,
                          "closing parenthesis '%c' does not match opening parenthesis '%c' on line %d", c, opening,
                          bracket_lines_[level_]);
        } else {
            std::snprintf(message, sizeof message, "closing parenthesis '%c' does not match opening parenthesis '%c'",
                          c, opening);
        }
        return fail(message);
    }
    push(kind, cur_ - 1, cur_);
    return true;
}

void Scanner::finish_source() {
    auto note_end = [&] {
        if (!ended_) out_.end_of_source = static_cast<uint32_t>(out_.tokens.size());
        ended_ = true;
    };
    note_end();
    if (!options_.single) {
        push_placeless(TokenKind::EndMarker);
        return;
    }
    bool started = false;
    for (const Token& t : out_.tokens) started = started || t.kind != TokenKind::TypeIgnore;
    if (started) {
        push_placeless(TokenKind::Newline);
        if (depth_ > 0 && options_.imply_dedent) {
            for (; depth_ > 0; --depth_) push_placeless(TokenKind::Dedent);
            push_placeless(TokenKind::Newline);
        }
    }
    push_placeless(TokenKind::EndMarker);
}

bool Scanner::one_or(char next, TokenKind with, TokenKind without, const char* start) {
    if (*cur_ == next) {
        ++cur_;
        push(with, start, cur_);
    } else {
        push(without, start, cur_);
    }
    return true;
}

bool Scanner::one_or_two(char twice, TokenKind plain, TokenKind plain_equal, TokenKind doubled, TokenKind doubled_equal,
                         const char* start) {
    if (*cur_ == twice) {
        ++cur_;
        return one_or('=', doubled_equal, doubled, start);
    }
    return one_or('=', plain_equal, plain, start);
}

// One operator; `cur_` is after its first character.
bool Scanner::operator_token(const char* start, char c) {
    using K = TokenKind;
    bool ok = true;
    switch (c) {
        case '(': open(K::LeftParen, c, ok); return ok;
        case '[': open(K::LeftBracket, c, ok); return ok;
        case '{': open(K::LeftBrace, c, ok); return ok;
        case ')': return close(K::RightParen, c);
        case ']': return close(K::RightBracket, c);
        case '}': return close(K::RightBrace, c);
        case ',': push(K::Comma, start, cur_); return true;
        case ';': push(K::Semicolon, start, cur_); return true;
        case '~': push(K::Tilde, start, cur_); return true;
        case ':': return one_or('=', K::ColonEqual, K::Colon, start);
        case '=': return one_or('=', K::EqualEqual, K::Equal, start);
        case '+': return one_or('=', K::PlusEqual, K::Plus, start);
        case '%': return one_or('=', K::PercentEqual, K::Percent, start);
        case '@': return one_or('=', K::AtEqual, K::At, start);
        case '&': return one_or('=', K::AmpersandEqual, K::Ampersand, start);
        case '|': return one_or('=', K::PipeEqual, K::Pipe, start);
        case '^': return one_or('=', K::CaretEqual, K::Caret, start);
        case '!': return one_or('=', K::NotEqual, K::Unknown, start);
        case '-':
            if (*cur_ == '>') return one_or('>', K::Arrow, K::Minus, start);
            return one_or('=', K::MinusEqual, K::Minus, start);
        case '*': return one_or_two('*', K::Star, K::StarEqual, K::DoubleStar, K::DoubleStarEqual, start);
        case '/': return one_or_two('/', K::Slash, K::SlashEqual, K::DoubleSlash, K::DoubleSlashEqual, start);
        case '<':
            if (*cur_ == '>') return one_or('>', K::NotEqual, K::Less, start);
            return one_or_two('<', K::Less, K::LessEqual, K::LeftShift, K::LeftShiftEqual, start);
        case '>': return one_or_two('>', K::Greater, K::GreaterEqual, K::RightShift, K::RightShiftEqual, start);
        default: break;
    }
    if (!base::is_printable(static_cast<unsigned char>(c))) {
        char message[64];
        std::snprintf(message, sizeof message, "invalid non-printable character U+%04X", static_cast<unsigned char>(c));
        return fail(message);
    }
    push(K::Unknown, start, cur_);
    return true;
}

// Makes tokens until the source ends (true) or is at fault (false).
bool Scanner::run() {
    for (;;) {
        bool blank = false;
        if (at_line_start_) {
            at_line_start_ = false;
            if (cur_ != begin_) begin_line();
            if (cur_ == end_) {
                out_.end_of_source = static_cast<uint32_t>(out_.tokens.size());
                ended_ = true;
            }
            if (!indentation(blank)) return false;
        }
        const char* comment_start = nullptr;
        for (;;) {
            while (*cur_ == ' ' || *cur_ == '\t' || *cur_ == '\f') ++cur_;
            const char* start = cur_;
            char c = *cur_;
            if (is(c, kWordStart)) {
                bool ok = is_prefix_letter(c) ? word_or_string(start) : (++cur_, word(start));
                if (!ok) return false;
                continue;
            }
            if (c == '#') {
                bool made_token;
                comment(start, blank, made_token);
                if (made_token)
                    blank = false;
                else
                    comment_start = start;
                if (at_line_start_) break;
                continue;
            }
            if (c == '\n') {
                ++cur_;
                // The token takes in the comment before it.
                if (!blank && level_ == 0) push(TokenKind::Newline, comment_start ? comment_start : start, start);
                at_line_start_ = true;
                break;
            }
            if (is(c, kDigit) || (c == '.' && is(cur_[1], kDigit))) {
                if (!number(start)) return false;
                continue;
            }
            if (c == '"' || c == '\'') {
                if (!string(start)) return false;
                continue;
            }
            if (c == '.') {
                ++cur_;
                if (cur_[0] == '.' && cur_[1] == '.') {
                    cur_ += 2;
                    push(TokenKind::Ellipsis, start, cur_);
                } else {
                    push(TokenKind::Dot, start, cur_);
                }
                continue;
            }
            if (c == '\\') {
                ++cur_;
                if (!continuation()) return false;
                continue;
            }
            if (c == '\0' && cur_ >= end_) {
                if (options_.end_error) return fail_behind_end();
                if (level_ > 0) {
                    if (!ended_) out_.end_of_source = static_cast<uint32_t>(out_.tokens.size());
                    return fail_unclosed();
                }
                finish_source();
                return true;
            }
            ++cur_;
            if (!operator_token(start, c)) return false;
        }
    }
}

void tokenize(std::string_view source, const TokenizerOptions& options, TokenStream& out) {
    Scanner scanner(source, options, out);
    if (!scanner.run()) {
        if (out.fault == TokenizerFault::EndInString) out.end_of_source = static_cast<uint32_t>(out.tokens.size());
        scanner.note_unclosed();
        scanner.push_error();
    }
    // Without a newline at the end, reading the last word or operator meets the end already; a string or an
    // operator of three characters needs no look at what follows.
    auto looked_on = [](const Token& t) {
        bool whole = t.kind == TokenKind::String || t.kind == TokenKind::Ellipsis ||
                     (is_augmented_assignment(t.kind) && t.end - t.start == 3);
        return !whole;
    };
    uint32_t& end = out.end_of_source;
    while (end != UINT32_MAX && end > 0 && out.tokens[end - 1].end == source.size() && looked_on(out.tokens[end - 1]))
        --end;
}

}  // namespace orochi::language
