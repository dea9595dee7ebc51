// What extensions hang on code objects (PEP 523): a slot each, numbered per interpreter.
#pragma once

#include "objects/object.hpp"

namespace orochi {

inline constexpr Py_ssize_t kMaxCodeExtras = 255;

// A new slot; `release` (may be null) frees its content when the code object dies. -1: none left.
Py_ssize_t code_extra_request(ThreadState& ts, freefunc release);
// The content, or null. RuntimeError-free: an unknown slot is empty.
void* code_extra_get(ThreadState& ts, const Code& code, Py_ssize_t index);
// Takes `content` over. Fails for a slot that nobody has requested.
Result<void> code_extra_set(ThreadState& ts, Code& code, Py_ssize_t index, void* content);

}  // namespace orochi
