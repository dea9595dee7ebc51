// Writes a compiled unit in the `marshal` format of CPython 3.11, as `.pyc`
// files and frozen modules hold it. Names are written once and referred to.
#pragma once

#include <cstdint>
#include <string>

#include "language/compiler/code_unit.hpp"

namespace orochi::language {

std::string marshal_code(const CodeUnit& code);

// A whole .pyc: header of 16 bytes (validated by source time and size), code.
std::string make_pyc(const CodeUnit& code, uint32_t source_mtime, uint32_t source_size);

}  // namespace orochi::language
