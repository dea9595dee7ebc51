// Source text to syntax tree: the public entry of the front half of the
// language floor. Knows no Python object; everything that needs one
// (warnings, exceptions) is handed back as data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "language/ast/nodes.hpp"
#include "language/diagnostic.hpp"

namespace orochi::language {

enum class ParseMode : uint8_t {
    Exec,      // a module: ast::Module
    Eval,      // one expression: ast::Expression
    Single,    // one interactive statement: ast::Interactive
    FuncType,  // the type of a function: ast::FunctionType
};

struct ParseOptions {
    ParseMode mode = ParseMode::Exec;
    int feature_version = 11;       // minor version whose grammar is wanted
    bool type_comments = false;     // PyCF_TYPE_COMMENTS
    bool allow_incomplete = false;  // PyCF_ALLOW_INCOMPLETE_INPUT: "incomplete input" where more text may help
    bool imply_dedent = true;       // cleared by PyCF_DONT_IMPLY_DEDENT
    // The text typed at a prompt so far (mode Single): a totally empty line ends a block, and a statement
    // that more lines could continue is incomplete, even if it could end here.
    bool interactive = false;
    bool barry_as_bdfl = false;  // from __future__ import barry_as_FLUFL: "<>" for "!="
    bool valid_utf8 = false;     // the text is known to be valid UTF-8
    bool byte_offsets = false;   // report offsets in bytes, as for bytes that declare no encoding (Source says so)
    bool from_file = false;      // CPython reads files line by line, and knows less about where they end
    const Diagnostic* end_error = nullptr;  // what reading on behind the end of the source would say
    // A line of the file that the source is said to come from, decoded, with its newline; false if there is none.
    // Errors in a module show it, and count in it, rather than what has been parsed. May be null.
    bool (*file_line)(int32_t lineno, std::string* line, void* context) = nullptr;
    void* file_line_context = nullptr;
    // The normal form (NFKC) of a name that is not ASCII. False: it could not be had, and the context knows why; then
    // the result is that `normalize_failed`. Null: the front end's own tables.
    bool (*normalize)(std::string_view name, std::string* normalized, void* context) = nullptr;
    void* normalize_context = nullptr;
    // Bytes of C stack that nesting may use before it is an error (MemoryError, as CPython has it). The
    // default is right for stacks of 2 MiB and more.
    int64_t max_stack = 1536 * 1024;
    int max_int_digits = 4300;  // sys.get_int_max_str_digits(); 0 is no limit
};

struct ParseResult {
    ast::ModNode* tree = nullptr;  // null if there is an error
    Diagnostic error;
    bool incomplete = false;        // the error is that the source ended too early
    bool normalize_failed = false;  // there is no tree, and `error` means nothing
    std::vector<Warning> warnings;
    Diagnostic fault_in_rest;  // the error instead of a warning that gives way, if a filter makes that an error
};

// Parses `source`, which must have '\n' line ends only, no NUL inside and one NUL after its end (as Source
// gives it). The tree lives in the arena and refers neither to the source nor to the options.
//
// A warning of the result is reported before the error, if there is one: the caller whose filter makes it an
// error raises that instead.
ParseResult parse(std::string_view source, const ParseOptions& options, Arena& arena);

}  // namespace orochi::language
