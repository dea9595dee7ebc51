// Entries of tracebacks for native functions: code and frames that name a place and never run.
#pragma once

#include "execution/frame.hpp"

namespace orochi {

// Code of that name, file and line. Running it is a mistake, and says so.
Result<Ref<Code>> code_new_empty(ThreadState& ts, const char* filename, const char* name, int line);
// A frame that has never run. `locals` null: the globals.
Result<Ref<Frame>> frame_new(ThreadState& ts, Code& code, Object& globals, Object* locals);
// Puts an entry for the function in front of the pending exception's traceback. Without memory for it, the traceback
// stays as it is.
void traceback_add(ThreadState& ts, const char* filename, const char* function_name, int line);

}  // namespace orochi
