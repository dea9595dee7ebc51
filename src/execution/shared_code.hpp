// Code objects that several interpreters run (state/start_image.hpp).
//
// A shared code object is never written to: its instructions stay as compiled. An interpreter that runs it often gets
// its own form of it, a code object with the same content, whose instructions are specialised; frames move there when
// they begin, resume or jump back. What an extension stores with the code is kept there, too. Python never sees that
// form: frames give out the shared code object.
#pragma once

#include "execution/code.hpp"

namespace orochi {

// Only the code objects of a start image are immortal.
inline bool is_shared_code(const Code& code) { return is_immortal(obj(const_cast<Code&>(code))); }

// Makes `code`, all of whose members are immortal, the shared code object of that number, without specialisation. The
// number is kept in co_warmup, which counts only below zero.
void make_code_shared(Code& code, int number);
inline constexpr int kSharedCodesMax = INT16_MAX;

// The interpreter's own form of a shared code object; null when it has none yet.
Code* own_code_if_any(ThreadState& ts, const Code& shared);
// The same, made when missing. Null when out of memory (nothing is raised).
Code* own_code(ThreadState& ts, Code& shared);
// The same for a frame that executes the shared code once more; null until that has happened some times.
Code* own_code_if_warm(ThreadState& ts, Code& shared);
// What Python sees of the code object of a frame.
inline Code& visible_code(Code& code) {
    return code._co_linearray ? *reinterpret_cast<Code*>(code._co_linearray) : code;
}
// At the end of an interpreter.
void own_codes_release(ThreadState& ts);

}  // namespace orochi
