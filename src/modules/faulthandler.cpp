// faulthandler: tracebacks of all threads when the process crashes, on a signal, or after a time.
//
// What runs in a signal handler only reads memory and calls write(). It looks at frames that may be half-built, of
// threads that may be running, as CPython's does.
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "modules/faulthandler.hpp"

#include "base/os_thread.hpp"
#include "execution/frame.hpp"
#include "modules/heap_type.hpp"
#include "objects/dict.hpp"
#include "objects/float.hpp"
#include "objects/frame_access.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "state/signals.hpp"

namespace orochi {

namespace {

constexpr int kMaxDepth = 100, kMaxText = 500, kMaxThreads = 100;

// ---- Writing, with nothing but write()

struct Output {
    int descriptor;
    void text(const char* t) { (void)!write(descriptor, t, std::strlen(t)); }
    void character(char c) { (void)!write(descriptor, &c, 1); }
    void decimal(unsigned long value) {
        char digits[24], *p = digits + sizeof digits;
        do *--p = char('0' + value % 10);
        while (value /= 10);
        (void)!write(descriptor, p, size_t(digits + sizeof digits - p));
    }
    void hexadecimal(unsigned long value, int width) {
        char digits[24], *p = digits + sizeof digits;
        for (int i = 0; i < width || value; ++i, value >>= 4) *--p = "0123456789abcdef"[value & 15];
        (void)!write(descriptor, p, size_t(digits + sizeof digits - p));
    }
    void str(Object* object) {
        if (!object || !PyUnicode_Check(object)) return text("???");
        Str& s = as<Str>(*object);
        Py_ssize_t size = str_length(s);
        for (Py_ssize_t i = 0; i < size && i < kMaxText; ++i) {
            Py_UCS4 c = str_at(s, i);
            if (c >= ' ' && c <= '~') {
                character(char(c));
            } else if (c <= 0xff) {
                text("\\x");
                hexadecimal(c, 2);
            } else if (c <= 0xffff) {
                text("\\u");
                hexadecimal(c, 4);
            } else {
                text("\\U");
                hexadecimal(c, 8);
            }
        }
        if (size > kMaxText) text("...");
    }
};

void dump_frames(Output& out, PyThreadState* thread) {
    InterpreterFrame* frame = thread->cframe ? thread->cframe->current_frame : nullptr;
    if (!frame) return out.text("  <no Python frame>\n");
    for (int depth = 0; frame; frame = frame->previous, ++depth) {
        if (depth >= kMaxDepth) return out.text("  ...\n");
        Code* code = frame->code;
        out.text("  File \"");
        out.str(code->co_filename);
        out.text("\", line ");
        int line = frame_line(*frame);
        if (line >= 0) {
            out.decimal(static_cast<unsigned long>(line));
        } else {
            out.text("???");
        }
        out.text(" in ");
        out.str(code->co_name);
        out.text("\n");
    }
}

void dump_thread(Output& out, PyThreadState* thread, bool current) {
    out.text(current ? "Current thread 0x" : "Thread 0x");
    out.hexadecimal(thread->thread_id, 16);
    out.text(" (most recent call first):\n");
    if (current && thread->interp->collector.collecting) out.text("  Garbage-collecting\n");
    dump_frames(out, thread);
}

void dump_threads(int descriptor, Interpreter* interpreter, PyThreadState* current) {
    Output out{descriptor};
    int count = 0;
    for (PyThreadState* t = interpreter->threads; t; t = t->next) {
        if (count) out.text("\n");
        if (count++ >= kMaxThreads) return out.text("...\n");
        dump_thread(out, t, t == current);
    }
}

// Other interpreters, those that run something: under a line with their number.
void dump_other_interpreters(int descriptor, Runtime& runtime, const Interpreter* shown) {
    Output out{descriptor};
    int count = 0;
    for (Interpreter* other = runtime.interpreters; other && count < kMaxThreads; other = other->next) {
        if (other == shown) continue;
        bool labelled = false;
        for (PyThreadState* t = other->threads; t && count < kMaxThreads; t = t->next) {
            if (!t->cframe || !t->cframe->current_frame) continue;
            out.text("\n");
            if (!std::exchange(labelled, true)) {
                out.text("Interpreter ");
                out.decimal(static_cast<unsigned long>(other->id));
                out.text(":\n");
            }
            dump_thread(out, t, false);
            ++count;
        }
    }
}

void dump_all(int descriptor, Interpreter* interpreter, PyThreadState* current) {
    dump_threads(descriptor, interpreter, current);
    dump_other_interpreters(descriptor, *interpreter->runtime, interpreter);
}

// Whose threads a dump begins with: the calling thread's interpreter, else the main one. Without the checks of
// bound_thread_state, which takes a lock.
ThreadState* dumping_thread() { return current_thread_state ? current_thread_state : tls_thread_state.bound; }
Interpreter* dumped_interpreter(ThreadState* ts) { return ts ? ts->interp : process_runtime().main; }

bool same_text(Object& one, Object& other) {
    if (!PyUnicode_Check(&one) || !PyUnicode_Check(&other)) return false;
    Str &a = as<Str>(one), &b = as<Str>(other);
    Py_ssize_t size = str_length(a), i = 0;
    if (size != str_length(b)) return false;
    while (i < size && str_at(a, i) == str_at(b, i)) ++i;
    return i == size;
}

// A value of the dict by its name, without hashing or comparing as Python does.
Object* look_up(const Dict& dict, Object& name) {
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(dict, position, &key, &value)) {
        if (same_text(*key, name)) return value;
    }
    return nullptr;
}

// The names of modules that are not Python's own and have functions in C.
void dump_extension_modules(Output& out, const Interpreter* interpreter) {
    if (!interpreter || !interpreter->modules || !PyDict_CheckExact(interpreter->modules) || !interpreter->sys_dict)
        return;
    Object* library = look_up(as<Dict>(*interpreter->sys_dict), "stdlib_module_names"_n);
    auto is_in_library = [&](Object& name) {
        Py_ssize_t position = 0;
        Object* key;
        while (library && PyFrozenSet_Check(library) && set_next(as<Set>(*library), position, &key)) {
            if (same_text(*key, name)) return true;
        }
        return false;
    };
    unsigned long total = 0;
    Py_ssize_t position = 0;
    Object *name, *module;
    while (dict_next(as<Dict>(*interpreter->modules), position, &name, &module)) {
        if (!PyUnicode_Check(name) || !PyModule_Check(module) || is_in_library(*name)) continue;
        PyModuleDef* definition = module_definition(*module);
        if (!definition || !definition->m_methods) continue;
        out.text(total++ ? ", " : "\nExtension modules: ");
        out.str(name);
    }
    if (!total) return;
    out.text(" (total: ");
    out.decimal(total);
    out.text(")\n");
}

void dump(int descriptor, bool all_threads) {
    ThreadState* ts = dumping_thread();
    Interpreter* interpreter = dumped_interpreter(ts);
    if (all_threads && interpreter) return dump_all(descriptor, interpreter, ts);
    Output out{descriptor};
    if (!ts) return out.text("Stack (most recent call first):\n  <no Python frame>\n");
    out.text("Stack (most recent call first):\n");
    dump_frames(out, ts);
}

// ---- The process's handlers

struct Fault {
    int number;
    const char* name;
};
constexpr Fault kFaults[] = {{SIGBUS, "Bus error"},
                             {SIGILL, "Illegal instruction"},
                             {SIGFPE, "Floating point exception"},
                             {SIGABRT, "Aborted"},
                             {SIGSEGV, "Segmentation fault"}};

struct UserSignal {
    std::atomic<bool> enabled{false};
    int descriptor = -1;
    bool all_threads = true, chain = false;
    struct sigaction previous {};
};

// One a process; kept in Runtime::faulthandler.
struct Faults {
    std::atomic<bool> enabled{false};
    int descriptor = 2;
    bool all_threads = true;
    struct sigaction previous[std::size(kFaults)] = {};
    UserSignal users[kSignalCount];
    void* alternate_stack = nullptr;

    // The watchdog thread of dump_traceback_later.
    base::Mutex mutex;
    base::Condition changed;
    bool watching = false, running = false, repeat = false, exit = false;
    uint64_t generation = 0;
    int64_t delay = 0;
    int watch_descriptor = -1;
    Interpreter* watched = nullptr;
    char header[64] = {};
};

Faults* faults_or_null() {
    return static_cast<Faults*>(process_runtime().faulthandler.load(std::memory_order_acquire));
}

Result<Faults*> faults(ThreadState& ts) {
    if (Faults* present = faults_or_null()) return present;
    Faults* made = new (std::nothrow) Faults();
    if (!made) return raise_no_memory(ts);
    void* expected = nullptr;
    if (!ts.runtime().faulthandler.compare_exchange_strong(expected, made)) {
        delete made;
        return static_cast<Faults*>(expected);
    }
    return made;
}

void on_fault(int number) {
    Faults* f = faults_or_null();
    if (!f || !f->enabled.load()) return;
    int saved = errno;
    size_t index = 0;
    while (index + 1 < std::size(kFaults) && kFaults[index].number != number) ++index;
    sigaction(number, &f->previous[index], nullptr);
    Output out{f->descriptor};
    out.text("Fatal Python error: ");
    out.text(kFaults[index].name);
    out.text("\n\n");
    dump(f->descriptor, f->all_threads);
    dump_extension_modules(out, dumped_interpreter(dumping_thread()));
    errno = saved;
    ::raise(number);
}

void on_user_signal(int number) {
    Faults* f = faults_or_null();
    if (!f || !f->users[number].enabled.load()) return;
    UserSignal& user = f->users[number];
    int saved = errno;
    dump(user.descriptor, user.all_threads);
    if (user.chain) {
        struct sigaction ours;
        sigaction(number, &user.previous, &ours);
        errno = saved;
        ::raise(number);
        saved = errno;
        sigaction(number, &ours, nullptr);
    }
    errno = saved;
}

// ---- Functions

Result<int> descriptor_of(ThreadState& ts, Object* file) {
    OptRef<Object> target;
    if (!file || is_none(file)) {
        Object* found = sys_get(ts, "stderr"_s);
        if (!found) return raise(ts, PyExc_RuntimeError, "unable to get sys.stderr");
        if (is_none(found)) return raise(ts, PyExc_RuntimeError, "sys.stderr is None");
        target = Ref<Object>::share(*found);
    } else if (PyLong_Check(file)) {
        int descriptor = TRY(int_as_int(ts, *file));
        if (descriptor < 0) return raise(ts, PyExc_ValueError, "file is not a valid file descripter");
        return descriptor;
    } else {
        target = Ref<Object>::share(*file);
    }
    Ref<Object> number = TRY(call_method(ts, *target, "fileno"_n));
    int descriptor = PyLong_Check(number.get()) ? TRY(int_as_int(ts, *number)) : -1;
    if (descriptor < 0) {
        return raise(ts, PyExc_RuntimeError, "file.fileno() is not a valid file descriptor");
    }
    if (!call_method(ts, *target, "flush"_n).ok()) error_clear(ts);
    return descriptor;
}

Result<void> dump_traceback(ThreadState& ts, Object* file, bool all_threads) {
    int descriptor = TRY(descriptor_of(ts, file));
    if (all_threads) {
        dump_all(descriptor, &ts.interpreter(), &ts);
    } else {
        dump(descriptor, false);
    }
    return {};
}

Result<void> enable(ThreadState& ts, Object* file, bool all_threads) {
    int descriptor = TRY(descriptor_of(ts, file));
    Faults& f = *TRY(faults(ts));
    f.descriptor = descriptor;
    f.all_threads = all_threads;
    if (f.enabled.exchange(true)) return {};
    if (!f.alternate_stack) {
        size_t size = size_t(SIGSTKSZ) * 4;
        f.alternate_stack = std::malloc(size);
        stack_t stack{};
        stack.ss_sp = f.alternate_stack;
        stack.ss_size = size;
        if (f.alternate_stack) sigaltstack(&stack, nullptr);
    }
    for (size_t i = 0; i < std::size(kFaults); ++i) {
        struct sigaction action {};
        action.sa_handler = on_fault;
        sigemptyset(&action.sa_mask);
        action.sa_flags = SA_NODEFER | SA_ONSTACK;
        if (sigaction(kFaults[i].number, &action, &f.previous[i]) != 0)
            return raise_os_error_class(ts, PyExc_RuntimeError, errno, nullptr, nullptr);
    }
    return {};
}
bool disable() {
    Faults* f = faults_or_null();
    if (!f || !f->enabled.exchange(false)) return false;
    for (size_t i = 0; i < std::size(kFaults); ++i) sigaction(kFaults[i].number, &f->previous[i], nullptr);
    return true;
}
bool is_enabled() {
    Faults* f = faults_or_null();
    return f && f->enabled.load();
}

void* watch(void* data) {
    Faults& f = *static_cast<Faults*>(data);
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    f.mutex.lock();
    uint64_t mine = f.generation;
    do {
        base::Deadline deadline = base::Deadline::after(f.delay);
        while (f.watching && f.generation == mine && !deadline.passed()) f.changed.wait(f.mutex, deadline);
        if (!f.watching || f.generation != mine) break;
        Output out{f.watch_descriptor};
        out.text(f.header);
        dump_all(f.watch_descriptor, f.watched, nullptr);
        if (f.exit) _exit(1);
    } while (f.repeat);
    f.running = false;
    f.changed.notify_all();
    f.mutex.unlock();
    return nullptr;
}

void cancel_later() {
    Faults* f = faults_or_null();
    if (!f) return;
    base::MutexGuard guard(f->mutex);
    f->watching = false;
    ++f->generation;
    f->changed.notify_all();
    while (f->running) f->changed.wait(f->mutex);
}

Result<void> dump_later(ThreadState& ts, Object& timeout, bool repeat, Object* file, bool exit) {
    double seconds = TRY(float_as_double(ts, timeout));
    if (!(seconds > 0)) return raise(ts, PyExc_ValueError, "timeout must be greater than 0");
    if (seconds > 9e9) return raise(ts, PyExc_OverflowError, "timeout value is too large");
    int descriptor = TRY(descriptor_of(ts, file));
    Faults& f = *TRY(faults(ts));
    cancel_later();
    f.watch_descriptor = descriptor;
    f.watched = &ts.interpreter();
    f.delay = int64_t(seconds * 1e9);
    f.repeat = repeat;
    f.exit = exit;
    long whole = long(seconds);
    long micro = long(std::floor((seconds - double(whole)) * 1e6));
    if (micro) {
        std::snprintf(f.header, sizeof f.header, "Timeout (%ld:%02ld:%02ld.%06ld)!\n", whole / 3600, whole / 60 % 60,
                      whole % 60, micro);
    } else {
        std::snprintf(f.header, sizeof f.header, "Timeout (%ld:%02ld:%02ld)!\n", whole / 3600, whole / 60 % 60,
                      whole % 60);
    }
    f.watching = f.running = true;
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int failed = pthread_create(&thread, &attributes, watch, &f);
    pthread_attr_destroy(&attributes);
    if (failed) {
        f.watching = f.running = false;
        return raise(ts, PyExc_RuntimeError, "unable to start watchdog thread");
    }
    return {};
}

Result<void> check_user_signal(ThreadState& ts, int number) {
    for (const Fault& fault : kFaults) {
        if (fault.number == number) {
            return raise(ts, PyExc_RuntimeError, "signal %i cannot be registered, use enable() instead", number);
        }
    }
    if (number < 1 || number >= kSignalCount) return raise(ts, PyExc_ValueError, "signal number out of range");
    return {};
}
Result<void> register_signal(ThreadState& ts, int signum, Object* file, bool all_threads, bool chain) {
    TRY(check_user_signal(ts, signum));
    int descriptor = TRY(descriptor_of(ts, file));
    UserSignal& user = TRY(faults(ts))->users[signum];
    user.descriptor = descriptor;
    user.all_threads = all_threads;
    user.chain = chain;
    if (user.enabled.load()) return {};
    struct sigaction action {};
    action.sa_handler = on_user_signal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART | (chain ? SA_NODEFER : 0) | SA_ONSTACK;
    if (sigaction(signum, &action, &user.previous)) return raise_os_error(ts, errno);
    user.enabled.store(true);
    return {};
}
Result<bool> unregister_signal(ThreadState& ts, int signum) {
    TRY(check_user_signal(ts, signum));
    UserSignal& user = TRY(faults(ts))->users[signum];
    if (!user.enabled.exchange(false)) return false;
    sigaction(signum, &user.previous, nullptr);
    return true;
}

// ---- For tests: real crashes, without a core file

void no_core_file() {
    rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &limit);
    }
}
void crash_with(int number) {
    no_core_file();
    ::raise(number);
}
void read_null() {
    no_core_file();
    int* volatile nowhere = nullptr;
    (void)*static_cast<volatile int*>(nowhere);
}
void segmentation_fault(bool) { crash_with(SIGSEGV); }
void floating_point_fault() { crash_with(SIGFPE); }
void abort_signal() { crash_with(SIGABRT); }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winfinite-recursion"  // what it is for
[[gnu::noinline]] unsigned long recurse(unsigned long depth) {
    volatile char buffer[4096];
    buffer[depth % sizeof buffer] = char(depth);
    return recurse(depth + 1) + static_cast<unsigned char>(buffer[0]);
}
#pragma GCC diagnostic pop
void stack_overflow() {
    no_core_file();
    (void)recurse(1);
}

// A fatal error on a thread that Python does not know.
void fatal_error_in_thread(ThreadState& ts) {
    no_core_file();
    Unlocked unlocked(ts);
    base::start_thread([](void*) { fatal_error("faulthandler_fatal_error_thread", "in new thread"); }, nullptr, 0);
    for (;;) pause();
}

constexpr MethodDef functions[] = {
    METHOD_PLAIN("enable($module, /, file=None, all_threads=True)", enable,
                 "enable(file=sys.stderr, all_threads=True): enable the fault handler"),
    METHOD_PLAIN("disable($module)", disable, "disable(): disable the fault handler"),
    METHOD_PLAIN("is_enabled($module)", is_enabled, "is_enabled()->bool: check if the handler is enabled"),
    METHOD_PLAIN("dump_traceback($module, /, file=None, all_threads=True)", dump_traceback,
                 "dump_traceback(file=sys.stderr, all_threads=True): dump the traceback of the current thread, or of "
                 "all threads if all_threads is True, into file"),
    METHOD_PLAIN(
        "dump_traceback_later($module, /, timeout, repeat=False, file=None, exit=False)", dump_later,
        "dump_traceback_later(timeout, repeat=False, file=sys.stderrn, exit=False):\ndump the traceback of all "
        "threads in timeout seconds,\nor each timeout seconds if repeat is True. If exit is True, call _exit(1) "
        "which is not safe."),
    METHOD_PLAIN("cancel_dump_traceback_later($module)", cancel_later,
                 "cancel_dump_traceback_later():\ncancel the previous call to dump_traceback_later()."),
    METHOD_PLAIN("register($module, /, signum, file=None, all_threads=True, chain=False)", register_signal,
                 "register(signum, file=sys.stderr, all_threads=True, chain=False): register a handler for the signal "
                 "'signum': dump the traceback of the current thread, or of all threads if all_threads is True, into "
                 "file"),
    METHOD_PLAIN("unregister($module, signum, /)", unregister_signal,
                 "unregister(signum): unregister the handler of the signal 'signum' registered by register()"),
    METHOD_PLAIN("_read_null($module)", read_null,
                 "_read_null(): read from NULL, raise a SIGSEGV or SIGBUS signal depending on the platform"),
    METHOD_PLAIN("_sigsegv($module, release_gil=False, /)", segmentation_fault,
                 "_sigsegv(release_gil=False): raise a SIGSEGV signal"),
    METHOD_PLAIN("_sigabrt($module)", abort_signal, "_sigabrt(): raise a SIGABRT signal"),
    METHOD_PLAIN("_fatal_error_c_thread($module)", fatal_error_in_thread,
                 "fatal_error_c_thread(): call Py_FatalError() in a new C thread."),
    METHOD_PLAIN("_sigfpe($module)", floating_point_fault, "_sigfpe(): raise a SIGFPE signal"),
    METHOD_PLAIN("_stack_overflow($module)", stack_overflow,
                 "_stack_overflow(): recursive call to raise a stack overflow"),
    METHOD_END,
};

constinit PyModuleDef_Slot slots[] = {{0, nullptr}};

}  // namespace

void dump_threads_of_process(int descriptor) {
    ThreadState* ts = dumping_thread();
    Interpreter* interpreter = dumped_interpreter(ts);
    if (interpreter) dump_all(descriptor, interpreter, ts);
    Output out{descriptor};
    dump_extension_modules(out, interpreter);
    disable();  // the process is about to abort, of which enough is said
}

void faulthandler_stop(ThreadState& ts) {
    Faults* f = faults_or_null();
    if (!f) return;
    if (f->watched == &ts.interpreter()) cancel_later();
    if (!ts.interpreter().is_main) return;
    disable();
    for (int number = 1; number < kSignalCount; ++number) {
        UserSignal& user = f->users[number];
        if (user.enabled.exchange(false)) sigaction(number, &user.previous, nullptr);
    }
}

PyModuleDef faulthandler_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "faulthandler",
    .m_doc = "faulthandler module.",
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
};

}  // namespace orochi
