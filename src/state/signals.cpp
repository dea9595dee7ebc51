#include "state/signals.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <new>

#include "state/interrupt.hpp"
#include "state/thread_state.hpp"

namespace orochi {

Signals* process_signals(Runtime& runtime) {
    Signals* present = static_cast<Signals*>(runtime.signals.load(std::memory_order_acquire));
    if (present) return present;
    Signals* made = new (std::nothrow) Signals();
    void* expected = nullptr;
    if (made && !runtime.signals.compare_exchange_strong(expected, made, std::memory_order_acq_rel)) {
        delete made;
        return static_cast<Signals*>(expected);
    }
    return made;
}

void signal_trip(int number) {
    Signals* signals = static_cast<Signals*>(process_runtime().signals.load(std::memory_order_acquire));
    if (!signals || number <= 0 || number >= kSignalCount) return;
    int saved = errno;
    signals->tripped[number].store(true, std::memory_order_relaxed);
    signals->any.store(true, std::memory_order_release);
    if (Interpreter* interpreter = signals->interpreter.load(std::memory_order_acquire)) {
        interpreter->eval_breaker.request(EvalBreaker::kSignals);
        // Its main thread may be running another interpreter: Ctrl-C is meant for that as well. The pointer is good on
        // that thread only.
        if (number == SIGINT && pthread_self() == process_runtime().main_thread) {
            for (Interpreter* i = interpreter->interrupt.inner.load(std::memory_order_acquire); i;
                 i = i->interrupt.inner.load(std::memory_order_acquire)) {
                i->interrupt.once.store(true, std::memory_order_release);
                i->eval_breaker.request(EvalBreaker::kInterrupt);
            }
        }
    }
    // The signal may have come just before the thread went to sleep. Its state is there if none was deleted lately.
    const ThreadLocalState& mine = tls_thread_state;
    if (mine.bound && mine.deletions_seen == process_runtime().deleted_thread_states.load())
        mine.bound->parker.unpark();
    int descriptor = signals->wakeup_descriptor.load(std::memory_order_relaxed);
    if (descriptor >= 0) {
        unsigned char byte = static_cast<unsigned char>(number);
        if (write(descriptor, &byte, 1) < 0) {
            bool full = errno == EAGAIN || errno == EWOULDBLOCK;
            if (!full || signals->warn_on_full_buffer.load(std::memory_order_relaxed)) {
                signals->wakeup_error.store(errno, std::memory_order_relaxed);
                signals->any.store(true, std::memory_order_release);
            }
        }
    }
    errno = saved;
}

bool signal_install(int number) {
    struct sigaction action {};
    action.sa_handler = signal_trip;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_ONSTACK;
    return sigaction(number, &action, nullptr) == 0;
}

bool handles_signals(const ThreadState& ts) {
    Signals* signals = static_cast<Signals*>(ts.runtime().signals.load(std::memory_order_acquire));
    return signals && signals->interpreter.load(std::memory_order_relaxed) == &ts.interpreter() &&
           pthread_self() == ts.runtime().main_thread;
}

Result<void> check_signals(ThreadState& ts) {
    if (ts.interpreter().eval_breaker.has(EvalBreaker::kInterrupt)) TRY(serve_interrupt(ts));
    Signals* signals = static_cast<Signals*>(ts.runtime().signals.load(std::memory_order_acquire));
    if (!signals || !signals->any.load(std::memory_order_acquire) || !handles_signals(ts)) return {};
    SignalsPart* handlers = part<SignalsPart>(ts.interpreter(), Part::kSignals);
    if (!handlers || !handlers->deliver) return {};
    ts.interpreter().eval_breaker.clear(EvalBreaker::kSignals);
    return handlers->deliver(ts);
}

}  // namespace orochi
