// Generators, coroutines and asynchronous generators: objects that own a frame.
//
// The frame lies at the end of the object (gi_iframe), is linked into the
// thread's chain while it runs, and is cleared when it finishes.
#pragma once

#include "execution/frame.hpp"

namespace orochi {

enum class GeneratorState : int8_t { kCreated = -2, kSuspended = -1, kExecuting = 0, kCompleted = 1, kCleared = 4 };

inline InterpreterFrame& generator_frame(Generator& generator) {
    return *reinterpret_cast<InterpreterFrame*>(generator.gi_iframe);
}
inline Generator& generator_of(InterpreterFrame& frame) {
    return *reinterpret_cast<Generator*>(reinterpret_cast<char*>(&frame) - offsetof(Generator, gi_iframe));
}
inline GeneratorState generator_state(const Generator& generator) { return GeneratorState(generator.gi_frame_state); }

// RETURN_GENERATOR: an object of the kind that the code's flags say, with the frame's content moved into it. `next`
// is the instruction to go on with.
Result<Ref<Object>> generator_from_frame(ThreadState& ts, InterpreterFrame& frame, CodeWord* next);
Result<Py_ssize_t> generator_sizeof(ThreadState& ts, Generator& generator);  // the whole object's, in bytes
// It can go on: it has not finished, and does not run already.
inline bool generator_is_waiting(const Generator& generator) { return generator.gi_frame_state < 0; }
// Makes a waiting generator the one that runs, with `value` (owned) as what its `yield` gives; the first instructions
// of a new one drop it. The frame is to be linked and run.
inline InterpreterFrame& generator_resume(ThreadState& ts, Generator& generator, Object* value) {
    InterpreterFrame& frame = generator_frame(generator);
    frame.localsplus[frame.stack_top++] = value;
    generator.gi_exc_state.previous_item = ts.exc_info;
    ts.exc_info = &generator.gi_exc_state;
    generator.gi_frame_state = int8_t(GeneratorState::kExecuting);
    return frame;
}
// Told by the evaluation loop when the frame yields, returns or fails. The latter two clear the frame; a StopIteration
// that would leave it becomes a RuntimeError (PEP 479).
inline void generator_suspended(ThreadState& ts, InterpreterFrame& frame) {
    Generator& generator = generator_of(frame);
    generator.gi_frame_state = int8_t(GeneratorState::kSuspended);
    ts.exc_info = generator.gi_exc_state.previous_item;
    generator.gi_exc_state.previous_item = nullptr;
}
void generator_resumed_after_failed_trace(ThreadState& ts, InterpreterFrame& frame);
void generator_finished(ThreadState& ts, InterpreterFrame& frame);
void generator_failed(ThreadState& ts, InterpreterFrame& frame);

// receiver.send(value), for anything that `yield from` and `await` accept. `*result` is a new reference for
// PYGEN_RETURN and PYGEN_NEXT; for PYGEN_ERROR the exception is pending.
PySendResult generator_send_value(ThreadState& ts, Object& receiver, Object& value, Object** result);

// What `await value` iterates over.
Result<Ref<Object>> coroutine_get_awaitable(ThreadState& ts, Object& value);
bool coroutine_is_awaited(Generator& coroutine);  // another await is in progress
// `async for`: the asynchronous iterator, checked.
Result<Ref<Object>> get_async_iterator(ThreadState& ts, Object& iterable);
// A value yielded by an asynchronous generator, marked as such.
Result<Ref<Object>> async_generator_wrap(ThreadState& ts, Object& value);
// The object that the delegating generator waits on (gi_yieldfrom), new reference; empty when none.
OptRef<Object> generator_yield_from(Generator& generator);
// gen.throw(...) and gen.close() on any generator-like object.
Result<Ref<Object>> generator_throw(ThreadState& ts, Generator& generator, Object& type, Object* value,
                                    Object* traceback);
Result<void> generator_close(ThreadState& ts, Generator& generator);

}  // namespace orochi
