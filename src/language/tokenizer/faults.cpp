// The tokenizer's faults and warnings: their places and the source text shown with them.
#include <cstdio>
#include <cstring>

#include "language/source/utf8.hpp"
#include "language/tokenizer/scanner.hpp"

namespace orochi::language {

std::string_view Scanner::rest_of_line() const {
    const char* e = static_cast<const char*>(std::memchr(line_start_, '\n', end_ - line_start_));
    return {line_start_, static_cast<size_t>((e ? e : end_) - line_start_)};
}

std::string_view Scanner::line_text() const {
    std::string_view text = rest_of_line();
    return {text.data(), text.size() + (text.data() + text.size() < end_ ? 1 : 0)};
}

int32_t Scanner::characters_to(const char* at) const {
    return count_characters({line_start_, static_cast<size_t>(end_ - line_start_)},
                            static_cast<size_t>(at - line_start_));
}

int32_t Scanner::characters_shown(std::string_view line, int64_t bytes) const {
    return options_.byte_offsets ? static_cast<int32_t>(bytes) : count_shown_characters(line, bytes);
}

bool Scanner::fail_range(const char* message, int32_t offset, int32_t end_offset) {
    Diagnostic& d = out_.diagnostic;
    d.kind = DiagnosticKind::SyntaxError;
    d.message = message;
    d.has_text = true;
    d.lineno = d.end_lineno = lineno_;
    d.offset = offset;
    d.end_offset = end_offset;
    d.text = replace_faults(rest_of_line());
    out_.fault = TokenizerFault::Syntax;
    return false;
}

bool Scanner::fail(const char* message) {
    int32_t at = characters_to(cur_);
    return fail_range(message, at, at);
}

bool Scanner::fail_with_newline(DiagnosticKind kind, const char* message, int32_t offset, int32_t end_offset) {
    fail_range(message, offset, end_offset);
    out_.diagnostic.kind = kind;
    out_.diagnostic.text = replace_faults(line_text());
    return false;
}

// With all lines that were joined to this one, and `offset` a number of bytes as CPython's parser turns it
// into characters.
bool Scanner::fail_in_buffer(const char* message, int64_t offset, int32_t end_offset) {
    std::string_view text = line_text();
    text = {buffer_start_, static_cast<size_t>(text.data() + text.size() - buffer_start_)};
    fail_range(message, characters_shown(text, offset), end_offset);
    out_.diagnostic.text = replace_faults(text);
    return false;
}

// Broken UTF-8 inside a word; `cur_` is after the word.
bool Scanner::fail_decoding(std::string_view text, const Utf8Fault& fault) {
    std::string message = describe(fault, text);
    fail_in_buffer(("(unicode error) " + message).c_str(), cur_ - line_start_, -1);
    out_.fault = TokenizerFault::Decoding;
    out_.undecodable.kind = DiagnosticKind::UnicodeDecodeError;
    out_.undecodable.message = std::move(message);
    out_.undecodable.has_location = false;
    out_.undecodable.text = text;
    return false;
}

// The source goes on, but what follows cannot be read.
bool Scanner::fail_behind_end() {
    out_.fault = TokenizerFault::Decoding;
    out_.diagnostic = out_.undecodable = *options_.end_error;
    return false;
}

bool Scanner::fail_tabs() {
    fail_with_newline(DiagnosticKind::TabError, "inconsistent use of tabs and spaces in indentation", 1, 0);
    out_.fault = TokenizerFault::Indentation;
    return false;
}

// "'(' was never closed", at the innermost open bracket.
bool Scanner::fail_unclosed() {
    --level_;
    char message[32];
    std::snprintf(message, sizeof message, "'%c' was never closed", brackets_[level_]);
    bool this_line = lineno_ == bracket_lines_[level_];
    int32_t line = lineno_;
    const char* start = line_start_;
    lineno_ = bracket_lines_[level_];
    line_start_ = begin_ + bracket_line_starts_[level_];
    int32_t at = options_.byte_offsets ? static_cast<int32_t>(bracket_starts_[level_] - bracket_line_starts_[level_])
                                       : characters_to(begin_ + bracket_starts_[level_]);
    ++at;
    ++level_;
    fail_with_newline(DiagnosticKind::SyntaxError, message, at, 0);
    // The line that is being read still has its newline, the others have lost it.
    if (this_line) {
        std::string_view text = line_text();
        size_t size = static_cast<size_t>(text.data() + text.size() - buffer_start_);
        out_.diagnostic.text = replace_faults({buffer_start_, size});
    } else {
        out_.diagnostic.text = replace_faults(rest_of_line());
    }
    out_.fault = TokenizerFault::EndOfSource;
    lineno_ = line;
    line_start_ = start;
    return false;
}

// A parser's error further down gives way to a bracket that is still open where the tokenizer stopped.
void Scanner::note_unclosed() {
    if (level_ == 0 || out_.fault == TokenizerFault::Syntax || out_.fault == TokenizerFault::Decoding ||
        out_.fault == TokenizerFault::EndInString)
        return;
    TokenizerFault fault = out_.fault;
    Diagnostic own = out_.diagnostic;
    out_.unclosed_lineno = bracket_lines_[level_ - 1];
    if (fault != TokenizerFault::EndOfSource) fail_unclosed();
    out_.unclosed = out_.diagnostic;
    out_.diagnostic = std::move(own);
    out_.fault = fault;
}

void Scanner::warn(const char* message) {
    Warning w;
    w.kind = WarningKind::SyntaxWarning;
    w.message = message;
    w.lineno = w.end_lineno = lineno_;
    w.offset = w.end_offset = static_cast<int32_t>(cur_ - line_start_);
    w.count_characters = true;
    w.text = rest_of_line();
    out_.warnings.push_back({static_cast<uint32_t>(out_.tokens.size()), std::move(w)});
}

}  // namespace orochi::language
