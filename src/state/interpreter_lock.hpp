// The lock of one interpreter: whoever holds it may touch the interpreter's objects.
//
// A waiting thread asks the holder to drop the lock after the switch interval,
// by setting a bit in the eval breaker; a holder that was asked waits until
// another thread has taken the lock, so that no thread starves.
//
// Once the interpreter closes, only the closing thread gets the lock. Other
// threads that come for it leave for good (see thread_state.cpp).
#pragma once

#include <atomic>
#include <cstdint>

#include "base/futex_lock.hpp"

namespace orochi {

struct ThreadState;

class InterpreterLock {
public:
    constexpr InterpreterLock() = default;

    // Blocks until the lock is held. `ts` becomes the holder; its interpreter owns this lock. False when the
    // interpreter is closing and this is not the thread that closes it.
    [[nodiscard]] bool take(ThreadState& ts) { return take_until(ts, base::Deadline::never()); }
    // The same; also false when the deadline passed.
    [[nodiscard]] bool take_until(ThreadState& ts, base::Deadline deadline);
    void drop(ThreadState& ts);
    // The holder becomes another thread state of the same OS thread; nobody else gets in between.
    void transfer(ThreadState& from, ThreadState& to);
    bool is_held_by(const ThreadState& ts) const { return holder_.load(std::memory_order_relaxed) == &ts; }
    ThreadState* holder() const { return holder_.load(std::memory_order_acquire); }

    // Served by the evaluation loop when EvalBreaker::kDropLock is set: drops, lets another in, takes again.
    [[nodiscard]] bool yield_on_request(ThreadState& ts);

    // From now on only `closer` gets the lock. Called by the holder; wakes those who wait.
    void close(ThreadState& closer);
    bool is_closed() const { return closer_.load(std::memory_order_acquire) != nullptr; }

    uint64_t switch_interval_ns() const { return switch_interval_ns_.load(std::memory_order_relaxed); }
    void set_switch_interval_ns(uint64_t ns) { switch_interval_ns_.store(ns, std::memory_order_relaxed); }

    struct Stats {
        uint64_t takes, contended_takes, wait_ns, hold_ns, switches;
    };
    Stats stats() const;
    // Hold times are counted only while somebody wants to know them, since each costs two looks at the clock.
    void measure_hold_times(bool on) { measuring_.store(on, std::memory_order_relaxed); }
    // In the child after fork(), where there is one thread: `holder` has the lock, or nobody (null).
    void reset_after_fork(ThreadState* holder);

private:
    bool take_locked(ThreadState& ts, base::Deadline deadline);  // mutex_ held
    void drop_locked();

    base::Mutex mutex_;
    base::Condition available_;
    base::Condition switched_;
    std::atomic<ThreadState*> holder_{nullptr};
    std::atomic<ThreadState*> closer_{nullptr};
    ThreadState* last_holder_ = nullptr;  // this and waiters_ under mutex_
    int waiters_ = 0;
    std::atomic<uint64_t> switch_number_{0};
    std::atomic<uint64_t> switch_interval_ns_{5'000'000};
    std::atomic<uint64_t> takes_{0}, contended_{0}, wait_ns_{0}, hold_ns_{0};
    std::atomic<bool> measuring_{false};
    uint64_t held_since_ns_ = 0;
};

}  // namespace orochi
