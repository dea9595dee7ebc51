// Whether the end of an interpreter's objects could be noticed.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// False when taking the interpreter apart could run Python code or act on anything outside of its heap: finalisers,
// callbacks of weak references, suspended generators, open files, native resources. When true, the heap can
// be given back as it is. The standard files have been flushed, and no other thread runs in the interpreter.
bool ends_silently(ThreadState& ts);

}  // namespace orochi
