// One thread of one interpreter: current frame, pending exception, limits.
//
// ThreadState extends the public `struct _ts`. It is passed as the first
// argument to everything that may allocate, raise or run Python code. The
// thread-local look-up, current_thread(), is for the two places whose C
// signature has no room for it: exported C functions and type slots.
#pragma once

#include <csetjmp>

#include "base/parker.hpp"
#include "state/interpreter.hpp"

namespace orochi {

struct ThreadState : PyThreadState {
    // Address below which C recursion must not go; checked by enter_recursion.
    char* stack_limit = nullptr;
    bool is_daemon = false;
    bool counts_as_thread = false;  // started by _thread.start_new_thread
    bool is_absent = false;         // its thread was one of the process that this one was forked from
    bool setting_trace = false, setting_profile = false;  // a hook is being exchanged
    const char* package_context = nullptr;  // full name of the single-phase extension module being initialised
    // What the thread sleeps on while it waits for another interpreter, having given up the lock.
    base::Parker parker;
    // Where a thread that exists for this state only goes when it comes back to an interpreter that has ended: a place
    // on its stack, behind which everything is abandoned. Null for other threads.
    std::jmp_buf* way_out = nullptr;

    Interpreter& interpreter() const { return *interp; }
    Runtime& runtime() const { return *interp->runtime; }
    Heap& heap() const { return interp->heap; }
};

inline ThreadState& thread_state(PyThreadState* state) { return *static_cast<ThreadState*>(state); }

// The thread state that this OS thread runs with; null when it holds no interpreter lock.
extern constinit thread_local ThreadState* current_thread_state;

inline ThreadState& current_thread() { return *current_thread_state; }

// What an OS thread knows about itself, whether or not it runs Python.
struct ThreadLocalState {
    ThreadState* bound = nullptr;  // the thread state it used last (see bound_thread_state)
    uint64_t bound_id = 0;         // its id, and Runtime::deleted_thread_states as of when it was known to exist
    uint64_t deletions_seen = 0;
    char* stack_limit = nullptr;  // computed when first asked for
};
extern constinit thread_local ThreadLocalState tls_thread_state;

// The thread state that the calling thread used last, what PyGILState_Ensure returns to; null when there is none, or
// another thread has deleted it meanwhile.
ThreadState* bound_thread_state(Runtime& runtime);

// Makes `ts` that one, unless the thread has one already.
void thread_state_bind_first(ThreadState& ts);

// Creates a thread state in the interpreter (not yet current). Null when out of memory.
ThreadState* thread_state_new(Interpreter& interpreter);
// Frees the memory for the thread's frames, of which there are none. It is allocated again as needed.
void data_stack_release(ThreadState& ts);
// Drops the Python objects that the thread holds, and its data stack unless frames are on it. Its interpreter's lock is
// held by the caller.
void thread_state_clear(ThreadState& ts, ThreadState& victim);
// Unlinks and frees a cleared thread state.
void thread_state_delete(ThreadState* victim);
// The same for the current one: the lock is dropped, and the thread has none afterwards.
void thread_state_delete_current(ThreadState& ts);

// Makes `next` this thread's current state and takes its interpreter's lock, after dropping the lock
// of the previous one. Either may be null. Returns the previous state. Within one interpreter the lock
// stays with the OS thread.
ThreadState* thread_state_swap(ThreadState* next);
// Drops the interpreter lock around a blocking call / takes it again. `errno` is kept. A thread that
// comes back to an interpreter that has closed meanwhile never returns from acquire_lock: it takes its way out, or
// sleeps for ever.
void release_lock(ThreadState& ts);
void acquire_lock(ThreadState& ts);
// Serves EvalBreaker::kDropLock.
void yield_lock(ThreadState& ts);
// Where the C stack of the calling thread ends, with room for handling the error.
char* current_stack_limit();
// For threads whose interpreter is gone: never returns.
[[noreturn]] void park_thread();

inline void gc_track(ThreadState& ts, Object& object) { gc_link(ts.interp->collector, object); }
// Counts a new container / the end of one; the evaluation loop then collects when it is time.
inline void gc_count_allocation(ThreadState& ts) {
    GcGeneration& young = ts.interp->collector.generations[0];
    if (++young.count > young.threshold && young.threshold && ts.interp->collector.enabled) [[unlikely]] {
        if (!ts.interp->eval_breaker.has(EvalBreaker::kCollect)) ts.interp->eval_breaker.request(EvalBreaker::kCollect);
    }
}
inline void gc_count_deallocation(ThreadState& ts) {
    GcGeneration& young = ts.interp->collector.generations[0];
    if (young.count > 0) --young.count;
}

// Gives up the interpreter lock for a scope. No object may be touched inside.
class Unlocked {
public:
    explicit Unlocked(ThreadState& ts) : ts_(ts) { release_lock(ts_); }
    ~Unlocked() { acquire_lock(ts_); }
    Unlocked(const Unlocked&) = delete;

private:
    ThreadState& ts_;
};

}  // namespace orochi
