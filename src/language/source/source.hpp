// Source: a program's bytes made ready for the tokenizer (PEP 263).
//
// Finds the encoding from the byte order mark or the coding comment, decodes,
// makes every line end a '\n', and ends the last line. What comes out is UTF-8
// and is known to be valid, except where CPython checks it later, piece by
// piece: bytes given to compile() without a coding comment.
#pragma once

#include <string>
#include <string_view>

#include "language/diagnostic.hpp"

namespace orochi::language {

enum class SourceOrigin : uint8_t {
    Text,   // a str, encoded as UTF-8: coding comments mean nothing
    Bytes,  // bytes given to compile() or exec()
    File,   // the contents of a file that is run
};

struct SourceOptions {
    SourceOrigin origin = SourceOrigin::Bytes;
    std::string_view filename;  // for messages
    bool end_last_line = true;  // add a missing newline at the end (not for modes eval and single)
    // Decodes `bytes` by the codec of that name into UTF-8, for encodings not built in. Returns false with
    // the text of the error in `*error`, empty if there is no such codec. May be null: then no other codec
    // exists.
    bool (*decode)(std::string_view encoding, std::string_view bytes, std::string* utf8, std::string* error,
                   void* context) = nullptr;
    void* decode_context = nullptr;
};

struct Source {
    std::string text;      // for parse(); std::string keeps a NUL after the end
    std::string encoding;  // as declared, normalised; "utf-8" by default
    bool valid_utf8 = false;
    bool byte_offsets = false;  // for ParseOptions: bytes given to compile() that declare no encoding
    bool failed = false;
    bool ends_in_error = false;  // a file's bytes further on are no UTF-8: `text` stops before their line
    Diagnostic error;
};

Source read_source(std::string_view bytes, const SourceOptions& options);

// Turns one line of a file in that encoding (as Source has it) into UTF-8. False for encodings that are not built in.
bool decode_line(std::string& line, std::string_view encoding);

// The encoding that a coding comment in this line declares, normalised as CPython does ("utf-8",
// "iso-8859-1", or as written); empty if there is none. `blank` tells whether the line leaves the next one to
// be searched.
std::string find_coding(std::string_view line, bool& blank);

}  // namespace orochi::language
