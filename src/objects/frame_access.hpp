// What the object protocol asks of the running Python frame. Frames belong to the execution floor, which
// defines these functions; they are declared here because dir(), super() and __build_class__ need them.
#pragma once

#include "memory/result.hpp"
#include "state/thread_state.hpp"

namespace orochi {

// The namespaces of the innermost Python frame, borrowed; null when no Python code runs.
Object* current_globals(ThreadState& ts);
Object* current_builtins(ThreadState& ts);  // without a frame: the interpreter's
// The locals of the innermost frame as a mapping, brought up to date (PyEval_GetLocals); SystemError without a frame.
Result<Ref<Object>> current_locals(ThreadState& ts);
// For super() without arguments: the class in the `__class__` cell and the first argument of the innermost
// frame, both new references. RuntimeError with CPython's texts when there are none.
struct SuperArguments {
    Ref<Type> type;
    Ref<Object> object;
};
Result<SuperArguments> current_super_arguments(ThreadState& ts);

}  // namespace orochi
