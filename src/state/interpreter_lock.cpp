#include "state/interpreter_lock.hpp"

#include "state/thread_state.hpp"

namespace orochi {

namespace {

// Counters are written under the mutex only; atomic so that statistics may be read without it.
void add(std::atomic<uint64_t>& counter, uint64_t amount) {
    counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

// Also for extension modules of the interpreter that look (imports/runtime_block.hpp).
void set_holder(Interpreter& interpreter, std::atomic<ThreadState*>& holder, ThreadState* value) {
    holder.store(value, std::memory_order_release);
    if (auto* copy = part<std::atomic<ThreadState*>>(interpreter, Part::kHolderCopy))
        copy->store(value, std::memory_order_relaxed);
}

}  // namespace

bool InterpreterLock::take_locked(ThreadState& ts, base::Deadline deadline) {
    auto refused = [&] {
        ThreadState* closer = closer_.load(std::memory_order_relaxed);
        return closer && closer != &ts;
    };
    if (refused()) return false;
    if (holder_.load(std::memory_order_relaxed)) {
        int64_t started = base::Deadline::now();
        EvalBreaker& breaker = ts.interpreter().eval_breaker;
        ++waiters_;
        bool late = false;
        while (holder_.load(std::memory_order_relaxed) && !refused() && !(late = deadline.passed())) {
            uint64_t seen = switch_number_.load(std::memory_order_relaxed);
            base::Waited waited = available_.wait(mutex_, base::Deadline::after(int64_t(switch_interval_ns())));
            // Ask only a holder that has had its turn: not one that took the lock while we slept.
            if (waited == base::Waited::timed_out && holder_.load(std::memory_order_relaxed) &&
                seen == switch_number_.load(std::memory_order_relaxed)) {
                breaker.request(EvalBreaker::kDropLock);
            }
        }
        --waiters_;
        add(contended_, 1);
        add(wait_ns_, uint64_t(base::Deadline::now() - started));
        if (refused() || late) {
            available_.notify_one();  // the wake-up may have been meant for another
            return false;
        }
    }
    set_holder(ts.interpreter(), holder_, &ts);
    add(takes_, 1);
    if (measuring_.load(std::memory_order_relaxed)) held_since_ns_ = uint64_t(base::Deadline::now());
    if (last_holder_ != &ts) {
        last_holder_ = &ts;
        add(switch_number_, 1);
        ts.interpreter().eval_breaker.clear(EvalBreaker::kDropLock);
    }
    switched_.notify_all();
    return true;
}

void InterpreterLock::drop_locked() {
    if (held_since_ns_) {
        add(hold_ns_, uint64_t(base::Deadline::now()) - held_since_ns_);
        held_since_ns_ = 0;
    }
    available_.notify_one();
}

bool InterpreterLock::take_until(ThreadState& ts, base::Deadline deadline) {
    base::MutexGuard guard(mutex_);
    return take_locked(ts, deadline);
}

void InterpreterLock::drop(ThreadState& ts) {
    base::MutexGuard guard(mutex_);
    set_holder(ts.interpreter(), holder_, nullptr);
    drop_locked();
}

void InterpreterLock::transfer(ThreadState&, ThreadState& to) {
    base::MutexGuard guard(mutex_);
    set_holder(to.interpreter(), holder_, &to);
    last_holder_ = &to;
}

bool InterpreterLock::yield_on_request(ThreadState& ts) {
    base::MutexGuard guard(mutex_);
    ts.interpreter().eval_breaker.clear(EvalBreaker::kDropLock);
    if (!waiters_) return !closer_.load(std::memory_order_relaxed) || closer_.load(std::memory_order_relaxed) == &ts;
    set_holder(ts.interpreter(), holder_, nullptr);
    drop_locked();
    while (last_holder_ == &ts && waiters_ && !holder_.load(std::memory_order_relaxed)) switched_.wait(mutex_);
    return take_locked(ts, base::Deadline::never());
}

void InterpreterLock::close(ThreadState& closer) {
    base::MutexGuard guard(mutex_);
    closer_.store(&closer, std::memory_order_release);
    available_.notify_all();
    switched_.notify_all();
}

InterpreterLock::Stats InterpreterLock::stats() const {
    constexpr auto relaxed = std::memory_order_relaxed;
    return {takes_.load(relaxed), contended_.load(relaxed), wait_ns_.load(relaxed), hold_ns_.load(relaxed),
            switch_number_.load(relaxed)};
}

void InterpreterLock::reset_after_fork(ThreadState* holder) {
    mutex_.reset();
    available_.reset();
    switched_.reset();
    holder_.store(holder, std::memory_order_relaxed);
    last_holder_ = holder;
    waiters_ = 0;
}

}  // namespace orochi
