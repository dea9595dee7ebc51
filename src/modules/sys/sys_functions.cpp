// The functions of sys.
#include <dlfcn.h>

#include "execution/error_display.hpp"
#include "execution/evaluate.hpp"
#include "execution/trace.hpp"
#include "modules/sys/sys.hpp"
#include "modules/wide_text.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/module_internal.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/struct_sequence.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "state/config.hpp"

namespace orochi {

namespace {

struct SysState {
    Object* asyncgen_hooks_type;
    int dlopen_flags;
};

void sys_clear_type_cache(ThreadState& ts) {
    for (int i = 0; i < 1 << kTypeCacheBits; ++i) {
        TypeCacheEntry& entry = ts.interpreter().type_cache[i];
        Object* name = entry.name;
        entry = {};
        decref_optional(name);
    }
}

template <class Visit>
Result<Ref<Object>> for_each_thread(ThreadState& ts, Visit&& visit) {
    Ref<Dict> result = TRY(dict_new(ts));
    // The interpreter lock keeps other threads of this interpreter where they are; only the list needs guarding.
    base::MutexGuard guard(ts.interpreter().threads_mutex);
    for (PyThreadState* at = ts.interpreter().threads; at; at = at->next) {
        OptRef<Object> value = TRY(visit(thread_state(at)));
        if (!value) continue;
        Ref<Object> id = TRY(int_from_unsigned(ts, at->thread_id));
        TRY(dict_set(ts, *result, id, *value));
    }
    return result;
}

Result<Ref<Object>> sys_current_frames(ThreadState& ts) {
    TRY(audit(ts, "sys._current_frames", nullptr));
    return for_each_thread(ts, [&](ThreadState& other) -> Result<OptRef<Object>> {
        InterpreterFrame* frame = visible_frame(current_frame(other));
        if (!frame) return nullptr;
        Frame* object = frame_object(ts, *frame);
        if (!object) return failure;
        return OptRef<Object>::share(obj(object));
    });
}

Result<Ref<Object>> exception_triple(ThreadState& ts, Object* exception) {
    if (!exception) return tuple_of(ts, none(), none(), none());
    Object* traceback = exception_traceback(*exception);
    return tuple_of(ts, obj(type_of(*exception)), *exception, traceback ? *traceback : none());
}

Result<Ref<Object>> sys_current_exceptions(ThreadState& ts) {
    TRY(audit(ts, "sys._current_exceptions", nullptr));
    return for_each_thread(ts, [&](ThreadState& other) -> Result<OptRef<Object>> {
        Object* exception = nullptr;
        for (_PyErr_StackItem* item = other.exc_info; item && !exception; item = item->previous_item) {
            if (item->exc_value && !is_none(item->exc_value)) exception = item->exc_value;
        }
        return exception_triple(ts, exception);
    });
}

Result<Ref<Object>> sys_getframe(ThreadState& ts, int depth) {
    InterpreterFrame* frame = visible_frame(current_frame(ts));
    for (; depth > 0 && frame; --depth) frame = visible_frame(frame->previous);
    if (!frame) return raise(ts, PyExc_ValueError, "call stack is not deep enough");
    Frame* object = frame_object(ts, *frame);
    if (!object) return failure;
    TRY(audit(ts, "sys._getframe", "O", object));
    return Ref<Object>::share(obj(*object));
}

Result<void> sys_addaudithook(ThreadState& ts, Object& hook) {
    if (!audit(ts, "sys.addaudithook", nullptr).ok()) {
        // A hook may forbid further ones silently with a RuntimeError.
        if (!error_matches(ts, PyExc_RuntimeError)) return failure;
        error_clear(ts);
        return {};
    }
    Interpreter& interpreter = ts.interpreter();
    if (!interpreter.audit_hooks) {
        Ref<List> hooks = TRY(list_new(ts, 0));
        gc_untrack(obj(*hooks));  // so that nobody finds the hooks by way of the collector
        interpreter.audit_hooks = obj(std::move(hooks).release());
    }
    return list_append(ts, as<List>(*interpreter.audit_hooks), hook);
}

Result<void> sys_audit(ThreadState& ts, Rest arguments) {
    if (!arguments.count) return raise(ts, PyExc_TypeError, "audit() missing 1 required positional argument: 'event'");
    if (!audit_active(ts)) return {};
    Object& event = arguments[0];
    if (!PyUnicode_Check(&event)) {
        return raise(ts, PyExc_TypeError, "expected str for argument 'event', not %.200s", type_of(event).tp_name);
    }
    std::string name(TRY(str_utf8(ts, as<Str>(event))));
    Ref<Tuple> tuple = TRY(tuple_from_items(ts, arguments.items + 1, arguments.count - 1));
    return audit(ts, name.c_str(), "O", tuple.get());
}

// breakpoint(): PYTHONBREAKPOINT names the function, "" and unset mean pdb.set_trace, "0" nothing.
Result<Ref<Object>> sys_breakpointhook(ThreadState& ts, Rest arguments, Keywords keywords) {
    const char* variable = getenv("PYTHONBREAKPOINT");
    std::string name = variable && *variable && ts.interpreter().config->use_environment ? variable : "pdb.set_trace";
    if (name == "0") return new_none();
    size_t dot = name.rfind('.');
    std::string module_name = dot == name.npos ? "builtins" : name.substr(0, dot);
    std::string attribute = dot == name.npos ? name : name.substr(dot + 1);
    auto unusable = [&]() -> Result<Ref<Object>> {
        error_clear(ts);
        TRY(warn(ts, PyExc_RuntimeWarning, 0, "Ignoring unimportable $PYTHONBREAKPOINT: \"%s\"", name.c_str()));
        return new_none();
    };
    if (module_name.empty()) return unusable();
    Ref<Str> module_text = TRY(str_from_utf8(ts, module_name));
    auto module = import_module(ts, module_text);
    if (!module.ok()) {
        if (error_matches(ts, PyExc_ImportError)) return unusable();
        return failure;
    }
    Ref<Object> held = std::move(module).take();
    Ref<Str> attribute_text = TRY(str_from_utf8(ts, attribute));
    auto hook = getattr(ts, held, attribute_text);
    if (!hook.ok()) {
        if (error_matches(ts, PyExc_AttributeError)) return unusable();
        return failure;
    }
    Ref<Object> function = std::move(hook).take();
    return call_dict(ts, function, arguments.items, size_t(arguments.count),
                     keywords.dict ? obj(keywords.dict) : nullptr);
}

Result<Ref<Object>> sys_call_tracing(ThreadState& ts, Object& function, Tuple& arguments) {
    int tracing = ts.tracing;
    ts.tracing = 0;
    update_tracing_flag(ts);
    auto result = call_tuple(ts, function, obj(arguments));
    ts.tracing = tracing;
    update_tracing_flag(ts);
    return result;
}

Result<Ref<Object>> sys_exc_info(ThreadState& ts) { return exception_triple(ts, handled_exception(ts)); }
Result<Ref<Object>> sys_exception(ThreadState& ts) {
    Object* exception = handled_exception(ts);
    return Ref<Object>::share(exception ? *exception : none());
}

Result<void> sys_exit(ThreadState& ts, Object* status) {
    return raise_value(ts, PyExc_SystemExit, status ? status : &none());
}

Result<Ref<Object>> sys_get_asyncgen_hooks(ThreadState& ts, Object& module) {
    auto* state = static_cast<SysState*>(module_state(module));
    Ref<Tuple> result = TRY(struct_sequence_new(ts, as<Type>(*state->asyncgen_hooks_type)));
    struct_sequence_set(*result, 0, Ref<Object>::share(ts.async_gen_firstiter ? *ts.async_gen_firstiter : none()));
    struct_sequence_set(*result, 1, Ref<Object>::share(ts.async_gen_finalizer ? *ts.async_gen_finalizer : none()));
    return result;
}

Result<void> sys_set_asyncgen_hooks(ThreadState& ts, Object* firstiter, Object* finalizer) {
    auto check = [&](Object* hook, const char* name) -> Result<void> {
        if (hook && !is_none(hook) && !is_callable(*hook)) {
            return raise(ts, PyExc_TypeError, "callable %s expected, got %.50s", name, type_of(*hook).tp_name);
        }
        return {};
    };
    TRY(check(finalizer, "finalizer"));
    TRY(check(firstiter, "firstiter"));
    if (finalizer) {
        TRY(audit(ts, "sys.set_asyncgen_hook_finalizer", nullptr));
        assign(ts.async_gen_finalizer, OptRef<Object>::share(is_none(finalizer) ? nullptr : finalizer));
    }
    if (firstiter) {
        TRY(audit(ts, "sys.set_asyncgen_hook_firstiter", nullptr));
        assign(ts.async_gen_firstiter, OptRef<Object>::share(is_none(firstiter) ? nullptr : firstiter));
    }
    return {};
}

int sys_get_coroutine_origin_tracking_depth(ThreadState& ts) { return ts.coroutine_origin_tracking_depth; }
Result<void> sys_set_coroutine_origin_tracking_depth(ThreadState& ts, int depth) {
    if (depth < 0) return raise(ts, PyExc_ValueError, "depth must be >= 0");
    ts.coroutine_origin_tracking_depth = depth;
    return {};
}

int sys_get_int_max_str_digits(ThreadState& ts) { return ts.interpreter().int_max_str_digits; }
Result<void> sys_set_int_max_str_digits(ThreadState& ts, int maxdigits) {
    if (maxdigits != 0 && maxdigits < kIntMaxStrDigitsThreshold) {
        return raise(ts, PyExc_ValueError, "maxdigits must be 0 or larger than %d", kIntMaxStrDigitsThreshold);
    }
    ts.interpreter().int_max_str_digits = maxdigits;
    return {};
}

Py_ssize_t sys_getallocatedblocks(ThreadState& ts) { return Py_ssize_t(ts.heap().blocks_in_use()); }
Ref<Object> sys_getdefaultencoding() { return Ref<Object>::share("utf-8"_n); }
int sys_getdlopenflags(ThreadState& ts, Object& module) {
    return static_cast<SysState*>(module_state(module))->dlopen_flags;
}
void sys_setdlopenflags(ThreadState& ts, Object& module, int flags) {
    static_cast<SysState*>(module_state(module))->dlopen_flags = flags;
}
Result<Ref<Str>> sys_getfilesystemencodeerrors(ThreadState& ts) {
    return wide_str(ts, ts.interpreter().config->filesystem_errors);
}
Result<Ref<Str>> sys_getfilesystemencoding(ThreadState& ts) {
    return wide_str(ts, ts.interpreter().config->filesystem_encoding);
}

int sys_getrecursionlimit(ThreadState& ts) { return ts.interpreter().recursion_limit; }
Result<void> sys_setrecursionlimit(ThreadState& ts, int limit) {
    if (limit < 1) return raise(ts, PyExc_ValueError, "recursion limit must be greater or equal than 1");
    int depth = ts.recursion_limit - ts.recursion_remaining + 1;  // this call counts
    if (depth >= limit) {
        return raise(ts, PyExc_RecursionError,
                     "cannot set the recursion limit to %i at the recursion depth %i: the limit is too low", limit,
                     depth);
    }
    ts.interpreter().recursion_limit = limit;
    base::MutexGuard guard(ts.interpreter().threads_mutex);
    for (PyThreadState* at = ts.interpreter().threads; at; at = at->next) {
        int used = at->recursion_limit - at->recursion_remaining;
        at->recursion_limit = limit;
        at->recursion_remaining = limit - used;
    }
    return {};
}

Py_ssize_t sys_getrefcount(Object& object) { return object.ob_refcnt; }

Result<Ref<Object>> sys_getsizeof(ThreadState& ts, Object& object, Object* fallback) {
    auto measure = [&]() -> Result<Py_ssize_t> {
        OptRef<Object> method = TRY(lookup_special(ts, object, "__sizeof__"_n));
        if (!method)
            return raise(ts, PyExc_TypeError, "Type %.100s doesn't define __sizeof__", type_of(object).tp_name);
        Ref<Object> result = TRY(call(ts, *method));
        Py_ssize_t size = TRY(int_as_ssize(ts, result));
        if (size < 0) return raise(ts, PyExc_ValueError, "__sizeof__() should return >= 0");
        return size;
    };
    auto size = measure();
    if (!size.ok()) {
        if (!fallback || !error_matches(ts, PyExc_TypeError)) return failure;
        error_clear(ts);
        return Ref<Object>::share(*fallback);
    }
    size_t header = 0;
    if (gc_is_container(object)) {
        header = sizeof(GcHeader);
        if (type_of(object).tp_flags & Py_TPFLAGS_MANAGED_DICT) header *= 2;
    }
    return int_from_unsigned(ts, size_t(std::move(size).take()) + header);
}

double sys_getswitchinterval(ThreadState& ts) { return double(ts.interpreter().lock.switch_interval_ns()) * 1e-9; }
Result<void> sys_setswitchinterval(ThreadState& ts, double interval) {
    if (interval <= 0.0) return raise(ts, PyExc_ValueError, "switch interval must be strictly positive");
    ts.interpreter().lock.set_switch_interval_ns(uint64_t(interval * 1e9));
    return {};
}

Result<Ref<Object>> sys_intern(ThreadState& ts, Str& string) {
    if (!PyUnicode_CheckExact(&string))
        return raise(ts, PyExc_TypeError, "can't intern %.400s", type_of(obj(string)).tp_name);
    return Ref<Object>(intern(ts, Ref<Str>::share(string)));
}
bool sys_is_finalizing(ThreadState& ts) { return ts.interpreter().finalizing.load() != 0; }

// ---- Hooks

// What sys.settrace installs: calls the Python function, whose result becomes the frame's own trace function.
const char* event_name(int event) {
    switch (event) {
        case PyTrace_CALL: return "call";
        case PyTrace_EXCEPTION: return "exception";
        case PyTrace_LINE: return "line";
        case PyTrace_RETURN: return "return";
        case PyTrace_C_CALL: return "c_call";
        case PyTrace_C_EXCEPTION: return "c_exception";
        case PyTrace_C_RETURN: return "c_return";
        default: return "opcode";
    }
}

Result<Ref<Object>> call_python_hook(ThreadState& ts, Object& function, Frame& frame, int event, Object* argument) {
    TRY(frame_fast_to_locals(ts, *frame.frame));
    Ref<Str> name = TRY(intern_utf8(ts, event_name(event)));
    Ref<Object> held = Ref<Object>::share(function);
    auto result = call(ts, *held, obj(frame), obj(*name), argument ? *argument : none());
    frame_locals_to_fast(ts, *frame.frame, true);
    return result;
}

int trace_trampoline(Object* self, Frame* frame, int event, Object* argument) {
    ThreadState& ts = current_thread();
    Object* function = event == PyTrace_CALL ? self : frame->trace;
    if (!function) return 0;
    auto result = call_python_hook(ts, *function, *frame, event, argument);
    if (!result.ok()) {
        ErrorKeeper keeper(ts);
        (void)set_trace_hook(ts, ts, nullptr, nullptr);
        clear(frame->trace);
        return -1;
    }
    Ref<Object> value = std::move(result).take();
    if (!is_none(value.get())) assign(frame->trace, std::move(value));
    return 0;
}

int profile_trampoline(Object* self, Frame* frame, int event, Object* argument) {
    ThreadState& ts = current_thread();
    auto result = call_python_hook(ts, *self, *frame, event, argument);
    if (!result.ok()) {
        ErrorKeeper keeper(ts);
        (void)set_profile_hook(ts, ts, nullptr, nullptr);
        return -1;
    }
    (void)std::move(result).take();
    return 0;
}

Result<void> sys_settrace(ThreadState& ts, Object& function) {
    if (is_none(function)) return set_trace_hook(ts, ts, nullptr, nullptr);
    return set_trace_hook(ts, ts, trace_trampoline, &function);
}
Result<void> sys_setprofile(ThreadState& ts, Object& function) {
    if (is_none(function)) return set_profile_hook(ts, ts, nullptr, nullptr);
    return set_profile_hook(ts, ts, profile_trampoline, &function);
}
Ref<Object> sys_gettrace(ThreadState& ts) { return Ref<Object>::share(ts.c_traceobj ? *ts.c_traceobj : none()); }
Ref<Object> sys_getprofile(ThreadState& ts) { return Ref<Object>::share(ts.c_profileobj ? *ts.c_profileobj : none()); }

// Writes repr(object) to sys.stdout, with characters that its encoding lacks escaped.
Result<void> write_repr(ThreadState& ts, Object& out, Object& object) {
    Ref<Str> text = TRY(repr(ts, object));
    auto written = call_method(ts, out, "write"_n, obj(*text));
    if (written.ok() || !error_matches(ts, PyExc_UnicodeEncodeError)) {
        TRY(std::move(written));
        return {};
    }
    error_clear(ts);
    Ref<Object> encoding = TRY(getattr(ts, out, "encoding"_n));
    std::string encoding_name(TRY(str_utf8(ts, as<Str>(*encoding))));
    Ref<Object> encoded = TRY(str_encode(ts, *text, encoding_name.c_str(), "backslashreplace"));
    OptRef<Object> buffer = TRY(getattr_optional(ts, out, "buffer"_n));
    if (buffer) {
        TRY(call_method(ts, *buffer, "write"_n, *encoded));
        return {};
    }
    Ref<Object> decoded =
        TRY(str_decode(ts, {PyBytes_AS_STRING(encoded.get()), size_t(PyBytes_GET_SIZE(encoded.get()))},
                       encoding_name.c_str(), "strict"));
    TRY(call_method(ts, out, "write"_n, *decoded));
    return {};
}

Result<void> sys_displayhook(ThreadState& ts, Object& object) {
    OptRef<Object> builtins = TRY(imported_module(ts, "builtins"_n));
    if (!builtins) return raise(ts, PyExc_RuntimeError, "lost builtins module");
    if (is_none(object)) return {};
    TRY(setattr(ts, *builtins, "_"_n, none()));
    Object* out = sys_get(ts, "stdout"_s);
    if (!out || is_none(out)) return raise(ts, PyExc_RuntimeError, "lost sys.stdout");
    Ref<Object> held = Ref<Object>::share(*out);
    TRY(write_repr(ts, held, object));
    TRY(call_method(ts, *held, "write"_n, "\n"_n));
    return setattr(ts, *builtins, "_"_n, object);
}

// `type` counts for nothing: the value is shown, whatever it is.
Result<void> sys_excepthook(ThreadState& ts, Object&, Object& value, Object& traceback) {
    if (PyExceptionInstance_Check(&value) && PyTraceBack_Check(&traceback) && !exception_traceback(value))
        TRY(exception_set_traceback(ts, value, &traceback));
    display_to_stderr(ts, value);
    return {};
}

Result<void> sys_unraisablehook(ThreadState& ts, Object& unraisable) { return unraisable_hook(ts, unraisable); }

constexpr MethodDef functions[] = {
    METHOD("_clear_type_cache($module, /)", sys_clear_type_cache, "Clear the internal type lookup cache."),
    METHOD("_current_exceptions($module, /)", sys_current_exceptions,
           "Return a dict mapping each thread's identifier to its current raised exception.\n"
           "\n"
           "This function should be used for specialized purposes only."),
    METHOD("_current_frames($module, /)", sys_current_frames,
           "Return a dict mapping each thread's thread id to its current stack frame.\n"
           "\n"
           "This function should be used for specialized purposes only."),
    METHOD("_debugmallocstats($module, /)", sys_debugmallocstats,
           "Print summary info to stderr about the state of pymalloc's structures.\n"
           "\n"
           "In Py_DEBUG mode, also perform some expensive internal consistency\n"
           "checks."),
    METHOD("_getframe($module, depth=0, /)", sys_getframe,
           "Return a frame object from the call stack.\n"
           "\n"
           "If optional integer depth is given, return the frame object that many\n"
           "calls below the top of the stack.  If that is deeper than the call\n"
           "stack, ValueError is raised.  The default for depth is zero, returning\n"
           "the frame at the top of the call stack.\n"
           "\n"
           "This function should be used for internal and specialized purposes\n"
           "only."),
    METHOD("addaudithook($module, /, hook)", sys_addaudithook, "Adds a new audit hook callback."),
    METHOD_PLAIN("audit(*args)", sys_audit,
                 "audit(event, *args)\n"
                 "\n"
                 "Passes the event to any audit hooks that are attached."),
    METHOD_PLAIN("breakpointhook(*args, **kwargs)", sys_breakpointhook,
                 "breakpointhook(*args, **kws)\n"
                 "\n"
                 "This hook function is called by built-in breakpoint().\n"
                 ""),
    METHOD("call_tracing($module, func, args, /)", sys_call_tracing,
           "Call func(*args), while tracing is enabled.\n"
           "\n"
           "The tracing state is saved, and restored afterwards.  This is intended\n"
           "to be called from a debugger from a checkpoint, to recursively debug\n"
           "some other code."),
    METHOD("displayhook($module, object, /)", sys_displayhook,
           "Print an object to sys.stdout and also save it in builtins._"),
    METHOD("exc_info($module, /)", sys_exc_info,
           "Return current exception information: (type, value, traceback).\n"
           "\n"
           "Return information about the most recent exception caught by an except\n"
           "clause in the current stack frame or in an older stack frame."),
    METHOD("excepthook($module, exctype, value, traceback, /)", sys_excepthook,
           "Handle an exception by displaying it with a traceback on sys.stderr."),
    METHOD("exception($module, /)", sys_exception,
           "Return the current exception.\n"
           "\n"
           "Return the most recent exception caught by an except clause\n"
           "in the current stack frame or in an older stack frame, or None\n"
           "if no such exception exists."),
    METHOD("exit($module, status=None, /)", sys_exit,
           "Exit the interpreter by raising SystemExit(status).\n"
           "\n"
           "If the status is omitted or None, it defaults to zero (i.e., success).\n"
           "If the status is an integer, it will be used as the system exit status.\n"
           "If it is another kind of object, it will be printed and the system\n"
           "exit status will be one (i.e., failure)."),
    METHOD("get_asyncgen_hooks($module, /)", sys_get_asyncgen_hooks,
           "Return the installed asynchronous generators hooks.\n"
           "\n"
           "This returns a namedtuple of the form (firstiter, finalizer)."),
    METHOD("get_coroutine_origin_tracking_depth($module, /)", sys_get_coroutine_origin_tracking_depth,
           "Check status of origin tracking for coroutine objects in this thread."),
    METHOD("get_int_max_str_digits($module, /)", sys_get_int_max_str_digits,
           "Return the maximum string digits limit for non-binary int<->str conversions."),
    METHOD("getallocatedblocks($module, /)", sys_getallocatedblocks,
           "Return the number of memory blocks currently allocated."),
    METHOD("getdefaultencoding($module, /)", sys_getdefaultencoding,
           "Return the current default encoding used by the Unicode implementation."),
    METHOD("getdlopenflags($module, /)", sys_getdlopenflags,
           "Return the current value of the flags that are used for dlopen calls.\n"
           "\n"
           "The flag constants are defined in the os module."),
    METHOD("getfilesystemencodeerrors($module, /)", sys_getfilesystemencodeerrors,
           "Return the error mode used Unicode to OS filename conversion."),
    METHOD("getfilesystemencoding($module, /)", sys_getfilesystemencoding,
           "Return the encoding used to convert Unicode filenames to OS filenames."),
    METHOD("getprofile($module, /)", sys_getprofile,
           "Return the profiling function set with sys.setprofile.\n"
           "\n"
           "See the profiler chapter in the library manual."),
    METHOD("getrecursionlimit($module, /)", sys_getrecursionlimit,
           "Return the current value of the recursion limit.\n"
           "\n"
           "The recursion limit is the maximum depth of the Python interpreter\n"
           "stack.  This limit prevents infinite recursion from causing an overflow\n"
           "of the C stack and crashing Python."),
    METHOD("getrefcount($module, object, /)", sys_getrefcount,
           "Return the reference count of object.\n"
           "\n"
           "The count returned is generally one higher than you might expect,\n"
           "because it includes the (temporary) reference as an argument to\n"
           "getrefcount()."),
    METHOD_PLAIN("getsizeof(object, default=<unrepresentable>)", sys_getsizeof,
                 "getsizeof(object [, default]) -> int\n"
                 "\n"
                 "Return the size of object in bytes."),
    METHOD("getswitchinterval($module, /)", sys_getswitchinterval,
           "Return the current thread switch interval; see sys.setswitchinterval()."),
    METHOD("gettrace($module, /)", sys_gettrace,
           "Return the global debug tracing function set with sys.settrace.\n"
           "\n"
           "See the debugger chapter in the library manual."),
    METHOD("intern($module, string, /)", sys_intern,
           "``Intern'' the given string.\n"
           "\n"
           "This enters the string in the (global) table of interned strings whose\n"
           "purpose is to speed up dictionary lookups. Return the string itself or\n"
           "the previously interned string object with the same value."),
    METHOD("is_finalizing($module, /)", sys_is_finalizing, "Return True if Python is exiting."),
    METHOD_PLAIN("set_asyncgen_hooks(firstiter=<unrepresentable>, finalizer=<unrepresentable>)", sys_set_asyncgen_hooks,
                 "set_asyncgen_hooks(* [, firstiter] [, finalizer])\n"
                 "\n"
                 "Set a finalizer for async generators objects."),
    METHOD("set_coroutine_origin_tracking_depth($module, /, depth)", sys_set_coroutine_origin_tracking_depth,
           "Enable or disable origin tracking for coroutine objects in this thread.\n"
           "\n"
           "Coroutine objects will track 'depth' frames of traceback information\n"
           "about where they came from, available in their cr_origin attribute.\n"
           "\n"
           "Set a depth of 0 to disable."),
    METHOD("set_int_max_str_digits($module, /, maxdigits)", sys_set_int_max_str_digits,
           "Set the maximum string digits limit for non-binary int<->str conversions."),
    METHOD("setdlopenflags($module, flags, /)", sys_setdlopenflags,
           "Set the flags used by the interpreter for dlopen calls.\n"
           "\n"
           "This is used, for example, when the interpreter loads extension\n"
           "modules. Among other things, this will enable a lazy resolving of\n"
           "symbols when importing a module, if called as sys.setdlopenflags(0).\n"
           "To share symbols across extension modules, call as\n"
           "sys.setdlopenflags(os.RTLD_GLOBAL).  Symbolic names for the flag\n"
           "modules can be found in the os module (RTLD_xxx constants, e.g.\n"
           "os.RTLD_LAZY)."),
    METHOD_PLAIN("setprofile(function, /)", sys_setprofile,
                 "setprofile(function)\n"
                 "\n"
                 "Set the profiling function.  It will be called on each function call\n"
                 "and return.  See the profiler chapter in the library manual."),
    METHOD("setrecursionlimit($module, limit, /)", sys_setrecursionlimit,
           "Set the maximum depth of the Python interpreter stack to n.\n"
           "\n"
           "This limit prevents infinite recursion from causing an overflow of the C\n"
           "stack and crashing Python.  The highest possible limit is platform-\n"
           "dependent."),
    METHOD("setswitchinterval($module, interval, /)", sys_setswitchinterval,
           "Set the ideal thread switching delay inside the Python interpreter.\n"
           "\n"
           "The actual frequency of switching threads can be lower if the\n"
           "interpreter executes long sequences of uninterruptible code\n"
           "(this is implementation-specific and workload-dependent).\n"
           "\n"
           "The parameter must represent the desired switching delay in seconds\n"
           "A typical value is 0.005 (5 milliseconds)."),
    METHOD_PLAIN("settrace(function, /)", sys_settrace,
                 "settrace(function)\n"
                 "\n"
                 "Set the global debug tracing function.  It will be called on each\n"
                 "function call.  See the debugger chapter in the library manual."),
    METHOD("unraisablehook($module, unraisable, /)", sys_unraisablehook,
           "Handle an unraisable exception.\n"
           "\n"
           "The unraisable argument has the following attributes:\n"
           "\n"
           "* exc_type: Exception type.\n"
           "* exc_value: Exception value, can be None.\n"
           "* exc_traceback: Exception traceback, can be None.\n"
           "* err_msg: Error message, can be None.\n"
           "* object: Object causing the exception, can be None."),
    METHOD_END};

int sys_traverse(Object* module, visitproc visit, void* arg) {
    auto* state = static_cast<SysState*>(module_state(*module));
    if (state) Py_VISIT(state->asyncgen_hooks_type);
    return 0;
}
int sys_clear(Object* module) {
    auto* state = static_cast<SysState*>(module_state(*module));
    if (state) clear(state->asyncgen_hooks_type);
    return 0;
}
void sys_free(void* module) { sys_clear(static_cast<Object*>(module)); }

}  // namespace

PyModuleDef sys_module = {
    PyModuleDef_HEAD_INIT, "sys",     sys_documentation, sizeof(SysState), METHOD_TABLE(functions), nullptr,
    sys_traverse,          sys_clear, sys_free};

Result<Ref<Object>> sys_create(ThreadState& ts) {
    Ref<Object> module = TRY(module_create(ts, sys_module));
    auto* state = static_cast<SysState*>(module_state(*module));
    state->dlopen_flags = RTLD_NOW;
    PyStructSequence_Field hook_fields[] = {{"firstiter", "Hook to intercept first iteration"},
                                            {"finalizer", "Hook to intercept finalization"},
                                            {nullptr, nullptr}};
    PyStructSequence_Desc hooks = {"asyncgen_hooks",
                                   "asyncgen_hooks\n\nA named tuple providing information about asynchronous\n"
                                   "generators hooks.  The attributes are read only.",
                                   hook_fields, 2};
    Ref<Type> hooks_type = TRY(struct_sequence_type(ts, hooks, Py_TPFLAGS_IMMUTABLETYPE));
    state->asyncgen_hooks_type = obj(std::move(hooks_type).release());
    Dict& dict = module_dict(*module);
    assign(ts.interpreter().sys_dict, Ref<Object>::share(obj(dict)));
    for (const char* name : {"displayhook", "excepthook", "unraisablehook", "breakpointhook"}) {
        Object* hook = TRY(dict_get_text(ts, dict, name));
        std::string original = std::string("__") + name + "__";
        TRY(dict_set_text(ts, dict, original, *hook));
    }
    TRY(sys_add_constants(ts, *module));
    return module;
}

void sys_debugmallocstats(ThreadState& ts) {
    const Heap& heap = ts.heap();
    fprintf(stderr, "bytes in use: %zu\nblocks in use: %zu\npeak bytes: %zu\n", heap.bytes_in_use(),
            heap.blocks_in_use(), heap.peak_bytes());
}

}  // namespace orochi
