// Locks made of one 32-bit word each. Taking a free lock is one compare-and-swap; waiting sleeps in the
// kernel until woken, a deadline passes, or (where asked for) a signal handler ran. Nothing polls, nothing
// allocates, and a word of zero is a valid free lock, so locks can live in any memory, be forgotten, and be
// reset in the child of a fork.
//
// All blocking functions take an absolute Deadline, so that a retry after an interruption needs no
// arithmetic.
#pragma once

#include <atomic>
#include <cstdint>

namespace orochi::base {

// A point in time on the monotonic clock, in nanoseconds; or never; or "do not wait".
struct Deadline {
    std::int64_t nanoseconds;

    static constexpr Deadline never() { return {INT64_MAX}; }
    static constexpr Deadline immediately() { return {INT64_MIN}; }
    // `duration` nanoseconds from now; saturates to never(). Negative durations have passed already.
    static Deadline after(std::int64_t duration);
    // The monotonic clock's present time.
    static std::int64_t now();

    constexpr bool is_never() const { return nanoseconds == INT64_MAX; }
    bool passed() const { return !is_never() && (nanoseconds == INT64_MIN || now() >= nanoseconds); }
};

enum class Waited : std::uint8_t {
    done,         // what was waited for happened
    timed_out,    // the deadline passed first
    interrupted,  // a signal handler ran (only where the caller asked to be told)
};

// Sleeps while `word` holds `expected`, until woken. `done` can be spurious: look at the word again.
Waited futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline);
// Wakes up to `count` sleepers; returns how many.
int futex_wake(std::atomic<std::uint32_t>& word, int count);
inline int futex_wake_all(std::atomic<std::uint32_t>& word) { return futex_wake(word, INT32_MAX); }

// Mutual exclusion. Not recursive, and not tied to a thread: any thread may unlock it, as Python's locks
// allow.
class Mutex {
public:
    constexpr Mutex() = default;
    Mutex(const Mutex&) = delete;
    Mutex& operator=(const Mutex&) = delete;

    bool try_lock() {
        std::uint32_t expected = free;
        return word_.compare_exchange_strong(expected, held, std::memory_order_acquire, std::memory_order_relaxed);
    }
    void lock() {
        if (!try_lock()) lock_slowly(Deadline::never(), false);
    }
    // False when the deadline passed.
    bool lock_until(Deadline deadline) { return try_lock() || lock_slowly(deadline, false) == Waited::done; }
    // As lock_until, but comes back with `interrupted` after a signal handler ran.
    Waited lock_interruptibly(Deadline deadline) { return try_lock() ? Waited::done : lock_slowly(deadline, true); }
    void unlock() {
        if (word_.exchange(free, std::memory_order_release) == contended) futex_wake(word_, 1);
    }
    bool is_locked() const { return word_.load(std::memory_order_relaxed) != free; }
    // Makes the lock free whatever it was; only where no other thread can be using it (the child of a fork).
    void reset() { word_.store(free, std::memory_order_relaxed); }

private:
    static constexpr std::uint32_t free = 0, held = 1, contended = 2;
    Waited lock_slowly(Deadline deadline, bool interruptible);
    std::atomic<std::uint32_t> word_{free};
};

class MutexGuard {
public:
    explicit MutexGuard(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
    ~MutexGuard() { mutex_.unlock(); }
    MutexGuard(const MutexGuard&) = delete;
    MutexGuard& operator=(const MutexGuard&) = delete;

private:
    Mutex& mutex_;
};

// A condition that threads holding a Mutex wait for. Wake-ups may be spurious: wait in a loop on the real
// condition.
class Condition {
public:
    constexpr Condition() = default;
    Condition(const Condition&) = delete;
    Condition& operator=(const Condition&) = delete;

    // Releases `mutex`, sleeps, takes `mutex` again (always, whatever the result).
    Waited wait(Mutex& mutex, Deadline deadline = Deadline::never(), bool interruptible = false);
    void notify_one();
    void notify_all();
    void reset() {
        sequence_.store(0, std::memory_order_relaxed);
        waiters_.store(0, std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint32_t> sequence_{0};
    std::atomic<std::uint32_t> waiters_{0};
};

// A flag that threads sleep on until it is set. What was written before set() is seen after wait() returns
// done.
class Event {
public:
    constexpr Event() = default;
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    bool is_set() const { return word_.load(std::memory_order_acquire) == set_; }
    void set() {
        if (word_.exchange(set_, std::memory_order_release) == waited_for) futex_wake_all(word_);
    }
    void clear() {
        std::uint32_t expected = set_;
        word_.compare_exchange_strong(expected, unset, std::memory_order_relaxed);
    }
    Waited wait(Deadline deadline = Deadline::never(), bool interruptible = false);

private:
    static constexpr std::uint32_t unset = 0, set_ = 1, waited_for = 2;
    std::atomic<std::uint32_t> word_{unset};
};

}  // namespace orochi::base
