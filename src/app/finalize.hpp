// The end of an interpreter.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// Ends the interpreter of `ts`, which holds its lock: waits for its threads, runs exit functions, takes its modules
// apart in CPython's order, collects, and frees it with its heap, whatever is left in there. Other threads of the
// interpreter never run again. Afterwards the calling thread has no thread state. False when flushing the standard
// files failed.
bool interpreter_finish(ThreadState& ts);

// sys.stdout.flush() and the same for stderr. False when one failed.
bool flush_standard_files(ThreadState& ts);

}  // namespace orochi
