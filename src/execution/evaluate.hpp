// The evaluation loop.
#pragma once

#include "execution/frame.hpp"

namespace orochi {

// Runs the frame until it returns, yields or fails. `throwing`: an exception is pending and is raised at the frame's
// current instruction. New reference, or null with the exception pending. The frame is linked in and out; it is
// cleared and popped when it finished, unless it belongs to a generator that was suspended.
Object* evaluate(ThreadState& ts, InterpreterFrame& frame, bool throwing);
// Through the interpreter's eval_frame hook (PEP 523) when one is set; for frames just pushed by push_call_frame.
Object* evaluate_and_pop(ThreadState& ts, InterpreterFrame& frame);

// Runs code in a namespace: exec(), eval(), module bodies. `closure`: null or a tuple of cells.
Result<Ref<Object>> run_code(ThreadState& ts, Code& code, Object& globals, Object& locals, Object* closure = nullptr);
// The same for what has been compiled in order to be run: tells audit hooks first (exec).
Result<Ref<Object>> run_program(ThreadState& ts, Code& code, Object& globals, Object& locals,
                                Object* closure = nullptr);

// Serves what the eval breaker asks for (lock hand-over, signals, pending calls, async exceptions, collection).
Result<void> serve_eval_breaker(ThreadState& ts);

// Whether the code is that of importlib's bootstrap, which tracebacks leave out and interruptions spare.
bool is_importlib_code(const Code& code);

}  // namespace orochi
