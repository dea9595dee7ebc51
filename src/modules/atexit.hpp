// atexit: functions that run when the interpreter ends.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// Runs what is registered, last first, and forgets it. Errors go to sys.unraisablehook.
void atexit_run(ThreadState& ts);
// Frees the interpreter's list.
void atexit_stop(ThreadState& ts);

}  // namespace orochi
