// Running source code in another interpreter, for the modules _interpreters and _xxsubinterpreters.
#pragma once

#include <string_view>

#include "sharing/shared_value.hpp"

namespace orochi {

// Runs the source in the interpreter's __main__, after setting the variables of the dict `shared` (or None). None, or a
// tuple (name, qualname, module, message, display, pickle) about the exception that ended it. InterpreterError of the
// module when the interpreter cannot be had.
Result<Ref<Object>> run_source(ThreadState& ts, Object& module, long long id, std::string_view source, Object* shared,
                               int crossing);
// ((id, whence), ...), the oldest first.
Result<Ref<Object>> list_interpreters(ThreadState& ts);

}  // namespace orochi
