// Code objects that several interpreters run (state/start_image.hpp).
//
// A shared code object is never written to: its instructions stay as compiled. What an extension stores with it is kept
// in a code object of the interpreter's own with the same content.
#pragma once

#include "execution/code.hpp"

namespace orochi {

// Only the code objects of a start image are immortal.
inline bool is_shared_code(const Code& code) { return is_immortal(obj(const_cast<Code&>(code))); }

// Makes `code`, all of whose members are immortal, the shared code object of that number, without specialisation. The number
// is kept in co_warmup, which counts only below zero.
void make_code_shared(Code& code, int number);
inline constexpr int kSharedCodesMax = INT16_MAX;

// The interpreter's own form of a shared code object; null when it has none yet.
Code* own_code_if_any(ThreadState& ts, const Code& shared);
// The same, made when missing. Null when out of memory (nothing is raised).
Code* own_code(ThreadState& ts, Code& shared);
// At the end of an interpreter.
void own_codes_release(ThreadState& ts);

}  // namespace orochi
