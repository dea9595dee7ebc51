// Functions that any thread, or a signal handler, asks an interpreter to run soon (Py_AddPendingCall).
//
// In the main interpreter the main thread alone runs what C programs ask for, as in CPython. What the runtime asks for
// itself cannot wait for that thread, which may be blocked for long, and is run by whichever comes first.
#pragma once

#include <algorithm>
#include <atomic>

#include "base/futex_lock.hpp"
#include "memory/result.hpp"
#include "state/interpreter.hpp"

namespace orochi {

struct PendingCalls {
    using Function = int (*)(void*);
    enum class By : bool { kMainThread, kAnyThread };
    static constexpr int kCapacity = 32;

    base::Mutex mutex;
    struct Call {
        Function function;
        void* argument;
        By by;
    } calls[kCapacity];
    int count = 0;
    std::atomic<bool> busy{false};  // calls are being run: not again from inside one

    // False when there is no room.
    bool add(Function function, void* argument, By by) {
        base::MutexGuard guard(mutex);
        if (count == kCapacity) return false;
        calls[count++] = {function, argument, by};
        return true;
    }
    // The oldest that the thread may run.
    bool take(Call& call, By thread) {
        base::MutexGuard guard(mutex);
        Call* end = calls + count;
        Call* found =
            std::find_if(calls, end, [&](const Call& each) { return thread == By::kMainThread || each.by == thread; });
        if (found == end) return false;
        call = *found;
        std::move(found + 1, end, found);
        --count;
        return true;
    }
    bool empty() {
        base::MutexGuard guard(mutex);
        return count == 0;
    }
};

// From any thread. False when there is no room, or the interpreter has closed.
bool add_pending_call(Interpreter& interpreter, PendingCalls::Function function, void* argument,
                      PendingCalls::By by = PendingCalls::By::kMainThread);
// Runs what is asked for, as far as this thread may. The first call that fails ends the round; the rest stays for the
// next.
Result<void> run_pending_calls(ThreadState& ts);

}  // namespace orochi
