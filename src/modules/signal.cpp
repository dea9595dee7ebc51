// _signal: Python handlers for signals. They belong to the main interpreter; the C handler (state/signals.cpp) only
// notes the number.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>

#include "modules/heap_type.hpp"
#include "modules/module_references.hpp"
#include "modules/signal.hpp"
#include "objects/exceptions.hpp"
#include "objects/float.hpp"
#include "objects/frame_access.hpp"
#include "objects/int.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "objects/struct_sequence.hpp"
#include "objects/tuple.hpp"
#include "state/signals.hpp"

namespace orochi {

namespace {

struct State {
    Object* timer_error;
    Type* info_type;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(timer_error);
        f(info_type);
    }
};
State& state_of(Object& module) { return *static_cast<State*>(module_state(module)); }

SignalsPart* handlers_of(ThreadState& ts) { return part<SignalsPart>(ts.interpreter(), Part::kSignals); }

Result<void> check_number(ThreadState& ts, int number) {
    if (number >= 1 && number < kSignalCount) return {};
    return raise(ts, PyExc_ValueError, "signal number out of range");
}
bool in_main_thread(ThreadState& ts) { return ts.interpreter().is_main && pthread_self() == ts.runtime().main_thread; }

// ---- Handlers

// Reports a byte that could not be written to the wake-up descriptor, from a pending call's place.
void report_wakeup_error(ThreadState& ts, Signals& signals) {
    int number = signals.wakeup_error.exchange(0, std::memory_order_relaxed);
    if (!number) return;
    (void)raise_os_error(ts, number);
    write_unraisable_message(ts, "when trying to write to the signal wakeup fd", nullptr);
}

Result<void> deliver(ThreadState& ts) {
    Signals& signals = *process_signals(ts.runtime());
    if (!signals.any.exchange(false, std::memory_order_acq_rel)) return {};
    report_wakeup_error(ts, signals);
    SignalsPart* part = handlers_of(ts);
    OptRef<Object> frame = visible_frame_object(ts);
    for (int number = 1; number < kSignalCount; ++number) {
        if (!signals.tripped[number].exchange(false, std::memory_order_relaxed)) continue;
        Object* handler = part->handlers[number];
        if (!handler || is_none(handler) || handler == part->default_handler || handler == part->ignore_handler) {
            // Set to something else after the signal came.
            continue;
        }
        Ref<Object> keep = Ref<Object>::share(*handler);
        Ref<Object> argument = TRY(int_from(ts, number));
        auto result = call(ts, *keep, *argument, frame ? *frame : none());
        if (!result.ok()) {
            signals.any.store(true, std::memory_order_release);  // others may wait
            ts.interpreter().eval_breaker.request(EvalBreaker::kSignals);
            return failure;
        }
    }
    return {};
}

Result<Ref<Object>> default_int_handler(ThreadState& ts, Object&, Object&) {
    return raise_class(ts, PyExc_KeyboardInterrupt);
}

Result<Ref<Object>> set_handler(ThreadState& ts, int number, Object& handler) {
    TRY(audit(ts, "signal.signal", "iO", number, &handler));
    if (!in_main_thread(ts)) {
        return raise(ts, PyExc_ValueError, "signal only works in main thread of the main interpreter");
    }
    TRY(check_number(ts, number));
    SignalsPart& part = *handlers_of(ts);
    struct sigaction action {};
    action.sa_flags = SA_ONSTACK;
    if (is_callable(handler)) {
        action.sa_handler = signal_trip;
    } else if (TRY(compare_bool(ts, handler, *part.ignore_handler, Py_EQ))) {
        action.sa_handler = SIG_IGN;
    } else if (TRY(compare_bool(ts, handler, *part.default_handler, Py_EQ))) {
        action.sa_handler = SIG_DFL;
    } else {
        return raise(ts, PyExc_TypeError,
                     "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
    }
    // Signals that came before are the old handler's.
    TRY(check_signals(ts));
    if (sigaction(number, &action, nullptr) != 0) return raise_os_error(ts, errno);
    if (Signals* signals = process_signals(ts.runtime())) {
        signals->default_int[number].store(&handler == part.default_int_handler, std::memory_order_relaxed);
    }
    Object* old = part.handlers[number];
    part.handlers[number] = new_reference(handler);
    if (!old) return new_none();
    return Ref<Object>::steal(old);
}

// What the process does with the signal, as far as an interpreter can tell whose handlers do not run: a handler that is
// not Python's, or is another interpreter's object, reads as None.
Object& process_handler(ThreadState& ts, const SignalsPart& part, int number) {
    struct sigaction action;
    if (sigaction(number, nullptr, &action) != 0) return none();
    if (action.sa_handler == SIG_DFL) return *part.default_handler;
    if (action.sa_handler == SIG_IGN) return *part.ignore_handler;
    Signals* signals = process_signals(ts.runtime());
    bool default_int = signals && signals->default_int[number].load(std::memory_order_relaxed);
    return default_int ? *part.default_int_handler : none();
}

Result<Ref<Object>> get_handler(ThreadState& ts, int number) {
    TRY(check_number(ts, number));
    const SignalsPart& part = *handlers_of(ts);
    Signals* signals = process_signals(ts.runtime());
    Interpreter* handling = signals ? signals->interpreter.load(std::memory_order_acquire) : nullptr;
    if (handling && handling != &ts.interpreter()) return Ref<Object>::share(process_handler(ts, part, number));
    Object* handler = part.handlers[number];
    return Ref<Object>::share(handler ? *handler : none());
}

Result<void> raise_signal(ThreadState& ts, int number) {
    int failed;
    {
        Unlocked unlocked(ts);
        failed = ::raise(number) ? errno : 0;
    }
    if (failed) return raise_os_error(ts, failed);
    return check_signals(ts);
}

Result<Ref<Object>> describe_signal(ThreadState& ts, int number) {
    TRY(check_number(ts, number));
    errno = 0;
    const char* text = strsignal(number);
    if (errno || !text || std::strstr(text, "Unknown signal")) return new_none();
    return str_from_utf8(ts, text);
}

Result<void> interrupt_calls(ThreadState& ts, int number, int flag) {
    TRY(check_number(ts, number));
    struct sigaction action;
    if (sigaction(number, nullptr, &action) < 0) return raise_os_error(ts, errno);
    if (flag) {
        action.sa_flags &= ~SA_RESTART;
    } else {
        action.sa_flags |= SA_RESTART;
    }
    if (sigaction(number, &action, nullptr) < 0) return raise_os_error(ts, errno);
    return {};
}

Result<Ref<Object>> set_wakeup_fd(ThreadState& ts, Object& descriptor, bool warn_on_full_buffer) {
    int fd = TRY(int_as_int(ts, descriptor));
    if (!in_main_thread(ts)) {
        return raise(ts, PyExc_ValueError, "set_wakeup_fd only works in main thread of the main interpreter");
    }
    if (fd != -1) {
        struct stat info;
        if (fstat(fd, &info) != 0) return raise_os_error(ts, errno);
        int flags = fcntl(fd, F_GETFL);
        if (flags < 0) return raise_os_error(ts, errno);
        if (!(flags & O_NONBLOCK)) {
            return raise(ts, PyExc_ValueError, "the fd %i must be in non-blocking mode", fd);
        }
    }
    Signals& signals = *process_signals(ts.runtime());
    signals.warn_on_full_buffer.store(warn_on_full_buffer);
    return int_from(ts, signals.wakeup_descriptor.exchange(fd));
}

// ---- Waiting and timers

unsigned alarm_in(unsigned seconds) { return alarm(seconds); }

Result<void> wait_for_signal(ThreadState& ts) {
    {
        Unlocked unlocked(ts);
        ::pause();
    }
    return check_signals(ts);
}

Result<timeval> to_timeval(ThreadState& ts, Object* value) {
    double seconds = value ? TRY(float_as_double(ts, *value)) : 0;
    timeval result{};
    result.tv_sec = time_t(std::floor(seconds));
    result.tv_usec = suseconds_t(std::ceil((seconds - std::floor(seconds)) * 1e6));
    if (result.tv_usec >= 1000000) {
        ++result.tv_sec;
        result.tv_usec -= 1000000;
    }
    return result;
}
double from_timeval(const timeval& value) { return double(value.tv_sec) + double(value.tv_usec) * 1e-6; }
Result<Ref<Object>> timer_tuple(ThreadState& ts, const itimerval& timer) {
    Ref<Object> delay = TRY(float_from(ts, from_timeval(timer.it_value)));
    Ref<Object> interval = TRY(float_from(ts, from_timeval(timer.it_interval)));
    return tuple_of(ts, *delay, *interval);
}
Result<Ref<Object>> set_timer(ThreadState& ts, Object& module, int which, Object& seconds, Object* interval) {
    itimerval timer{}, old{};
    timer.it_value = TRY(to_timeval(ts, &seconds));
    timer.it_interval = TRY(to_timeval(ts, interval));
    if (setitimer(__itimer_which(which), &timer, &old) != 0) {
        return raise_os_error_class(ts, state_of(module).timer_error, errno, nullptr, nullptr);
    }
    return timer_tuple(ts, old);
}
Result<Ref<Object>> get_timer(ThreadState& ts, Object& module, int which) {
    itimerval timer{};
    if (getitimer(__itimer_which(which), &timer) != 0) {
        return raise_os_error_class(ts, state_of(module).timer_error, errno, nullptr, nullptr);
    }
    return timer_tuple(ts, timer);
}

// ---- Masks

Result<void> parse_set(ThreadState& ts, Object& iterable, sigset_t& set) {
    sigemptyset(&set);
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) return {};
        int overflow;
        long long number = TRY(int_as_long_long_overflow(ts, *item, overflow));
        if (overflow || number <= 0 || number >= kSignalCount) {
            return raise(ts, PyExc_ValueError, "signal number %lld out of range [1; %d]", number, kSignalCount - 1);
        }
        sigaddset(&set, int(number));  // those reserved for the C library are ignored
    }
}
Result<Ref<Object>> set_object(ThreadState& ts, const sigset_t& set) {
    Ref<Object> result = TRY(set_new(ts, nullptr));
    for (int number = 1; number < kSignalCount; ++number) {
        if (sigismember(&set, number) != 1) continue;
        TRY(set_add(ts, as<Set>(*result), *TRY(int_from(ts, number))));
    }
    return result;
}
Result<Ref<Object>> set_mask(ThreadState& ts, int how, Object& mask) {
    sigset_t wanted, previous;
    TRY(parse_set(ts, mask, wanted));
    if (int failed = pthread_sigmask(how, &wanted, &previous)) return raise_os_error(ts, failed);
    TRY(check_signals(ts));
    return set_object(ts, previous);
}
Result<Ref<Object>> pending(ThreadState& ts) {
    sigset_t set;
    if (sigpending(&set)) return raise_os_error(ts, errno);
    return set_object(ts, set);
}
Result<Ref<Object>> valid_signals(ThreadState& ts) {
    sigset_t set;
    sigemptyset(&set);
    sigfillset(&set);
    return set_object(ts, set);
}
Result<int> wait_for_set(ThreadState& ts, Object& set) {
    sigset_t wanted;
    TRY(parse_set(ts, set, wanted));
    int number = 0, failed;
    {
        Unlocked unlocked(ts);
        failed = sigwait(&wanted, &number);
    }
    if (failed) return raise_os_error(ts, failed);
    return number;
}

Result<Ref<Object>> info_object(ThreadState& ts, Object& module, const siginfo_t& info) {
    Ref<Tuple> result = TRY(struct_sequence_new(ts, *state_of(module).info_type));
    long values[] = {info.si_signo,     info.si_code,   info.si_errno, info.si_pid,
                     long(info.si_uid), info.si_status, info.si_band};
    for (int i = 0; i < 7; ++i) struct_sequence_set(result, i, TRY(int_from(ts, values[i])));
    return result;
}
Result<Ref<Object>> wait_info(ThreadState& ts, Object& module, Object& set) {
    sigset_t wanted;
    TRY(parse_set(ts, set, wanted));
    for (;;) {
        siginfo_t info;
        int result, failed;
        {
            Unlocked unlocked(ts);
            result = sigwaitinfo(&wanted, &info);
            failed = errno;
        }
        if (result >= 0) return info_object(ts, module, info);
        if (failed != EINTR) return raise_os_error(ts, failed);
        TRY(check_signals(ts));
    }
}
Result<Ref<Object>> wait_timed(ThreadState& ts, Object& module, Object& set, Object& timeout) {
    double seconds = TRY(float_as_double(ts, timeout));
    if (seconds < 0) return raise(ts, PyExc_ValueError, "timeout must be non-negative");
    sigset_t wanted;
    TRY(parse_set(ts, set, wanted));
    base::Deadline deadline = base::Deadline::after(int64_t(std::min(seconds, 9e9) * 1e9));
    for (;;) {
        int64_t rest = std::max<int64_t>(0, deadline.nanoseconds - base::Deadline::now());
        timespec wait{time_t(rest / 1'000'000'000), long(rest % 1'000'000'000)};
        siginfo_t info;
        int result, failed;
        {
            Unlocked unlocked(ts);
            result = sigtimedwait(&wanted, &info, &wait);
            failed = errno;
        }
        if (result >= 0) return info_object(ts, module, info);
        if (failed == EAGAIN) return new_none();
        if (failed != EINTR) return raise_os_error(ts, failed);
        TRY(check_signals(ts));
    }
}
Result<void> kill_thread(ThreadState& ts, unsigned long thread_id, int number) {
    TRY(audit(ts, "signal.pthread_kill", "ki", thread_id, number));
    if (int failed = pthread_kill(pthread_t(thread_id), number)) return raise_os_error(ts, failed);
    return check_signals(ts);
}
Result<void> send_to_process_descriptor(ThreadState& ts, int descriptor, int number, Object* info, int flags) {
    if (info && !is_none(info)) return raise(ts, PyExc_TypeError, "siginfo must be None");
    if (syscall(SYS_pidfd_send_signal, descriptor, number, nullptr, flags) < 0) return raise_os_error(ts, errno);
    return {};
}

constexpr MethodDef functions[] = {
    METHOD("default_int_handler($module, signalnum, frame, /)", default_int_handler,
           "The default handler for SIGINT installed by Python.\n\nIt raises KeyboardInterrupt."),
    METHOD("alarm($module, seconds, /)", alarm_in, "Arrange for SIGALRM to arrive after the given number of seconds."),
    METHOD("setitimer($module, which, seconds, interval=0.0, /)", set_timer,
           "Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).\n\nThe timer will fire after value "
           "seconds and after that every interval seconds.\nThe itimer can be cleared by setting seconds to "
           "zero.\n\nReturns old values as a tuple: (delay, interval)."),
    METHOD("getitimer($module, which, /)", get_timer, "Returns current value of given itimer."),
    METHOD("signal($module, signalnum, handler, /)", set_handler,
           "Set the action for the given signal.\n\nThe action can be SIG_DFL, SIG_IGN, or a callable Python "
           "object.\nThe previous action is returned.  See getsignal() for possible return values.\n\n*** IMPORTANT "
           "NOTICE ***\nA signal handler function is called with two arguments:\nthe first is the signal number, the "
           "second is the interrupted stack frame."),
    METHOD("raise_signal($module, signalnum, /)", raise_signal, "Send a signal to the executing process."),
    METHOD("strsignal($module, signalnum, /)", describe_signal,
           "Return the system description of the given signal.\n\nReturns the description of signal *signalnum*, such "
           "as \"Interrupt\"\nfor :const:`SIGINT`. Returns :const:`None` if *signalnum* has no\ndescription. Raises "
           ":exc:`ValueError` if *signalnum* is invalid."),
    METHOD("getsignal($module, signalnum, /)", get_handler,
           "Return the current action for the given signal.\n\nThe return value can be:\n  SIG_IGN -- if the signal is "
           "being ignored\n  SIG_DFL -- if the default action for the signal is in effect\n  None    -- if an unknown "
           "handler is in effect\n  anything else -- the callable Python object used as a handler"),
    METHOD_PLAIN(
        "set_wakeup_fd($module, fd, /, *, warn_on_full_buffer=True)", set_wakeup_fd,
        "set_wakeup_fd(fd, *, warn_on_full_buffer=True) -> fd\n\nSets the fd to be written to (with the signal "
        "number) when a signal\ncomes in.  A library can use this to wakeup select or poll.\nThe previous fd "
        "or -1 is returned.\n\nThe fd must be non-blocking."),
    METHOD("siginterrupt($module, signalnum, flag, /)", interrupt_calls,
           "Change system call restart behaviour.\n\nIf flag is False, system calls will be restarted when interrupted "
           "by\nsignal sig, else system calls will be interrupted."),
    METHOD("pause($module, /)", wait_for_signal, "Wait until a signal arrives."),
    METHOD("pidfd_send_signal($module, pidfd, signalnum, siginfo=None, flags=0, /)", send_to_process_descriptor,
           "Send a signal to a process referred to by a pid file descriptor."),
    METHOD("pthread_kill($module, thread_id, signalnum, /)", kill_thread, "Send a signal to a thread."),
    METHOD("pthread_sigmask($module, how, mask, /)", set_mask,
           "Fetch and/or change the signal mask of the calling thread."),
    METHOD("sigpending($module, /)", pending,
           "Examine pending signals.\n\nReturns a set of signal numbers that are pending for delivery to\nthe calling "
           "thread."),
    METHOD("sigwait($module, sigset, /)", wait_for_set,
           "Wait for a signal.\n\nSuspend execution of the calling thread until the delivery of one of the\nsignals "
           "specified in the signal set sigset.  The function accepts the signal\nand returns the signal number."),
    METHOD("sigwaitinfo($module, sigset, /)", wait_info,
           "Wait synchronously until one of the signals in *sigset* is delivered.\n\nReturns a struct_siginfo "
           "containing information about the signal."),
    METHOD("sigtimedwait($module, sigset, timeout, /)", wait_timed,
           "Like sigwaitinfo(), but with a timeout.\n\nThe timeout is specified in seconds, with floating point "
           "numbers allowed."),
    METHOD("valid_signals($module, /)", valid_signals,
           "Return a set of valid signal numbers on this platform.\n\nThe signal numbers returned by this function can "
           "be safely passed to\nfunctions like `pthread_sigmask`."),
    METHOD_END,
};

struct Constant {
    const char* name;
    int value;
};
constexpr Constant kSignals[] = {
#define SIGNAL(NAME) \
    { #NAME, NAME }
    SIGNAL(SIGHUP),  SIGNAL(SIGINT),  SIGNAL(SIGQUIT), SIGNAL(SIGILL),  SIGNAL(SIGTRAP),  SIGNAL(SIGIOT),
    SIGNAL(SIGABRT), SIGNAL(SIGFPE),  SIGNAL(SIGKILL), SIGNAL(SIGBUS),  SIGNAL(SIGSEGV),  SIGNAL(SIGSYS),
    SIGNAL(SIGPIPE), SIGNAL(SIGALRM), SIGNAL(SIGTERM), SIGNAL(SIGUSR1), SIGNAL(SIGUSR2),  SIGNAL(SIGCLD),
    SIGNAL(SIGCHLD), SIGNAL(SIGPWR),  SIGNAL(SIGIO),   SIGNAL(SIGURG),  SIGNAL(SIGWINCH), SIGNAL(SIGPOLL),
    SIGNAL(SIGSTOP), SIGNAL(SIGTSTP), SIGNAL(SIGCONT), SIGNAL(SIGTTIN), SIGNAL(SIGTTOU),  SIGNAL(SIGVTALRM),
    SIGNAL(SIGPROF), SIGNAL(SIGXCPU), SIGNAL(SIGXFSZ),
};

// What the process does with each signal before we change anything; SIGINT is ours then.
void read_handlers(ThreadState& ts, SignalsPart& part) {
    for (int number = 1; number < kSignalCount; ++number) {
        part.handlers[number] = new_reference(process_handler(ts, part, number));
    }
}

Result<void> start_handlers(ThreadState& ts, SignalsPart& part) {
    Signals* signals = process_signals(ts.runtime());
    if (!signals) return raise_no_memory(ts);
    signals->interpreter.store(&ts.interpreter(), std::memory_order_release);
    if (part.handlers[SIGINT] == part.default_handler) {
        assign(part.handlers[SIGINT], Ref<Object>::share(*part.default_int_handler));
        signals->default_int[SIGINT].store(true, std::memory_order_relaxed);
        signal_install(SIGINT);
    }
    return {};
}

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = state_of(module);
    TRY(module_add_int(ts, module, "NSIG", kSignalCount));
    for (Constant c : {Constant{"SIG_BLOCK", SIG_BLOCK}, {"SIG_UNBLOCK", SIG_UNBLOCK}, {"SIG_SETMASK", SIG_SETMASK}}) {
        TRY(module_add_int(ts, module, c.name, c.value));
    }
    for (const Constant& c : kSignals) TRY(module_add_int(ts, module, c.name, c.value));
    TRY(module_add_int(ts, module, "SIGRTMIN", SIGRTMIN));
    TRY(module_add_int(ts, module, "SIGRTMAX", SIGRTMAX));
    TRY(module_add_int(ts, module, "SIGSTKFLT", SIGSTKFLT));
    TRY(module_add_int(ts, module, "ITIMER_REAL", ITIMER_REAL));
    TRY(module_add_int(ts, module, "ITIMER_VIRTUAL", ITIMER_VIRTUAL));
    TRY(module_add_int(ts, module, "ITIMER_PROF", ITIMER_PROF));
    state.timer_error = TRY(exception_class_new(ts, "signal.itimer_error", PyExc_OSError)).release();
    TRY(module_add(ts, module, "ItimerError", *state.timer_error));
    static constexpr PyStructSequence_Field fields[] = {{"si_signo", "signal number"},
                                                        {"si_code", "signal code"},
                                                        {"si_errno", "errno associated with this signal"},
                                                        {"si_pid", "sending process ID"},
                                                        {"si_uid", "real user ID of sending process"},
                                                        {"si_status", "exit value or signal"},
                                                        {"si_band", "band event for SIGPOLL"},
                                                        {nullptr, nullptr}};
    PyStructSequence_Desc description = {
        "signal.struct_siginfo",
        "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as a tuple "
        "of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the attributes si_signo, "
        "si_code, and so on.",
        const_cast<PyStructSequence_Field*>(fields), 7};
    state.info_type = std::move(TRY(struct_sequence_type(ts, description))).release();
    TRY(module_add(ts, module, "struct_siginfo", obj(*state.info_type)));

    SignalsPart* part = handlers_of(ts);
    if (!part) {
        part = static_cast<SignalsPart*>(ts.heap().allocate_zeroed(sizeof(SignalsPart)));
        if (!part) return raise_no_memory(ts);
        ts.interpreter().parts[size_t(Part::kSignals)] = part;
        part->default_handler = std::move(TRY(int_from(ts, 0))).release();
        part->ignore_handler = std::move(TRY(int_from(ts, 1))).release();
        part->default_int_handler = std::move(TRY(getattr(ts, module, "default_int_handler"_n))).release();
        part->deliver = deliver;
        bool wanted = in_main_thread(ts) && ts.interpreter().signal_handlers_wanted;
        if (wanted) {
            // Failed writes are to be exceptions.
            ::signal(SIGPIPE, SIG_IGN);
            ::signal(SIGXFSZ, SIG_IGN);
        }
        read_handlers(ts, *part);
        if (wanted) TRY(start_handlers(ts, *part));
    }
    TRY(module_add(ts, module, "SIG_DFL", *part->default_handler));
    return module_add(ts, module, "SIG_IGN", *part->ignore_handler);
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace

void signals_stop(ThreadState& ts) {
    SignalsPart* part = handlers_of(ts);
    if (!part) return;
    Signals* signals = process_signals(ts.runtime());
    if (signals && signals->interpreter.load() == &ts.interpreter()) {
        for (int number = 1; number < kSignalCount; ++number) {
            Object* handler = part->handlers[number];
            signals->tripped[number].store(false);
            signals->default_int[number].store(false);
            if (handler && !is_none(handler) && handler != part->default_handler && handler != part->ignore_handler) {
                ::signal(number, SIG_DFL);
            }
        }
        signals->interpreter.store(nullptr);
        signals->wakeup_descriptor.store(-1);
    }
    ts.interpreter().parts[size_t(Part::kSignals)] = nullptr;
    for (Object*& handler : part->handlers) clear(handler);
    clear(part->default_handler);
    clear(part->ignore_handler);
    clear(part->default_int_handler);
    Heap::free(part);
}

PyModuleDef signal_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_signal",
    .m_doc =
        "This module provides mechanisms to use signal handlers in Python.\n\nFunctions:\n\n"
        "alarm() -- cause SIGALRM after a specified time [Unix only]\n"
        "setitimer() -- cause a signal (described below) after a specified\n"
        "               float time and the timer may restart then [Unix only]\n"
        "getitimer() -- get current value of timer [Unix only]\n"
        "signal() -- set the action for a given signal\ngetsignal() -- get the signal action for a given signal\n"
        "pause() -- wait until a signal arrives [Unix only]\n"
        "default_int_handler() -- default SIGINT handler\n\nsignal constants:\n"
        "SIG_DFL -- used to refer to the system default handler\nSIG_IGN -- used to ignore the signal\n"
        "NSIG -- number of defined signals\nSIGINT, SIGTERM, etc. -- signal numbers\n\nitimer constants:\n"
        "ITIMER_REAL -- decrements in real time, and delivers SIGALRM upon\n               expiration\n"
        "ITIMER_VIRTUAL -- decrements only when the process is executing,\n"
        "               and delivers SIGVTALRM upon expiration\n"
        "ITIMER_PROF -- decrements both when the process is executing and\n"
        "               when the system is executing on behalf of the process.\n"
        "               Coupled with ITIMER_VIRTUAL, this timer is usually\n"
        "               used to profile the time spent by the application\n"
        "               in user and kernel space. SIGPROF is delivered upon\n               expiration.\n\n\n"
        "*** IMPORTANT NOTICE ***\nA signal handler function is called with two arguments:\n"
        "the first is the signal number, the second is the interrupted stack frame.",
    .m_size = sizeof(State),
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
    .m_traverse = ModuleReferences<State>::traverse,
    .m_clear = ModuleReferences<State>::clear,
    .m_free = ModuleReferences<State>::free,
};

}  // namespace orochi
