// sys.settrace and sys.setprofile: calling the hooks of a thread, and f_lineno as a setter.
#pragma once

#include "execution/frame.hpp"

namespace orochi {

// Installs a C-level hook; `function` null removes it. Takes a reference to `argument`.
Result<void> set_trace_hook(ThreadState& ts, ThreadState& target, Py_tracefunc function, Object* argument);
Result<void> set_profile_hook(ThreadState& ts, ThreadState& target, Py_tracefunc function, Object* argument);
inline bool tracing_active(const ThreadState& ts) { return ts.c_tracefunc || ts.c_profilefunc; }
void update_tracing_flag(ThreadState& ts);

// Events of the evaluation loop; fail when the hook raised. `frame` is the running frame.
Result<void> trace_call(ThreadState& ts, InterpreterFrame& frame);                   // an exception may be pending
Result<void> trace_return(ThreadState& ts, InterpreterFrame& frame, Object* value);  // null: left by an exception
void trace_exception(ThreadState& ts, InterpreterFrame& frame);                      // one is pending; may be replaced
// Line and opcode events before an instruction. `previous` is the index of the one executed before in this frame.
Result<void> trace_instruction(ThreadState& ts, InterpreterFrame& frame, int previous);
// SEND while a trace hook is set, which learns of every StopIteration that ends an iterator.
PySendResult trace_send(ThreadState& ts, InterpreterFrame& frame, Object& receiver, Object& value, Object** result);
// Profile events of calls to native functions: PyTrace_C_CALL, C_RETURN, C_EXCEPTION.
Result<void> profile_native(ThreadState& ts, InterpreterFrame& frame, int event, Object& callable);

// Calls made while a hook is set, with profile events around those to native functions.
Result<Ref<Object>> call_profiled(ThreadState& ts, InterpreterFrame& frame, Object& callable, Object* const* arguments,
                                  Py_ssize_t count, Object* keyword_names);
Result<Ref<Object>> call_profiled_ex(ThreadState& ts, InterpreterFrame& frame, Object& callable, Object& arguments,
                                     Object* keywords);

// f_lineno = n: jumps of a debugger (jump.cpp).
Result<void> frame_set_line(ThreadState& ts, Frame& frame, Object* value);

// frame.clear() of a suspended generator (execution/generator.cpp).
Result<void> generator_clear_frame(ThreadState& ts, InterpreterFrame& frame);

}  // namespace orochi
