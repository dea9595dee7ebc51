#include "execution/trace.hpp"

#include "execution/generator_methods.hpp"
#include "execution/operations.hpp"
#include "language/compiler/opcodes.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/tuple.hpp"

namespace orochi {

void update_tracing_flag(ThreadState& ts) { ts.cframe->use_tracing = ts.tracing == 0 && tracing_active(ts) ? 255 : 0; }

namespace {

struct Hook {
    Py_tracefunc& function;
    Object*& argument;
    bool& being_set;
    const char* name;
};
Hook trace_hook(ThreadState& ts) { return {ts.c_tracefunc, ts.c_traceobj, ts.setting_trace, "trace"}; }
Hook profile_hook(ThreadState& ts) { return {ts.c_profilefunc, ts.c_profileobj, ts.setting_profile, "profile"}; }

Result<void> set_hook(ThreadState& ts, ThreadState& target, Hook hook, Py_tracefunc function, Object* argument) {
    if (hook.being_set) {
        // The destructor of the previous hook sets another one.
        return raise(ts, PyExc_RuntimeError,
                     "Cannot install a %s function while another %s function is being installed", hook.name, hook.name);
    }
    hook.being_set = true;
    Object* old = hook.argument;
    hook.function = nullptr;
    hook.argument = nullptr;
    update_tracing_flag(target);
    decref_optional(old);
    hook.argument = new_reference_optional(argument);
    hook.function = function;
    update_tracing_flag(target);
    hook.being_set = false;
    return {};
}

// Calls a hook. While it runs, neither hook is called for what it does.
Result<void> call_hook(ThreadState& ts, InterpreterFrame& frame, Py_tracefunc function, Object* argument, int event,
                       Object* value) {
    if (ts.tracing) return {};
    Frame* object = frame_object(ts, frame);
    if (!object) return failure;
    Ref<Frame> held = Ref<Frame>::share(*object);
    int old_event = ts.tracing_what;
    ts.tracing_what = event;
    ++ts.tracing;
    ts.cframe->use_tracing = 0;
    object->line_number = 0;
    int result = function(argument, object, event, value);
    object->line_number = 0;
    --ts.tracing;
    ts.tracing_what = old_event;
    update_tracing_flag(ts);
    if (result) return failure;
    return {};
}

// For events during which an exception is pending: it is kept, unless the hook raises another.
Result<void> call_hook_protected(ThreadState& ts, InterpreterFrame& frame, Py_tracefunc function, Object* argument,
                                 int event, Object* value) {
    PendingError error = error_fetch(ts);
    TRY(call_hook(ts, frame, function, argument, event, value));
    error_restore(ts, std::move(error));
    return {};
}

}  // namespace

Result<void> set_trace_hook(ThreadState& ts, ThreadState& target, Py_tracefunc function, Object* argument) {
    TRY(audit(ts, "sys.settrace", nullptr));
    return set_hook(ts, target, trace_hook(target), function, argument);
}

Result<void> set_profile_hook(ThreadState& ts, ThreadState& target, Py_tracefunc function, Object* argument) {
    TRY(audit(ts, "sys.setprofile", nullptr));
    return set_hook(ts, target, profile_hook(target), function, argument);
}

Result<void> trace_call(ThreadState& ts, InterpreterFrame& frame) {
    if (ts.c_tracefunc) {
        TRY(call_hook_protected(ts, frame, ts.c_tracefunc, ts.c_traceobj, PyTrace_CALL, &none()));
    }
    if (ts.c_profilefunc) {
        TRY(call_hook_protected(ts, frame, ts.c_profilefunc, ts.c_profileobj, PyTrace_CALL, &none()));
    }
    return {};
}

Result<void> trace_return(ThreadState& ts, InterpreterFrame& frame, Object* value) {
    bool failed = value == nullptr;
    for (bool profile : {false, true}) {
        Py_tracefunc function = profile ? ts.c_profilefunc : ts.c_tracefunc;
        Object* argument = profile ? ts.c_profileobj : ts.c_traceobj;
        if (!function) continue;
        if (failed) {
            TRY(call_hook_protected(ts, frame, function, argument, PyTrace_RETURN, nullptr));
        } else {
            TRY(call_hook(ts, frame, function, argument, PyTrace_RETURN, value));
        }
    }
    return {};
}

void trace_exception(ThreadState& ts, InterpreterFrame& frame) {
    if (!ts.c_tracefunc || ts.tracing) return;
    PendingError error = error_fetch(ts);
    error_normalize(ts, error);
    Object& value = error.value ? *error.value : none();
    Object& traceback = error.traceback ? *error.traceback : none();
    auto triple = tuple_of(ts, *error.type, value, traceback);
    if (!triple.ok()) return;
    Ref<Tuple> argument = std::move(triple).take();
    if (call_hook(ts, frame, ts.c_tracefunc, ts.c_traceobj, PyTrace_EXCEPTION, obj(argument.get())).ok()) {
        error_restore(ts, std::move(error));
    }
}

Result<void> trace_instruction(ThreadState& ts, InterpreterFrame& frame, int previous) {
    if (!ts.c_tracefunc) return {};
    Frame* object = frame_object(ts, frame);
    if (!object) return failure;
    const Code& code = *frame.code;
    int now = int(frame.previous_instruction - code_words(code));
    int line = code_line(code, now * int(sizeof(CodeWord)));
    if (line != -1 && object->trace_lines) {
        int last = previous <= code._co_firsttraceable ? -1 : code_line(code, previous * int(sizeof(CodeWord)));
        // A jump back starts its line again, except inside an `await` or `yield from`, which are loops around SEND.
        bool starts =
            line != last || (now < previous && _Py_OPCODE(code_words(code)[now]) != int(language::Opcode::SEND));
        if (starts) TRY(call_hook(ts, frame, ts.c_tracefunc, ts.c_traceobj, PyTrace_LINE, &none()));
    }
    if (object->trace_opcodes && ts.c_tracefunc) {
        TRY(call_hook(ts, frame, ts.c_tracefunc, ts.c_traceobj, PyTrace_OPCODE, &none()));
    }
    return {};
}

PySendResult trace_send(ThreadState& ts, InterpreterFrame& frame, Object& receiver, Object& value, Object** result) {
    *result = is_none(value) && is_iterator(receiver) ? type_of(receiver).tp_iternext(&receiver)
                                                      : to_c(call_method(ts, receiver, "send"_n, value));
    if (*result) return PYGEN_NEXT;
    if (error_pending(ts) && error_matches(ts, PyExc_StopIteration)) trace_exception(ts, frame);
    auto returned = fetch_stop_iteration_value(ts);
    if (!returned.ok()) return PYGEN_ERROR;
    *result = std::move(returned).take();
    return PYGEN_RETURN;
}

Result<void> profile_native(ThreadState& ts, InterpreterFrame& frame, int event, Object& callable) {
    if (!ts.c_profilefunc) return {};
    if (event == PyTrace_C_EXCEPTION)
        return call_hook_protected(ts, frame, ts.c_profilefunc, ts.c_profileobj, event, &callable);
    return call_hook(ts, frame, ts.c_profilefunc, ts.c_profileobj, event, &callable);
}

namespace {

// The native function that a call reaches, for the profile hook; null when it is no native function.
Object* native_callable(Object& callable) {
    if (PyCFunction_Check(&callable)) return &callable;
    return nullptr;
}

template <class Call>
Result<Ref<Object>> profiled(ThreadState& ts, InterpreterFrame& frame, Object* function, Call&& make_call) {
    if (!function || !ts.c_profilefunc) return make_call();
    TRY(profile_native(ts, frame, PyTrace_C_CALL, *function));
    auto result = make_call();
    if (!ts.c_profilefunc) return result;
    if (result.ok()) {
        TRY(profile_native(ts, frame, PyTrace_C_RETURN, *function));
    } else {
        TRY(profile_native(ts, frame, PyTrace_C_EXCEPTION, *function));
    }
    return result;
}

}  // namespace

Result<Ref<Object>> call_profiled(ThreadState& ts, InterpreterFrame& frame, Object& callable, Object* const* arguments,
                                  Py_ssize_t count, Object* keyword_names) {
    OptRef<Object> bound;
    Object* function = native_callable(callable);
    if (!function && &type_of(callable) == &PyMethodDescr_Type && count > 0 && ts.c_profilefunc) {
        // Profilers are told of the bound method, as if it had been looked up first.
        bound = TRY(Result<Ref<Object>>::adopt(
            PyMethodDescr_Type.tp_descr_get(&callable, arguments[0], obj(&type_of(*arguments[0])))));
        function = bound.get();
    }
    return profiled(ts, frame, function, [&] {
        return call_vector(ts, callable, arguments, size_t(count) | PY_VECTORCALL_ARGUMENTS_OFFSET, keyword_names);
    });
}

Result<Ref<Object>> call_profiled_ex(ThreadState& ts, InterpreterFrame& frame, Object& callable, Object& arguments,
                                     Object* keywords) {
    return profiled(ts, frame, native_callable(callable),
                    [&] { return call_tuple(ts, callable, arguments, keywords); });
}

}  // namespace orochi
