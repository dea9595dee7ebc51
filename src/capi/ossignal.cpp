// PyOS_getsig and PyOS_setsig of pylifecycle.h: C signal handlers, without SA_RESTART; and what intrcheck.h asks.
#include <csignal>

#include "state/signals.hpp"
#include "state/thread_state.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

PyOS_sighandler_t PyOS_getsig(int number) {
    struct sigaction action;
    if (sigaction(number, nullptr, &action) == -1) return SIG_ERR;
    return action.sa_handler;
}

PyOS_sighandler_t PyOS_setsig(int number, PyOS_sighandler_t handler) {
    struct sigaction action = {}, old;
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    // Handlers may run on an alternate stack (faulthandler's).
    action.sa_flags = SA_ONSTACK;
    if (sigaction(number, &action, &old) == -1) return SIG_ERR;
    return old.sa_handler;
}

// Whether SIGINT has arrived and is not served yet; it counts as served now.
int PyOS_InterruptOccurred() {
    ThreadState& ts = current_thread();
    Signals* signals = process_signals(ts.runtime());
    return signals && handles_signals(ts) && signals->tripped[SIGINT].exchange(false);
}
int _PyOS_InterruptOccurred(PyThreadState*) { return PyOS_InterruptOccurred(); }
int _PyOS_IsMainThread() {
    ThreadState& ts = current_thread();
    return ts.interpreter().is_main && ts.thread_id == ts.runtime().main_thread;
}

}  // extern "C"
#pragma GCC visibility pop
