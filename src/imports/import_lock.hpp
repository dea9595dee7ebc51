// The import lock of one interpreter: recursive, held by importlib around its tables and by fork(). In the library
// it is imp.acquire_lock().
#pragma once

#include "objects/object.hpp"

namespace orochi {

Result<void> import_lock_acquire(ThreadState& ts);
Result<void> import_lock_release(ThreadState& ts);  // RuntimeError when this thread does not hold it
bool import_lock_held(ThreadState& ts);
// In the child of a fork(): free, unless this thread is the one that holds it.
void import_lock_after_fork_child(ThreadState& ts);
// Part of closing the interpreter.
void import_lock_stop(Interpreter& interpreter);

}  // namespace orochi
