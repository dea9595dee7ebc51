// Tokenizer: the whole source to an array of tokens, in one sweep.
//
// The parser backtracks in places and reports how far it had read, so it wants
// an array, and nothing in Python 3.11 makes the tokens depend on the parse.
// The array ends with EndMarker, or with Error at the first fault: the fault
// is only reported if the parser gets there.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "language/diagnostic.hpp"
#include "language/tokenizer/token.hpp"

namespace orochi::language {

struct TokenizerOptions {
    bool type_comments = false;  // make TypeComment and TypeIgnore tokens
    bool single = false;         // one interactive statement: the end of the source is a newline too
    bool imply_dedent = true;    // single: the end of the source also closes open blocks
    bool interactive = false;    // text typed at a prompt: a totally empty line ends a block
    bool valid_utf8 = false;     // the source is known to be valid UTF-8
    bool byte_offsets = false;   // report offsets in bytes where CPython's parser, not its tokenizer, would
    bool from_file = false;
    const Diagnostic* end_error = nullptr;  // what reading on behind the end of the source would say
    int32_t first_lineno = 1;
    int32_t first_col = 0;  // column of the first character, for text inside a longer line
};

enum class TokenizerFault : uint8_t {
    None,
    Syntax,
    Decoding,     // a word is not UTF-8
    EndOfSource,  // the source ends where it must not: open bracket, backslash at the end
    EndInString,  // the source ends inside a string
    Indentation,
    Continuation,  // a character after a backslash
};

struct TokenizerWarning {
    uint32_t token;  // index of the token it belongs to
    Warning warning;
};

struct TokenStream {
    std::string_view source;
    std::vector<Token> tokens;
    std::vector<TokenizerWarning> warnings;
    std::vector<int32_t> joined_lines;  // the lines that a backslash joins to the one before
    TokenizerFault fault = TokenizerFault::None;
    Diagnostic diagnostic;                // of the Error token
    Diagnostic undecodable;               // of Decoding: the error where it is found without being read
    int32_t unclosed_lineno = 0;          // line of the innermost bracket open at the Error token; 0: none
    Diagnostic unclosed;                  // "'(' was never closed" for that bracket
    uint32_t end_of_source = UINT32_MAX;  // index of the first token whose reading met the end of the source
    int32_t first_lineno = 1;
    int32_t first_col = 0;

    // The text of line `lineno` with its newline, if it has one.
    std::string_view line(int32_t lineno) const;
};

// `source` must have '\n' line ends only and a NUL after its end.
void tokenize(std::string_view source, const TokenizerOptions& options, TokenStream& out);

}  // namespace orochi::language
