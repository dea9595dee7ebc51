// Signals, as far as the process is concerned: the C handler notes the number and wakes the interpreter that
// handles signals; its main thread then runs the Python handler (modules/_signal) between two instructions.
#pragma once

#include <atomic>

#include "memory/result.hpp"
#include "state/interpreter.hpp"

namespace orochi {

inline constexpr int kSignalCount = 65;  // numbers 1..64

// One a process; never freed, since a handler may run at any time.
struct Signals {
    std::atomic<bool> tripped[kSignalCount] = {};
    std::atomic<bool> any{false};
    std::atomic<int> wakeup_descriptor{-1};
    std::atomic<bool> warn_on_full_buffer{true};
    std::atomic<int> wakeup_error{0};                // errno of a failed write, to be reported
    std::atomic<Interpreter*> interpreter{nullptr};  // whose handlers run
    // Whose handler there is signal.default_int_handler, for other interpreters to see.
    std::atomic<bool> default_int[kSignalCount] = {};
};

// What an interpreter keeps (Part::kSignals); filled in by modules/_signal.
struct SignalsPart {
    Object* handlers[kSignalCount];  // owned; null: not known
    Object* default_handler;         // signal.SIG_DFL and SIG_IGN as ints; owned
    Object* ignore_handler;
    Object* default_int_handler;
    Result<void> (*deliver)(ThreadState& ts);  // runs the handlers of all tripped signals
};

Signals* process_signals(Runtime& runtime);  // made on first use; null when out of memory

// From a signal handler: only atomics and write().
void signal_trip(int number);
// Makes the C handler of the signal be signal_trip. Returns whether it could.
bool signal_install(int number);

// Runs the Python handlers of signals that came, if this thread is the one to do that. Raises KeyboardInterrupt when
// the thread is to be interrupted. Every call that blocks comes here when it has been woken for no reason of its own.
Result<void> check_signals(ThreadState& ts);
// Whether it is: the main thread in the interpreter that handles signals.
bool handles_signals(const ThreadState& ts);

}  // namespace orochi
