// Traceback objects.
#pragma once

#include "execution/frame.hpp"

namespace orochi {

using Traceback = PyTracebackObject;

// Adds an entry for the frame to the pending exception's traceback.
Result<void> traceback_here(ThreadState& ts, InterpreterFrame& frame);
Result<Ref<Object>> traceback_new(ThreadState& ts, Object* next, Frame& frame, int last_offset, int line);
// The line of an entry (looked up on demand).
int traceback_line(const Traceback& traceback);

}  // namespace orochi
