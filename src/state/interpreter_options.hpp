// What an interpreter may do and use: given when it is started, kept in Interpreter::options, constant afterwards
// but for the limits, which the module `interpreters` may change.
//
// The permissions are those of PyInterpreterConfig of CPython 3.12; include/orochi/interpreter.h is their C form.
#pragma once

#include <cstddef>
#include <cstdint>

namespace orochi {

// Who made an interpreter (concurrent.interpreters.Interpreter.whence).
enum class Whence : uint8_t { kUnknown, kRuntime, kLegacyApi, kApi, kCrossInterpreterApi, kModule };

struct InterpreterOptions {
    Whence whence = Whence::kUnknown;
    size_t memory_limit = SIZE_MAX;  // bytes of its heap (Heap::set_limit); SIZE_MAX: none
    uint64_t time_limit_ns = 0;      // of one run in it; 0: none
    bool allow_fork = true;          // os.fork(), and what subprocess does without exec
    bool allow_exec = true;          // os.execv() and its kin
    bool allow_threads = true;       // _thread.start_new_thread()
};

}  // namespace orochi
