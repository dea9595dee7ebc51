// _thread: starting threads, and the module itself.
#include "modules/thread/thread.hpp"

#include <pthread.h>
#include <signal.h>

#include <cstdlib>

#include "base/os_thread.hpp"
#include "execution/error_display.hpp"
#include "modules/module_references.hpp"
#include "modules/thread/over_before_started.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/struct_sequence.hpp"
#include "state/signals.hpp"
#include "state/thread_identity.hpp"

namespace orochi::thread {

namespace {

// What a new thread is to do. The references are owned; the thread state belongs to the new thread.
struct Start {
    ThreadState* ts;
    Object* function;
    Object* arguments;
    Object* keywords;
};

void run_function(const Start& start) {
    ThreadState& ts = *start.ts;
    acquire_lock(ts);
    {
        auto result = call_tuple(ts, *start.function, *start.arguments, start.keywords);
        if (!result.ok()) {
            if (error_matches(ts, PyExc_SystemExit)) {
                error_clear(ts);  // ends the thread without a word
            } else {
                write_unraisable_message(ts, "in thread started by", start.function);
                tell_over_before_started(ts, *start.function);
            }
        }
    }
    decref(*start.function);
    decref(*start.arguments);
    decref_optional(start.keywords);
    ts.interpreter().thread_count.fetch_sub(1, std::memory_order_relaxed);
    thread_state_clear(ts, ts);
    thread_state_delete_current(ts);
}

void run(void* data) {
    Start start = *static_cast<Start*>(data);
    std::free(data);
    thread_state_take_identity(*start.ts);
    std::jmp_buf way_out;
    start.ts->way_out = &way_out;
    if (setjmp(way_out) == 0) run_function(start);
}

Result<unsigned long> start_new_thread(ThreadState& ts, Rest arguments) {
    if (arguments.size() < 2 || arguments.size() > 3) {
        bool few = arguments.size() < 2;
        return raise(ts, PyExc_TypeError, "start_new_thread expected at %s %d arguments, got %zd",
                     few ? "least" : "most", few ? 2 : 3, arguments.size());
    }
    if (!is_callable(arguments[0])) return raise(ts, PyExc_TypeError, "first arg must be callable");
    if (!PyTuple_Check(&arguments[1])) return raise(ts, PyExc_TypeError, "2nd arg must be a tuple");
    Object* keywords = arguments.size() == 3 ? &arguments[2] : nullptr;
    if (keywords && !PyDict_Check(keywords)) {
        return raise(ts, PyExc_TypeError, "optional 3rd arg must be a dictionary");
    }
    Interpreter& interpreter = ts.interpreter();
    if (!interpreter.options.allow_threads) {
        return raise(ts, PyExc_RuntimeError, "thread is not supported for isolated subinterpreters");
    }
    Start* start = static_cast<Start*>(std::malloc(sizeof(Start)));
    ThreadState* thread = start ? thread_state_new(interpreter) : nullptr;
    if (!thread) {
        std::free(start);
        return raise_no_memory(ts);
    }
    thread->counts_as_thread = true;
    thread->thread_id = 0;  // nobody's until it runs
    *start = {thread, new_reference(arguments[0]), new_reference(arguments[1]), new_reference_optional(keywords)};
    interpreter.thread_count.fetch_add(1, std::memory_order_relaxed);
    size_t stack_size = ts.runtime().thread_stack_size.load(std::memory_order_relaxed);
    unsigned long ident = base::start_thread(run, start, stack_size);
    if (ident == base::kNoThread) {
        interpreter.thread_count.fetch_sub(1, std::memory_order_relaxed);
        decref(*start->function);
        decref(*start->arguments);
        decref_optional(start->keywords);
        thread_state_clear(ts, *thread);
        thread_state_delete(thread);
        std::free(start);
        return raise(ts, PyExc_RuntimeError, "can't start new thread");
    }
    return ident;
}

Result<Ref<Object>> allocate_lock(ThreadState& ts, Object& module) { return lock_new(ts, state_of(module)); }
Result<Ref<Object>> set_sentinel_function(ThreadState& ts, Object& module) {
    return set_sentinel(ts, state_of(module));
}
long count(ThreadState& ts) { return ts.interpreter().thread_count.load(std::memory_order_relaxed); }
Result<void> exit_thread(ThreadState& ts) { return raise_class(ts, PyExc_SystemExit); }

Result<void> interrupt_main(ThreadState& ts, int signum) {
    if (signum < 1 || signum >= kSignalCount) return raise(ts, PyExc_ValueError, "signal number out of range");
    Signals* signals = process_signals(ts.runtime());
    SignalsPart* handlers = part<SignalsPart>(ts.interpreter(), Part::kSignals);
    if (!signals || !handlers) return {};
    // A signal that is ignored or left to the system has nobody to tell.
    Object* handler = handlers->handlers[signum];
    if (!handler || is_none(handler) || handler == handlers->default_handler || handler == handlers->ignore_handler) {
        return {};
    }
    signal_trip(signum);
    return {};
}

Result<Ref<Object>> stack_size(ThreadState& ts, Object* size) {
    std::atomic<size_t>& current = ts.runtime().thread_stack_size;
    size_t old = current.load(std::memory_order_relaxed);
    Py_ssize_t wanted = size ? TRY(int_as_ssize(ts, *size)) : 0;
    if (wanted < 0) return raise(ts, PyExc_ValueError, "size must be 0 or a positive value");
    if (size) {
        if (!base::stack_size_allowed(size_t(wanted)))
            return raise(ts, PyExc_ValueError, "size not valid: %zd bytes", wanted);
        current.store(size_t(wanted), std::memory_order_relaxed);
    }
    return int_from_ssize(ts, Py_ssize_t(old));
}

// threading.excepthook: (exc_type, exc_value, exc_traceback, thread).
Result<void> except_hook(ThreadState& ts, Object& module, Object& arguments) {
    if (&type_of(arguments) != state_of(module).except_hook_arguments) {
        return raise(ts, PyExc_TypeError, "_thread.excepthook argument type must be ExceptHookArgs");
    }
    Tuple& items = as<Tuple>(arguments);
    Object &type = tuple_item(items, 0), &value = tuple_item(items, 1), &traceback = tuple_item(items, 2),
           &thread = tuple_item(items, 3);
    if (&type == PyExc_SystemExit) return {};
    OptRef<Object> file = OptRef<Object>::share(sys_get(ts, "stderr"_s));
    if (!file || is_none(file.get())) {
        if (is_none(&thread)) return {};
        file = TRY(getattr(ts, thread, "_stderr"_n));
        if (is_none(file.get())) return {};
    }
    OptRef<Object> name;
    if (!is_none(&thread)) name = TRY(getattr_optional(ts, thread, "_name"_n));
    Ref<Str> heading = name ? TRY(str_format(ts, "Exception in thread %S:\n", name.get()))
                            : TRY(str_format(ts, "Exception in thread %lu:\n", base::thread_ident()));
    TRY(call_method(ts, *file, "write"_n, obj(*heading)));
    if (is_none(&value) || !is_exception(value)) return {};
    if (PyTraceBack_Check(&traceback) && !exception_traceback(value)) {
        TRY(exception_set_traceback(ts, value, &traceback));
    }
    return display_exception(ts, value, *file);
}

#define START_DOC                                                                                              \
    "start_new_thread(function, args[, kwargs])\n(start_new() is an obsolete synonym)\n\nStart a new thread "  \
    "and return its identifier.  The thread will call the\nfunction with positional arguments from the tuple " \
    "args and keyword arguments\ntaken from the optional dictionary kwargs.  The thread exits when the\n"      \
    "function returns; the return value is ignored.  The thread will also exit\nwhen the function raises an "  \
    "unhandled exception; a stack trace will be\nprinted unless the exception is SystemExit.\n"
#define ALLOCATE_DOC                                                                                    \
    "allocate_lock() -> lock object\n(allocate() is an obsolete synonym)\n\nCreate a new lock object. " \
    "See help(type(threading.Lock())) for\ninformation about locks."
#define EXIT_DOC                                                                                         \
    "exit()\n(exit_thread() is an obsolete synonym)\n\nThis is synonymous to ``raise SystemExit''.  It " \
    "will cause the current\nthread to exit silently unless the exception is caught."

constexpr MethodDef functions[] = {
    METHOD_PLAIN("start_new_thread($module, *args)", start_new_thread, START_DOC),
    METHOD_PLAIN("start_new($module, *args)", start_new_thread, START_DOC),
    METHOD_PLAIN("allocate_lock($module)", allocate_lock, ALLOCATE_DOC),
    METHOD_PLAIN("allocate($module)", allocate_lock, ALLOCATE_DOC),
    METHOD_PLAIN("exit_thread($module)", exit_thread, EXIT_DOC),
    METHOD_PLAIN("exit($module)", exit_thread, EXIT_DOC),
    METHOD_PLAIN(
        "interrupt_main($module, signum=2, /)", interrupt_main,
        "interrupt_main(signum=signal.SIGINT, /)\n\nSimulate the arrival of the given signal in the main "
        "thread,\nwhere the corresponding signal handler will be executed.\nIf *signum* is omitted, SIGINT is "
        "assumed.\nA subthread can use this function to interrupt the main thread.\n\nNote: the default signal "
        "handler for SIGINT raises ``KeyboardInterrupt``."),
    METHOD_PLAIN(
        "get_ident($module)", base::thread_ident,
        "get_ident() -> integer\n\nReturn a non-zero integer that uniquely identifies the current "
        "thread\namongst other threads that exist simultaneously.\nThis may be used to identify per-thread "
        "resources.\nEven though on some platforms threads identities may appear to be\nallocated consecutive "
        "numbers starting at 1, this behavior should not\nbe relied upon, and the number should be seen purely "
        "as a magic cookie.\nA thread's identity may be reused for another thread after it exits."),
    METHOD_PLAIN("get_native_id($module)", base::native_thread_id,
                 "get_native_id() -> integer\n\nReturn a non-negative integer identifying the thread as reported\nby "
                 "the OS (kernel). This may be used to uniquely identify a\nparticular thread within a system."),
    METHOD_PLAIN("_count($module)", count,
                 "_count() -> integer\n\nReturn the number of currently running Python threads, excluding\nthe main "
                 "thread. The returned number comprises all threads created\nthrough `start_new_thread()` as well as "
                 "`threading.Thread`, and not\nyet finished.\n\nThis function is meant for internal and specialized "
                 "purposes only.\nIn most applications `threading.enumerate()` should be used instead."),
    METHOD_PLAIN("stack_size($module, $tuple, size=0, /)", stack_size,
                 "stack_size([size]) -> size\n\nReturn the thread stack size used when creating new threads.  "
                 "The\noptional size argument specifies the stack size (in bytes) to be used\nfor subsequently created "
                 "threads, and must be 0 (use platform or\nconfigured default) or a positive integer value of at least "
                 "32,768 (32k)."),
    METHOD_PLAIN("_set_sentinel($module)", set_sentinel_function,
                 "_set_sentinel() -> lock\n\nSet a sentinel lock that will be released when the current thread\nstate "
                 "is finalized (after it is untied from the interpreter).\n\nThis is a private API for the threading "
                 "module."),
    METHOD_PLAIN("_excepthook($module, args, /)", except_hook,
                 "excepthook(exc_type, exc_value, exc_traceback, thread)\n\nHandle uncaught Thread.run() exception."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = state_of(module);
    TRY(add_locks(ts, module, state));
    TRY(add_local(ts, module, state));
    static constexpr PyStructSequence_Field fields[] = {{"exc_type", "Exception type"},
                                                        {"exc_value", "Exception value"},
                                                        {"exc_traceback", "Exception traceback"},
                                                        {"thread", "Thread"},
                                                        {nullptr, nullptr}};
    PyStructSequence_Desc description = {"_thread._ExceptHookArgs",
                                         "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.",
                                         const_cast<PyStructSequence_Field*>(fields), 4};
    state.except_hook_arguments = std::move(TRY(struct_sequence_type(ts, description))).release();
    TRY(module_add(ts, module, "_ExceptHookArgs", obj(*state.except_hook_arguments)));
    TRY(module_add(ts, module, "error", *PyExc_RuntimeError));
    // In whole seconds, as the reference shows it.
    TRY(module_add(ts, module, "TIMEOUT_MAX", Ref<Object>::steal(new_float_object(ts, 9223372036.0))));
    return {};
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace

Result<State*> state_of_type(ThreadState& ts, Type& type) {
    Object* module = TRY(type_module_by_definition(ts, type, thread_module));
    return &state_of(*module);
}

}  // namespace orochi::thread

namespace orochi {

PyModuleDef thread_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_thread",
    .m_doc =
        "This module provides primitive operations to write multi-threaded programs.\n"
        "The 'threading' module provides a more convenient interface.",
    .m_size = sizeof(thread::State),
    .m_methods = METHOD_TABLE(thread::functions),
    .m_slots = thread::slots,
    .m_traverse = ModuleReferences<thread::State>::traverse,
    .m_clear = ModuleReferences<thread::State>::clear,
    .m_free = ModuleReferences<thread::State>::free,
};

}  // namespace orochi
