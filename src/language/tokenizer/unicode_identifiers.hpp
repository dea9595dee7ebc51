// The Unicode rules of names (PEP 3131), from tables generated at build time
// with the reference interpreter's Unicode database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orochi::language {

bool is_identifier_start(uint32_t code_point);     // XID_Start or '_'
bool is_identifier_continue(uint32_t code_point);  // XID_Continue
bool is_printable(uint32_t code_point);            // as str.isprintable()

// Appends the NFKC normalisation of valid UTF-8 `text` to `out`.
void normalize_nfkc(std::string_view text, std::string& out);

}  // namespace orochi::language
