#include "state/pending_calls.hpp"

#include "state/thread_state.hpp"

namespace orochi {

bool add_pending_call(Interpreter& interpreter, PendingCalls::Function function, void* argument) {
    if (!interpreter.pending_calls || !interpreter.pending_calls->add(function, argument)) return false;
    interpreter.eval_breaker.request(EvalBreaker::kPendingCalls);
    return true;
}

Result<void> run_pending_calls(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    PendingCalls& pending = *interpreter.pending_calls;
    if (pending.busy.exchange(true)) return {};
    interpreter.eval_breaker.clear(EvalBreaker::kPendingCalls);
    bool ok = true;
    PendingCalls::Call next;
    for (int i = 0; ok && i < PendingCalls::kCapacity && pending.take(next); ++i)
        ok = next.function(next.argument) == 0;
    pending.busy.store(false);
    if (!pending.empty()) interpreter.eval_breaker.request(EvalBreaker::kPendingCalls);
    if (!ok) return failure;
    return {};
}

}  // namespace orochi
