#include "state/interrupt.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "state/signals.hpp"
#include "state/thread_state.hpp"

namespace orochi {

namespace {

constexpr int64_t kFirstRepeat = 2'000'000, kSlowestRepeat = 100'000'000;
constexpr int64_t kSlowestLastCall = 60'000'000'000;  // to what need not come soon

struct Watch {
    Interpreter* interpreter;
    ThreadState* thread;  // whose time is limited; null: a request to the interpreter is repeated
    base::Deadline due;
    int64_t repeat;                    // 0: the time has not passed; else how long until the signal is sent again
    int64_t slowest = kSlowestRepeat;  // repeats become rarer until then
    bool second = false;               // it has passed before
};

// One a process; never freed, since its thread may be on its way out at any time.
struct Watchdog {
    base::Mutex mutex;
    base::Condition changed;
    std::vector<Watch> watches;
    std::vector<const ThreadState*> interrupted;  // in what they are running now
    bool running = false;
    int signal = 0;  // that ends system calls; chosen when first needed
};

Watchdog& watchdog_of(Runtime& runtime) {
    void* present = runtime.watchdog.load(std::memory_order_acquire);
    if (!present) {
        Watchdog* made = new Watchdog();
        if (runtime.watchdog.compare_exchange_strong(present, made, std::memory_order_acq_rel)) return *made;
        delete made;
    }
    return *static_cast<Watchdog*>(present);
}

void do_nothing(int) {}

// The last real-time signal that nobody uses. 0: all are taken, and system calls cannot be ended.
int choose_signal() {
    for (int number = SIGRTMAX; number >= SIGRTMIN; --number) {
        struct sigaction present {};
        if (sigaction(number, nullptr, &present) != 0 || present.sa_handler != SIG_DFL) continue;
        struct sigaction action {};
        action.sa_handler = do_nothing;
        sigemptyset(&action.sa_mask);
        action.sa_flags = SA_ONSTACK;
        if (sigaction(number, &action, nullptr) == 0) return number;
    }
    return 0;
}

// The watchdog's mutex is held here, and in all that follows.
void request(Interpreter& interpreter) {
    for (Interpreter* i = &interpreter; i; i = i->interrupt.inner.load(std::memory_order_relaxed)) {
        i->interrupt.once.store(true, std::memory_order_release);
        i->eval_breaker.request(EvalBreaker::kInterrupt);
    }
}

// Wakes the threads that the request is meant for: all when the interpreter is being stopped, else its target, or the
// one whose time is over.
void wake(Watchdog& watchdog, Interpreter& interpreter, const ThreadState* late = nullptr) {
    if (!watchdog.signal) watchdog.signal = choose_signal();
    ThreadState* target = interpreter.interrupt.target;
    Interpreter* inner = interpreter.interrupt.inner.load(std::memory_order_relaxed);
    if (inner && (!late || late == target)) wake(watchdog, *inner);
    // Whoever has the list may be waiting for the watchdog's mutex (fork). The next repetition finds it free.
    if (!interpreter.threads_mutex.try_lock()) return;
    bool all = interpreter.interrupt.stopping.load(std::memory_order_relaxed);
    for (PyThreadState* each = interpreter.threads; each; each = each->next) {
        if (!all && each != (late ? late : target)) continue;
        thread_state(each).parker.unpark();
        // The thread may have ended: then the system says so, and nothing happens.
        if (watchdog.signal) syscall(SYS_tgkill, getpid(), each->native_thread_id, watchdog.signal);
    }
    interpreter.threads_mutex.unlock();
}

// The thread is interrupted, and with it what it runs in another interpreter.
void time_is_up(const Watch& watch) {
    Interrupt& interrupt = watch.interpreter->interrupt;
    watch.interpreter->eval_breaker.request(EvalBreaker::kInterrupt);
    Interpreter* inner = interrupt.inner.load(std::memory_order_relaxed);
    if (inner && interrupt.target == watch.thread) request(*inner);
}

void* watch(void* argument) {
    Watchdog& watchdog = *static_cast<Watchdog*>(argument);
    base::MutexGuard guard(watchdog.mutex);
    while (!watchdog.watches.empty()) {
        base::Deadline next = base::Deadline::never();
        for (Watch& watch : watchdog.watches) {
            if (watch.due.passed()) {
                if (watch.thread) time_is_up(watch);
                wake(watchdog, *watch.interpreter, watch.thread);
                watch.repeat = watch.repeat ? std::min(watch.repeat * 2, watch.slowest) : kFirstRepeat;
                watch.due = base::Deadline::after(watch.repeat);
            }
            if (watch.due.nanoseconds < next.nanoseconds) next = watch.due;
        }
        (void)watchdog.changed.wait(watchdog.mutex, next);
    }
    watchdog.running = false;
    return nullptr;
}

void add_watch(Watchdog& watchdog, const Watch& watch_this) {
    watchdog.watches.push_back(watch_this);
    if (watchdog.running) return watchdog.changed.notify_all();
    // It must not be the one to get the process's signals.
    sigset_t all, previous;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &previous);
    pthread_t thread;
    watchdog.running = pthread_create(&thread, nullptr, watch, &watchdog) == 0;
    if (watchdog.running) pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &previous, nullptr);
}

template <class F>
void remove_watches(Watchdog& watchdog, F chosen) {
    size_t removed = std::erase_if(watchdog.watches, chosen);
    if (removed && watchdog.watches.empty()) watchdog.changed.notify_all();
}

void stop_repeating(Watchdog& watchdog, const Interpreter& interpreter) {
    remove_watches(watchdog, [&](const Watch& watch) { return watch.interpreter == &interpreter && !watch.thread; });
}

Watch* limit_of(Watchdog& watchdog, const ThreadState& ts) {
    auto found = std::find_if(watchdog.watches.begin(), watchdog.watches.end(),
                              [&](const Watch& watch) { return watch.thread == &ts; });
    return found == watchdog.watches.end() ? nullptr : &*found;
}

base::Deadline end_of_time(const ThreadState& ts) {
    return base::Deadline::after(int64_t(ts.interpreter().options.time_limit_ns));
}

bool begin_limit(Watchdog& watchdog, ThreadState& ts) {
    if (!ts.interpreter().options.time_limit_ns || limit_of(watchdog, ts)) return false;
    add_watch(watchdog, {.interpreter = &ts.interpreter(), .thread = &ts, .due = end_of_time(ts)});
    return true;
}

void end_limit(Watchdog& watchdog, const ThreadState& ts) {
    std::erase(watchdog.interrupted, &ts);
    remove_watches(watchdog, [&](const Watch& watch) { return watch.thread == &ts; });
}

// A request has been made: wakes now, and again until it is served.
void wake_until_served(Watchdog& watchdog, Interpreter& interpreter, int64_t slowest = kSlowestRepeat) {
    stop_repeating(watchdog, interpreter);
    request(interpreter);
    wake(watchdog, interpreter);
    add_watch(watchdog, {.interpreter = &interpreter,
                         .due = base::Deadline::after(kFirstRepeat),
                         .repeat = kFirstRepeat,
                         .slowest = slowest});
}

}  // namespace

bool interrupt_once(Interpreter& interpreter) {
    Watchdog& watchdog = watchdog_of(*interpreter.runtime);
    base::MutexGuard guard(watchdog.mutex);
    if (!interpreter.interrupt.target) return false;
    wake_until_served(watchdog, interpreter);
    return true;
}

namespace {

void stop(Interpreter& interpreter, int64_t slowest_repeat) {
    Watchdog& watchdog = watchdog_of(*interpreter.runtime);
    base::MutexGuard guard(watchdog.mutex);
    interpreter.interrupt.stopping.store(true, std::memory_order_release);
    wake_until_served(watchdog, interpreter, slowest_repeat);
}

}  // namespace

void interrupt_stop_begins(Interpreter& interpreter) { stop(interpreter, kSlowestRepeat); }
void interrupt_last_call(Interpreter& interpreter) { stop(interpreter, kSlowestLastCall); }

void interrupt_stop_ends(Interpreter& interpreter) {
    if (!interpreter.runtime->watchdog.load(std::memory_order_acquire)) return;  // nobody was ever interrupted
    Watchdog& watchdog = watchdog_of(*interpreter.runtime);
    base::MutexGuard guard(watchdog.mutex);
    interpreter.interrupt.stopping.store(false, std::memory_order_release);
    interpreter.eval_breaker.clear(EvalBreaker::kInterrupt);
    remove_watches(watchdog, [&](const Watch& watch) { return watch.interpreter == &interpreter; });
}

void interrupt_target(Interpreter& interpreter, ThreadState* target) {
    Watchdog& watchdog = watchdog_of(*interpreter.runtime);
    base::MutexGuard guard(watchdog.mutex);
    Interrupt& interrupt = interpreter.interrupt;
    if (interrupt.target) end_limit(watchdog, *interrupt.target);
    interrupt.target = target;
    interrupt.once.store(false, std::memory_order_relaxed);
    if (interrupt.stopping.load(std::memory_order_relaxed)) return;
    // Should another thread's time be over, the watchdog says so again.
    interpreter.eval_breaker.clear(EvalBreaker::kInterrupt);
    stop_repeating(watchdog, interpreter);
    if (target) begin_limit(watchdog, *target);
}

void interrupt_inner(ThreadState& ts, Interpreter* inner) {
    Interrupt& interrupt = ts.interpreter().interrupt;
    base::MutexGuard guard(watchdog_of(ts.runtime()).mutex);
    if (interrupt.target != &ts && !handles_signals(ts)) return;
    interrupt.inner.store(inner, std::memory_order_release);
}

bool time_limit_begins(ThreadState& ts) {
    Watchdog& watchdog = watchdog_of(ts.runtime());
    base::MutexGuard guard(watchdog.mutex);
    return begin_limit(watchdog, ts);
}

void time_limit_ends(ThreadState& ts) {
    Watchdog& watchdog = watchdog_of(ts.runtime());
    base::MutexGuard guard(watchdog.mutex);
    end_limit(watchdog, ts);
}

Result<void> serve_interrupt(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    Interrupt& interrupt = interpreter.interrupt;
    Watchdog& watchdog = watchdog_of(ts.runtime());
    bool is_target = interrupt.target == &ts;
    bool interrupted, stopping;
    {
        base::MutexGuard guard(watchdog.mutex);
        stopping = interrupt.stopping.load(std::memory_order_acquire);
        Watch* limit = limit_of(watchdog, ts);
        bool late = limit && limit->repeat;
        bool asked = is_target && interrupt.once.load(std::memory_order_acquire);
        interrupted = late || asked || (stopping && !is_target);
        if (asked && !stopping) {
            interrupt.once.store(false, std::memory_order_relaxed);
            stop_repeating(watchdog, interpreter);
            limit = limit_of(watchdog, ts);
        }
        // Who catches it gets the same time once more.
        if (limit && interrupted && !(late && limit->second)) {
            *limit = {
                .interpreter = &interpreter, .thread = &ts, .due = end_of_time(ts), .second = limit->second || late};
        }
        if (interrupted && !stopping &&
            std::find(watchdog.interrupted.begin(), watchdog.interrupted.end(), &ts) == watchdog.interrupted.end()) {
            watchdog.interrupted.push_back(&ts);
        }
        // In this order, since a signal handler may ask at any time.
        interpreter.eval_breaker.clear(EvalBreaker::kInterrupt);
        bool more = stopping || interrupt.once.load(std::memory_order_acquire) ||
                    std::any_of(watchdog.watches.begin(), watchdog.watches.end(), [&](const Watch& watch) {
                        return watch.interpreter == &interpreter && watch.thread && watch.repeat;
                    });
        if (more) interpreter.eval_breaker.request(EvalBreaker::kInterrupt);
    }
    if (!interrupted) return {};
    // A class without a value: an instance is made when somebody catches it. A thread that nobody waits for goes
    // quietly.
    Object* kind = stopping && !is_target ? PyExc_SystemExit : PyExc_KeyboardInterrupt;
    if (!ts.curexc_type) ts.curexc_type = new_reference(*kind);
    return failure;
}

void interrupt_was_lost(ThreadState& ts) {
    Watchdog& watchdog = watchdog_of(ts.runtime());
    base::MutexGuard guard(watchdog.mutex);
    if (!std::erase(watchdog.interrupted, &ts)) return;
    Interpreter& interpreter = ts.interpreter();
    if (interpreter.interrupt.target == &ts) {
        interpreter.interrupt.once.store(true, std::memory_order_release);
    } else if (Watch* limit = limit_of(watchdog, ts)) {
        limit->due = base::Deadline::immediately();
        limit->repeat = kFirstRepeat;
        watchdog.changed.notify_all();
    } else {
        return;
    }
    interpreter.eval_breaker.request(EvalBreaker::kInterrupt);
}

void interrupts_before_fork(Runtime& runtime) { watchdog_of(runtime).mutex.lock(); }

void interrupts_after_fork(Runtime& runtime, bool in_child) {
    Watchdog& watchdog = watchdog_of(runtime);
    if (in_child) {
        watchdog.changed.reset();
        watchdog.watches.clear();
        watchdog.interrupted.clear();
        watchdog.running = false;
    }
    watchdog.mutex.unlock();
}

}  // namespace orochi
