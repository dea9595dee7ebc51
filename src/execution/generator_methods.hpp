// Shared by generator.cpp, generator_types.cpp and async_generator.cpp only.
#pragma once

#include "execution/generator.hpp"

namespace orochi {

// Empty: finished without a value and without an exception.
Result<OptRef<Object>> generator_send_ex(ThreadState& ts, Generator& generator, Object* argument, bool throwing,
                                         bool closing);
// As generator_throw, but a delegate is not closed for GeneratorExit (asynchronous generators close differently).
Result<OptRef<Object>> generator_throw_keeping_delegate(ThreadState& ts, Generator& generator, Object& type,
                                                        Object* value, Object* traceback);
Result<void> raise_stop_iteration(ThreadState& ts, Object& value);  // always fails
// New reference to the value of a pending StopIteration, which is cleared; None when nothing is pending.
Result<Object*> fetch_stop_iteration_value(ThreadState& ts);
void generator_finalize(ThreadState& ts, Generator& generator);
void warn_never_awaited(ThreadState& ts, Generator& coroutine);
Result<OptRef<Object>> imported_module_for_warning(ThreadState& ts);

// Slots that the three types share.
int generator_traverse(Generator& self, visitproc visit, void* argument);
void generator_dealloc(ThreadState& ts, Generator& self);
void generator_tp_finalize(ThreadState& ts, Generator& self);
Result<OptRef<Object>> generator_next(ThreadState& ts, Generator& self);
Result<Ref<Object>> generator_send_method(ThreadState& ts, Generator& self, Object& value);
Result<Ref<Object>> generator_throw_method(ThreadState& ts, Generator& self, Object& type, Object* value,
                                           Object* traceback);
Result<void> generator_close_method(ThreadState& ts, Generator& self);

}  // namespace orochi
