// What the front end says about a program: one error, any number of warnings.
//
// Positions are those of the Python exception: lines from 1, offsets from 1.
// The parser gives offsets in characters and the text of the line. The symbol
// table and the compiler give byte columns plus one and no text, as CPython
// does: the text is then read from the file by whoever raises the exception.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orochi::language {

enum class DiagnosticKind : uint8_t {
    SyntaxError,
    IndentationError,
    TabError,
    ValueError,
    TypeError,
    MemoryError,
    RecursionError,
    OverflowError,
    SystemError,
    UnicodeDecodeError,  // `text` holds the bytes that are not UTF-8; there is no place
};

// Offsets may also be -1, and Python shows it so; this one is shown as None.
constexpr int32_t kNoOffset = INT32_MIN;

struct Diagnostic {
    DiagnosticKind kind = DiagnosticKind::SyntaxError;
    std::string message;
    bool has_location = true;  // lineno ... end_offset mean something
    bool has_end = true;       // end_lineno and end_offset mean something
    bool has_text = false;
    int32_t lineno = 0;
    int32_t offset = 0;
    int32_t end_lineno = 0;
    int32_t end_offset = 0;  // kNoOffset: None
    std::string text;
};

// In one line, for development tools: "error SyntaxError: message (1, 2, 1, 3) 'text'".
std::string describe(const Diagnostic& diagnostic);

enum class WarningKind : uint8_t { SyntaxWarning, DeprecationWarning };

struct Warning {
    WarningKind kind = WarningKind::SyntaxWarning;
    std::string message;
    int32_t lineno = 0;
    // For the SyntaxError that takes its place when a filter makes it an error. The text, if any, is a piece of the
    // source that was parsed, or of the arena; `count_characters` says that the offsets are still bytes of it.
    int32_t offset = 0;
    int32_t end_lineno = 0;
    int32_t end_offset = 0;
    bool count_characters = false;
    bool gives_way = false;  // as an error it would give way to a fault further on, which the parser's result has
    std::string_view text{};
};

// The SyntaxError that takes the place of the warning.
Diagnostic as_error(const Warning& warning);

}  // namespace orochi::language
