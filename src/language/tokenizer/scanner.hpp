// Scanner: the working state of tokenize(). Internal to the tokenizer.
//
// Functions that can fail return false after having written the diagnostic.
#pragma once

#include <array>

#include "language/tokenizer/tokenizer.hpp"

namespace orochi::language {

struct Utf8Fault;

enum CharacterClass : uint8_t { kWordStart = 1, kWord = 2, kDigit = 4, kHexDigit = 8 };
extern const std::array<uint8_t, 256> kCharacterClasses;

inline bool is(char c, uint8_t classes) { return kCharacterClasses[static_cast<unsigned char>(c)] & classes; }

inline bool is_prefix_letter(char c) {
    c |= 32;
    return c == 'b' || c == 'f' || c == 'r' || c == 'u';
}

class Scanner {
public:
    Scanner(std::string_view source, const TokenizerOptions& options, TokenStream& out);
    bool run();
    void note_unclosed();
    void push_error() { push_placeless(TokenKind::Error); }

private:
    // CPython's own limits, which programs can observe.
    static constexpr int kMaxLevel = 200;
    static constexpr int kMaxIndents = 100;

    uint32_t offset(const char* p) const { return static_cast<uint32_t>(p - begin_); }
    int32_t column(const char* p) const { return static_cast<int32_t>(p - line_start_) + col_base_; }
    void push(TokenKind kind, const char* start, const char* end);
    void push_placeless(TokenKind kind);
    // `joined`: the line before is part of the same token or ends with a backslash.
    void begin_line(bool joined = false);

    bool word(const char* start);
    bool word_or_string(const char* start);
    bool check_word(const char* start);
    bool string(const char* start);
    void comment(const char* start, bool blank_line, bool& made_token);
    bool indentation(bool& blank);
    bool continuation(bool in_indentation = false);
    bool operator_token(const char* start, char c);
    bool one_or(char next, TokenKind with, TokenKind without, const char* start);
    bool one_or_two(char twice, TokenKind plain, TokenKind plain_equal, TokenKind doubled, TokenKind doubled_equal,
                    const char* start);
    void open(TokenKind kind, char c, bool& ok);
    bool close(TokenKind kind, char c);
    void finish_source();

    // numbers.cpp
    bool number(const char* start);
    bool digits();
    bool radix(uint8_t base, const char* name);
    bool fraction_and_exponent(bool& ok, bool after_dot);
    bool end_of_number(const char* name);

    bool fail(const char* message);
    bool fail_range(const char* message, int32_t offset, int32_t end_offset);
    bool fail_with_newline(DiagnosticKind kind, const char* message, int32_t offset, int32_t end_offset);
    bool fail_in_buffer(const char* message, int64_t offset, int32_t end_offset);
    bool fail_decoding(std::string_view text, const Utf8Fault& fault);
    bool fail_tabs();
    bool fail_unclosed();
    bool fail_behind_end();
    void warn(const char* message);
    int32_t characters_shown(std::string_view line, int64_t bytes) const;
    int32_t characters_to(const char* at) const;
    std::string_view rest_of_line() const;
    std::string_view line_text() const;

    const TokenizerOptions& options_;
    TokenStream& out_;
    const char* begin_;
    const char* cur_;
    const char* end_;
    const char* line_start_;
    const char* buffer_start_;  // the line that CPython's buffer would begin with: error texts do
    int32_t lineno_;
    int32_t col_base_;  // added to columns: non-zero on the first line only
    bool at_line_start_ = true;
    bool ended_ = false;
    uint16_t level_ = 0;
    int depth_ = 0;
    int32_t columns_[kMaxIndents] = {};
    int32_t alternatives_[kMaxIndents] = {};
    char brackets_[kMaxLevel];
    int32_t bracket_lines_[kMaxLevel];
    uint32_t bracket_starts_[kMaxLevel];
    uint32_t bracket_line_starts_[kMaxLevel];
};

}  // namespace orochi::language
