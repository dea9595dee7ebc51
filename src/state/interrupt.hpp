// Interrupting an interpreter from outside: Interpreter.interrupt(), time limits, close(force=True).
//
// A request sets EvalBreaker::kInterrupt, which check_signals() and the evaluation loop serve by raising
// KeyboardInterrupt, and wakes the threads it is meant for: those parked (ThreadState::parker) by unparking, those in a
// system call by a signal whose handler does nothing, so that the call ends with EINTR and is looked at again as
// after any signal (PEP 475).
//
// A signal that arrives just before the system call begins is lost. The watchdog, a thread that exists only while
// somebody waits for it, therefore repeats it until the request has been served. It also keeps the time limits.
#pragma once

#include "memory/result.hpp"
#include "state/thread_state.hpp"

namespace orochi {

// In the one thread that runs the interpreter for somebody (interrupt_target), and in what it runs in turn. False:
// there is none.
bool interrupt_once(Interpreter& interpreter);
// In every thread, at every check, until interrupt_stop_ends: nothing that is caught goes on for long. In threads other
// than the target it is SystemExit, which is silent. An interpreter that closes ends it.
void interrupt_stop_begins(Interpreter& interpreter);
void interrupt_stop_ends(Interpreter& interpreter);
// Wakes the threads that are left of an interpreter whose lock is closed, so that they come and leave
// (interpreter_forget_thread), until interrupt_stop_ends.
void interrupt_last_call(Interpreter& interpreter);
// Who is to be interrupted from now on; null: nobody. The target's time limit begins to count. A request that has
// not been served is dropped, so the thread that closes a stopping interpreter is spared. Called by the thread that
// holds the interpreter's lock.
void interrupt_target(Interpreter& interpreter, ThreadState* target);
// The thread begins to run another interpreter; null: it is back. Only the target's, and for the main interpreter the
// main thread's, counts.
void interrupt_inner(ThreadState& ts, Interpreter* inner);
// The time limit of the interpreter, for a thread that enters it with nothing under way there. False: it is counting
// already, or there is none; else the caller ends it. When the time is over the thread gets KeyboardInterrupt, and then
// the same time once more; after that, KeyboardInterrupt at every check, so that nothing that catches it goes on for
// long.
bool time_limit_begins(ThreadState& ts);
void time_limit_ends(ThreadState& ts);
// Raises KeyboardInterrupt (or SystemExit) when the thread is to be interrupted.
Result<void> serve_interrupt(ThreadState& ts);
// Native loops that somebody else's iterator, or an int of any size, keeps going ask this each time round.
inline Result<void> poll_interrupt(ThreadState& ts) {
    if (ts.interpreter().eval_breaker.has(EvalBreaker::kInterrupt)) [[unlikely]]
        return serve_interrupt(ts);
    return {};
}
// A KeyboardInterrupt got nowhere: it was raised where nothing can be (a finalizer, a callback). If it was the thread's
// interruption, there will be another one at the next check.
void interrupt_was_lost(ThreadState& ts);

// Around fork(): what the watchdog guards is whole in the child, where its thread is not.
void interrupts_before_fork(Runtime& runtime);
void interrupts_after_fork(Runtime& runtime, bool in_child);

}  // namespace orochi
