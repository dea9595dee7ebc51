#include "base/futex_lock.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>
#include <ctime>

namespace orochi::base {

static constexpr std::int64_t second = 1'000'000'000;

std::int64_t Deadline::now() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::int64_t>(time.tv_sec) * second + time.tv_nsec;
}

Deadline Deadline::after(std::int64_t duration) {
    std::int64_t result;
    if (__builtin_add_overflow(now(), duration, &result)) return duration > 0 ? never() : immediately();
    return {result};
}

Waited futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) {
    timespec time, *limit = nullptr;
    if (!deadline.is_never()) {
        if (deadline.nanoseconds <= 0) return Waited::timed_out;
        time.tv_sec = deadline.nanoseconds / second;
        time.tv_nsec = deadline.nanoseconds % second;
        limit = &time;
    }
    // The BITSET form takes an absolute time on the monotonic clock.
    long result = syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected, limit, nullptr,
                          FUTEX_BITSET_MATCH_ANY);
    if (result == 0) return Waited::done;
    if (errno == ETIMEDOUT) return Waited::timed_out;
    if (errno == EINTR) return Waited::interrupted;
    return Waited::done;  // EAGAIN: the word had changed already
}

int futex_wake(std::atomic<std::uint32_t>& word, int count) {
    return static_cast<int>(syscall(SYS_futex, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, nullptr, nullptr, 0));
}

Waited Mutex::lock_slowly(Deadline deadline, bool interruptible) {
    // Whoever sleeps leaves the word at `contended`, and whoever wakes takes it as `contended` too: it cannot
    // know whether others still sleep. At worst one wake-up finds nobody.
    if (deadline.nanoseconds == INT64_MIN) return try_lock() ? Waited::done : Waited::timed_out;
    while (word_.exchange(contended, std::memory_order_acquire) != free) {
        Waited waited = futex_wait(word_, contended, deadline);
        if (waited == Waited::done || (waited == Waited::interrupted && !interruptible)) continue;
        // Giving up must not swallow a wake-up meant for another sleeper: the word stays `contended`, so that
        // the next unlock wakes again; and if it is free right now, it is ours.
        if (word_.exchange(contended, std::memory_order_acquire) == free) return Waited::done;
        return waited;
    }
    return Waited::done;
}

Waited Condition::wait(Mutex& mutex, Deadline deadline, bool interruptible) {
    // Announced before the sequence is read, and notifiers do the opposite: one of the two sees the other.
    waiters_.fetch_add(1, std::memory_order_seq_cst);
    std::uint32_t sequence = sequence_.load(std::memory_order_seq_cst);
    mutex.unlock();
    Waited waited;
    do {
        waited = futex_wait(sequence_, sequence, deadline);
    } while (waited == Waited::interrupted && !interruptible && sequence_.load(std::memory_order_relaxed) == sequence);
    if (waited == Waited::interrupted && !interruptible) waited = Waited::done;
    waiters_.fetch_sub(1, std::memory_order_relaxed);
    mutex.lock();
    return waited;
}

void Condition::notify_one() {
    sequence_.fetch_add(1, std::memory_order_seq_cst);
    if (waiters_.load(std::memory_order_seq_cst) > 0) futex_wake(sequence_, 1);
}

void Condition::notify_all() {
    sequence_.fetch_add(1, std::memory_order_seq_cst);
    if (waiters_.load(std::memory_order_seq_cst) > 0) futex_wake_all(sequence_);
}

Waited Event::wait(Deadline deadline, bool interruptible) {
    for (;;) {
        std::uint32_t state = word_.load(std::memory_order_acquire);
        if (state == set_) return Waited::done;
        if (deadline.nanoseconds == INT64_MIN) return Waited::timed_out;
        if (state == unset &&
            !word_.compare_exchange_weak(state, waited_for, std::memory_order_relaxed, std::memory_order_relaxed))
            continue;
        Waited waited = futex_wait(word_, waited_for, deadline);
        if (waited == Waited::done || (waited == Waited::interrupted && !interruptible)) continue;
        return is_set() ? Waited::done : waited;
    }
}

}  // namespace orochi::base
