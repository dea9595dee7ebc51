// The steps of an interpreter's start. `step` is what is being done, for the message when it fails.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// What comes out the same in every interpreter with the same configuration: the core modules, importlib, the modules
// under the standard files, __main__.
Result<void> start_alike(ThreadState& ts, const char*& step);
// What depends on the process around the interpreter, or may have effects on it: signals, the standard files, site.
Result<void> start_individually(ThreadState& ts, const char*& step);

// A part of the latter: sys.stdin, sys.stdout, sys.stderr and their originals.
Result<void> open_standard_files(ThreadState& ts);

}  // namespace orochi
