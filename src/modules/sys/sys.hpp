// The module sys: made before any import is possible, and filled in two steps.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// Creates the module with its functions and what does not depend on the configuration; sets Interpreter::sys_dict.
Result<Ref<Object>> sys_create(ThreadState& ts);
// What the configuration says: argv, path, flags, executable, prefixes ...
Result<void> sys_configure(ThreadState& ts);
// Only argv and orig_argv.
Result<void> sys_set_arguments(ThreadState& ts);

// Parts, one a file.
Result<void> sys_add_constants(ThreadState& ts, Object& module);  // sys_constants.cpp
Result<void> sys_add_flags(ThreadState& ts);                      // sys_constants.cpp
extern const char sys_documentation[];

// Figures of the interpreter's heap, to the process's standard error.
void sys_debugmallocstats(ThreadState& ts);

}  // namespace orochi
