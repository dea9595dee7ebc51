// Reasons for the evaluation loop to pause, one bit each. Set from any thread,
// read with a plain load at function entry and backward jumps.
#pragma once

#include <atomic>
#include <cstdint>

namespace orochi {

class EvalBreaker {
public:
    enum Reason : uint32_t {
        kDropLock = 1u << 0,      // another thread waits for the interpreter lock
        kPendingCalls = 1u << 1,  // Py_AddPendingCall
        kSignals = 1u << 2,       // a signal arrived (main thread of the interpreter that handles it)
        kAsyncException = 1u << 3,
        kCollect = 1u << 4,    // the young generation is full
        kInterrupt = 1u << 5,  // Interpreter.interrupt() or a time limit
        kStop = 1u << 6,       // the interpreter is closing: other threads end here
    };

    bool pending() const { return bits_.load(std::memory_order_relaxed) != 0; }
    bool has(Reason reason) const { return bits_.load(std::memory_order_acquire) & reason; }
    void request(Reason reason) { bits_.fetch_or(reason, std::memory_order_release); }
    void clear(Reason reason) { bits_.fetch_and(~uint32_t{reason}, std::memory_order_acq_rel); }

private:
    std::atomic<uint32_t> bits_{0};
};

}  // namespace orochi
