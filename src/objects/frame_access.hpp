// What the object floor asks of Python frames. They belong to the execution floor, which defines these functions; they
// are declared here because dir(), super(), __build_class__, warnings and reports of errors need them.
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

// The innermost frame that Python code can see, a new reference. Empty without one, or without memory for its object.
OptRef<Object> visible_frame_object(ThreadState& ts);
// The caller's frame object, a new reference; empty at the bottom.
OptRef<Object> frame_back(ThreadState& ts, Frame& frame);
// Borrowed from the frame.
Code& frame_code(const Frame& frame);
Object& frame_globals(const Frame& frame);
int frame_line_number(const Frame& frame);  // -1: none
// Puts the frame in front of the pending error's traceback. On failure the new error takes the old one's place.
Result<void> traceback_here(ThreadState& ts, Frame& frame);
// Writes a traceback to a Python file object.
Result<void> display_traceback(ThreadState& ts, Object& traceback, Object& file);
// Writes the tracebacks of all threads, with nothing but write(2): for fatal errors.
void dump_threads_of_process(int descriptor);

}  // namespace orochi
