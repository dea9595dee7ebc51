// Number literals, with the faults CPython finds in them (manual: Lexical
// analysis, "Numeric literals"). A number that runs into a keyword, as in
// "1if x else y", is only warned about.
#include <cstdio>
#include <cstring>

#include "language/tokenizer/scanner.hpp"

namespace orochi::language {

// Digits with single underscores between them; `cur_` is after the first.
bool Scanner::digits() {
    for (;;) {
        while (is(*cur_, kDigit)) ++cur_;
        if (*cur_ != '_') return true;
        ++cur_;
        if (!is(*cur_, kDigit)) return fail("invalid decimal literal");
    }
}

bool Scanner::end_of_number(const char* name) {
    auto followed_by = [&](const char* text) {
        size_t size = std::strlen(text);
        return std::strncmp(cur_ + 1, text, size) == 0 && !is(cur_[1 + size], kWord);
    };
    bool keyword = false;
    switch (*cur_) {
        case 'a': keyword = followed_by("nd"); break;
        case 'e': keyword = followed_by("lse"); break;
        case 'f': keyword = followed_by("or"); break;
        case 'i': keyword = cur_[1] == 'f' || cur_[1] == 'n' || cur_[1] == 's'; break;
        case 'o': keyword = followed_by("r"); break;
        case 'n': keyword = followed_by("ot"); break;
        default: break;
    }
    char message[64];
    std::snprintf(message, sizeof message, "invalid %s literal", name);
    if (keyword) {
        warn(message);
        return true;
    }
    return is(*cur_, kWord) ? fail(message) : true;
}

// After "0x", "0o" or "0b".
bool Scanner::radix(uint8_t base, const char* name) {
    char message[64];
    auto is_digit = [&](char c) { return base == 16 ? is(c, kHexDigit) : c >= '0' && c < '0' + base; };
    auto bad_digit = [&] {
        std::snprintf(message, sizeof message, "invalid digit '%c' in %s literal", *cur_, name);
        ++cur_;
        return fail(message);
    };
    do {
        if (*cur_ == '_') ++cur_;
        if (!is_digit(*cur_)) {
            if (is(*cur_, kDigit)) return bad_digit();
            std::snprintf(message, sizeof message, "invalid %s literal", name);
            return fail(message);
        }
        while (is_digit(*cur_)) ++cur_;
    } while (*cur_ == '_');
    if (is(*cur_, kDigit)) return bad_digit();
    return end_of_number(name);
}

bool Scanner::number(const char* start) {
    if (*cur_ == '0') {
        ++cur_;
        auto other_base = [&](uint8_t base, const char* name) {
            ++cur_;
            if (!radix(base, name)) return false;
            push(TokenKind::Number, start, cur_);
            return true;
        };
        switch (*cur_ | 32) {
            case 'x': return other_base(16, "hexadecimal");
            case 'o': return other_base(8, "octal");
            case 'b': return other_base(2, "binary");
            default: break;
        }
        for (;;) {
            if (*cur_ == '_') {
                ++cur_;
                if (!is(*cur_, kDigit)) return fail("invalid decimal literal");
            }
            if (*cur_ != '0') break;
            ++cur_;
        }
        const char* zeros_end = cur_;
        bool nonzero = is(*cur_, kDigit);
        if (nonzero && !digits()) return false;
        char c = *cur_;
        if (nonzero && c != '.' && (c | 32) != 'e' && (c | 32) != 'j') {
            return fail_range(
                "leading zeros in decimal integer literals are not permitted; "
                "use an 0o prefix for octal integers",
                column(start) - col_base_ + 1, static_cast<int32_t>(zeros_end - line_start_) + 1);
        }
    } else if (*cur_ != '.') {
        if (!digits()) return false;
    }
    if (*cur_ == '.') {
        ++cur_;
        if (is(*cur_, kDigit) && !digits()) return false;
    }
    if ((*cur_ | 32) == 'e') {
        const char* e = cur_++;
        if (*cur_ == '+' || *cur_ == '-') {
            ++cur_;
            if (!is(*cur_, kDigit)) return fail("invalid decimal literal");
        } else if (!is(*cur_, kDigit)) {
            cur_ = e;
            if (!end_of_number("decimal")) return false;
            push(TokenKind::Number, start, cur_);
            return true;
        }
        if (!digits()) return false;
    }
    if ((*cur_ | 32) == 'j') {
        ++cur_;
        if (!end_of_number("imaginary")) return false;
    } else if (!end_of_number("decimal")) {
        return false;
    }
    push(TokenKind::Number, start, cur_);
    return true;
}

}  // namespace orochi::language
