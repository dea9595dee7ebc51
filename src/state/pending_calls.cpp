#include "state/pending_calls.hpp"

#include "state/thread_state.hpp"

namespace orochi {

bool add_pending_call(Interpreter& interpreter, PendingCalls::Function function, void* argument, PendingCalls::By by) {
    if (!interpreter.pending_calls || !interpreter.pending_calls->add(function, argument, by)) return false;
    interpreter.eval_breaker.request(EvalBreaker::kPendingCalls);
    return true;
}

Result<void> run_pending_calls(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    bool all = !interpreter.is_main || ts.thread_id == ts.runtime().main_thread;
    PendingCalls::By thread = all ? PendingCalls::By::kMainThread : PendingCalls::By::kAnyThread;
    PendingCalls& pending = *interpreter.pending_calls;
    if (pending.busy.exchange(true)) return {};
    interpreter.eval_breaker.clear(EvalBreaker::kPendingCalls);
    bool ok = true;
    PendingCalls::Call next;
    for (int i = 0; ok && i < PendingCalls::kCapacity && pending.take(next, thread); ++i)
        ok = next.function(next.argument) == 0;
    pending.busy.store(false);
    if (!pending.empty()) interpreter.eval_breaker.request(EvalBreaker::kPendingCalls);
    if (!ok) return failure;
    return {};
}

}  // namespace orochi
