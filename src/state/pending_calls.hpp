// Functions that any thread, or a signal handler, asks an interpreter to run soon (Py_AddPendingCall).
#pragma once

#include <atomic>

#include "base/futex_lock.hpp"
#include "memory/result.hpp"
#include "state/interpreter.hpp"

namespace orochi {

struct PendingCalls {
    using Function = int (*)(void*);
    static constexpr int kCapacity = 32;

    base::Mutex mutex;
    struct Call {
        Function function;
        void* argument;
    } calls[kCapacity];
    int first = 0, count = 0;
    std::atomic<bool> busy{false};  // calls are being run: not again from inside one

    // False when there is no room.
    bool add(Function function, void* argument) {
        base::MutexGuard guard(mutex);
        if (count == kCapacity) return false;
        calls[(first + count++) % kCapacity] = {function, argument};
        return true;
    }
    bool take(Call& call) {
        base::MutexGuard guard(mutex);
        if (!count) return false;
        call = calls[first];
        first = (first + 1) % kCapacity;
        --count;
        return true;
    }
    bool empty() {
        base::MutexGuard guard(mutex);
        return count == 0;
    }
};

// From any thread. False when there is no room, or the interpreter has closed.
bool add_pending_call(Interpreter& interpreter, PendingCalls::Function function, void* argument);
// Runs what is asked for. The first call that fails ends the round; the rest stays for the next.
Result<void> run_pending_calls(ThreadState& ts);

}  // namespace orochi
